#include "sim-core/calendar.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim-core/process.hpp"

namespace streamtwin::engine {

namespace {

/// What is left of a coroutine that was destroyed while the calendar still names it. The first word is what a
/// coroutine that can be resumed never has there: coroutine_handle::done() tells the two apart.
struct DeadFrame {
  void* nothing_to_resume;
  std::size_t bytes;
};

/// Frames whose awaiting part is gone and that are about to be released, innermost last.
std::vector<void*> abandoned;

}  // namespace

void PromiseBase::operator delete(void* frame, std::size_t bytes) noexcept {
  if (!abandoned.empty() && abandoned.back() == frame) [[unlikely]] {
    abandoned.pop_back();
    ::new (frame) DeadFrame{nullptr, bytes};
    live_calendar->frame_died();
    return;
  }
  FramePool::release(frame, bytes);
}

void InstantQueue::grow() {
  std::vector<std::uint64_t> larger(ring_.size() * 2);
  for (std::size_t i = head_; i != tail_; ++i) larger[i & (larger.size() - 1)] = ring_[i & (ring_.size() - 1)];
  ring_.swap(larger);
}

Calendar::~Calendar() {
  auto release = [this](std::uint64_t what) {
    if (dead(what)) drop_dead(what);
    return true;
  };
  for (; !instant_.empty(); instant_.pop()) release(instant_.front());
  for (; !completions_.empty(); completions_.pop()) release(completions_.front());
  ladder_.purge([&](const Entry& entry) { return release(entry.what); });
}

void Calendar::abandon(std::coroutine_handle<> coroutine) {
  if (live_calendar != nullptr) abandoned.push_back(coroutine.address());
}

bool Calendar::dead(std::uint64_t what) const {
  switch (what & tag_mask) {
    case tag_resume:
    case tag_fence:
      return std::coroutine_handle<>::from_address(reinterpret_cast<void*>(what & ~tag_mask)).done();
    case tag_timer: {
      const Slot& slot = slots_[what >> 32];
      return slot.generation != (static_cast<std::uint32_t>(what) >> 3);
    }
    default:
      return false;
  }
}

void Calendar::drop_dead(std::uint64_t what) {
  --dead_;
  if ((what & tag_mask) == tag_timer) return;
  auto* frame = reinterpret_cast<DeadFrame*>(what & ~tag_mask);
  FramePool::release(frame, frame->bytes);
}

void Calendar::purge() {
  ladder_.purge([this](const Entry& entry) {
    if (!dead(entry.what)) return false;
    drop_dead(entry.what);
    return true;
  });
}

void Calendar::add_slot() {
  slots_.push_back({nullptr, 0, free_slots_});
  free_slots_ = static_cast<std::uint32_t>(slots_.size() - 1);
}

double Calendar::next_time() {
  if (!instant_.empty() || !completions_.empty()) return now_;
  const Entry* next = ladder_.peek();
  return next ? next->time : std::numeric_limits<double>::infinity();
}

void Calendar::advance_to(double time) {
  check(time >= now_, "time never runs backwards");
  if (time > now_) {
    now_ = time;
    instant_began_ = events_;
  }
}

inline void Calendar::execute(double time, std::uint64_t what) {
  switch (what & tag_mask) {
    case tag_resume:
    case tag_fence: {
      const auto coroutine =
          std::coroutine_handle<PromiseBase>::from_address(reinterpret_cast<void*>(what & ~tag_mask));
      if (coroutine.done()) [[unlikely]] return drop_dead(what);
      begin_event(time);
      running = coroutine.promise().process;
      return coroutine.resume();
    }
    case tag_timer: {
      const auto index = static_cast<std::uint32_t>(what >> 32);
      Slot& slot = slots_[index];
      if (slot.generation != (static_cast<std::uint32_t>(what) >> 3)) return drop_dead(what);
      Event* event = slot.event;
      free_slot(index);
      begin_event(time);
      running = nullptr;
      return event->fire();
    }
    default:
      begin_event(time);
      running = nullptr;
      return reinterpret_cast<Event*>(what & ~tag_mask)->fire();
  }
}

Pause Calendar::run(double limit, bool at_fence) {
  for (;;) {
    if (events_ >= attention_) [[unlikely]] {
      attention_ = UINT64_MAX;
      if (attend(attend_argument)) return Pause::attention;
    }
    if (finished_process != nullptr) ProcessTable::reap(*std::exchange(finished_process, nullptr));
    const Entry* next = ladder_.peek();
    if (next != nullptr && next->time <= now_) {
      // Inserted for this instant while it was still in the future: before all that is in instant_.
    } else if (!instant_.empty()) {
      if (events_ - instant_began_ > instant_limit) [[unlikely]] {
        stands_still_ = true;
        return Pause::attention;
      }
      const std::uint64_t what = instant_.front();
      if ((what & tag_mask) == tag_fence && !at_fence && !dead(what)) return Pause::fence;
      instant_.pop();
      execute(now_, what);
      continue;
    } else if (!completions_.empty()) {
      std::swap(instant_, completions_);
      continue;
    } else if (next == nullptr || next->time > limit) {
      return Pause::done;
    }
    const Entry entry = *next;
    ladder_.pop();
    execute(entry.time, entry.what);
  }
}

}  // namespace streamtwin::engine
