#include "models/titus/jobs/retry.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {

namespace {

Duration doubled(Duration first, Duration most, std::uint32_t times) {
  return std::min(most, Duration{std::ldexp(first.count(), static_cast<int>(std::min<std::uint32_t>(times, 1000)))});
}

}  // namespace

Duration policy_delay(const RetrySpec& spec, std::uint32_t retries) {
  switch (spec.policy) {
    case RetryPolicy::immediate: return Duration{0};
    case RetryPolicy::delayed: return spec.delay;
    case RetryPolicy::exponential: return doubled(spec.delay, spec.delay_max, retries);
  }
  return Duration{0};
}

Duration replacement_delay(const JobTask& finished, const RetrySpec& spec, const JobManagerSpec& manager) {
  if (finished.ran >= manager.retryer_reset) return Duration{0};
  if (finished.restored) return manager.retry_interval_min;
  Duration delay = policy_delay(spec, finished.retries);
  if (manager.system_retryer_always || finished.has_system_retryer)
    delay = std::max(delay, doubled(manager.system_retryer_delay, manager.system_retryer_delay_max, finished.retries));
  return std::max(manager.retry_interval_min, delay);
}

Duration throttle_delay(const JobTask& finished, const StartThrottleSpec& spec) {
  const std::uint32_t failures = finished.failed_starts + 1, allowed = static_cast<std::uint32_t>(spec.failures);
  if (!spec.enabled || !failed_to_start(finished) || failures < allowed) return Duration{0};
  return doubled(spec.first, spec.most, failures - allowed);
}

bool retry_limit_reached(const JobTask& finished, const RetrySpec& spec) {
  if (finished.state != TaskState::finished || has_system_error(finished)) return false;
  const std::int64_t by_user = std::int64_t{finished.resubmits} - finished.system_resubmits - finished.eviction_resubmits;
  return by_user >= spec.retries;
}

bool batch_replaces(const JobTask& finished, const RetrySpec& spec, bool retry_on_runtime_limit) {
  if (finished.state != TaskState::finished || retry_limit_reached(finished, spec)) return false;
  if (finished.kill_reason == ReasonCode::runtime_limit_exceeded && !retry_on_runtime_limit) return false;
  return finished.reason != ReasonCode::normal;
}

JobTask replacement_of(const JobTask& finished, const JobManagerSpec& manager, Instant now) {
  JobTask task;
  task.since = now;
  task.version = finished.version + 1;
  task.resubmits = finished.resubmits + 1;
  task.system_resubmits = finished.system_resubmits + (has_system_error(finished) ? 1 : 0);
  task.failed_starts = failed_to_start(finished) ? finished.failed_starts + 1 : 0;
  task.eviction_resubmits = finished.eviction_resubmits + (was_evicted(finished) ? 1 : 0);
  if (finished.ran >= manager.retryer_reset) return task;
  task.retries = finished.restored ? 0 : finished.retries + 1;
  task.has_system_retryer = finished.restored || finished.has_system_retryer;
  return task;
}

}  // namespace streamtwin::titus
