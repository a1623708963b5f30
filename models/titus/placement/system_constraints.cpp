#include "models/titus/placement/system_constraints.hpp"

#include <algorithm>

namespace streamtwin::titus {

const char* reason_of(SystemFailure failure) {
  switch (failure) {
    case SystemFailure::none: return "";
    case SystemFailure::instance_not_found: return "Instance not found";
    case SystemFailure::group_not_active: return "Instance group is not active or phased out";
    case SystemFailure::system_no_placement: return "Cannot place on instance group or agent instance due to systemNoPlacement attribute";
    case SystemFailure::no_placement: return "Cannot place on instance group or agent instance due to noPlacement attribute";
    case SystemFailure::instance_not_started: return "Instance not in Started state";
    case SystemFailure::relocation_required: return "Cannot place on agent instance marked for evacuation by TaskRelocation service";
    case SystemFailure::instance_unhealthy: return "Unhealthy agent";
    case SystemFailure::tier_mismatch: return "Task cannot run on instance group tier";
    case SystemFailure::no_gpus: return "Instance group does not have gpus";
    case SystemFailure::gpus_only: return "Instance group does not run non gpu tasks";
    case SystemFailure::taint_not_tolerated:
      return "Cannot place on instance group or agent instance due to toleration attribute not matching taint attribute";
    case SystemFailure::launch_guard: return "The agent has reached the launch guard limit";
    case SystemFailure::container_limit: return "Too many containers on the agent node";
  }
  return "";
}

SystemFailure SystemConstraints::of_agent(const AgentFacts& agent, const ContainerRequest& task) {
  if (!agent.known) return SystemFailure::instance_not_found;
  if (!agent.group_takes_tasks) return SystemFailure::group_not_active;
  if (!agent.started) return SystemFailure::instance_not_started;
  const bool on_loan = task.lent_to == agent.agent;
  if (agent.system_no_placement && !on_loan) return SystemFailure::system_no_placement;
  if (agent.no_placement) return SystemFailure::no_placement;
  if (agent.relocation_required) return SystemFailure::relocation_required;
  if (!agent.healthy) return SystemFailure::instance_unhealthy;
  if (agent.tier != task.job_tier && !on_loan) return SystemFailure::tier_mismatch;
  if (task.gpus > 0 && agent.gpus == 0) return SystemFailure::no_gpus;
  if (task.gpus == 0 && agent.gpus > 0) return SystemFailure::gpus_only;
  if ((agent.taints & ~task.tolerations) != 0) return SystemFailure::taint_not_tolerated;
  return SystemFailure::none;
}

SystemFailure SystemConstraints::first_failure(const ContainerRequest& task, const fenzo::Host& host) const {
  const SystemFailure of_it = of_agent(tally_.facts(host.number()), task);
  if (of_it != SystemFailure::none) return of_it;
  const AgentCounts& counts = tally_.counts(host.number());
  const int assigned = static_cast<int>(host.assigned_tasks().size());
  if (assigned >= launching_max_ || counts.launching >= launching_max_ - assigned) return SystemFailure::launch_guard;
  if (counts.all + assigned >= std::max(1, containers_max_)) return SystemFailure::container_limit;
  return SystemFailure::none;
}

bool SystemConstraints::holds(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker&) const {
  return first_failure(container(task), host) == SystemFailure::none;
}

std::optional<std::string> SystemConstraints::failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                                      const fenzo::TaskTracker&) const {
  const SystemFailure failure = first_failure(container(task), host);
  if (failure == SystemFailure::none) return std::nullopt;
  return reason_of(failure);
}

}  // namespace streamtwin::titus
