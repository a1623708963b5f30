#include "models/titus/stack/placing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/titus/placement/classify.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

std::shared_ptr<const fenzo::Fitness> fitness_of(const PlacementTally& tally, const SchedulerSpec& spec,
                                                 std::unique_ptr<PluggedFitness> plugged) {
  if (plugged) return std::make_shared<const FitnessOfPlug>(tally, spec, std::move(plugged));
  return std::make_shared<const TitusFitness>(tally, spec);
}

}  // namespace

Placing::Placing(const std::string& name, const SchedulerSpec& scheduler, const CapacitySpec& capacity, const ClusterScalingSpec& scaling,
                 AgentPool& agents, Orchestration& orchestration, StackMeasures& measures, std::unique_ptr<PluggedFitness> plugged)
    : spec_(scheduler),
      capacity_(capacity),
      agents_(agents),
      orchestration_(orchestration),
      measures_(measures),
      scaling_(scaling, agents),
      tally_(scheduler.security_groups_within),
      constraints_(tally_, scheduler.balanced_zones),
      interface_fitness_(tally_, scheduler.interface_cooling),
      fitness_(fitness_of(tally_, scheduler, std::move(plugged))),
      system_constraints_(std::make_shared<SystemConstraints>(tally_, scheduler)),
      system_(std::static_pointer_cast<const fenzo::Constraint>(system_constraints_)),
      scheduler_(properties(scheduler), Simulation::current().stream(name, "expiry of offers")),
      counter_(tally_, scheduler_.tasks(), &queue_),
      quality_(scheduler.failure_retention),
      random_(Simulation::current().stream(name, "offers")) {
  buckets_[default_capacity_group] = Tier::flex;
  for (const auto& [group, spec] : capacity.groups) buckets_[group] = spec.tier;
  scheduler_.tell_usage(&counter_);
  agents_subscription_ = agents.subscribe(*this);
}

fenzo::SchedulerProperties Placing::properties(const SchedulerSpec& spec) const {
  fenzo::SchedulerProperties properties;
  properties.fitness = fitness_;
  properties.good_enough = spec.good_enough.value();
  properties.batch = static_cast<std::size_t>(spec.batch);
  properties.fleet.lease_expiry = spec.lease_expiry;
  properties.fleet.rejected_hosts_max = spec.rejected_hosts_max;
  properties.fleet.group_attribute = FenzoScaling::group_attribute;
  properties.failures = fenzo::FailureDetail::first;
  scaling_.equip(properties);
  return properties;
}

void Placing::start() {
  set_guarantees();
  if (fenzo::Autoscaler* const autoscaler = scheduler_.autoscaler()) scaling_.add_rules(*autoscaler);
  scope_.spawn_service("iterations of the scheduler", iterate());
  scope_.spawn_service("refresh of capacity guarantees", refresh_guarantees());
}

const std::string& Placing::bucket(const std::string& group) const {
  return buckets_.find(group.empty() ? default_capacity_group : group)->first;
}

Tier Placing::tier_of(const std::string& bucket) const { return buckets_.at(bucket); }

// Critical has what its groups have now, Flex what they could grow to. Netflix/titus-control-plane DefaultTierSlaUpdater,
// DefaultAvailableCapacityService.
void Placing::set_guarantees() {
  std::map<int, fenzo::TierGuarantees> tiers;
  for (const AgentPool::Group& group : agents_.groups()) {
    if (group.type->gpus > 0 || (group.state != GroupState::active && group.state != GroupState::phased_out)) continue;
    fenzo::TierGuarantees& tier = tiers[static_cast<int>(group.spec.tier)];
    if (!tier.capacity) tier.capacity.emplace();
    *tier.capacity += (group.spec.tier == Tier::critical ? group.current : group.max) * group.offered();
  }
  for (const Tier tier : {Tier::critical, Tier::flex}) {
    std::optional<fenzo::Resources>& capacity = tiers[static_cast<int>(tier)].capacity;
    if (capacity) tier == Tier::critical ? * capacity += on_loan_ : * capacity -= on_loan_;
  }
  for (const auto& [name, spec] : capacity_.groups) tiers[static_cast<int>(spec.tier)].buckets[name] = spec.instances * spec.each();
  if (!capacity_.groups.contains(default_capacity_group)) {
    const CapacityGroupSpec standard;
    tiers[static_cast<int>(standard.tier)].buckets[default_capacity_group] = standard.instances * standard.each();
  }
  queue_.set_guarantees(std::move(tiers));
}

Task<> Placing::refresh_guarantees() {
  for (;;) {
    co_await delay(spec_.tier_sla_refresh);
    set_guarantees();
  }
}

