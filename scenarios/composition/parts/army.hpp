// What the ways in which the Simian Army makes an instance suffer are here, and whom each of them applies to: instances of services,
// stores' nodes, and agents of Titus. Netflix/SimianArmy chaos/*ChaosType.java, src/main/resources/scripts.
#pragma once

#include <string>

#include "models/chaos/monkey/monkeys.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// In which all that a scenario has is.
inline constexpr const char* monkeys_account = "prod";

/// Both at once.
chaos::Effect together(chaos::Effect a, chaos::Effect b);

/// Whether an instance of a service, or an agent of a group `stack/group` that has opted in, feels it.
bool army_applies(const Scenario& scenario, const std::string& cluster, chaos::ChaosType type);
/// Why nobody feels it, of a type that applies to nobody of those that have opted in.
std::string why_nobody_feels(chaos::ChaosType type);

/// The groups of agents that have opted in, as clusters of their regions.
std::vector<chaos::Cluster> army_agents(Twin::Parts& parts);
bool is_agent_group(const Scenario& scenario, const std::string& cluster);
std::vector<chaos::Jungle::Instance> agents_in(Twin::Parts& parts, const chaos::Cluster& group);

chaos::Blow harm_by_army(Twin::Parts& parts, const chaos::Jungle::Instance& instance, chaos::ChaosType type);

/// What a step of the method would do now.
chaos::Blow struck(Twin::Parts& parts, FaultSpec step);
/// The same machine or container is gone: what Chaos Monkey does.
chaos::Blow terminated(Twin::Parts& parts, const chaos::Jungle::Instance& instance);

}  // namespace streamtwin
