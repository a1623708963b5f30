// How many of a job's tasks may be evicted now. Facts: Netflix/titus-control-plane master/eviction/service/quota/job
// JobQuotaController, UnhealthyTasksLimitTracker, TaskRelocationLimitController, AbstractRatePerIntervalRateController and its
// kinds, ArchaiusEffectiveJobDisruptionBudgetResolver. O(1) per question.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "models/titus/eviction/disruption_budget_spec.hpp"
#include "models/titus/eviction/rolling_count.hpp"

namespace streamtwin::titus {

/// Why an eviction is refused.
enum class Refusal : std::uint8_t {
  none,
  legacy_job,
  outside_time_window,
  not_enough_healthy,
  rate_exceeded,
  relocation_limit,
  outside_system_window,
  system_quota,
  system_and_job,  ///< neither has any left
};
std::string_view name_of(Refusal refusal);

inline constexpr std::int64_t unlimited_quota = std::numeric_limits<std::int64_t>::max() / 2;

/// Of a job, as it is now.
struct JobFigures {
  int healthy = 0;      ///< started, and its health checks pass
  int relocatable = 0;  ///< evicted fewer times than the relocation limit: asked for by that policy only
};

/// Healthy tasks that must be left: the share rounded up, but never all; 0 of a job that wants none.
int healthy_min_of_share(int desired, Fraction share);
/// All but that many, but one at least may be missing.
int healthy_min_of_limit(int desired, int unhealthy_max);

/// A rate's rolling interval of 20 steps.
class EvictionRate {
 public:
  EvictionRate(Duration interval, std::int64_t limit, Instant now);
  /// The same history under another limit. Another interval begins with what the last one holds, as far as the limit goes.
  void change(Duration interval, std::int64_t limit, Instant now);

  std::int64_t quota(Instant now);
  bool consume(Instant now);
  void give_back(Instant now) { count_.add(-1, now); }

 private:
  Duration interval_;
  std::int64_t limit_;
  RollingCount count_;
};

class JobQuota {
 public:
  /// A self-managed job is bound by `fallback`, which is not self-managed.
  JobQuota(const DisruptionBudgetSpec& budget, const DisruptionBudgetSpec& fallback, int desired, Instant now);
  /// Another budget or size. A rate of the same kind keeps its history, another one begins anew.
  void update(const DisruptionBudgetSpec& budget, const DisruptionBudgetSpec& fallback, int desired, Instant now);

  /// The smallest of what policy, windows and rate allow; not below 0.
  std::int64_t quota(const JobFigures& figures, const WeekClock& clock, Instant now);
  /// One eviction of a task that has been evicted so many times before. What is refused consumes nothing.
  Refusal consume(const JobFigures& figures, std::uint32_t evictions_of_task, const WeekClock& clock, Instant now);
  void give_back(Instant now);

  const DisruptionBudgetSpec& effective() const { return budget_; }

 private:
  void set_rate(Instant now);
  std::int64_t healthy_quota(const JobFigures& figures) const;
  bool tracks_health() const { return budget_.policy == BudgetPolicy::availability || budget_.policy == BudgetPolicy::unhealthy_tasks; }
  bool legacy() const;

  DisruptionBudgetSpec budget_;
  int desired_;
  std::optional<BudgetRate> rate_kind_;
  std::optional<EvictionRate> rate_;
};

}  // namespace streamtwin::titus
