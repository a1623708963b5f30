#include "models/titus/stack/job_keeper.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

JobKeeper::JobKeeper(const std::string& name, const JobManagerSpec& spec, Placing& placing, Nodes& nodes, AgentPool& agents,
                     Registration& registration, const OrchestrationSpec& orchestration, std::uint64_t seed, StackMeasures& measures)
    : spec_(spec),
      placing_(placing),
      nodes_(nodes),
      agents_(agents),
      registration_(registration),
      lost_after_(orchestration.lost_after()),
      throttle_(orchestration.era == Era::ecs ? std::optional(orchestration.ecs.service_throttle) : std::nullopt),
      seed_(mix(seed ^ hash_text(name))),
      measures_(measures),
      deadlines_(spec),
      stuck_tokens_({.capacity = spec.stuck_burst, .refill = 1, .interval = Duration{1} / spec.stuck_rate.value(), .initial = 0}, now()) {
  placing.report_to(*this);
  nodes.report_to(*this);
  agents_subscription_ = agents.subscribe(*this);
}

void JobKeeper::start() { scope_.spawn_service("tasks that are stuck", watch_deadlines()); }

JobKeeper::Job& JobKeeper::add_job(const JobKindOfStack& kind, int size, std::uint64_t number) {
  const JobTerms terms{.kind = kind.kind,
                       .size = size,
                       .retry = kind.retry,
                       .retry_on_runtime_limit = kind.retry_on_run_time_limit,
                       .throttle = kind.kind == JobKind::service ? throttle_ : std::nullopt};
  Job& job = *(jobs_[next_job_] = std::make_unique<Job>(kind, terms, spec_));
  job.stream = mix(hash_text(kind.name) + number);
  ++next_job_;
  return job;
}

std::optional<JobId> JobKeeper::submit(const JobKindOfStack& kind, int size) {
  if (jobs_.size() >= static_cast<std::size_t>(spec_.active_jobs_max)) {
    ++measures_.jobs_refused;
    return std::nullopt;
  }
  const JobId id = next_job_;
  add_job(kind, size, ++numbers_[kind.name]);
  ++measures_.jobs;
  reconcile(id);
  return id;
}

// Tasks that have ended by now leave their slots as they would have, but are not looked at for retries: that they were is past.
std::optional<JobId> JobKeeper::find(const JobKindOfStack& kind, int size, Duration ago, std::uint64_t number) {
  const JobId id = next_job_;
  Job& job = add_job(kind, size, ~number);
  std::vector<std::optional<WorkOrder>> left(static_cast<std::size_t>(size));
  for (Slot slot = 0; slot < left.size(); ++slot) {
    Random random(seed_, job.stream, slot);
    const auto [life, reason] = kind.life(random);
    if (life <= ago) continue;
    left[slot] = WorkOrder{.kind = kind.kind,
                           .image = kind.image,
                           .security_groups = kind.security_groups,
                           .task = slot,
                           .program = kind.program,
                           .runs_for = life >= WorkOrder::for_ever ? life : life - ago,
                           .ends_with = reason,
                           .wants = kind.wants};
  }
  if (kind.kind == JobKind::batch && std::none_of(left.begin(), left.end(), [](const auto& order) { return order.has_value(); })) {
    jobs_.erase(id);
    --next_job_;
    return std::nullopt;
  }
  for (;;) {
    const std::vector<Slot> created = job.tasks.reconcile(now()).created;
    if (created.empty()) break;
    job.attempts.resize(job.tasks.slots());
    for (const Slot slot : created) {
      if (left[slot]) {
        job.attempts[slot].found = left[slot];
        accept(id, job, slot);
      } else {
        job.tasks.finish(slot, ReasonCode::normal, now());
      }
    }
    if (job.tasks.active_not_started() >= spec_.active_not_started_max) placing_.place_at_once();
  }
  return id;
}

JobKeeper::Job* JobKeeper::find(JobId id) {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second.get();
}

const JobTasks* JobKeeper::find_job(JobId id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second->tasks;
}

const JobKindOfStack* JobKeeper::find_kind(JobId id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second->kind;
}

int JobKeeper::waiting_since(JobId id, Instant then) const {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return 0;
  const std::vector<Attempt>& attempts = found->second->attempts;
  return static_cast<int>(std::count_if(attempts.begin(), attempts.end(), [then](const Attempt& attempt) {
    return attempt.request && !attempt.agent && attempt.request->accepted <= then;
  }));
}

bool JobKeeper::untouched(JobId id) const {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return false;
  const std::vector<Attempt>& attempts = found->second->attempts;
  return std::all_of(attempts.begin(), attempts.end(),
                     [](const Attempt& attempt) { return attempt.number == 1 && attempt.request && !attempt.agent; });
}

