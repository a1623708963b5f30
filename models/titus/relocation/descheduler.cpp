#include "models/titus/relocation/descheduler.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/check.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

namespace {

constexpr double penalty_of_one_left = 1.0 / 64;  // Netflix/titus-control-plane TaskMigrationDescheduler MAX_EXPECTED_AGENT_CPUS
constexpr double fitness_min = 0.01;

}  // namespace

std::string_view name_of(Held held) {
  switch (held) {
    case Held::no: return "evicted";
    case Held::task_stays: return "Task marked as not evictable";
    case Held::job_stays: return "Job marked as not evictable";
    case Held::agent_stays: return "Agent marked as not evictable";
    case Held::deadline_not_reached: return "Migration deadline not reached yet";
    case Held::no_job_quota: return "Not enough job quota";
    case Held::unknown: return "Unknown";
  }
  return "";
}

bool EvictionQuotas::allows(const RelocationView& view, const RelocationTask& task) const {
  const bool of_system = system > 0 || (!system_window_open && view.job_of(task).exempt);
  return of_system && of_job[task.job] > 0;
}

void EvictionQuotas::consume(const RelocationTask& task) {
  --system;
  --of_job[task.job];
}

void EvictionQuotas::consume_what_there_is(const RelocationTask& task) {
  system -= system > 0 ? 1 : 0;
  of_job[task.job] -= of_job[task.job] > 0 ? 1 : 0;
}

Descheduler::Descheduler(const RelocationView& view, const RelocationPlans& plans, EvictionQuotas quotas, Instant now)
    : view_(view), plans_(plans), quotas_(std::move(quotas)), now_(now), tasks_on_(view.agents.size()), used_(view.jobs.size()) {
  check(quotas_.of_job.size() == view.jobs.size(), "each job has a quota");
  for (std::uint32_t i = 0; i < view.tasks.size(); ++i) {
    const RelocationTask& task = view.tasks[i];
    check(task.job < view.jobs.size() && task.agent < view.agents.size(), "a task's job and agent are in the view");
    if (is_evacuated(view.agent_of(task))) tasks_on_[task.agent].push_back(i);
  }
  for (std::uint32_t agent = 0; agent < tasks_on_.size(); ++agent) {
    if (!tasks_on_[agent].empty()) candidates_.push({1, agent});
  }
}

bool Descheduler::may_go(const RelocationTask& task) const {
  const RelocationPlan* const plan = plans_.find(task.id);
  return plan == nullptr || plan->relocate_at <= now_;
}

std::vector<std::uint32_t> Descheduler::immediate() {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < view_.tasks.size(); ++i) {
    if (!leaves_now(view_, view_.tasks[i])) continue;
    quotas_.consume_what_there_is(view_.tasks[i]);
    found.push_back(i);
  }
  return found;
}

std::vector<std::uint32_t> Descheduler::requested() {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < view_.tasks.size(); ++i) {
    const RelocationTask& task = view_.tasks[i];
    if (!is_asked_to_leave(view_, task) || !quotas_.allows(view_, task) || !may_go(task)) continue;
    quotas_.consume(task);
    found.push_back(i);
  }
  return found;
}

double Descheduler::fitness_of(std::uint32_t agent, std::vector<std::uint32_t>& chosen) {
  const std::vector<std::uint32_t>& tasks = tasks_on_[agent];
  chosen.clear();
  auto most = static_cast<std::int64_t>(tasks.size());
  if (quotas_.system_window_open) most = std::min(most, quotas_.system);
  for (const std::uint32_t i : tasks) {
    if (static_cast<std::int64_t>(chosen.size()) >= most) break;
    const RelocationTask& task = view_.tasks[i];
    if (!may_go(task) || (!quotas_.system_window_open && !view_.job_of(task).exempt)) continue;
    if (quotas_.of_job[task.job] - used_[task.job] <= 0) continue;
    ++used_[task.job];
    chosen.push_back(i);
  }
  for (const std::uint32_t i : chosen) used_[view_.tasks[i].job] = 0;
  if (chosen.empty()) return 0;
  return std::max(1 - static_cast<double>(tasks.size() - chosen.size()) * penalty_of_one_left, fitness_min);
}

std::optional<Descheduler::Match> Descheduler::next_best_match() {
  Match match;
  while (!candidates_.empty()) {
    const Candidate best = candidates_.top();
    candidates_.pop();
    const double fitness = fitness_of(best.agent, match.tasks);
    if (fitness <= 0) continue;
    if (fitness < best.fitness) {
      candidates_.push({fitness, best.agent});
      continue;
    }
    match.agent = best.agent;
    for (const std::uint32_t i : match.tasks) quotas_.consume(view_.tasks[i]);
    std::vector<std::uint32_t>& tasks = tasks_on_[best.agent];
    const auto goes = [&match](std::uint32_t i) { return std::binary_search(match.tasks.begin(), match.tasks.end(), i); };
    tasks.erase(std::remove_if(tasks.begin(), tasks.end(), goes), tasks.end());
    return match;
  }
  return std::nullopt;
}

Held Descheduler::why_held(const RelocationTask& task) const {
  if (task.stays) return Held::task_stays;
  if (view_.job_of(task).stays) return Held::job_stays;
  if (view_.agent_of(task).stays) return Held::agent_stays;
  if (!may_go(task)) return Held::deadline_not_reached;
  return quotas_.of_job[task.job] <= 0 ? Held::no_job_quota : Held::unknown;
}

std::vector<Descheduling> deschedule(const RelocationView& view, const RelocationPlans& plans, const EvictionQuotas& quotas, Instant now) {
  Descheduler descheduler(view, plans, quotas, now);
  std::vector<Descheduling> result;
  std::vector<char> decided(view.tasks.size(), 0);
  const auto decide = [&](std::uint32_t i, const RelocationPlan& plan, Held held = Held::no) {
    if (std::exchange(decided[i], char{1}) == 0) result.push_back({view.tasks[i].id, plan, held});
  };
  for (const std::uint32_t i : descheduler.immediate()) decide(i, {now, now});
  for (const std::uint32_t i : descheduler.requested()) decide(i, {now, now});
  while (const std::optional<Descheduler::Match> match = descheduler.next_best_match()) {
    for (const std::uint32_t i : match->tasks) {
      // One that has no plan yet is told of what would have been its deadline, and goes all the same.
      const RelocationTask& task = view.tasks[i];
      const RelocationPlan* const plan = plans.find(task.id);
      const Duration notice = needs_plan(view, task) ? view.job_of(task).relocation_time : Duration{0};
      decide(i, plan != nullptr ? *plan : RelocationPlan{now, add_exactly(now, notice)});
    }
  }
  for (std::uint32_t i = 0; i < view.tasks.size(); ++i) {
    const RelocationTask& task = view.tasks[i];
    if (decided[i] != 0 || !is_evacuated(view.agent_of(task))) continue;
    const RelocationPlan* const plan = plans.find(task.id);
    decide(i, plan != nullptr ? *plan : RelocationPlan{now, now}, descheduler.why_held(task));
  }
  return result;
}

}  // namespace streamtwin::titus