// Of the hard constraints the first is the system's.
bool Placing::suits(const ContainerRequest& request, AgentId agent) const {
  const fenzo::Host* const host = offers_[agent].number ? scheduler_.fleet().find(offers_[agent].host) : nullptr;
  return host != nullptr && std::all_of(request.hard.begin() + 1, request.hard.end(), [&](const fenzo::HardConstraint& constraint) {
           const auto* const custom = std::get_if<std::shared_ptr<const fenzo::Constraint>>(&constraint);
           return custom == nullptr ? host->running_tasks().empty() : (*custom)->holds(request, *host, scheduler_.tasks());
         });
}

void Placing::enqueue(const Request& request) {
  if (spec_.placement == PlacementBy::ecs) {
    ecs_queue_.push_back(request);
  } else {
    queue_.queue(request);
  }
  measures_.of(request->job_tier).waiting.add(now(), 1);
  ++waiting_;
  changed_ = true;
}

void Placing::withdraw(const Request& request) {
  if (request->lent_to) give_back(*request);
  ended_.push_back(request);
  measures_.of(request->job_tier).waiting.add(now(), -1);
  --waiting_;
  changed_ = true;
}

void Placing::started(const ContainerRequest& request, AgentId agent) {
  if (offers_[agent].number) tally_.started(request, *offers_[agent].number);
  quality_.started(agent);
}

void Placing::ended(const Request& request, AgentId agent, std::uint32_t generation, bool was_started, InterfaceUse interface) {
  ended_.push_back(request);
  changed_ = true;
  agents_.add_tasks(agent, -1);
  if (request->lent_to == agent) give_back(*request);
  // Another may have come at its agent's place: Fenzo knows the one before as long as it has tasks there.
  const std::string host = host_name(agent, generation);
  if (const fenzo::Host* const there = scheduler_.fleet().find(host)) tally_.ended(*request, there->number(), was_started, interface);
  scheduler_.end(request->id, host);
  if (offers_[agent].generation == generation) offer_again(agent, request->needs);
}

void Placing::lend(const Request& on_loan) {
  offers_[*on_loan->lent_to].lent = true;
  agent_changed(agents_.agent(*on_loan->lent_to));
  on_loan_ += on_loan->needs;
  set_guarantees();
  enqueue(on_loan);
}

void Placing::open_agent(AgentId agent) {
  if (!is_lent(agent)) return;
  offers_[agent].lent = false;
  agent_changed(agents_.agent(agent));
}

// A container on loan has ended, wants no place any more, or has found one in its own tier.
void Placing::give_back(const ContainerRequest& request) {
  open_agent(*request.lent_to);
  on_loan_ -= request.needs;
  set_guarantees();
}

void Placing::failed(AgentId agent, AgentFault fault) {
  if (agents_.agent(agent).state == AgentState::started) quality_.failed(agent, fault, now());
}

std::string Placing::host_name(AgentId agent, std::uint32_t generation) const {
  return fmt::format("{}-{:05}.{}", agents_.group(agents_.agent(agent).group).name, agent, generation);
}

void Placing::count_capacity(const Agent& agent, int agents) {
  TierMeasures& tier = measures_.of(agents_.group(agent.group).spec.tier);
  tier.cpus_there.add(now(), agents * agents_.type_of(agent.id).resources.cpus.value());
  tier.memory_there.add(now(), agents * agents_.type_of(agent.id).resources.memory.value());
}

void Placing::agent_started(const Agent& agent) {
  if (agent.id >= offers_.size()) offers_.resize(agent.id + 1);
  offers_[agent.id] = {};
  offers_[agent.id].host = host_name(agent.id, agent.generation);
  offers_[agent.id].generation = agent.generation;
  quality_.add(agent.id);
  count_capacity(agent, 1);
  number_host(agent.id);
  offer_again(agent.id, agents_.offered(agent.id));
}

void Placing::agent_changed(const Agent& agent) {
  if (agent.id < offers_.size() && offers_[agent.id].number) tally_.set_agent(*offers_[agent.id].number, facts_of(agent));
}

// Its offers are rescinded. What ran there is told by whoever hears of it, which may be a while later: that it is gone is all that
// the scheduler knows of it here.
void Placing::agent_gone(const Agent& agent) {
  Offers& offers = offers_[agent.id];
  if (offers.host.empty()) return;
  scheduler_.fleet().expire_leases_of(offers.host);
  std::erase_if(new_leases_, [&](const fenzo::Lease& lease) { return lease.host == offers.host; });
  std::erase_if(leases_, [&](const auto& lease) { return lease.second.first == agent.id; });
  offers.free = {};
  count_capacity(agent, -1);
  if (offers.number) tally_.facts(*offers.number).started = false;
  quality_.remove(agent.id);
  changed_ = true;
}

AgentFacts Placing::facts_of(const Agent& agent) const {
  const AgentPool::Group& group = agents_.group(agent.group);
  return {.known = true,
          .group_active = group.state == GroupState::active,
          .group_takes_tasks = group.state == GroupState::active || group.state == GroupState::phased_out,
          .started = agent.state == AgentState::started,
          .system_no_placement = agent.removable.has_value() || is_lent(agent.id),
          .relocation_required = agent.relocation_required,
          .tier = group.spec.tier,
          .gpus = group.type->gpus,
          .agent = agent.id,
          .group = agent.group,
          .type = static_cast<std::uint32_t>(group.type - agent_types().data()),
          .zone = agent.zone,
          .quality = quality_.score(agent.id)};
}

