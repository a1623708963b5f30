// What an instance works with: an event loop's workers, or threads that block. Both can be stopped for a while, as a
// garbage collector does. The two models are Zuul 2's (Netty's event loops, one for each core) and Tomcat's connector (a
// thread holds a request until it is answered): M/G/c and a closed station with processor sharing, in the terms of queueing.
#pragma once

#include <algorithm>
#include <memory>

#include "models/rpc/execution_spec.hpp"
#include "models/rpc/shedding.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/servers/semaphore.hpp"

namespace streamtwin::rpc {

/// Threads that requests hold from their first instruction to their answer, and the cores that those share.
class RequestThreads {
 public:
  /// `queue_limit`: requests that may wait for a thread.
  RequestThreads(int threads, int queue_limit, int cores)
      : processor(cores), threads_(static_cast<std::size_t>(threads), "a thread"), queue_limit_(static_cast<std::size_t>(queue_limit)) {}

  /// Neither a thread nor a place in the queue is free.
  bool full() const { return threads_.taken() >= threads_.permits() && threads_.waiting() >= queue_limit_; }
  Semaphore::Acquire acquire() { return threads_.acquire(); }
  double share_taken() const { return static_cast<double>(threads_.taken()) / static_cast<double>(threads_.permits()); }
  std::size_t taken() const { return threads_.taken(); }
  std::size_t waiting() const { return threads_.waiting(); }

  ProcessorSharing processor;

 private:
  Semaphore threads_;
  std::size_t queue_limit_;
};

class Execution {
 public:
  Execution(const ExecutionSpec& spec, int cores, int queue_limit)
      : workers(static_cast<std::size_t>(cores), static_cast<std::size_t>(queue_limit)) {
    if (spec.model == ExecutionModel::blocking_threads) threads = std::make_unique<RequestThreads>(spec.threads, queue_limit, cores);
  }

  /// Core-seconds worked so far.
  Duration worked() const { return threads ? threads->processor.worked() : workers.worked(); }
  std::size_t cores() const { return workers.servers(); }
  /// Share of the cores that worked of late (averaged exponentially over a second), or of the threads that are taken if that
  /// is more; from 0 to 1.
  double load(Instant now) {
    const double cpu = usage_.read(in_seconds(worked()), in_seconds(now) * static_cast<double>(cores()), now);
    return threads ? std::max(cpu, threads->share_taken()) : cpu;
  }

  /// Requests that are worked on, or hold a thread, or wait for either.
  std::size_t taken_up() const { return threads ? threads->taken() + threads->waiting() : workers.busy() + workers.queued(); }

  /// Stops all work until `until`, when `resume` has to be called.
  void pause(Instant until) {
    paused_until_ = until;
    if (threads) {
      threads->processor.set_cores(0);
    } else {
      workers.pause();
    }
  }
  void resume() {
    if (threads) {
      threads->processor.set_cores(static_cast<double>(cores()));
    } else {
      workers.resume();
    }
  }
  bool paused(Instant now) const { return now < paused_until_; }
  /// When whatever happens now can be gone on with: this instant, or the end of a pause.
  Instant awake_at(Instant now) const { return std::max(now, paused_until_); }

  std::unique_ptr<RequestThreads> threads;  ///< with blocking threads

 private:
  Instant paused_until_{};

 public:
  FcfsServers workers;  ///< of the event loop

 private:
  UsageMeter usage_;
};

}  // namespace streamtwin::rpc
