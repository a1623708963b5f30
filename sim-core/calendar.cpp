#include "sim-core/calendar.hpp"

#include <algorithm>
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
  for (InstantQueue* queue : {&instant_, &completions_}) {
    for (; !queue->empty(); queue->pop()) {
      const std::uint64_t what = queue->front();
      if ((what & tag_mask) == tag_timer) event_in<Timer>(what).is(Timer::idle);
      if (dead(what)) drop_dead(what);
    }
  }
  ladder_.purge([this](const Entry& entry) {
    if (dead(entry.what)) drop_dead(entry.what);
    return true;
  });
}

void Calendar::abandon(std::coroutine_handle<> coroutine) {
  if (live_calendar != nullptr) abandoned.push_back(coroutine.address());
}

bool Calendar::dead(std::uint64_t what) {
  if (what == InstantQueue::nothing || (what & tag_mask) > tag_fence) return false;
  return coroutine_in(what).done();
}

void Calendar::drop_dead(std::uint64_t what) {
  --dead_;
  auto* frame = reinterpret_cast<DeadFrame*>(what & ~tag_mask);
  FramePool::release(frame, frame->bytes);
}

std::uint64_t Calendar::sequence_of(std::uint64_t what) {
  if ((what & tag_mask) == tag_event) return event_in<DatedEvent>(what).sequence_;
  return coroutine_in(what).promise().sequence;
}

void Calendar::purge() {
  ladder_.purge([this](const Entry& entry) {
    if (!dead(entry.what)) return false;
    drop_dead(entry.what);
    return true;
  });
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
      const auto coroutine = coroutine_in(what);
      if (coroutine.done()) [[unlikely]]
        return drop_dead(what);
      begin_event(time);
      running = coroutine.promise().process;
      return coroutine.resume();
    }
    case tag_timer: event_in<Timer>(what).is(Timer::idle); [[fallthrough]];
    default:
      begin_event(time);
      running = nullptr;
      return event_in<Event>(what).fire();
  }
}

inline void Calendar::expire(Timer& timer) {
  timers_.pop();
  begin_event(timer.time_);
  running = nullptr;
  timer.fire();
}

/// Whether the timer, which is not later, comes before an entry of the ladder.
inline bool Calendar::comes_before(const Timer& timer, const Entry* entry) {
  return entry == nullptr || timer.time_ < entry->time || timer.sequence() < sequence_of(entry->what);
}

Pause Calendar::run(double limit, bool at_fence) {
  for (;;) {
    if (events_ >= attention_) [[unlikely]] {
      attention_ = UINT64_MAX;
      if (attend(attend_argument)) return Pause::attention;
    }
    if (finished_process != nullptr) ProcessTable::reap(*std::exchange(finished_process, nullptr));
    // Timers and entries of the ladder for this instant were inserted while it was still in the future: before all
    // that is in instant_.
    const bool present = !instant_.empty() || !completions_.empty();
    const double until = present ? now_ : std::max(limit, now_);
    const Entry* next = ladder_.peek();
    Timer* timer = timers_.first(next != nullptr ? std::min(next->time, until) : until);
    if (timer != nullptr && comes_before(*timer, next)) {
      expire(*timer);
    } else if (next != nullptr && next->time <= until) {
      const Entry entry = *next;
      ladder_.pop();
      execute(entry.time, entry.what);
    } else if (!present) {
      return Pause::done;
    } else if (instant_.empty()) {
      std::swap(instant_, completions_);
    } else {
      if (events_ - instant_began_ > instant_limit) [[unlikely]] {
        stands_still_ = true;
        return Pause::attention;
      }
      const std::uint64_t what = instant_.front();
      if ((what & tag_mask) == tag_fence && !at_fence && !dead(what)) return Pause::fence;
      instant_.pop();
      if (what != InstantQueue::nothing) execute(now_, what);
    }
  }
}

}  // namespace streamtwin::engine