Task<> Placing::iterate() {
  for (;;) {
    co_await delay(spec_.interval);
    if (changed_ || now() - last_iteration_ >= spec_.forced) run_once();
  }
}

void Placing::run_once() {
  if (spec_.placement == PlacementBy::ecs) {
    iterate_as_ecs();
  } else {
    take(run_iteration());
  }
}

void Placing::begin_iteration() {
  last_iteration_ = now();
  changed_ = false;
  refresh_quality();
  tally_.begin_iteration();
}

// Faults of agents fade by the minute.
void Placing::refresh_quality() {
  for (const AgentId agent : quality_.refresh(now())) {
    if (agent < offers_.size() && offers_[agent].number) tally_.facts(*offers_[agent].number).quality = quality_.score(agent);
  }
}

fenzo::IterationResult Placing::run_iteration() {
  begin_iteration();
  interface_fitness_.set_now(now());
  queue_.begin_iteration();
  for (const fenzo::Task& task : std::exchange(ended_, {})) queue_.remove(task);
  fenzo::IterationResult result = scheduler_.schedule(now(), queue_, std::exchange(new_leases_, {}));
  queue_.end_iteration();
  return result;
}

void Placing::take(const fenzo::IterationResult& result) {
  if (result.exception) throw std::runtime_error("an iteration of the scheduler failed: " + *result.exception);
  for (const std::string& id : result.leases_rejected) {
    const auto lease = leases_.find(id);
    if (lease == leases_.end()) continue;
    const auto [agent, amounts] = lease->second;
    leases_.erase(lease);
    offer_again(agent, amounts, true);
  }
  for (const std::string& id : result.leases_used) {
    const auto lease = leases_.find(id);
    if (lease == leases_.end()) continue;
    offers_[lease->second.first].free += lease->second.second;
    leases_.erase(lease);
  }
  for (const fenzo::Assignment& assignment : result.assigned) {
    const HostNumber host = scheduler_.fleet().find(assignment.host)->number();
    const AgentId agent = *agent_of_host_[host];
    scheduler_.run(assignment.task, assignment.host);
    place(std::static_pointer_cast<const ContainerRequest>(assignment.task), agent, use_of(assignment));
  }
  if (failures_wanted_) remember_failures(result);
  if (result.actions.empty()) return;
  // Fenzo may have forgotten a host since.
  const auto agent_of = [this](const std::string& host) {
    const auto its = std::find_if(offers_.begin(), offers_.end(), [&](const Offers& offers) { return offers.host == host; });
    return static_cast<AgentId>(its - offers_.begin());
  };
  agents_.carry_out(scaling_.orders(result.actions, agent_of));
}

// The network interface that Fenzo has given it.
InterfaceUse Placing::use_of(const fenzo::Assignment& assignment) const {
  for (const fenzo::SetUse& use : assignment.sets) {
    if (use.set == interfaces) return {use.index, now()};
  }
  return {};
}

void Placing::place(const Request& request, AgentId agent, InterfaceUse interface) {
  tally_.launched(*request, *offers_[agent].number, interface);
  agents_.add_tasks(agent, 1);
  --waiting_;
  measures_.of(request->job_tier).waiting.add(now(), -1);
  offers_[agent].free -= request->needs;
  offer_again(agent, {});
  if (request->lent_to == agent) open_agent(agent);
  if (request->lent_to && request->lent_to != agent) give_back(*request);
  observer_->placed(*request, agent, interface);
}

// Also of those that were refused without a search.
void Placing::remember_failures(const fenzo::IterationResult& result) {
  failures_wanted_ = false;
  unplaced_.clear();
  std::vector<const fenzo::Host*> hosts;
  for (const Offers& offers : offers_) {
    const fenzo::Host* const host = offers.number ? scheduler_.fleet().find(offers.host) : nullptr;
    if (host != nullptr) hosts.push_back(host);
  }
  FailureClassifier classifier(*system_constraints_);
  classifier.begin(std::move(hosts));
  for (const fenzo::TaskFailure& failure : result.failures) {
    const ContainerRequest& request = container(failure.task);
    unplaced_.push_back({.id = request.number,
                         .tier = request.job_tier,
                         .kind = classifier.kind_of(failure, scheduler_.tasks()),
                         .needs = request.needs,
                         .gpus = request.gpus,
                         .accepted = request.accepted,
                         .bound = request.bound});
  }
}

void Placing::place_at_once() {
  set_guarantees();
  send_offers();
  while (waiting_ > 0) {
    const std::size_t before = waiting_;
    run_once();
    if (waiting_ == before) return;
    send_offers();
  }
}

}  // namespace streamtwin::titus
