// One Hystrix command key of one process: breaker, isolation and fallback in the order of
// AbstractCommand.applyHystrixSemantics. The process that drives it asks `decide`, runs what may run, tells when the
// run is over and when the whole command is over, fallback included: only then do health counts hear of it.
//
//   switch (command.decide(now, ticket)) ...                 // run, or wait for a thread, or fall back
//   command.run_ended(Outcome::timeout, now);                // the breaker's probe is answered here
//   if (command.begin_fallback() == Fallback::run) { ...; command.end_fallback(); }
//   command.command_ended(Outcome::timeout, now);            // counted here, up to a fallback's length later
//   pool.release(now)                                        // when the thread is really free: see frees_thread_at_once
#pragma once

#include "models/services/hystrix/circuit_breaker.hpp"
#include "models/services/hystrix/semaphore.hpp"
#include "models/services/hystrix/thread_pool.hpp"

namespace streamtwin::hystrix {

enum class Decision : std::uint8_t {
  run,     ///< runs now
  queued,  ///< waits for a thread of the pool; the time-out is already counting
  short_circuited,
  semaphore_rejected,
  thread_pool_rejected,
};

/// How a command ended, before its fallback.
enum class Outcome : std::uint8_t {
  success,
  failure,
  timeout,
  bad_request,  ///< the caller's fault: no fallback, no health count, but a half-open circuit re-opens
  cancelled,    ///< the caller went away; a probe's cancellation leaves the circuit of 1.5.12 half open
  short_circuited,
  semaphore_rejected,
  thread_pool_rejected,
};

enum class Fallback : std::uint8_t { run, rejected, disabled };

/// How a command that did not get to run ended. `queued` is no rejection: its task has a place in the pool, and a
/// later release of the pool returns its ticket, unless it is cancelled there first.
constexpr Outcome outcome_of(Decision rejection) {
  return rejection == Decision::short_circuited      ? Outcome::short_circuited
         : rejection == Decision::semaphore_rejected ? Outcome::semaphore_rejected
                                                     : Outcome::thread_pool_rejected;
}
/// Whether the fallback answers after this outcome.
constexpr bool has_fallback(Outcome outcome) {
  return outcome != Outcome::success && outcome != Outcome::bad_request && outcome != Outcome::cancelled;
}
/// Whether health counts hear of it, and as an error.
constexpr bool counts_in_health(Outcome outcome) {
  return outcome != Outcome::bad_request && outcome != Outcome::cancelled && outcome != Outcome::short_circuited;
}

/// A decision and its end together cost some ten nanoseconds, without allocation.
class Command {
 public:
  /// `properties` and, under thread isolation, `pool` must outlive the command; many commands may share either.
  Command(const CommandProperties& properties, ThreadPool* pool, Instant created)
      : properties_(&properties),
        pool_(properties.isolation == Isolation::thread ? pool : nullptr),
        breaker_(properties, created),
        execution_permits_(properties.execution_semaphore),
        fallback_permits_(properties.fallback_semaphore) {}

  /// Breaker, then semaphore, then pool. The breaker is asked first, so a full pool can use up the probe.
  Decision decide(Instant now, Ticket ticket = 0) {
    if (!breaker_.attempt(now)) return Decision::short_circuited;
    if (properties_->isolation == Isolation::semaphore)
      return execution_permits_.try_acquire() ? Decision::run : Decision::semaphore_rejected;
    if (pool_ == nullptr) return Decision::run;
    switch (pool_->submit(ticket, now)) {
      case Submission::started: return Decision::run;
      case Submission::queued: return Decision::queued;
      case Submission::rejected: break;
    }
    return Decision::thread_pool_rejected;
  }

  /// The run is over for the caller; nothing is counted yet. Not to be called for what never got past `decide`
  /// except a rejection by the pool, which answers the probe as a failure does.
  void run_ended(Outcome outcome, Instant now) {
    if (outcome == Outcome::success) {
      breaker_.mark_success(now);
    } else if (outcome != Outcome::short_circuited && outcome != Outcome::semaphore_rejected && outcome != Outcome::cancelled) {
      breaker_.mark_non_success(now);
    }
  }

  /// The whole command is over, its fallback included: counts it, frees the permit of semaphore isolation. Every
  /// decision ends exactly once.
  void command_ended(Outcome outcome, Instant now) {
    if (counts_in_health(outcome)) breaker_.record(outcome != Outcome::success, now);
    if (properties_->isolation == Isolation::semaphore && outcome != Outcome::short_circuited && outcome != Outcome::semaphore_rejected)
      execution_permits_.release();
    // The subscription of every ended command is closed, and closing marks a non-success: see the property's doc. Without it
    // a probe that the semaphore rejects is answered by nobody: the circuit of 1.5.12 stays half open until a run ends.
    if (properties_->any_end_answers_probe) breaker_.mark_non_success(now);
  }

  /// For a command whose fallback takes no time.
  void on_end(Outcome outcome, Instant now) {
    run_ended(outcome, now);
    command_ended(outcome, now);
  }

  Fallback begin_fallback() {
    if (!properties_->fallback_enabled) return Fallback::disabled;
    return fallback_permits_.try_acquire() ? Fallback::run : Fallback::rejected;
  }
  void end_fallback() { fallback_permits_.release(); }

  /// After a time-out: whether the thread is free at once, or only when the code it runs returns by itself.
  bool frees_thread_at_once() const { return properties_->interrupt_on_timeout && properties_->honours_interrupt; }

  CircuitBreaker& breaker() { return breaker_; }
  ThreadPool* pool() { return pool_; }
  const CommandProperties& properties() const { return *properties_; }
  int running() const { return execution_permits_.used(); }
  int fallbacks_running() const { return fallback_permits_.used(); }

 private:
  const CommandProperties* properties_;
  ThreadPool* pool_;
  CircuitBreaker breaker_;
  TryableSemaphore execution_permits_;
  TryableSemaphore fallback_permits_;
};

}  // namespace streamtwin::hystrix
