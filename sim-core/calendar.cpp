#include "sim-core/calendar.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/process.hpp"

namespace streamtwin::engine {

namespace {

/// What is left of a coroutine that was destroyed, or of an event that was deleted, while the calendar still names it. The
/// first word is what a coroutine that can be resumed and an event never have there: coroutine_handle::done() tells the two
/// apart.
struct DeadBlock {
  void* nothing_to_do;
  std::size_t bytes;
};

/// Blocks whose awaiting part is gone and that are about to be released, innermost last.
std::vector<void*> abandoned;

void release(void* block, std::size_t bytes) noexcept {
  if (!abandoned.empty() && abandoned.back() == block) [[unlikely]] {
    abandoned.pop_back();
    ::new (block) DeadBlock{nullptr, bytes};
    live_calendar->block_died();
    return;
  }
  FramePool::release(block, bytes);
}

}  // namespace

void PromiseBase::operator delete(void* frame, std::size_t bytes) noexcept { release(frame, bytes); }

void PooledEvent::operator delete(void* block, std::size_t bytes) noexcept { release(block, bytes); }

PooledEvent::~PooledEvent() {
  if (pending_) [[unlikely]]
    Calendar::abandon(this);
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
      forget(what);
    }
  }
  ladder_.purge([this](const Entry& entry) {
    forget(entry.what);
    return true;
  });
}

/// The calendar dies first.
void Calendar::forget(std::uint64_t what) {
  if (dead(what)) return drop_dead(what);
  if ((what & tag_mask) == tag_timer) event_in<Timer>(what).is(Timer::idle);
  if ((what & tag_mask) == tag_pooled_event) event_in<PooledEvent>(what).pending_ = false;
}

void Calendar::abandon(void* block) {
  if (live_calendar != nullptr) abandoned.push_back(block);
}

bool Calendar::dead(std::uint64_t what) {
  if (what == InstantQueue::nothing || (what & tag_mask) > tag_pooled_event) return false;
  return coroutine_in(what).done();
}

void Calendar::drop_dead(std::uint64_t what) {
  --dead_;
  auto* block = reinterpret_cast<DeadBlock*>(what & ~tag_mask);
  FramePool::release(block, block->bytes);
}

std::uint64_t Calendar::sequence_of(std::uint64_t what) {
  switch (what & tag_mask) {
    case tag_event: return event_in<DatedEvent>(what).sequence_;
    case tag_pooled_event: return event_in<PooledEvent>(what).sequence_;
    default: return coroutine_in(what).promise().sequence;
  }
}

void Calendar::purge() {
  ladder_.purge([this](const Entry& entry) {
    if (!dead(entry.what)) return false;
    drop_dead(entry.what);
    return true;
  });
}

/// What they name is there by now; of the dead it is what was there last.
void Calendar::Frames::next(const Entry* entries, std::size_t count) const {
  constexpr std::size_t fetched_before = 2 * Extent::line;
  for (const Entry* entry = entries; entry != entries + count; ++entry) {
    switch (entry->what & tag_mask) {
      case tag_begin: prefetch(coroutine_in(entry->what).promise().process); [[fallthrough]];
      case tag_resume: coroutine_in(entry->what).promise().frame().fetch(fetched_before); break;
      case tag_pooled_event: event_in<PooledEvent>(entry->what).leads_to().fetch(); break;
      default: break;
    }
  }
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
    case tag_begin: {
      const auto coroutine = coroutine_in(what);
      if (coroutine.done()) [[unlikely]]
        return drop_dead(what);
      begin_event(time);
      running = coroutine.promise().process;
      running->state = ProcessRecord::State::running;
      return coroutine.resume();
    }
    case tag_pooled_event: {
      if (dead(what)) [[unlikely]]
        return drop_dead(what);
      begin_event(time);
      running = nullptr;
      auto& event = event_in<PooledEvent>(what);
      event.pending_ = false;
      return event.fire();
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
