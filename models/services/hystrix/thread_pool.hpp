// The bulkhead: threads and queue of one Hystrix thread pool, by the rules of HystrixThreadPool and the JDK's
// ThreadPoolExecutor under it. Without a queue a task needs an idle or a new thread; with one, threads above the
// core size start only when the queue is full, and the rejection threshold bites before the queue's size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/services/hystrix/properties.hpp"

namespace streamtwin::hystrix {

/// Names a task that waits for a thread; the driver chooses it (an index, a request's number).
using Ticket = std::uint64_t;

enum class Submission : std::uint8_t { started, queued, rejected };

/// Cost: O(1), allocation-free after construction; cancelling a queued task is O(queue).
class ThreadPool {
 public:
  explicit ThreadPool(const ThreadPoolProperties& properties);

  /// A task asks for a thread. `started`: it has one until `release`. `queued`: a later `release` returns its ticket.
  Submission submit(Ticket ticket, Instant now);

  /// A thread has finished its task, even if nobody waits for it any more. The next queued task, if any, has the
  /// thread at once and is returned.
  std::optional<Ticket> release(Instant now);

  /// A task that timed out before a thread took it leaves the queue; false when it was not queued.
  bool cancel(Ticket ticket);

  int busy() const { return busy_; }
  int queued() const { return static_cast<int>(queued_); }
  /// Threads that exist, idle ones included.
  int threads(Instant now);
  int most_busy() const { return most_busy_; }

 private:
  void start() {
    ++busy_;
    if (busy_ > most_busy_) most_busy_ = busy_;
  }
  void retire_idle_threads(Instant now);
  void take_idle_thread();

  /// What few pools have: not in the line that every call looks at.
  struct Rings {
    std::vector<Ticket> queue;  ///< empty without a queue
    std::uint32_t queue_head = 0;
    std::uint32_t idle_head = 0;
    std::uint32_t idle = 0;
    std::vector<Instant> idle_since;  ///< longest idle first; empty unless threads may exceed the core size
    Duration keep_alive;
  };

  int core_;
  int maximum_;
  int queue_capacity_;
  int rejection_threshold_;
  int threads_ = 0;
  int busy_ = 0;
  int most_busy_ = 0;
  std::uint32_t queued_ = 0;
  std::unique_ptr<Rings> rings_;  ///< null without a queue and without threads above the core size
};

}  // namespace streamtwin::hystrix
