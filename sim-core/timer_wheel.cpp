#include "sim-core/timer_wheel.hpp"

#include <utility>

namespace streamtwin::engine {

/// Timers may outlive the wheel: they are idle then.
TimerWheel::~TimerWheel() {
  for (auto& level : slots_) {
    for (Timer* timer : level) {
      for (; timer != nullptr; timer = timer->next_) timer->is(Timer::idle);
    }
  }
  for (const auto& entry : heap_.entries()) entry.item->is(Timer::idle);
}

void TimerWheel::push(Timer& timer, std::uint64_t sequence) {
  timer.is(Timer::in_heap, sequence);
  heap_.push(timer.time_, &timer, position_of);
  soonest_ = std::min(soonest_, timer.time_);
}

Timer* TimerWheel::find_first(double limit) {
  // Of the wheel's range, what is in the heap comes before all that still hangs in a slot.
  while (opens_at_ < first_in_heap() && opens_at_ <= limit) open_next_slot();
  look_ahead();
  return first_in_heap() <= limit && !heap_.empty() ? heap_.top().item : nullptr;
}

/// Its timers move down, to the levels below or into the heap.
void TimerWheel::open_next_slot() {
  const std::size_t level = lowest_occupied();
  const auto slot = static_cast<std::size_t>(std::countr_zero(occupied_[level]));
  occupied_[level] &= occupied_[level] - 1;
  tick_ = tick_of(opens_at_);
  Timer* timer = std::exchange(slots_[level][slot], nullptr);
  while (timer != nullptr) {
    Timer& down = *std::exchange(timer, timer->next_);
    place(down, down.sequence());
  }
  opens_at_ = next_opening();
}

std::size_t TimerWheel::lowest_occupied() const {
  std::size_t level = 0;
  while (level < levels && occupied_[level] == 0) ++level;
  return level;
}

double TimerWheel::next_opening() const {
  const std::size_t level = lowest_occupied();
  if (level == levels) return never;
  const auto slot = static_cast<std::uint64_t>(std::countr_zero(occupied_[level]));
  const std::uint64_t above = tick_ >> (level + 1) * digit_bits;
  return time_of((above << digit_bits | slot) << level * digit_bits);
}

}  // namespace streamtwin::engine
