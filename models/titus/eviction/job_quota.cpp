#include "models/titus/eviction/job_quota.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/check.hpp"

namespace streamtwin::titus {

namespace {

constexpr int steps_of_rate = 20;    // Netflix/titus-control-plane AbstractRatePerIntervalRateController RESOLUTION
constexpr int tracked_size_min = 2;  // UnhealthyTasksLimitTracker JOB_SIZE_TRACKING_THRESHOLD

/// As upstream computes it, in per cent: 29 % of 100 is 29, which 0.29 * 100 is not.
double of_hundredths(int desired, Fraction share) { return desired * (std::round(share.value() * 1e10) / 1e8) / 100; }

const DisruptionBudgetSpec& effective_of(const DisruptionBudgetSpec& budget, const DisruptionBudgetSpec& fallback) {
  check(fallback.policy != BudgetPolicy::self_managed, "a self-managed job does not fall back to a self-managed budget");
  return budget.policy == BudgetPolicy::self_managed ? fallback : budget;
}

std::int64_t evictions_in(const DisruptionBudgetSpec& budget, int desired) {
  if (budget.rate == BudgetRate::per_interval) return budget.evictions_max;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(of_hundredths(desired, budget.share)));
}

Duration interval_of(const DisruptionBudgetSpec& budget) {
  return budget.rate == BudgetRate::percentage_per_hour ? Duration{1h} : budget.interval;
}

}  // namespace

DisruptionBudgetSpec self_managed_fallback() {
  DisruptionBudgetSpec budget;
  budget.policy = BudgetPolicy::availability;
  budget.healthy = Fraction{0.9};
  budget.rate = BudgetRate::percentage_per_hour;
  budget.share = Fraction{0.2};
  return budget;
}

DisruptionBudgetSpec budget_of_batch(Duration runtime_limit) {
  DisruptionBudgetSpec budget;
  budget.relocation_time = std::max(Duration{1min}, runtime_limit * 1.2);
  return budget;
}

DisruptionBudgetSpec budget_of_service(bool moves_its_tasks) {
  DisruptionBudgetSpec budget;
  budget.relocation_time = moves_its_tasks ? Duration{24h} * 7 : Duration{1min};
  return budget;
}

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none: return "approved";
    case Refusal::legacy_job: return "legacy job";
    case Refusal::outside_time_window: return "outside the job's time windows";
    case Refusal::not_enough_healthy: return "not enough healthy containers";
    case Refusal::rate_exceeded: return "rate of evictions exceeded";
    case Refusal::relocation_limit: return "task relocation limit exceeded";
    case Refusal::outside_system_window: return "outside the system's time windows";
    case Refusal::system_quota: return "system quota exceeded";
    case Refusal::system_and_job: return "no job and system quota";
  }
  return "";
}

int healthy_min_of_share(int desired, Fraction share) {
  if (desired == 0) return 0;
  return std::min(static_cast<int>(std::ceil(of_hundredths(desired, share))), desired - 1);
}

int healthy_min_of_limit(int desired, int unhealthy_max) { return std::max(0, desired - std::max(1, unhealthy_max)); }

EvictionRate::EvictionRate(Duration interval, std::int64_t limit, Instant now)
    : interval_(interval), limit_(limit), count_(interval, steps_of_rate, now) {}

void EvictionRate::change(Duration interval, std::int64_t limit, Instant now) {
  limit_ = limit;
  if (interval == interval_) return;
  const std::int64_t before = count_.count(now);
  interval_ = interval;
  count_ = RollingCount(interval, steps_of_rate, now);
  count_.add(std::min(limit, before), now);
}

std::int64_t EvictionRate::quota(Instant now) { return std::max<std::int64_t>(0, limit_ - count_.count(now)); }

bool EvictionRate::consume(Instant now) {
  if (quota(now) < 1) return false;
  count_.add(1, now);
  return true;
}

JobQuota::JobQuota(const DisruptionBudgetSpec& budget, const DisruptionBudgetSpec& fallback, int desired, Instant now)
    : budget_(effective_of(budget, fallback)), desired_(desired) {
  set_rate(now);
}

void JobQuota::update(const DisruptionBudgetSpec& budget, const DisruptionBudgetSpec& fallback, int desired, Instant now) {
  budget_ = effective_of(budget, fallback);
  desired_ = desired;
  set_rate(now);
}

void JobQuota::set_rate(Instant now) {
  if (budget_.rate == BudgetRate::unlimited) {
    rate_.reset();
  } else if (rate_ && rate_kind_ == budget_.rate) {
    rate_->change(interval_of(budget_), evictions_in(budget_, desired_), now);
  } else {
    rate_.emplace(interval_of(budget_), evictions_in(budget_, desired_), now);
  }
  rate_kind_ = budget_.rate;
}

bool JobQuota::legacy() const {
  return budget_.policy == BudgetPolicy::none && budget_.rate == BudgetRate::unlimited && budget_.windows.empty();
}

std::int64_t JobQuota::healthy_quota(const JobFigures& figures) const {
  if (desired_ < tracked_size_min) return desired_;
  const int needed = budget_.policy == BudgetPolicy::availability ? healthy_min_of_share(desired_, budget_.healthy)
                                                                  : healthy_min_of_limit(desired_, budget_.unhealthy_max);
  return std::max(0, figures.healthy - needed);
}

std::int64_t JobQuota::quota(const JobFigures& figures, const WeekClock& clock, Instant now) {
  if (legacy() || !is_open(budget_.windows, clock, now)) return 0;
  std::int64_t quota = unlimited_quota;
  if (tracks_health()) quota = healthy_quota(figures);
  if (rate_) quota = std::min(quota, rate_->quota(now));
  if (budget_.policy == BudgetPolicy::relocation_limit) quota = std::min<std::int64_t>(quota, std::max(0, figures.relocatable));
  return quota;
}

Refusal JobQuota::consume(const JobFigures& figures, std::uint32_t evictions_of_task, const WeekClock& clock, Instant now) {
  if (legacy()) return Refusal::legacy_job;
  if (!is_open(budget_.windows, clock, now)) return Refusal::outside_time_window;
  if (tracks_health() && healthy_quota(figures) <= 0) return Refusal::not_enough_healthy;
  if (rate_ && !rate_->consume(now)) return Refusal::rate_exceeded;
  if (budget_.policy == BudgetPolicy::relocation_limit && static_cast<std::int64_t>(evictions_of_task) >= budget_.relocations_max) {
    if (rate_) rate_->give_back(now);
    return Refusal::relocation_limit;
  }
  return Refusal::none;
}

void JobQuota::give_back(Instant now) {
  if (rate_) rate_->give_back(now);
}

}  // namespace streamtwin::titus
