// The timers that can be cancelled. Most of them are deadlines, set with every request and cancelled long before their
// time; they must not burden the pending-event set, alive or dead. A hierarchical timing wheel (Varghese, Lauck:
// "Hashed and hierarchical timing wheels: data structures for the efficient implementation of a timer facility", 1987)
// keeps them until shortly before their time:
//
//   wheel    levels of 64 slots, those of the lowest as wide as a tick, those of each other level as wide as the whole
//            level below. Written to the base of 64, a timer's tick differs from the wheel's first in some digit: that
//            digit is its level, and its own value there its slot. So the slots of a level come one after the other,
//            and all of them before those of the level above.
//   heap     timers whose tick has come, and those beyond the wheel's end; ordered by time, then by sequence
//
// When a slot's time comes, its timers go down to the levels below or into the heap. set, cancel: O(1) in the wheel,
// O(log n) in the heap; a timer that expires moves through each level once at most. Nothing is allocated for a timer
// in the wheel and nothing is left of one that was cancelled; in the heap it costs 16 bytes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "sim-core/event.hpp"
#include "sim-core/indexed_heap.hpp"

namespace streamtwin::engine {

class TimerWheel {
 public:
  TimerWheel() = default;
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// `timer` is idle; `time` is after `now`. Timers of one instant expire in the order of their sequence.
  void set(Timer& timer, double time, std::uint64_t sequence, double now) {
    ++size_;
    timer.time_ = time;
    // Until the next slot opens nothing lies between the wheel's tick and now.
    if (now < opens_at_ && now < end) tick_ = std::max(tick_, tick_of(now));
    place(timer, sequence);
  }
  void cancel(Timer& timer) {
    --size_;
    if (timer.where() == Timer::in_slot) {
      take_out(timer);
    } else {
      heap_.erase(timer.position_, position_of);
    }
    timer.is(Timer::idle);
  }

  /// The timer that expires first, if that is at or before `limit`; otherwise null.
  Timer* first(double limit) { return soonest_ > limit ? nullptr : find_first(limit); }
  /// Takes off what first() has shown.
  void pop() {
    --size_;
    heap_.pop(position_of)->is(Timer::idle);
    look_ahead();
  }

 private:
  static constexpr unsigned digit_bits = 6;
  static constexpr std::size_t slots = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = 7;
  static constexpr double ticks_per_second = 65536;  // a power of two: ticks are exact
  /// Two years; what lies beyond waits in the heap.
  static constexpr double end = static_cast<double>(std::uint64_t{1} << (digit_bits * levels)) / ticks_per_second;
  static constexpr double never = std::numeric_limits<double>::infinity();

  struct InOrderOfSequence {
    bool operator()(const Timer* a, const Timer* b) const { return a->sequence() < b->sequence(); }
  };
  static std::uint64_t& position_of(Timer* timer) { return timer->position_; }

  /// Through signed numbers, for which processors have an instruction.
  static std::uint64_t tick_of(double time) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(time * ticks_per_second)); }
  static double time_of(std::uint64_t tick) { return static_cast<double>(static_cast<std::int64_t>(tick)) / ticks_per_second; }

  void place(Timer& timer, std::uint64_t sequence) {
    const std::uint64_t tick = timer.time_ < end ? tick_of(timer.time_) : 0;
    if (tick <= tick_) return push(timer, sequence);
    const unsigned level = (static_cast<unsigned>(std::bit_width(tick ^ tick_)) - 1) / digit_bits;
    const std::uint64_t opens = tick >> level * digit_bits;
    const std::size_t slot = opens % slots;
    timer.is(Timer::in_slot, sequence);
    hang(timer, slots_[level][slot]);
    const std::uint64_t bit = std::uint64_t{1} << slot;
    if (occupied_[level] & bit) return;
    occupied_[level] |= bit;
    opens_at_ = std::min(opens_at_, time_of(opens << level * digit_bits));
    soonest_ = std::min(soonest_, opens_at_);
  }
  static void hang(Timer& timer, Timer*& slot) {
    timer.next_ = slot;
    if (slot != nullptr) slot->link_ = &timer.next_;
    timer.link_ = &slot;
    slot = &timer;
  }
  static void take_out(Timer& timer) {
    *timer.link_ = timer.next_;
    if (timer.next_ != nullptr) timer.next_->link_ = timer.link_;
  }
  void push(Timer& timer, std::uint64_t sequence);
  Timer* find_first(double limit);
  void open_next_slot();
  std::size_t lowest_occupied() const;
  double next_opening() const;
  double first_in_heap() const { return heap_.empty() ? never : heap_.top().key; }
  void look_ahead() { soonest_ = std::min(opens_at_, first_in_heap()); }

  double soonest_ = never;   // no timer expires before
  double opens_at_ = never;  // the next slot that is marked as occupied; its timers may be gone
  std::uint64_t tick_ = 0;
  std::size_t size_ = 0;
  IndexedHeap<Timer*, InOrderOfSequence> heap_;
  std::array<std::uint64_t, levels> occupied_{};
  std::array<std::array<Timer*, slots>, levels> slots_{};
};

}  // namespace streamtwin::engine
