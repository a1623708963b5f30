// ECS's own placement of tasks, to compare Fenzo with: of the agents that have room a strategy leaves the best, the next strategy
// the best of those, until one is left. Source: Amazon ECS developer guide, task placement.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "models/titus/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus::ecs {

/// An agent that may be chosen: what is free on it, and what there is of the task's service.
struct Candidate {
  AgentId agent = 0;
  std::uint32_t zone = 0;
  double cpus = 0;       ///< free
  double memory_mb = 0;  ///< free
  int tasks = 0;         ///< of the same service on this agent
  int zone_tasks = 0;    ///< of the same service in its zone
};

struct Demand {
  double cpus = 0;
  double memory_mb = 0;
};

enum class Strategy : std::uint8_t { spread_zones, spread_agents, binpack_cpu, binpack_memory, random };

/// The agent that the strategies, taken in their order, leave; none where no candidate has room. What they leave besides is drawn.
/// O(candidates).
std::optional<AgentId> choose(std::span<const Candidate> candidates, const Demand& demand, std::span<const Strategy> strategies,
                              Random& random);

/// A service's default: spread over zones, then the fewest tasks of the service.
inline constexpr Strategy service_default[] = {Strategy::spread_zones, Strategy::spread_agents};

}  // namespace streamtwin::titus::ecs

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::ecs::Strategy> = std::to_array<EnumName<titus::ecs::Strategy>>({
    {titus::ecs::Strategy::spread_zones, "spread_zones", "The zones with the fewest tasks of the service"},
    {titus::ecs::Strategy::spread_agents, "spread_agents", "The agents with the fewest tasks of the service"},
    {titus::ecs::Strategy::binpack_cpu, "binpack_cpu", "The agents with the least CPU left"},
    {titus::ecs::Strategy::binpack_memory, "binpack_memory", "The agents with the least memory left"},
    {titus::ecs::Strategy::random, "random", "Any agent"},
});

}  // namespace streamtwin
