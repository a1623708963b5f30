#include "models/titus/eviction/system_quota.hpp"

namespace streamtwin::titus {

SystemQuota::SystemQuota(const SystemBudgetSpec& budget, Instant now)
    : windows_(budget.windows), tokens_({budget.capacity, budget.refill, Duration{1s}, budget.initial}, now) {}

std::int64_t SystemQuota::quota(const WeekClock& clock, Instant now) { return window_open(clock, now) ? tokens_.tokens(now) : 0; }

Refusal SystemQuota::consume(const WeekClock& clock, Instant now) {
  if (!window_open(clock, now)) return Refusal::outside_system_window;
  return tokens_.try_take(1, now) ? Refusal::none : Refusal::system_quota;
}

Refusal consume(SystemQuota& system, JobQuota& job, const JobFigures& figures, std::uint32_t evictions_of_task, bool exempt,
                const WeekClock& clock, Instant now) {
  const Refusal of_job = job.consume(figures, evictions_of_task, clock, now);
  Refusal of_system = system.consume(clock, now);
  if (exempt && of_system == Refusal::outside_system_window) of_system = Refusal::none;
  if (of_job != Refusal::none && of_system != Refusal::none) return Refusal::system_and_job;
  if (of_job != Refusal::none) system.give_back();
  if (of_system != Refusal::none) job.give_back(now);
  return of_job != Refusal::none ? of_job : of_system;
}

}  // namespace streamtwin::titus
