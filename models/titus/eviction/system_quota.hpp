// How many evictions the stack as a whole allows, and the order in which a job and the system are asked. Facts:
// Netflix/titus-control-plane master/eviction/service/quota TitusQuotasManager, system/SystemQuotaController.
#pragma once

#include "models/titus/eviction/job_quota.hpp"
#include "models/titus/grid_token_bucket.hpp"

namespace streamtwin::titus {

class SystemQuota {
 public:
  SystemQuota(const SystemBudgetSpec& budget, Instant now);

  bool window_open(const WeekClock& clock, Instant now) const { return is_open(windows_, clock, now); }
  /// 0 outside the time windows.
  std::int64_t quota(const WeekClock& clock, Instant now);
  Refusal consume(const WeekClock& clock, Instant now);
  void give_back() { tokens_.give_back(1); }

 private:
  std::vector<TimeWindowSpec> windows_;
  GridTokenBucket tokens_;
};

/// One eviction, of both quotas or of none. A job that is exempt from the system's windows passes where only those are closed,
/// and takes no token; if it is the job that refuses then, the token that was not taken is given back all the same.
Refusal consume(SystemQuota& system, JobQuota& job, const JobFigures& figures, std::uint32_t evictions_of_task, bool exempt,
                const WeekClock& clock, Instant now);

}  // namespace streamtwin::titus
