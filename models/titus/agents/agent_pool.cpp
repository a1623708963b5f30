#include "models/titus/agents/agent_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

/// How long EC2 calls a terminated instance shutting down. An assumption.
constexpr Duration shutting_down = 30s;
/// Agents that are found when the run begins have been there for long.
constexpr Duration before_the_run = 24h;

bool is_there(const Agent& agent) { return agent.state == AgentState::launching || agent.state == AgentState::started; }

}  // namespace

AgentPool::AgentPool(std::string name, const ec2::LaunchSpec& launch, ec2::LaunchLimit& launch_limit, Duration status_check,
                     AgentMeasures& measures)
    : name_(std::move(name)), launch_(launch), launch_limit_(launch_limit), status_check_(status_check), measures_(measures) {}

AgentGroupId AgentPool::add_group(std::string name, const AgentGroupSpec& spec) {
  const AgentType* const type = agent_type(spec.type);
  if (!type) throw std::invalid_argument("there is no instance type `" + spec.type + "` that agents can have");
  groups_.push_back({.name = std::move(name),
                     .spec = spec,
                     .type = type,
                     .state = spec.state,
                     .min = spec.min,
                     .desired = spec.desired,
                     .max = spec.max,
                     .places = {}});
  return static_cast<AgentGroupId>(groups_.size() - 1);
}

AgentId AgentPool::add_place(AgentGroupId group, ZoneIndex zone, Host& machine, ec2::Ledger::Meter meter) {
  const auto id = static_cast<AgentId>(agents_.size());
  Agent& agent = agents_.emplace_back();
  agent.id = id;
  agent.group = group;
  agent.zone = zone;
  agent.machine = &machine;
  groups_[group].places.push_back(id);
  meters_.push_back(meter);
  if (zone >= zones_.size()) zones_.resize(zone + 1u);
  return id;
}

void AgentPool::limit_zone(ZoneIndex zone, std::optional<int> agents) {
  if (zone >= zones_.size()) zones_.resize(zone + 1u);
  zones_[zone].limit = agents;
}

void AgentPool::start() {
  places_.resize(agents_.size());
  for (Group& group : groups_) {
    measures_.desired.add(now(), group.desired);
    while (group.current < group.desired) {
      const std::optional<AgentId> place = free_place(group);
      if (!place) break;  // the first status check asks again
      ++agents_[*place].generation;
      enter(agents_[*place], AgentState::launching);
      watch_over(*place);
      become_started(*place, now() - before_the_run);
    }
  }
  scope_.spawn_service("groups of agents", watch());
}

Task<> AgentPool::watch() {
  for (;;) {
    co_await delay(status_check_);
    for (AgentGroupId group = 0; group < groups_.size(); ++group) reach_desired(group);
  }
}

template <class Tell>
void AgentPool::tell(const Tell& tell) {
  observers_.tell([&](AgentObserver* observer) { tell(*observer); });
}

// All that is counted of an agent by its state is counted here.
void AgentPool::enter(Agent& agent, AgentState state) {
  const auto count = [&](int difference) {
    Group& group = groups_[agent.group];
    if (agent.state == AgentState::launching) measures_.launching.add(now(), difference);
    if (agent.state == AgentState::started) {
      measures_.started.add(now(), difference);
      started_ += difference;
    }
    if (!is_there(agent)) return;
    meters_[agent.id].run(difference);
    group.current += difference;
    zones_[agent.zone].agents += difference;
  };
  count(-1);
  agent.state = state;
  count(1);
}

void AgentPool::reach_desired(AgentGroupId id) {
  Group& group = groups_[id];
  if (!launch_limit_.answers()) {
    if (group.current < group.desired) ++measures_.refused;
    return;
  }
  while (group.current < group.desired) {
    const std::optional<AgentId> place = free_place(group);
    if (!place) {
      ++measures_.refused;
      return;
    }
    if (group.lost > 0) {
      --group.lost;
      ++measures_.replaced;
    }
    begin(*place);
  }
  group.lost = 0;
  while (group.current > group.desired) {
    const std::optional<AgentId> agent = dispensable(group);
    if (!agent) return;
    terminate(*agent, false);
  }
}

