// What jobs ask of agents must be there: constraints that no agent could meet are refused before a run.
#include <fmt/format.h>

#include <algorithm>

#include "models/titus/stack/stack_spec.hpp"

namespace streamtwin::titus {
namespace {

const char* name_of(Tier tier) { return tier == Tier::critical ? "critical" : "flex"; }

/// The first zones of a region are those of a group.
std::size_t zones_of(const AgentGroupSpec& group, std::size_t there) {
  return group.zones == 0 ? there : std::min(static_cast<std::size_t>(group.zones), there);
}

int agents_at_most(const std::vector<const AgentGroupSpec*>& groups) {
  int agents = 0;
  for (const AgentGroupSpec* const group : groups) agents += group->max;
  return agents;
}

}  // namespace

std::vector<const AgentGroupSpec*> StackSpec::groups_for(const ContainerSpec& container, Tier tier, const ConstraintSpec& hard) const {
  std::vector<const AgentGroupSpec*> found;
  for (const auto& [name, group] : agents) {
    const AgentType* const type = agent_type(group.type);
    const bool asked_for = (hard.machine_group.empty() || hard.machine_group == name) &&
                           (hard.machine_type.empty() || hard.machine_type == group.type) &&
                           (!hard.active_host || group.state == GroupState::active);
    if (asked_for && group.tier == tier && type != nullptr && fenzo::within(resources_of(container), type->resources))
      found.push_back(&group);
  }
  return found;
}

void StackSpec::check_constraints(const std::string& at, const ContainerSpec& container, Tier tier, const ConstraintsSpec& asked, int size,
                                  Checker& checker) const {
  std::vector<std::string> groups, types;
  for (const auto& [name, group] : agents) {
    groups.push_back(name);
    types.push_back(group.type);
  }
  for (const auto& [part, name] : {std::pair(&asked.hard, "hard"), std::pair(&asked.soft, "soft")}) {
    if (!part->machine_group.empty())
      checker.one_of(fmt::format("{}.{}.machine_group", at, name), part->machine_group, "instance group of this stack", groups);
    if (!part->machine_type.empty())
      checker.one_of(fmt::format("{}.{}.machine_type", at, name), part->machine_type, "instance type of this stack's agents", types);
  }
  const ConstraintSpec& hard = asked.hard;
  const std::string at_hard = at + ".hard";
  checker.require(!hard.zone_balance || hard.availability_zone.empty(), at_hard + ".zone_balance",
                  "containers that are kept to one zone are in no balance over zones; leave `availability_zone` or this out");
  checker.require(scheduler.placement == PlacementBy::fenzo || !hard.exclusive_host, at_hard + ".exclusive_host",
                  "ECS, which places containers here, keeps no agent free for one of them");
  if (groups_for(container, tier, {}).empty()) return;  // an error of its own
  const std::vector<const AgentGroupSpec*> left = groups_for(container, tier, hard);
  if (left.empty()) {
    checker.error(at_hard, fmt::format("no instance group of the tier {} is as all of these ask, and has agents that are large enough",
                                       name_of(tier)));
  }
  check_unique_hosts(at, container, tier, hard, size, checker);
}

void StackSpec::check_unique_hosts(const std::string& at, const ContainerSpec& container, Tier tier, const ConstraintSpec& hard, int size,
                                   Checker& checker) const {
  const std::vector<const AgentGroupSpec*> left = groups_for(container, tier, hard);
  const int agents_there = agents_at_most(left);
  if (left.empty() || !(hard.unique_host || hard.exclusive_host) || size <= agents_there) return;
  checker.error(at + ".hard",
                fmt::format("{} containers need an agent each, and there are {} at most that they may go to", size, agents_there));
}

void StackSpec::check_zones(const std::vector<std::string>& zones, const std::string& at, Checker& checker) const {
  const auto check = [&](const std::string& where, const auto& work) {
    const ConstraintSpec& hard = work.constraints.hard;
    for (const auto& [part, name] : {std::pair(&work.constraints.hard, "hard"), std::pair(&work.constraints.soft, "soft")}) {
      if (!part->availability_zone.empty()) {
        checker.one_of(fmt::format("{}.constraints.{}.availability_zone", where, name), part->availability_zone,
                       "zone of the stack's region", zones);
      }
    }
    std::size_t reached = 0;
    for (const AgentGroupSpec* const group : groups_for(work.container, tier_of(work.capacity_group), hard))
      reached = std::max(reached, zones_of(*group, zones.size()));
    const auto zone = static_cast<std::size_t>(std::find(zones.begin(), zones.end(), hard.availability_zone) - zones.begin());
    checker.require(reached == 0 || zone >= zones.size() || zone < reached, where + ".constraints.hard.availability_zone",
                    "no instance group that it may go to has agents in this zone: the first ones are theirs (`zones` of `agents`)");
    checker.require(!hard.zone_balance || reached == 0 || static_cast<int>(reached) >= scheduler.balanced_zones,
                    where + ".constraints.hard.zone_balance",
                    fmt::format("the balance expects {} zones (`scheduler.balanced_zones`), and its agents are in {}: each would get one "
                                "container and no second",
                                scheduler.balanced_zones, reached));
  };
  for (const auto& [name, spec] : batch) check(fmt::format("{}.batch.{}", at, name), spec);
  for (const auto& [name, spec] : services) check(fmt::format("{}.services.{}", at, name), spec);
}

}  // namespace streamtwin::titus
