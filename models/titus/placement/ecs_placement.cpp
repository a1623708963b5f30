#include "models/titus/placement/ecs_placement.hpp"

#include <limits>
#include <vector>

namespace streamtwin::titus::ecs {

namespace {

double rank(const Candidate& candidate, Strategy strategy) {
  switch (strategy) {
    case Strategy::spread_zones: return candidate.zone_tasks;
    case Strategy::spread_agents: return candidate.tasks;
    case Strategy::binpack_cpu: return candidate.cpus;
    case Strategy::binpack_memory: return candidate.memory_mb;
    case Strategy::random: return 0;
  }
  return 0;
}

/// Leaves those of the lowest rank.
void narrow(std::vector<const Candidate*>& left, Strategy strategy) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const Candidate* candidate : left) lowest = std::min(lowest, rank(*candidate, strategy));
  std::erase_if(left, [&](const Candidate* candidate) { return rank(*candidate, strategy) > lowest; });
}

}  // namespace

std::optional<AgentId> choose(std::span<const Candidate> candidates, const Demand& demand, std::span<const Strategy> strategies,
                              Random& random) {
  std::vector<const Candidate*> left;
  for (const Candidate& candidate : candidates) {
    if (candidate.cpus >= demand.cpus && candidate.memory_mb >= demand.memory_mb) left.push_back(&candidate);
  }
  if (left.empty()) return std::nullopt;
  for (const Strategy strategy : strategies) narrow(left, strategy);
  return left[left.size() == 1 ? 0 : random.below(left.size())]->agent;
}

}  // namespace streamtwin::titus::ecs
