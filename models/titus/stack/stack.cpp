#include "models/titus/stack/stack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/titus/agents/capacity_guarantee.hpp"
#include "models/titus/agents/sizes.hpp"
#include "models/titus/images/warm.hpp"
#include "models/titus/placement/stranded.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

std::vector<Reservation> reservations_of(const CapacitySpec& capacity) {
  std::vector<Reservation> reservations;
  for (const auto& [name, group] : capacity.groups) reservations.push_back({group.tier, group.each(), group.instances});
  return reservations;
}

/// They are all there: the stack's description has been checked.
class Names final : public PlaceNames {
 public:
  Names(const std::map<std::string, ZoneIndex>& zones, const AgentPool& agents) : zones_(zones), agents_(agents) {}
  ZoneIndex zone(const std::string& name) const override { return zones_.at(name); }
  AgentGroupId group(const std::string& name) const override {
    const auto& groups = agents_.groups();
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const AgentPool::Group& group) { return group.name == name; });
    return static_cast<AgentGroupId>(found - groups.begin());
  }
  std::uint32_t type(const std::string& name) const override { return static_cast<std::uint32_t>(agent_type(name) - agent_types().data()); }

 private:
  const std::map<std::string, ZoneIndex>& zones_;
  const AgentPool& agents_;
};

std::function<std::pair<Duration, ReasonCode>(Random&)> life_that_does_not_end() {
  return [](Random&) { return std::pair{WorkOrder::for_ever, ReasonCode::normal}; };
}

}  // namespace

Rate containers_of(const BatchJobSpec& spec) { return mean_of_lognormal(spec.tasks, spec.tasks_sigma) * spec.rate; }

/// An agent has an executor as long as it is there.
class Stack::AgentsToNodes final : private AgentObserver {
 public:
  AgentsToNodes(AgentPool& agents, Nodes& nodes) : agents_(agents), nodes_(nodes), subscription_(agents.subscribe(*this)) {}

 private:
  void agent_started(const Agent& agent) override {
    const AgentType& type = agents_.type_of(agent.id);
    nodes_.add(agent.id,
               {.interfaces = limits_for_containers(type.interfaces, type.addresses_each, branch_interfaces(type.name)),
                .disk = bytes_of(type.resources.disk),
                .network = bit_rate_of(type.resources.network),
                .subnet = static_cast<SubnetId>(agent.zone)},
               type.resources, *agent.machine, agent.zone);
  }
  void agent_lost(const Agent& agent) override { nodes_.remove(agent.id); }
  void agent_stopped(const Agent& agent) override { nodes_.remove(agent.id); }

  AgentPool& agents_;
  Nodes& nodes_;
  Subscription subscription_;
};

Stack::Stack(StackInputs inputs, const StackSpec& spec, AllStackMeasures& measures, std::unique_ptr<PluggedFitness> plugged)
    : inputs_(std::move(inputs)),
      spec_(spec),
      measures_(measures),
      image_ids_(images_.add_all(spec.images)),
      orchestration_(make_orchestration(spec.orchestration)),
      registry_(spec.registry, images_, measures.images),
      addresses_(spec.network, measures.network),
      executor_(spec.executor, addresses_, registry_, mix(Simulation::current().seed().value ^ hash_text(inputs_.name)), measures.executor),
      agents_(inputs_.name, inputs_.launch, inputs_.launch_limit, inputs_.status_check, measures.agents),
      nodes_(executor_, *orchestration_, addresses_, registry_, mix(Simulation::current().seed().value ^ hash_text(inputs_.name)),
             measures.processors),
      agents_to_nodes_(std::make_unique<AgentsToNodes>(agents_, nodes_)),
      placing_(inputs_.name, spec.scheduler, spec.capacity, spec.scaling, agents_, *orchestration_, measures.stack, std::move(plugged)),
      registration_(spec.load_balancing, Simulation::current().stream(inputs_.name, "load balancers"), measures.load_balancing, balancers_),
      jobs_(inputs_.name, spec.jobs, placing_, nodes_, agents_, registration_, spec.orchestration, Simulation::current().seed().value,
            measures.stack),
      relocation_(spec.relocation, spec.disruption_budget, inputs_.since_monday, agents_, jobs_, measures.stack),
      preemption_(spec.preemption, agents_, jobs_, placing_),
      autoscaler_(spec.scaling, now()),
      removable_(spec.scaling.removable_grace, now()) {
  for (const auto& [name, group] : spec.agents) agents_.add_group(name, group);
  for (const auto& [name, group] : spec.capacity.groups) jobs_.set_reservation(name, group.instances * group.each());
}

