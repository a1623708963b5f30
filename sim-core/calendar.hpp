// The calendar of a run: everything that will happen, in order. Three kinds of things happen: a coroutine begins or goes
// on, a cancellable timer expires, an event (an object with a function) fires.
//
// Order at one instant, decided here and nowhere else: events in the order of their insertion, then what SimGrid
// completed at that instant, then what those schedule. Insertions at the present instant go to a plain first-in
// first-out list: whatever is pending for this instant was inserted before. The rest waits in two places, timers in a
// wheel (timer_wheel.hpp) and what cannot be cancelled in a ladder queue. The ladder keeps equal times in the order of
// insertion; between a timer and an entry of the ladder at the same time decides the sequence number that every
// insertion has. It stands in what was inserted, where it is read only for such a tie, and not in the ladder's entries.
//
// A cancelled timer is gone at once. The frame of a destroyed coroutine, and the block of a deleted event, are kept until
// their entry is met; when more than half of the entries are dead they are purged, so memory stays proportional to what is
// alive.
#pragma once

#include <coroutine>
#include <cstdint>

#include "sim-core/check.hpp"
#include "sim-core/coroutine.hpp"
#include "sim-core/event.hpp"
#include "sim-core/instant_queue.hpp"
#include "sim-core/ladder_queue.hpp"
#include "sim-core/timer_wheel.hpp"

namespace streamtwin::engine {

/// Why the calendar stopped executing.
enum class Pause {
  done,       ///< nothing left up to the limit
  fence,      ///< the next event needs SimGrid's clock at now()
  attention,  ///< `attend` said so
};

class Calendar {
 public:
  Calendar() = default;
  Calendar(const Calendar&) = delete;
  Calendar& operator=(const Calendar&) = delete;
  ~Calendar();

  double now() const { return now_; }
  std::uint64_t events() const { return events_; }
  /// Pending entries, dead ones included until they are purged.
  std::size_t entries() const { return ladder_.size() + timers_.size() + instant_.size() + completions_.size(); }
  bool empty() const { return entries() == dead_; }

  /// Resumes a parked coroutine at `time`; false, and nothing is done, when that is never.
  /// If the coroutine is destroyed before, call abandon() from the destructor of what it awaits.
  template <SimulatedCoroutine Promise>
  bool resume_at(double time, std::coroutine_handle<Promise> coroutine) {
    return push(time, address_of(coroutine) | tag_resume, coroutine.promise().sequence);
  }
  /// Begins the body of a process at `time`, as above.
  template <SimulatedCoroutine Promise>
  bool begin_at(double time, std::coroutine_handle<Promise> coroutine) {
    return push(time, address_of(coroutine) | tag_begin, coroutine.promise().sequence);
  }
  /// Resumes a parked coroutine at the present instant, after all that is already inserted for it.
  void post(std::coroutine_handle<> coroutine) { present().push(address_of(coroutine) | tag_resume); }
  /// As post(), where SimGrid's clock and this one agree.
  void post_at_fence(std::coroutine_handle<> coroutine) { instant_.push(address_of(coroutine) | tag_fence); }
  /// The coroutine is being destroyed before it went on; its frame follows in block_died().
  static void abandon(std::coroutine_handle<> coroutine) { abandon(coroutine.address()); }
  /// The same of the block of an event.
  static void abandon(void* block);
  void block_died() { note_dead(); }

  /// The event must live until it has fired.
  bool fire_at(double time, DatedEvent& event) { return push(time, address_of(event) | tag_event, event.sequence_); }
  /// As above, but the event may be deleted before.
  bool fire_at(double time, PooledEvent& event) {
    return event.pending_ = push(time, address_of(event) | tag_pooled_event, event.sequence_);
  }
  /// The timer is not set; it must be cancelled or have expired before it dies. At `never` it stays as it is.
  void set(Timer& timer, double time) {
    if (time == now_) {
      timer.is(Timer::at_instant);
      timer.position_ = present().push(address_of(timer) | tag_timer);
      return;
    }
    check(time > now_, "a timer is never set in the past");
    if (time <= latest) timers_.set(timer, time, ++sequence_, now_);
  }
  /// The timer is set.
  void cancel(Timer& timer) {
    if (timer.where() != Timer::at_instant) return timers_.cancel(timer);
    // The two queues change places: the one that has it there is the one.
    const std::uint64_t what = address_of(timer) | tag_timer;
    if (!instant_.withdraw(what, timer.position_)) completions_.withdraw(what, timer.position_);
    timer.is(Timer::idle);
  }

