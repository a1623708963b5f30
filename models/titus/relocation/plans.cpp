#include "models/titus/relocation/plans.hpp"

#include <utility>

#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

bool leaves_now(const RelocationView& view, const RelocationTask& task) {
  const RelocationJob& job = view.job_of(task);
  return view.agent_of(task).leaves_now || task.leaves_now || (job.leave_by_now && *job.leave_by_now >= task.created);
}

bool is_asked_to_leave(const RelocationView& view, const RelocationTask& task) {
  const RelocationJob& job = view.job_of(task);
  return task.leaves || (job.leave_by && *job.leave_by >= task.created);
}

bool needs_plan(const RelocationView& view, const RelocationTask& task) {
  const RelocationJob& job = view.job_of(task);
  const RelocationAgent& agent = view.agent_of(task);
  if (!job.self_managed || job.stays || task.stays || agent.stays || leaves_now(view, task)) return false;
  return is_asked_to_leave(view, task) || agent.leaves || agent.group_leaves;
}

void RelocationPlans::collect(const RelocationView& view, Instant now) {
  std::unordered_map<std::uint64_t, RelocationPlan> needed;
  for (const RelocationTask& task : view.tasks) {
    if (!task.starts_or_runs || !needs_plan(view, task)) continue;
    RelocationPlan plan{now, add_exactly(now, view.job_of(task).relocation_time)};
    const RelocationPlan* const before = find(task.id);
    if (before != nullptr && before->relocate_at < plan.relocate_at) plan = *before;
    needed.emplace(task.id, plan);
  }
  plans_ = std::move(needed);
}

const RelocationPlan* RelocationPlans::find(std::uint64_t task) const {
  const auto found = plans_.find(task);
  return found == plans_.end() ? nullptr : &found->second;
}

bool deschedules(Instant last, Instant now, const RelocationSpec& spec) { return now > add_exactly(last, spec.descheduling_interval); }

}  // namespace streamtwin::titus