bool JobKeeper::lend(ContainerId container, AgentId agent) {
  Job* job = nullptr;
  Attempt* const attempt = attempt_of(key_of(container), job);
  if (attempt == nullptr || attempt->agent || is_terminating(job->tasks.task(key_of(container).slot).state)) return false;
  placing_.withdraw(attempt->request);
  auto request = std::make_shared<ContainerRequest>(*attempt->request);
  request->id += " on loan";
  request->lent_to = agent;
  attempt->request = std::move(request);
  placing_.lend(attempt->request);
  return true;
}

// Null for one that has ended, also if another has its slot by now.
JobKeeper::Attempt* JobKeeper::attempt_of(const ContainerKey& key, Job*& job) {
  job = find(key.job);
  if (job == nullptr || key.slot >= job->attempts.size()) return nullptr;
  Attempt& attempt = job->attempts[key.slot];
  return attempt.request && attempt.request->number == key.id() ? &attempt : nullptr;
}

std::optional<JobKeeper::Seen> JobKeeper::seen(ContainerId container) const {
  const ContainerKey key = key_of(container);
  const auto found = jobs_.find(key.job);
  if (found == jobs_.end() || key.slot >= found->second->attempts.size()) return std::nullopt;
  const Job& job = *found->second;
  const Attempt& attempt = job.attempts[key.slot];
  if (!attempt.request || attempt.request->number != container) return std::nullopt;
  return Seen{job.kind, job.tasks.task(key.slot), attempt.request.get()};
}

const std::vector<ContainerId>& JobKeeper::on_agent(AgentId agent) const {
  static const std::vector<ContainerId> none;
  return agent < on_agent_.size() ? on_agent_[agent] : none;
}

std::size_t JobKeeper::alive() const {
  std::size_t alive = 0;
  for (const auto& [id, job] : jobs_) {
    for (const Attempt& attempt : job->attempts) alive += attempt.request ? 1 : 0;
  }
  return alive;
}

void JobKeeper::desire(JobId id, int size) {
  if (Job* const job = find(id)) {
    job->tasks.desire(size);
    reconcile(id);
  }
}

// The first of those that serve.
void JobKeeper::take_out_of_service(JobId id, int count) {
  Job* const job = find(id);
  if (job == nullptr || !job->kind.balancer) return;
  for (Slot slot = 0; slot < job->attempts.size() && job->out_of_service < count; ++slot) {
    const Request& request = job->attempts[slot].request;
    if (!request || !registration_.is_registered(*job->kind.balancer, request->number)) continue;
    registration_.container_ends(*job->kind.balancer, request->number);
    ++job->out_of_service;
  }
}

void JobKeeper::end(JobId id) {
  if (Job* const job = find(id)) {
    job->tasks.kill();
    reconcile(id);
  }
}

// One turn, and the next one when there is something to do then: a limit was met, or a wait is over.
void JobKeeper::reconcile(JobId id) {
  Job& job = *find(id);
  const JobTasks::Turn& turn = job.tasks.reconcile(now());
  job.attempts.resize(job.tasks.slots());
  for (const Slot slot : turn.created) accept(id, job, slot);
  const std::vector<Slot> killed = turn.killed;
  const bool completed = turn.completed;
  for (const Slot slot : killed) {
    if (find(id) == nullptr) return;  // ended with the one before
    stop(id, job, slot);
  }
  if (find(id) == nullptr) return;
  if (completed) {
    ++measures_.jobs_done;
    JobObserver* const observer = job.kind.observer;
    jobs_.erase(id);
    if (observer != nullptr) observer->job_ended(id);
    return;
  }
  const Instant next = job.tasks.next_turn(now());
  if (next == never || (job.turn_at != never && job.turn_at <= next)) return;
  job.turn_at = next;
  scope_.spawn_after(std::max(next - now(), spec_.loop_active), "reconciliation of a job", reconcile_later(id));
}

Task<> JobKeeper::reconcile_later(JobId id) {
  if (Job* const job = find(id)) {
    job->turn_at = never;
    reconcile(id);
  }
  co_return;
}

void JobKeeper::accept(JobId id, Job& job, Slot slot) {
  Attempt& attempt = job.attempts[slot];
  const JobKindOfStack& kind = job.kind;
  std::optional<WorkOrder> found = std::exchange(attempt.found, std::nullopt);
  const std::uint32_t number = attempt.number + 1;
  attempt = {};
  attempt.number = number;
  attempt.found = std::move(found);
  const ContainerId container = ContainerKey{id, slot, attempt.number}.id();
  auto request = std::make_shared<ContainerRequest>();
  request->id = std::to_string(container);
  request->needs = kind.needs;
  request->hard.push_back(placing_.system_constraint());
  request->tier = static_cast<int>(kind.tier);
  request->bucket = kind.bucket;
  request->number = container;
  request->job = id;
  request->kind = kind.kind;
  request->job_tier = kind.tier;
  request->image = kind.image;
  request->security_groups = kind.security_groups;
  request->sets.push_back({Placing::interfaces, std::to_string(kind.security_groups), 1});
  request->counted_by_job = placing_.counts_jobs();
  kind.constraints.add_to(*request);
  request->accepted = now();
  Group& group = groups_[kind.bucket];
  group.held += kind.needs;
  attempt.reserved = fenzo::within(group.held, group.reserved);
  attempt.request = std::move(request);
  ++measures_.accepted;
  measures_.containers.created();
  if (job.tasks.task(slot).resubmits > 0) ++measures_.retried;
  placing_.enqueue(attempt.request);
}