Stack::~Stack() = default;

void Stack::restore_ecs() {
  orchestration_->restore();
  if (orchestration_->answers()) nodes_.commands_pass_again();
}

void Stack::settle() {
  addresses_.start(static_cast<int>(
      agents_.agents().empty() ? 0
                               : 1 + std::max_element(agents_.agents().begin(), agents_.agents().end(), [](const Agent& a, const Agent& b) {
                                       return a.zone < b.zone;
                                     })->zone));
  if (spec_.capacity.guarantee) guarantee_capacity_of_tiers();
  agents_.start();
  add_kinds();
  find_what_runs();
  warm_images();
}

void Stack::start() {
  for (const Stream& stream : streams_) {
    scope_.spawn_service("jobs come", stream.arrivals.come([this, &stream](int tasks) { jobs_.submit(stream.kind, tasks); }));
  }
  placing_.start();
  registration_.start();
  jobs_.start();
  relocation_.start();
  preemption_.start();
  if (spec_.scaling.enabled && spec_.scaling.by == ScalingBy::titus) scope_.spawn_service("cluster autoscaler", scale());
  if (spec_.scaling.removes) scope_.spawn_service("removal of agents", remove_agents());
}

void Stack::guarantee_capacity_of_tiers() {
  std::vector<GuaranteeGroup> groups;
  for (AgentGroupId id = 0; id < agents_.groups().size(); ++id) {
    const AgentPool::Group& group = agents_.group(id);
    if (group.state == GroupState::active && group.type->gpus == 0)
      groups.push_back({id, group.spec.tier, group.type->resources, group.max});
  }
  const CapacityAllocations allocations =
      guarantee_capacity(reservations_of(spec_.capacity), groups, spec_.capacity.critical_buffer, spec_.capacity.flex_buffer);
  for (const auto& [group, least] : allocations.min_sizes) {
    if (agents_.group(group).spec.tier == Tier::critical) agents_.set_min(group, least);
  }
}

SecurityGroupsId Stack::security_groups(const std::string& job, const ContainerSpec& container) {
  std::vector<std::uint32_t> numbers;
  const auto number = [this](const std::string& name) {
    return security_group_numbers_.try_emplace(name, static_cast<std::uint32_t>(security_group_numbers_.size())).first->second;
  };
  for (const std::string& group : container.security_groups) numbers.push_back(number(group));
  if (numbers.empty()) numbers.push_back(number("sg-" + job));
  return placing_.add_security_groups(std::move(numbers));
}

template <class JobSpec>
JobKindOfStack Stack::kind_of(const std::string& name, const JobSpec& spec, JobKind kind) {
  JobKindOfStack made;
  made.name = inputs_.name + "." + name;
  made.kind = kind;
  made.bucket = placing_.bucket(spec.capacity_group);
  made.tier = placing_.tier_of(made.bucket);
  made.needs = spec_.placed_by(spec.container);
  made.wants = spec.container.busy.value() * fenzo::Cores{spec.container.cpus};
  made.may_be_slowed = spec_.may_lack_processors();
  made.constraints = placing_.constraints().asked(spec.constraints, Names(inputs_.zones, agents_));
  made.image = image_ids_.at(spec.container.image);
  made.security_groups = security_groups(name, spec.container);
  made.retry = spec.retry;
  return made;
}

