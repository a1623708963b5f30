// How long a task may be in a state. Facts: Netflix/titus-control-plane DifferenceResolverUtils.findTaskStateTimeouts,
// TaskTimeoutChangeActions.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "models/titus/ids.hpp"
#include "models/titus/jobs/jobs_spec.hpp"
#include "models/titus/jobs/job_task.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

/// None for the states that may last.
std::optional<Duration> state_timeout(JobKind kind, TaskState state, const JobManagerSpec& manager);

/// A job's own limit within the bounds, or the default one.
Duration runtime_limit(std::optional<Duration> wanted, const JobLimitsSpec& limits);

/// What becomes of a task whose time in its state is over: it is killed; killed once more; or counts as ended.
enum class StuckAction : std::uint8_t { kill, kill_again, finish };
StuckAction stuck_action(TaskState state, std::uint32_t kill_attempts, const JobManagerSpec& manager);

/// The deadlines of all tasks of all jobs. Each kind of timeout has the same length for all, so they come due in the order in
/// which they were set: O(1) each. Who left the state in time is told by the task's version, when the deadline is met.
class StateDeadlines {
 public:
  struct Entry {
    Instant at;
    JobId job = 0;
    Slot slot = 0;
    std::uint32_t version = 0;
  };

  explicit StateDeadlines(const JobManagerSpec& manager) : manager_(manager) {}

  /// The task is in `state` as of `now`; nothing is done for a state that may last.
  void enter(JobId job, Slot slot, std::uint32_t version, JobKind kind, TaskState state, Instant now);
  /// The earliest deadline, met or not; `never` without one.
  Instant next() const;
  /// Takes out what is due and gives each to `met(entry)`; where that says no (no token to deal with it), it is kept for later.
  template <class Met>
  void expire(Instant now, Met&& met) {
    for (std::deque<Entry>& queue : queues_) {
      while (!queue.empty() && queue.front().at <= now && met(std::as_const(queue.front()))) queue.pop_front();
    }
  }
  std::size_t size() const;

 private:
  JobManagerSpec manager_;
  std::array<std::deque<Entry>, 4> queues_;  // launched, start_initiated of a batch task, of a service's, kill_initiated
};

}  // namespace streamtwin::titus
