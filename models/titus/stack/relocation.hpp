// Containers leave agents that are to be emptied: every two minutes the descheduler chooses who may go, within the disruption
// budgets of jobs and stack; the jobs replace them elsewhere, and an agent that is empty is terminated and replaced. Drives
// relocation/descheduler and eviction.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/titus/eviction/system_quota.hpp"
#include "models/titus/relocation/descheduler.hpp"
#include "models/titus/stack/job_keeper.hpp"

namespace streamtwin::titus {

class Relocation {
 public:
  /// `since_monday`: UTC, when the run begins.
  Relocation(const RelocationSpec& spec, const SystemBudgetSpec& budget, Duration since_monday, AgentPool& agents, JobKeeper& jobs,
             StackMeasures& measures);

  void start();
  /// All agents of a group, as they are now, are to be emptied and replaced, so many at a time.
  void refresh_group(AgentGroupId group, int at_once);
  /// Whether agents are still to be emptied.
  bool busy() const { return !leaving_.empty() || !refreshes_.empty(); }

 private:
  struct View {
    std::vector<RelocationAgent> agents;
    std::vector<RelocationJob> jobs;
    std::vector<RelocationTask> tasks;
    std::vector<JobId> job_ids;
    std::vector<std::int64_t> quotas;
  };

  using AgentOfThen = std::pair<AgentId, std::uint32_t>;  ///< with its generation
  struct Refresh {
    AgentGroupId group = 0;
    int at_once = 0;
    std::deque<AgentOfThen> left;
  };

  Task<> work();
  void empty_next();
  View look();
  void evict(const View& view);
  void terminate_empty();
  JobQuota& quota_of(JobId job);
  JobFigures figures_of(JobId job) const;

  const RelocationSpec spec_;
  AgentPool& agents_;
  JobKeeper& jobs_;
  StackMeasures& measures_;
  WeekClock clock_;
  SystemQuota system_;
  RelocationPlans plans_;
  std::map<JobId, JobQuota> quotas_;  ///< of jobs that have had a task on an agent that is emptied
  std::vector<Refresh> refreshes_;
  std::vector<AgentOfThen> leaving_;
  Scope scope_;
};

}  // namespace streamtwin::titus