  /// Executes what is due up to and including `limit`. Without `at_fence` it stops before an event that needs a fence.
  Pause run(double limit, bool at_fence);

  /// `attend` is called once when events() has reached `count`, before the next event; true pauses the run.
  void attend_at(std::uint64_t count) { attention_ = count; }
  bool (*attend)(void*) = nullptr;
  void* attend_argument = nullptr;

  /// While SimGrid's completions are delivered, post() appends behind all that is due at this instant.
  void set_completing(bool completing) { completing_ = completing; }
  void advance_to(double time);
  /// Simulated time stands still for ever if that many events happen at one instant.
  std::uint64_t instant_limit = 10'000'000;
  bool stands_still() const { return stands_still_; }

  /// The process on whose behalf the present event happens; null for events of nobody.
  ProcessRecord* running = nullptr;
  /// A process whose body ended in the present event.
  ProcessRecord* finished_process = nullptr;

 private:
  // Before the timers come those whose memory the calendar keeps when they have died.
  static constexpr std::uint64_t tag_resume = 0, tag_fence = 1, tag_begin = 2, tag_pooled_event = 3, tag_timer = 4, tag_event = 5,
                                 tag_mask = 7;
  static constexpr double latest = 1e300;  // later is never
  static constexpr std::size_t purge_min = 1024;

  /// Behind an entry lies the rest of a frame, or the frame that an event leads to.
  struct Frames final : Foresight {
    void next(const Entry* entries, std::size_t count) const override;
  };

  static std::uint64_t address_of(std::coroutine_handle<> coroutine) { return reinterpret_cast<std::uintptr_t>(coroutine.address()); }
  static std::uint64_t address_of(const Event& event) { return reinterpret_cast<std::uintptr_t>(&event); }
  static std::coroutine_handle<PromiseBase> coroutine_in(std::uint64_t what) {
    return std::coroutine_handle<PromiseBase>::from_address(reinterpret_cast<void*>(what & ~tag_mask));
  }
  template <class Kind>
  static Kind& event_in(std::uint64_t what) {
    return static_cast<Kind&>(*reinterpret_cast<Event*>(what & ~tag_mask));
  }

  InstantQueue& present() { return completing_ ? completions_ : instant_; }
  bool push(double time, std::uint64_t what, std::uint64_t& sequence) {
    if (time == now_) {
      present().push(what);
      return true;
    }
    check(time > now_, "nothing is ever scheduled in the past");
    if (time > latest) return false;
    sequence = ++sequence_;
    ladder_.push(time, what);
    return true;
  }
  static std::uint64_t sequence_of(std::uint64_t what);
  static bool dead(std::uint64_t what);
  void forget(std::uint64_t what);
  void drop_dead(std::uint64_t what);
  void execute(double time, std::uint64_t what);
  void expire(Timer& timer);
  static bool comes_before(const Timer& timer, const Entry* entry);
  void begin_event(double time) {
    if (time > now_) {
      now_ = time;
      instant_began_ = events_;
    }
    ++events_;
  }
  void note_dead() {
    if (++dead_ > purge_min && dead_ * 2 > entries()) [[unlikely]]
      purge();
  }
  void purge();

  double now_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t attention_ = UINT64_MAX;
  std::uint64_t instant_began_ = 0;
  std::uint64_t sequence_ = 0;  // of the last insertion for later
  InstantQueue instant_;
  Frames frames_;
  LadderQueue ladder_{&frames_};
  TimerWheel timers_;
  bool completing_ = false;
  bool stands_still_ = false;
  std::size_t dead_ = 0;
  InstantQueue completions_;
};

/// The calendar of the live simulation.
inline constinit Calendar* live_calendar = nullptr;

inline Calendar& calendar() {
  check(live_calendar != nullptr, "a Simulation is alive");
  return *live_calendar;
}

/// True while a run is torn down: what a dying process would give back may be gone already.
inline constinit bool tearing_down = false;
inline bool ending() { return tearing_down; }

/// A timer that cancels itself when it dies or is set anew.
class Alarm : public Timer {
 public:
  using Timer::Timer;
  ~Alarm() { cancel(); }

  void set(double time) {
    cancel();
    calendar().set(*this, time);
  }
  void cancel() {
    if (pending()) live_calendar->cancel(*this);
  }
};

}  // namespace streamtwin::engine