// In the zone that has fewest of the group, of those where EC2 has a machine.
std::optional<AgentId> AgentPool::free_place(const Group& group) const {
  struct Candidate {
    int agents = 0;
    std::optional<AgentId> place;
  };
  std::map<ZoneIndex, Candidate> zones;
  for (const AgentId id : group.places) {
    const Agent& agent = agents_[id];
    Candidate& zone = zones[agent.zone];
    if (is_there(agent)) {
      ++zone.agents;
    } else if (agent.state == AgentState::stopped && !zone.place && agent.machine->is_on()) {
      zone.place = id;
    }
  }
  std::optional<AgentId> best;
  int fewest = 0;
  for (const auto& [zone, candidate] : zones) {
    if (!candidate.place || (zones_[zone].limit && zones_[zone].agents >= *zones_[zone].limit)) continue;
    if (best && candidate.agents >= fewest) continue;
    best = candidate.place;
    fewest = candidate.agents;
  }
  return best;
}

std::optional<AgentId> AgentPool::dispensable(const Group& group) const {
  std::optional<AgentId> best;
  const auto rank = [&](AgentId id) { return std::tuple(agents_[id].state == AgentState::launching, agents_[id].launched); };
  for (const AgentId id : group.places) {
    if (!is_there(agents_[id]) || agents_[id].tasks > 0) continue;
    if (!best || rank(id) > rank(*best)) best = id;
  }
  return best;
}

void AgentPool::watch_over(AgentId id) {
  places_[id].machine = agents_[id].machine->while_held([this, id](Host&) { machine_changed(id); });
}

void AgentPool::begin(AgentId id) {
  Agent& agent = agents_[id];
  ++agent.generation;
  agent.launched = now();
  agent.removable.reset();
  agent.not_removable = agent.relocation_required = false;
  ++measures_.launched;
  enter(agent, AgentState::launching);
  watch_over(id);
  places_[id].work = scope_.spawn_service("launch of an agent", launch(id));
}

Duration AgentPool::time_to_register(const Agent& agent) {
  const AgentGroupSpec& spec = groups_[agent.group].spec;
  Random random = Simulation::current().stream(fmt::format("{} {}/{}", name_, agent.id, agent.generation), "launch");
  const Duration pending = random.lognormal(launch_.pending, launch_.pending_sigma);
  const double factor = random.chance(launch_.slow.value()) ? launch_.slow_factor : 1;
  const Duration boot = random.lognormal(spec.boot, spec.boot_sigma);
  return launch_limit_.wait(now()) + launch_.api + factor * pending + boot + spec.registration;
}

Task<> AgentPool::launch(AgentId id) {
  co_await delay(time_to_register(agents_[id]));
  measures_.launch_time.record(now() - agents_[id].launched);
  become_started(id, agents_[id].launched);
}

void AgentPool::become_started(AgentId id, Instant launched) {
  Agent& agent = agents_[id];
  agent.launched = launched;
  enter(agent, AgentState::started);
  tell([&](AgentObserver& observer) { observer.agent_started(agent); });
}

void AgentPool::machine_changed(AgentId id) {
  Agent& agent = agents_[id];
  if (agent.machine->is_on() || agent.state == AgentState::stopped) return;
  const AgentState was = agent.state;
  places_[id].work.cancel();
  places_[id].machine = {};
  enter(agent, AgentState::stopped);
  if (was != AgentState::kill_initiated) {
    ++measures_.lost;
    ++groups_[agent.group].lost;
  }
  if (was != AgentState::launching) tell([&](AgentObserver& observer) { observer.agent_lost(agent); });
}