void Stack::add_kinds() {
  for (const auto& [name, spec] : spec_.services) {
    JobKindOfStack kind = kind_of(name, spec, JobKind::service);
    kind.budget = spec.disruption_budget.value_or(budget_of_service(false));
    if (spec.load_balanced) kind.balancer = static_cast<BalancerId>(kinds_.size());
    kind.life = life_of(spec);
    const auto hosted = hosted_.find(name);
    if (hosted != hosted_.end()) kind.program = hosted->second.program;
    const int desired = hosted != hosted_.end() ? hosted->second.desired : spec.desired.value_or(0);
    kinds_.push_back(std::move(kind));
    const std::optional<JobId> job = jobs_.find(kinds_.back(), desired, Duration{0}, 1);
    if (job) services_.try_emplace(name, kinds_.back(), spec, desired, *job, jobs_, measures_.stack);
  }
  placing_.place_at_once();
  for (const auto& [name, spec] : spec_.batch) {
    kinds_.push_back(batch_kind(name, spec));
    streams_.push_back({kinds_.back(), spec, Arrivals(kinds_.back().name, spec, inputs_.clock)});
  }
}

JobKindOfStack Stack::batch_kind(const std::string& name, const BatchJobSpec& spec) {
  JobKindOfStack kind = kind_of(name, spec, JobKind::batch);
  kind.retry_on_run_time_limit = spec.retry_on_run_time_limit;
  kind.run_time_limit = spec.run_time_limit;
  kind.budget = budget_of_batch(spec.run_time_limit);
  kind.life = life_of(spec);
  return kind;
}

const JobKindOfStack& Stack::add_batch(const std::string& name, const BatchJobSpec& spec, JobObserver& observer) {
  JobKindOfStack& kind = kinds_.emplace_back(batch_kind(name, spec));
  kind.observer = &observer;
  return kind;
}

const JobKindOfStack& Stack::add_service(const std::string& name, const ContainerSpec& container, const std::string& capacity_group,
                                         JobObserver& observer) {
  ServiceJobSpec spec;
  spec.container = container;
  spec.capacity_group = capacity_group;
  JobKindOfStack& kind = kinds_.emplace_back(kind_of(name, spec, JobKind::service));
  kind.budget = budget_of_service(false);
  kind.life = life_that_does_not_end();
  kind.observer = &observer;
  return kind;
}

int Stack::agents_of(Tier tier) const {
  return static_cast<int>(std::count_if(agents_.agents().begin(), agents_.agents().end(), [&](const Agent& agent) {
    return agent.state == AgentState::started && agents_.group(agent.group).spec.tier == tier;
  }));
}

const JobKindOfStack& Stack::add_work(const std::string& name, const ContainerSpec& container, const std::string& capacity_group,
                                      const RetrySpec& retry, Program& program, JobObserver& observer) {
  BatchJobSpec spec;
  spec.container = container;
  spec.capacity_group = capacity_group;
  JobKindOfStack kind = kind_of(name, spec, JobKind::batch);
  kind.retry = retry;
  kind.run_time_limit = JobLimitsSpec{}.runtime_limit;
  kind.budget = budget_of_batch(kind.run_time_limit);
  kind.program = &program;
  kind.observer = &observer;
  kind.life = life_that_does_not_end();
  return kinds_.emplace_back(std::move(kind));
}

const JobKindOfStack& Stack::like_service(const std::string& service, Program& program) {
  const auto like = std::find_if(kinds_.begin(), kinds_.end(),
                                 [name = inputs_.name + "." + service](const JobKindOfStack& kind) { return kind.name == name; });
  check(like != kinds_.end(), "a service of the stack has a kind of job");
  JobKindOfStack kind = *like;
  kind.program = &program;
  return kinds_.emplace_back(std::move(kind));
}

std::optional<JobId> Stack::job_of(const std::string& service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? std::nullopt : std::optional(found->second.job());
}

void Stack::find_what_runs() {
  for (const Stream& stream : streams_) {
    stream.arrivals.look_back([&](int tasks, Duration ago, std::uint64_t number) { jobs_.find(stream.kind, tasks, ago, number); });
  }
  placing_.place_at_once();
}