WorkOrder JobKeeper::order_of(const Job& job, Slot slot) const {
  const Attempt& attempt = job.attempts[slot];
  if (attempt.found) {
    WorkOrder order = *attempt.found;
    order.container = attempt.request->number;
    return order;
  }
  Random random(seed_, job.stream, (static_cast<std::uint64_t>(attempt.number) << 32) | slot);
  const auto [life, reason] = job.kind.life(random);
  return {.container = attempt.request->number,
          .kind = job.kind.kind,
          .image = job.kind.image,
          .security_groups = job.kind.security_groups,
          .task = slot,
          .program = job.kind.program,
          .runs_for = life,
          .ends_with = reason,
          .wants = job.kind.wants};
}

void JobKeeper::placed(const ContainerRequest& request, AgentId agent, InterfaceUse interface) {
  const ContainerKey key = key_of(request.number);
  Job& job = *find(key.job);
  Attempt& attempt = job.attempts[key.slot];
  job.tasks.launch(key.slot, agent, agents_.agent(agent).zone, now());
  attempt.agent = agent;
  attempt.generation = agents_.agent(agent).generation;
  attempt.launched = now();
  attempt.interface = interface;
  if (agent >= on_agent_.size()) on_agent_.resize(agent + 1);
  attempt.place_on_agent = static_cast<std::uint32_t>(on_agent_[agent].size());
  on_agent_[agent].push_back(request.number);
  count_given(agent, request, 1);
  TierMeasures& tier = measures_.of(request.job_tier);
  ++measures_.launched;
  const WorkOrder order = order_of(job, key.slot);
  if (attempt.found && now() == Instant{}) {
    enter(key.job, job, key.slot, TaskState::started, ReasonCode::normal);
    placing_.started(request, agent);
    tier.running.add(now(), 1);
    if (job.kind.balancer) registration_.found(*job.kind.balancer, request.number);
    nodes_.adopt(agent, order);
    return;
  }
  tier.wait.record(now() - request.accepted);
  if (attempt.reserved) tier.reserved_wait.record(now() - request.accepted);
  deadlines_.enter(key.job, key.slot, job.tasks.task(key.slot).version, job.kind.kind, TaskState::launched, now());
  nodes_.start(agent, order);
}

// Of the tier whose agent it is, which is not always that of the job.
void JobKeeper::count_given(AgentId agent, const ContainerRequest& request, int containers) {
  TierMeasures& tier = measures_.of(agents_.group(agents_.agent(agent).group).spec.tier);
  tier.cpus_given.add(now(), containers * request.needs.cpus.value());
  tier.memory_given.add(now(), containers * request.needs.memory.value());
}

void JobKeeper::enter(JobId id, Job& job, Slot slot, TaskState state, ReasonCode reason) {
  if (!may_move(job.tasks.task(slot).state, state)) return;
  job.tasks.move(slot, state, reason, now());
  deadlines_.enter(id, slot, job.tasks.task(slot).version, job.kind.kind, state, now());
}

void JobKeeper::reported(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason) {
  const ContainerKey key = key_of(container);
  Job* job = nullptr;
  Attempt* const attempt = attempt_of(key, job);
  if (attempt == nullptr || !attempt->news.is_news(version)) return;
  switch (state) {
    case TaskState::started: return has_started(key.job, *job, key.slot);
    case TaskState::finished: return finish(key.job, *job, key.slot, reason);
    default: return enter(key.job, *job, key.slot, state, reason);
  }
}

void JobKeeper::has_started(JobId id, Job& job, Slot slot) {
  const TaskState before = job.tasks.task(slot).state;
  if (!may_move(before, TaskState::started)) return;
  Attempt& attempt = job.attempts[slot];
  enter(id, job, slot, TaskState::started, ReasonCode::normal);
  placing_.started(*attempt.request, *attempt.agent);
  TierMeasures& tier = measures_.of(job.kind.tier);
  tier.running.add(now(), 1);
  tier.start.record(now() - attempt.launched);
  tier.launch.record(now() - attempt.request->accepted);
  ++measures_.started;
  if (job.kind.balancer) registration_.container_started(*job.kind.balancer, attempt.request->number);
  // Who surely ends before the limit never meets it.
  const WorkOrder order = order_of(job, slot);
  if (order.runs_for > job.kind.run_time_limit || (job.kind.may_be_slowed && job.kind.kind == JobKind::batch)) {
    scope_.spawn_after(job.kind.run_time_limit, "run-time limit of a container", end_at_limit(attempt.request->number));
  }
  if (job.kind.observer != nullptr) job.kind.observer->task_started(id, slot);
}

}  // namespace streamtwin::titus