bool AgentPool::terminate(AgentId id, bool decrement) {
  Agent& agent = agents_[id];
  if (!is_there(agent) || !launch_limit_.answers()) return false;
  Group& group = groups_[agent.group];
  if (decrement && group.desired > group.min) {
    --group.desired;
    measures_.desired.add(now(), -1);
  }
  ++measures_.terminated;
  places_[id].work.cancel();
  const bool was_started = agent.state == AgentState::started;
  enter(agent, AgentState::kill_initiated);
  places_[id].work = scope_.spawn_service("end of an agent", shut_down(id, was_started));
  if (was_started) tell([&](AgentObserver& observer) { observer.agent_changed(agent); });
  return true;
}

Task<> AgentPool::shut_down(AgentId id, bool was_known) {
  co_await delay(shutting_down);
  places_[id].machine = {};
  enter(agents_[id], AgentState::stopped);
  if (was_known) tell([&](AgentObserver& observer) { observer.agent_stopped(agents_[id]); });
}

void AgentPool::carry_out(const AgentOrders& orders) {
  for (const auto& [group, by] : orders.scale_up) scale_up(group, by);
  for (const AgentId agent : orders.mark) mark_removable(agent);
  for (const AgentId agent : orders.unmark) unmark_removable(agent);
  for (const AgentId agent : orders.terminate) terminate(agent, true);
}

void AgentPool::set_desired(AgentGroupId id, int desired) {
  Group& group = groups_[id];
  const int wanted = std::clamp(desired, group.min, group.max);
  measures_.desired.add(now(), wanted - group.desired);
  group.desired = wanted;
  reach_desired(id);
}

void AgentPool::set_min(AgentGroupId id, int min) {
  groups_[id].min = std::clamp(min, 0, groups_[id].max);
  if (places_.empty()) {  // before the start, where groups get their desired sizes
    groups_[id].desired = std::max(groups_[id].desired, groups_[id].min);
    return;
  }
  if (groups_[id].desired < groups_[id].min) set_desired(id, groups_[id].min);
}

void AgentPool::set_state(AgentGroupId id, GroupState state) {
  groups_[id].state = state;
  for (const AgentId place : groups_[id].places) {
    if (agents_[place].state == AgentState::started) tell([&](AgentObserver& observer) { observer.agent_changed(agents_[place]); });
  }
}

void AgentPool::mark_removable(AgentId id) {
  agents_[id].removable = now();
  tell([&](AgentObserver& observer) { observer.agent_changed(agents_[id]); });
}

void AgentPool::unmark_removable(AgentId id) {
  agents_[id].removable.reset();
  tell([&](AgentObserver& observer) { observer.agent_changed(agents_[id]); });
}

void AgentPool::set_relocation_required(AgentId id, bool required) {
  agents_[id].relocation_required = required;
  tell([&](AgentObserver& observer) { observer.agent_changed(agents_[id]); });
}

bool AgentPool::takes_tasks(AgentId id) const {
  const Agent& agent = agents_[id];
  const GroupState state = groups_[agent.group].state;
  return agent.state == AgentState::started && !agent.removable && !agent.relocation_required &&
         (state == GroupState::active || state == GroupState::phased_out);
}

std::vector<ScalableGroup> AgentPool::scalable_groups() const {
  std::vector<ScalableGroup> scalable;
  for (AgentGroupId id = 0; id < groups_.size(); ++id) {
    const Group& group = groups_[id];
    ScalableGroup& told = scalable.emplace_back();
    told.id = id;
    told.tier = group.spec.tier;
    told.type = group.type->name;
    told.state = group.state;
    told.min = group.min;
    told.current = group.current;
    told.desired = group.desired;
    told.max = group.max;
    for (const AgentId place : group.places) {
      const Agent& agent = agents_[place];
      if (!is_there(agent)) continue;
      told.agents.push_back({.id = place,
                             .started = agent.state == AgentState::started,
                             .launched = agent.launched,
                             .removable = agent.removable,
                             .not_removable = agent.not_removable,
                             .tasks = agent.tasks});
    }
  }
  return scalable;
}

}  // namespace streamtwin::titus
