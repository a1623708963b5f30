// How the tasks of jobs end: told to, of themselves, at a limit, stuck in a state, or with their agent.
#include <algorithm>
#include <utility>

#include "models/titus/stack/job_keeper.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

/// How often the reconcilers look for tasks that are stuck. Netflix/titus-control-plane ReconcilerConfiguration looks at idle jobs every
/// 100 ms; the time-outs are minutes.
constexpr Duration deadline_check = 1s;

}  // namespace

// The job's tasks say by now that it is being killed.
void JobKeeper::stop(JobId id, Job& job, Slot slot) {
  Attempt& attempt = job.attempts[slot];
  const JobTask& task = job.tasks.task(slot);
  if (!attempt.agent) {
    placing_.withdraw(attempt.request);
    finish(id, job, slot, task.kill_reason.value_or(ReasonCode::killed));
    return;
  }
  deadlines_.enter(id, slot, task.version, job.kind.kind, TaskState::kill_initiated, now());
  if (job.kind.balancer && task.started != never) registration_.container_ends(*job.kind.balancer, attempt.request->number);
  nodes_.stop(*attempt.agent, attempt.request->number);
}

bool JobKeeper::kill(ContainerId container, ReasonCode reason) {
  const ContainerKey key = key_of(container);
  Job* job = nullptr;
  if (attempt_of(key, job) == nullptr || !job->tasks.kill(key.slot, reason, now())) return false;
  stop(key.job, *job, key.slot);
  return true;
}

bool JobKeeper::preempt(ContainerId container) {
  Job* job = nullptr;
  Attempt* const attempt = attempt_of(key_of(container), job);
  if (attempt == nullptr || is_terminating(job->tasks.task(key_of(container).slot).state)) return false;
  attempt->preempted = true;
  return kill(container, ReasonCode::evicted);
}

Task<> JobKeeper::end_at_limit(ContainerId container) {
  kill(container, ReasonCode::runtime_limit_exceeded);
  co_return;
}

void JobKeeper::leave_agent(Attempt& attempt) {
  std::vector<ContainerId>& there = on_agent_[*attempt.agent];
  const std::uint32_t place = attempt.place_on_agent;
  there[place] = there.back();
  there.pop_back();
  if (place == there.size()) return;
  const ContainerKey moved = key_of(there[place]);
  find(moved.job)->attempts[moved.slot].place_on_agent = place;
}

void JobKeeper::finish(JobId id, Job& job, Slot slot, ReasonCode reason) {
  Attempt& attempt = job.attempts[slot];
  const JobTask before = job.tasks.task(slot);
  if (before.state == TaskState::finished) return;
  const Request request = std::exchange(attempt.request, nullptr);
  attempt.found.reset();  // whoever replaces it has a life of its own
  if (attempt.agent) {
    const bool was_started = before.started != never;
    leave_agent(attempt);
    placing_.ended(request, *attempt.agent, attempt.generation, was_started, attempt.interface);
    count_given(*attempt.agent, *request, -1);
    TierMeasures& tier = measures_.of(job.kind.tier);
    if (was_started) tier.running.add(now(), -1);
    if (was_started && job.kind.balancer && !is_terminating(before.state))
      registration_.container_ends(*job.kind.balancer, request->number);
    tell_quality(*attempt.agent, before, reason);
  }
  groups_[job.kind.bucket].held -= request->needs;
  job.tasks.finish(slot, reason, now());
  count_end(job, job.tasks.task(slot), reason, attempt.preempted);
  if (job.tasks.task(slot).held_back) ++measures_.held_back;
  if (job.kind.observer != nullptr && before.started != never) job.kind.observer->task_stopped(id);
  if (job.kind.observer != nullptr && reason == ReasonCode::normal) job.kind.observer->task_done(id, slot);
  if (find(id) != nullptr) reconcile(id);
}

void JobKeeper::tell_quality(AgentId agent, const JobTask& task, ReasonCode reason) {
  const bool had_started = task.started != never;
  switch (reason) {
    case ReasonCode::lost: return placing_.failed(agent, had_started ? AgentFault::lost_after_started : AgentFault::lost_before_started);
    case ReasonCode::local_system_error: return placing_.failed(agent, AgentFault::local_start_error);
    case ReasonCode::transient_system_error: return placing_.failed(agent, AgentFault::system_start_error);
    case ReasonCode::crashed: return placing_.failed(agent, AgentFault::crash);
    default: return;
  }
}

void JobKeeper::count_end(const Job& job, const JobTask& task, ReasonCode reason, bool preempted) {
  const ReasonCode why = task.kill_reason.value_or(reason);
  const bool good = reason == ReasonCode::normal;
  good ? measures_.containers.finished() : measures_.containers.failed();
  if (job.kind.kind == JobKind::batch && !good) measures_.work_lost.add(task.ran * job.kind.needs.cpus.value());
  if (good) {
    ++measures_.done;
    return;
  }
  switch (why) {
    case ReasonCode::failed:
    case ReasonCode::crashed: ++measures_.failed; break;
    case ReasonCode::evicted: ++(preempted ? measures_.preempted : measures_.evicted); break;
    case ReasonCode::runtime_limit_exceeded: ++measures_.ran_too_long; break;
    case ReasonCode::stuck_in_state:
    case ReasonCode::stuck_in_killing_state: ++measures_.stuck; break;
    case ReasonCode::killed:
    case ReasonCode::scaled_down: ++measures_.killed; break;
    default: ++measures_.lost; break;
  }
}

Task<> JobKeeper::watch_deadlines() {
  for (;;) {
    co_await delay(deadline_check);
    deadlines_.expire(now(), [this](const StateDeadlines::Entry& entry) { return deal_with(entry); });
  }
}

// False: no token is there to deal with it.
bool JobKeeper::deal_with(const StateDeadlines::Entry& entry) {
  Job* const job = find(entry.job);
  if (job == nullptr || !job->tasks.occupied(entry.slot) || job->tasks.task(entry.slot).version != entry.version) return true;
  if (!stuck_tokens_.try_take(1, now())) return false;
  const JobTask& task = job->tasks.task(entry.slot);
  switch (stuck_action(task.state, task.kill_attempts, spec_)) {
    case StuckAction::kill:
      job->tasks.kill(entry.slot, ReasonCode::stuck_in_state, now());
      stop(entry.job, *job, entry.slot);
      break;
    case StuckAction::kill_again:
      job->tasks.kill_again(entry.slot, now());
      stop(entry.job, *job, entry.slot);
      break;
    case StuckAction::finish: finish(entry.job, *job, entry.slot, ReasonCode::stuck_in_killing_state); break;
  }
  return true;
}

void JobKeeper::agent_lost(const Agent& agent) {
  if (!on_agent(agent.id).empty()) {
    scope_.spawn_after(lost_after_, "loss of an agent is noticed", notice_loss(on_agent(agent.id)));
  }
}

Task<> JobKeeper::notice_loss(std::vector<ContainerId> lost) {
  for (const ContainerId container : lost) lose(container);
  co_return;
}

void JobKeeper::lose_all(AgentId agent) {
  const std::vector<ContainerId> there = on_agent(agent);
  for (const ContainerId container : there) lose(container);
}

void JobKeeper::lose(ContainerId container) {
  const ContainerKey key = key_of(container);
  Job* job = nullptr;
  if (attempt_of(key, job) != nullptr) finish(key.job, *job, key.slot, ReasonCode::lost);
}

}  // namespace streamtwin::titus
