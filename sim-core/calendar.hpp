// The calendar of a run: everything that will happen, in order. Three kinds of things happen: a parked coroutine goes
// on, a cancellable timer expires, an event (an object with a function) fires.
//
// Order at one instant, decided here and nowhere else: events in the order of their insertion, then what SimGrid
// completed at that instant, then what those schedule. Insertions at the present instant go to a plain first-in
// first-out list: whatever the pending-event set holds for this instant was inserted before.
//
// Cancelling costs O(1): a timer's slot is freed at once (its entry no longer matches the slot's generation), the
// frame of a destroyed coroutine is kept until its entry is met. When more than half of the entries are dead they are
// purged, so memory stays proportional to what is alive.
#pragma once

#include <coroutine>
#include <cstdint>
#include <vector>

#include "sim-core/check.hpp"
#include "sim-core/coroutine.hpp"
#include "sim-core/ladder_queue.hpp"

namespace streamtwin::engine {

/// Something that happens: derive, pass the function that is called with it.
class Event {
 public:
  using Fire = void (*)(Event&);
  explicit Event(Fire fire) : fire_(fire) {}
  void fire() { fire_(*this); }

 private:
  Fire fire_;
};

/// Names a timer that was set; `none` is no timer.
struct TimerId {
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  std::uint32_t slot = no_slot;
  std::uint32_t generation = 0;
  bool set() const { return slot != no_slot; }
};

/// Entries of one instant, first in, first out.
class InstantQueue {
 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }
  void push(std::uint64_t what) {
    if (tail_ - head_ == ring_.size()) [[unlikely]] grow();
    ring_[tail_++ & (ring_.size() - 1)] = what;
  }
  std::uint64_t front() const { return ring_[head_ & (ring_.size() - 1)]; }
  void pop() { ++head_; }

 private:
  void grow();
  std::vector<std::uint64_t> ring_ = std::vector<std::uint64_t>(64);
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

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
  std::size_t entries() const { return ladder_.size() + instant_.size() + completions_.size(); }
  bool empty() const { return entries() == dead_; }

  /// Resumes a parked coroutine at `time`; false, and nothing is done, when that is never.
  /// If the coroutine is destroyed before, call abandon() from the destructor of what it awaits.
  bool resume_at(double time, std::coroutine_handle<> coroutine) {
    return push(time, address_of(coroutine) | tag_resume);
  }
  /// Resumes a parked coroutine at the present instant, after all that is already inserted for it.
  void post(std::coroutine_handle<> coroutine) {
    (completing_ ? completions_ : instant_).push(address_of(coroutine) | tag_resume);
  }
  /// As post(), where SimGrid's clock and this one agree.
  void post_at_fence(std::coroutine_handle<> coroutine) { instant_.push(address_of(coroutine) | tag_fence); }
  /// The coroutine is being destroyed before it went on; its frame follows in frame_died().
  static void abandon(std::coroutine_handle<> coroutine);
  void frame_died() { note_dead(); }

  /// The event must live until it has fired.
  bool fire_at(double time, Event& event) {
    return push(time, reinterpret_cast<std::uintptr_t>(&event) | tag_event);
  }
  /// A timer that can be cancelled.
  TimerId set_timer(double time, Event& event) {
    check(time >= now_, "a timer is never set in the past");
    if (time > latest) return {};
    if (free_slots_ == TimerId::no_slot) [[unlikely]] add_slot();
    const std::uint32_t index = free_slots_;
    Slot& slot = slots_[index];
    free_slots_ = slot.next_free;
    slot.event = &event;
    push(time, std::uint64_t{index} << 32 | std::uint64_t{slot.generation} << 3 | tag_timer);
    return {index, slot.generation};
  }
  /// Does nothing when the timer has expired or was cancelled before.
  void cancel_timer(TimerId id) {
    if (!id.set() || slots_[id.slot].generation != id.generation) return;
    free_slot(id.slot);
    note_dead();
  }

  /// Executes what is due up to and including `limit`. Without `at_fence` it stops before an event that needs a fence.
  Pause run(double limit, bool at_fence);

  /// `attend` is called once when events() has reached `count`, before the next event; true pauses the run.
  void attend_at(std::uint64_t count) { attention_ = count; }
  bool (*attend)(void*) = nullptr;
  void* attend_argument = nullptr;

  /// While SimGrid's completions are delivered, post() appends behind all that is due at this instant.
  void set_completing(bool completing) { completing_ = completing; }
  /// The time of the next entry, dead or alive, or +inf.
  double next_time();
  void advance_to(double time);
  /// Simulated time stands still for ever if that many events happen at one instant.
  std::uint64_t instant_limit = 10'000'000;
  bool stands_still() const { return stands_still_; }

  /// The process on whose behalf the present event happens; null for events of nobody.
  ProcessRecord* running = nullptr;
  /// A process whose body ended in the present event.
  ProcessRecord* finished_process = nullptr;

 private:
  static constexpr std::uint64_t tag_resume = 0, tag_fence = 1, tag_timer = 2, tag_event = 3, tag_mask = 7;
  static constexpr double latest = 1e300;  // later is never
  static constexpr std::size_t purge_min = 1024;
  static constexpr std::uint32_t generation_mask = (1U << 29) - 1;

  struct Slot {
    Event* event;
    std::uint32_t generation;
    std::uint32_t next_free;
  };

  static std::uint64_t address_of(std::coroutine_handle<> coroutine) {
    return reinterpret_cast<std::uintptr_t>(coroutine.address());
  }
  bool push(double time, std::uint64_t what) {
    if (time == now_) {
      (completing_ ? completions_ : instant_).push(what);
      return true;
    }
    check(time > now_, "nothing is ever scheduled in the past");
    if (time > latest) return false;
    ladder_.push(time, what);
    return true;
  }
  bool dead(std::uint64_t what) const;
  void drop_dead(std::uint64_t what);
  void execute(double time, std::uint64_t what);
  void begin_event(double time) {
    if (time > now_) {
      now_ = time;
      instant_began_ = events_;
    }
    ++events_;
  }
  void note_dead() {
    if (++dead_ > purge_min && dead_ * 2 > entries()) [[unlikely]] purge();
  }
  void purge();
  void add_slot();
  void free_slot(std::uint32_t index) {
    Slot& slot = slots_[index];
    slot.generation = (slot.generation + 1) & generation_mask;
    slot.next_free = free_slots_;
    free_slots_ = index;
  }

  double now_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t attention_ = UINT64_MAX;
  std::uint64_t instant_began_ = 0;
  InstantQueue instant_;
  LadderQueue ladder_;
  std::vector<Slot> slots_;
  std::uint32_t free_slots_ = TimerId::no_slot;
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

/// A cancellable timer as an object: its death cancels it.
class Alarm : public Event {
 public:
  explicit Alarm(Fire fire) : Event(fire) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { cancel(); }

  void set(double time) {
    cancel();
    id_ = calendar().set_timer(time, *this);
  }
  void cancel() {
    if (id_.set() && live_calendar != nullptr) live_calendar->cancel_timer(id_);
    id_ = {};
  }

 private:
  TimerId id_;
};

}  // namespace streamtwin::engine
