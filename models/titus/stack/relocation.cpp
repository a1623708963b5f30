#include "models/titus/stack/relocation.hpp"

#include <algorithm>

#include "models/titus/relocation/refresh.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

Relocation::Relocation(const RelocationSpec& spec, const SystemBudgetSpec& budget, Duration since_monday, AgentPool& agents,
                       JobKeeper& jobs, StackMeasures& measures)
    : spec_(spec), agents_(agents), jobs_(jobs), measures_(measures), clock_(since_monday), system_(budget, now()) {}

void Relocation::start() { scope_.spawn_service("relocation", work()); }

void Relocation::refresh_group(AgentGroupId group, int at_once) {
  Refresh& refresh = refreshes_.emplace_back(Refresh{group, at_once, {}});
  for (const AgentId id : agents_.group(group).places) {
    const Agent& agent = agents_.agent(id);
    if (agent.state == AgentState::started) refresh.left.emplace_back(id, agent.generation);
  }
}

// The next agents of a group leave as soon as those before them have been replaced.
void Relocation::empty_next() {
  for (Refresh& refresh : refreshes_) {
    const AgentPool::Group& group = agents_.group(refresh.group);
    const auto of_group = [&](const AgentOfThen& leaving) { return agents_.agent(leaving.first).group == refresh.group; };
    const auto serves = [&](AgentId id) { return agents_.agent(id).state == AgentState::started; };
    const RefreshFigures figures{.leaving = static_cast<int>(std::count_if(leaving_.begin(), leaving_.end(), of_group)),
                                 .desired = group.desired,
                                 .serving = static_cast<int>(std::count_if(group.places.begin(), group.places.end(), serves))};
    for (int room = may_leave(refresh.at_once, figures); room > 0 && !refresh.left.empty();) {
      const auto [id, generation] = refresh.left.front();
      refresh.left.pop_front();
      if (agents_.agent(id).generation != generation || !serves(id)) continue;
      agents_.set_relocation_required(id, true);
      leaving_.emplace_back(id, generation);
      --room;
    }
  }
  std::erase_if(refreshes_, [](const Refresh& refresh) { return refresh.left.empty(); });
}

Task<> Relocation::work() {
  Instant last = now();
  for (;;) {
    co_await delay(spec_.interval);
    if (!busy()) continue;
    terminate_empty();
    empty_next();
    const View view = look();
    const RelocationView spans{view.agents, view.jobs, view.tasks};
    plans_.collect(spans, now());
    if (!deschedules(last, now(), spec_)) continue;
    last = now();
    evict(view);
  }
}

// Its desired size stays: another comes in its place.
void Relocation::terminate_empty() {
  std::erase_if(leaving_, [this](const auto& leaving) {
    const Agent& agent = agents_.agent(leaving.first);
    if (agent.generation != leaving.second || agent.state != AgentState::started) return true;
    if (agent.tasks > 0) return false;
    agents_.terminate(agent.id, false);
    return true;
  });
}

JobQuota& Relocation::quota_of(JobId job) {
  const JobKindOfStack& kind = *jobs_.find_kind(job);
  const int desired = jobs_.find_job(job)->desired();
  const auto [found, is_new] = quotas_.try_emplace(job, kind.budget, self_managed_fallback(), desired, now());
  if (!is_new) found->second.update(kind.budget, self_managed_fallback(), desired, now());
  return found->second;
}

JobFigures Relocation::figures_of(JobId id) const {
  const JobTasks& job = *jobs_.find_job(id);
  const DisruptionBudgetSpec& budget = jobs_.find_kind(id)->budget;
  const bool counts = budget.policy == BudgetPolicy::relocation_limit;
  return {.healthy = job.started(), .relocatable = counts ? job.evicted_fewer_than(budget.relocations_max) : 0};
}

Relocation::View Relocation::look() {
  View view;
  std::map<JobId, std::uint32_t> known;
  for (const auto& [id, generation] : leaving_) {
    const auto agent = static_cast<std::uint32_t>(view.agents.size());
    view.agents.push_back({.id = id, .leaves = true});
    for (const ContainerId container : jobs_.on_agent(id)) {
      const auto seen = jobs_.seen(container);
      if (!seen || is_terminating(seen->task.state)) continue;
      const JobId job = key_of(container).job;
      const auto [place, is_new] = known.try_emplace(job, static_cast<std::uint32_t>(view.jobs.size()));
      if (is_new) {
        const DisruptionBudgetSpec& budget = seen->kind.budget;
        view.jobs.push_back({.self_managed = budget.policy == BudgetPolicy::self_managed,
                             .relocation_time = budget.relocation_time,
                             .leave_by = {},
                             .leave_by_now = {}});
        view.job_ids.push_back(job);
        view.quotas.push_back(quota_of(job).quota(figures_of(job), clock_, now()));
      }
      const bool runs = seen->task.state == TaskState::started || seen->task.state == TaskState::start_initiated;
      view.tasks.push_back(
          {.id = container, .job = place->second, .agent = agent, .created = seen->request->accepted, .starts_or_runs = runs});
    }
  }
  std::erase_if(quotas_, [&](const auto& entry) { return jobs_.find_job(entry.first) == nullptr; });
  return view;
}

// What the descheduler has chosen goes through the eviction service, which has the last word.
void Relocation::evict(const View& view) {
  const RelocationView spans{view.agents, view.jobs, view.tasks};
  EvictionQuotas quotas;
  quotas.system = system_.quota(clock_, now());
  quotas.system_window_open = system_.window_open(clock_, now());
  quotas.of_job = view.quotas;
  for (const Descheduling& chosen : deschedule(spans, plans_, quotas, now())) {
    if (chosen.held != Held::no) {
      ++measures_.evictions_refused;
      continue;
    }
    const auto seen = jobs_.seen(chosen.task);
    if (!seen) continue;
    const JobId job = key_of(chosen.task).job;
    const Refusal refusal = consume(system_, quota_of(job), figures_of(job), seen->task.eviction_resubmits, false, clock_, now());
    if (refusal != Refusal::none || !jobs_.kill(chosen.task, ReasonCode::evicted)) ++measures_.evictions_refused;
  }
}

}  // namespace streamtwin::titus