void Stack::warm_images() {
  for (const Stream& stream : streams_) warm_image_of(stream.kind, containers_of(stream.spec));
}

void Stack::warm_image_of(const JobKindOfStack& kind, Rate containers) {
  const double chance = chance_of_image(containers, spec_.agents_up, agents_of(kind.tier));
  if (chance <= 0) return;
  Random random = Simulation::current().stream(kind.name, "images that agents have");
  for (const Agent& agent : agents_.agents()) {
    const bool has = random.chance(chance);
    const bool of_tier = agents_.group(agent.group).spec.tier == kind.tier && agent.state == AgentState::started;
    if (has && of_tier) nodes_.preload(agent.id, kind.image);
  }
}

bool Stack::desire(const std::string& service, int size) {
  const auto found = services_.find(service);
  if (found == services_.end()) return false;
  found->second.desire(size);
  return true;
}

int Stack::desired(const std::string& service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? 0 : found->second.desired();
}

int Stack::waiting(const std::string& service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? 0 : found->second.desired() - found->second.started();
}

bool Stack::roll_out(const std::string& service) {
  const auto found = services_.find(service);
  if (found == services_.end()) return false;
  found->second.roll_out();
  return true;
}

Task<> Stack::scale() {
  co_await delay(std::max(spec_.scaling.first - spec_.scheduler.forced, Duration{0}));
  for (;;) {
    placing_.want_failures();
    co_await delay(spec_.scheduler.forced);  // by then an iteration has taken place
    agents_.carry_out(autoscaler_.look(now(), agents_.scalable_groups(), placing_.unplaced()));
    co_await delay(std::max(spec_.scaling.interval - spec_.scheduler.forced, Duration{0}));
  }
}

Task<> Stack::remove_agents() {
  for (;;) {
    co_await delay(spec_.scaling.interval);
    AgentOrders orders;
    orders.terminate = removable_.look(now(), agents_.scalable_groups());
    agents_.carry_out(orders);
  }
}

Given Stack::given(AgentId agent) const {
  Given given;
  for (const ContainerId container : jobs_.on_agent(agent)) {
    const auto seen = jobs_.seen(container);
    if (!seen) continue;
    ++given.containers;
    given.resources += seen->request->needs;
  }
  return given;
}

void Stack::measure_stranded() {
  for (const Tier tier : {Tier::critical, Tier::flex}) {
    const JobKindOfStack* largest = nullptr;
    for (const JobKindOfStack& kind : kinds_) {
      if (kind.tier == tier && (largest == nullptr || kind.needs.cpus > largest->needs.cpus)) largest = &kind;
    }
    if (largest == nullptr) continue;
    std::vector<fenzo::Resources> free;
    for (const Agent& agent : agents_.agents()) {
      if (agents_.group(agent.group).spec.tier == tier && agent.state == AgentState::started)
        free.push_back(agents_.offered(agent.id) - given(agent.id).resources);
    }
    const double share = stranded_share(free, largest->needs);
    measures_.stack.of(tier).stranded.set(now(), share);
    measures_.stack.of(tier).stranded_shares.record(share);
  }
}

void Stack::count_commands() {
  const std::uint64_t throttled = orchestration_->throttled();
  measures_.stack.commands_throttled.add(throttled - std::exchange(commands_throttled_, throttled));
}

void Stack::count_up_to_now() {
  count_commands();
  for (TierMeasures& tier : measures_.stack.tiers) {
    for (Gauge* const gauge : {&tier.waiting, &tier.running, &tier.cpus_given, &tier.cpus_there, &tier.memory_given, &tier.memory_there}) {
      gauge->add(now(), 0);
    }
  }
  measures_.processors.count_up_to_now(now());
  measures_.agents.started.add(now(), 0);
  nodes_.count_credentials();
  measures_.stack.containers.census(static_cast<double>(jobs_.alive()));
}

}  // namespace streamtwin::titus
