// Whether and after how long a task that has finished is replaced. Facts: Netflix/titus-control-plane
// jobmanager/service/common DifferenceResolverUtils, action/TaskRetryers, CreateOrReplaceBatchTaskActions; common/util/retry.
#pragma once

#include "models/titus/jobs/jobs_spec.hpp"
#include "models/titus/jobs/job_task.hpp"

namespace streamtwin::titus {

/// What the policy says of the wait after `retries` replacements: none, a constant, or one that doubles from `delay` to
/// `delay_max` (and stays at none where it begins with none).
Duration policy_delay(const RetrySpec& spec, std::uint32_t retries);

/// The wait for the replacement of a task, counted from its end: none for one that ran for `retryer_reset`, or else what its
/// policy says, the system retryer where that counts, and never less than `retry_interval_min`.
Duration replacement_delay(const JobTask& finished, const RetrySpec& spec, const JobManagerSpec& manager);

/// What ECS's service scheduler adds to that for a task that ended before it ran, as those before it did: none for the first
/// `failures` - 1 of them.
Duration throttle_delay(const JobTask& finished, const StartThrottleSpec& spec);

/// Resubmits that are neither the system's nor an eviction's have used up the policy's retries. Those of the task are counted,
/// not its own end: a task that has none left is not replaced when it is evicted, but is after an error of the system.
bool retry_limit_reached(const JobTask& finished, const RetrySpec& spec);

/// Whether a batch job that is not being killed replaces this task.
bool batch_replaces(const JobTask& finished, const RetrySpec& spec, bool retry_on_runtime_limit);

/// The task that takes the place of `finished` at `now`.
JobTask replacement_of(const JobTask& finished, const JobManagerSpec& manager, Instant now);

}  // namespace streamtwin::titus
