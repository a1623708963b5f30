// What the calendar makes happen besides parked coroutines: objects with a function.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim-core/frame_pool.hpp"
#include "sim-core/prefetch.hpp"

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

/// One that stands on the calendar by its time and cannot be taken off; once at a time.
class DatedEvent : public Event {
 public:
  using Event::Event;

 private:
  friend class Calendar;
  std::uint64_t sequence_ = 0;
};

/// One in a pooled block of its own, at its beginning, which may be deleted before its time: the calendar keeps the block until it
/// meets it. Cheaper than a timer for what is seldom taken off. Once at a time.
class PooledEvent : public DatedEvent {
 public:
  explicit PooledEvent(Fire fire) : DatedEvent(fire) {}
  PooledEvent(const PooledEvent&) = delete;
  PooledEvent& operator=(const PooledEvent&) = delete;
  ~PooledEvent();
  bool pending() const { return pending_; }
  /// What will go on when it happens, to be fetched before.
  void leads_to(Extent frame) {
    leads_to_ = frame.begin;
    leads_to_bytes_ = frame.bytes;
  }
  Extent leads_to() const { return {leads_to_, leads_to_bytes_}; }

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) noexcept;

 private:
  friend class Calendar;
  const char* leads_to_ = nullptr;
  std::uint32_t leads_to_bytes_ = 0;
  bool pending_ = false;  // a kind of event has its own flags right behind: most fill one line of the cache
};

/// One that can be cancelled. It hangs in the calendar itself, which allocates nothing for it; it must be idle when it
/// dies (see Alarm). 40 bytes.
class Timer : public Event {
 public:
  explicit Timer(Fire fire) : Event(fire) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  bool pending() const { return where() != idle; }

 private:
  friend class Calendar;
  friend class TimerWheel;
  enum Where : std::uint64_t { idle, in_slot, in_heap, at_instant };

  // One word, always written whole: to read a word after a write of its part, the processor would wait for all writes
  // before, among them those to a timer's neighbours, which are seldom in the cache.
  Where where() const { return static_cast<Where>(sequence_and_where_ & 3); }
  std::uint64_t sequence() const { return sequence_and_where_ >> 2; }
  void is(Where where, std::uint64_t sequence = 0) { sequence_and_where_ = sequence << 2 | where; }

  Timer* next_ = nullptr;  ///< in its slot of the wheel
  union {
    Timer** link_ = nullptr;  ///< what points to it there
    std::uint64_t position_;  ///< in the heap, or in the queue of the present instant
  };
  double time_ = 0;
  std::uint64_t sequence_and_where_ = idle;
};

}  // namespace streamtwin::engine
