// Which tasks are evicted in this turn to empty agents. Facts: Netflix/titus-control-plane task-relocation descheduler/
// DefaultDeschedulerService, TaskMigrationDescheduler, EvacuatedAgentsAllocationTracker, EvictionQuotaTracker. Upstream's order of
// equally fit agents, and of tasks, is that of a hash map: here that of the view.
//
// An agent's fitness only falls as quotas are used up, so the best one is found in a heap of what each was worth last:
// O(tasks log agents) for a turn in place of agents times tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "models/titus/relocation/plans.hpp"

namespace streamtwin::titus {

/// Evictions that are left, as the turn begins and then as it goes on.
struct EvictionQuotas {
  std::int64_t system = 0;  ///< 0 while its windows are closed
  bool system_window_open = true;
  std::vector<std::int64_t> of_job;  ///< by index in the view's jobs

  bool allows(const RelocationView& view, const RelocationTask& task) const;
  void consume(const RelocationTask& task);
  /// Of an eviction that waits for nobody: what there is.
  void consume_what_there_is(const RelocationTask& task);
};

enum class Held : std::uint8_t { no, task_stays, job_stays, agent_stays, deadline_not_reached, no_job_quota, unknown };
/// What upstream says of it.
std::string_view name_of(Held held);

struct Descheduling {
  std::uint64_t task = 0;
  RelocationPlan plan;
  Held held = Held::no;  ///< anything else: it is not evicted, and this is why
};

class Descheduler {
 public:
  /// What they refer to outlives the descheduler.
  Descheduler(const RelocationView& view, const RelocationPlans& plans, EvictionQuotas quotas, Instant now);

  struct Match {
    std::uint32_t agent = 0;           ///< index in the view
    std::vector<std::uint32_t> tasks;  ///< indices in the view
  };

  /// Tasks that leave now, as indices in the view; quotas are used up as far as they go.
  std::vector<std::uint32_t> immediate();
  /// Those that are asked to leave and that quotas allow.
  std::vector<std::uint32_t> requested();
  /// The agent that this turn leaves fewest tasks on, and the tasks that go.
  std::optional<Match> next_best_match();
  /// Why a task of an agent that is emptied has not been chosen.
  Held why_held(const RelocationTask& task) const;

  const EvictionQuotas& quotas() const { return quotas_; }

 private:
  struct Candidate {
    double fitness = 0;
    std::uint32_t agent = 0;
    friend bool operator<(const Candidate& a, const Candidate& b) {
      return a.fitness < b.fitness || (a.fitness == b.fitness && a.agent > b.agent);
    }
  };
  bool may_go(const RelocationTask& task) const;
  double fitness_of(std::uint32_t agent, std::vector<std::uint32_t>& chosen);

  RelocationView view_;
  const RelocationPlans& plans_;
  EvictionQuotas quotas_;
  Instant now_;
  std::vector<std::vector<std::uint32_t>> tasks_on_;  // by agent, of those that are emptied
  std::priority_queue<Candidate> candidates_;
  std::vector<std::int64_t> used_;  // by job, of the agent that is looked at
};

/// A whole turn: who leaves at once, who asks to, agent after agent; then everybody who is held, with the reason.
std::vector<Descheduling> deschedule(const RelocationView& view, const RelocationPlans& plans, const EvictionQuotas& quotas, Instant now);

}  // namespace streamtwin::titus
