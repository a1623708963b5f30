#include "models/titus/placement/classify.hpp"

#include <algorithm>

#include "models/titus/fenzo/host.hpp"
#include "models/titus/placement/job_constraints.hpp"

namespace streamtwin::titus {
namespace {

/// The system's own is the first of the hard constraints and asked apart.
bool has_own_constraints(const ContainerRequest& task) { return task.hard.size() > 1 || task.exclusive_host; }

const fenzo::Constraint* plug_in(const fenzo::HardConstraint& constraint) {
  const auto* const shared = std::get_if<std::shared_ptr<const fenzo::Constraint>>(&constraint);
  return shared ? shared->get() : nullptr;
}

}  // namespace

// Too large is only what every host that takes such tasks has too little for, and nothing else against.
FailureKind FailureClassifier::Obstacles::kind() const {
  if (!takes_tasks) return FailureKind::no_active_agents;
  if (launch_guard) return FailureKind::launch_guard;
  if (container_limit) return FailureKind::agent_container_limit;
  if (job_constraint) return FailureKind::job_hard_constraint;
  if (exclusive_host) return FailureKind::exclusive_host;
  return other ? FailureKind::unrecognized : FailureKind::too_large_to_fit;
}

void FailureClassifier::begin(std::vector<const fenzo::Host*> hosts) {
  hosts_ = std::move(hosts);
  shared_.clear();
}

FailureKind FailureClassifier::kind_of(const fenzo::TaskFailure& failure, const fenzo::TaskTracker& tasks) {
  for (const fenzo::Cause& cause : failure.causes) {
    for (const fenzo::Shortage& shortage : cause.shortages) {
      if (shortage.what == fenzo::Lack::group_limit) return FailureKind::above_capacity_limit;
      if (shortage.what == fenzo::Lack::scalar || shortage.what == fenzo::Lack::fitness) return FailureKind::unrecognized;
    }
  }
  const ContainerRequest& task = container(failure.task);
  if (has_own_constraints(task)) return find(task, tasks).kind();
  const auto same = std::find_if(shared_.begin(), shared_.end(), [&](const Shared& known) {
    return known.tier == task.job_tier && known.gpus == (task.gpus > 0) && known.tolerations == task.tolerations;
  });
  if (same != shared_.end()) return same->obstacles.kind();
  shared_.push_back({task.job_tier, task.gpus > 0, task.tolerations, find(task, tasks)});
  return shared_.back().obstacles.kind();
}

FailureClassifier::Obstacles FailureClassifier::find(const ContainerRequest& task, const fenzo::TaskTracker& tasks) const {
  Obstacles found;
  for (const fenzo::Host* const host : hosts_) find_at(*host, task, tasks, found);
  return found;
}

// The first that is wrong with a host, in Fenzo's order.
void FailureClassifier::find_at(const fenzo::Host& host, const ContainerRequest& task, const fenzo::TaskTracker& tasks,
                                Obstacles& found) const {
  if (host.exclusive_task()) {
    found.takes_tasks = true;
    (task.exclusive_host ? found.job_constraint : found.exclusive_host) = true;
    return;
  }
  const SystemFailure of_it = constraints_.first_failure(task, host);
  if (is_agent_management(of_it)) return;
  found.takes_tasks = true;
  if (of_it == SystemFailure::launch_guard) found.launch_guard = true;
  if (of_it == SystemFailure::container_limit) found.container_limit = true;
  if (of_it != SystemFailure::none) return;
  for (const fenzo::HardConstraint& constraint : task.hard) {
    if (std::holds_alternative<fenzo::ExclusiveHost>(constraint)) {
      if (host.running_tasks().empty() && host.assigned_tasks().empty()) continue;
      found.job_constraint = true;
      return;
    }
    const fenzo::Constraint* const custom = plug_in(constraint);
    if (!custom || custom->holds(task, host, tasks)) continue;
    const std::string name = custom->name();
    const bool of_job = name == JobConstraints::unique_host_name || name == JobConstraints::zone_balance_name;
    (of_job ? found.job_constraint : found.other) = true;
    return;
  }
}

}  // namespace streamtwin::titus
