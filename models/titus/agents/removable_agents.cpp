#include "models/titus/agents/removable_agents.hpp"

#include <algorithm>

namespace streamtwin::titus {
namespace {

/// ClusterRemovableAgentRemover TOKEN_BUCKET_CAPACITY
constexpr std::size_t terminated_at_once_max = 100;
/// AGENT_INSTANCES_BEING_TERMINATED_TTL_MS
constexpr Duration terminating_for = 300s;

}  // namespace

bool RemovableAgents::eligible(const ScalableAgent& agent, Instant now) const {
  return agent.removable && !agent.not_removable && now - *agent.removable >= grace_ && agent.tasks <= 0 &&
         !terminating_.contains(agent.id);
}

std::vector<AgentId> RemovableAgents::look(Instant now, std::span<const ScalableGroup> groups) {
  while (!terminating_since_.empty() && now - terminating_since_.front().first >= terminating_for) {
    terminating_.erase(terminating_since_.front().second);
    terminating_since_.pop_front();
  }
  std::vector<std::pair<const ScalableGroup*, std::vector<AgentId>>> found;
  std::size_t all = 0;
  for (const ScalableGroup& group : groups) {
    if (group.state != GroupState::active && group.state != GroupState::phased_out) continue;
    std::vector<AgentId>& here = found.emplace_back(&group, std::vector<AgentId>{}).second;
    for (const ScalableAgent& agent : group.agents) {
      if (eligible(agent, now)) here.push_back(agent.id);
    }
    all += here.size();
  }
  std::vector<AgentId> chosen;
  if (all == 0) return chosen;
  const auto tokens = tokens_.try_take(1, static_cast<std::int64_t>(std::min(terminated_at_once_max, all)), now);
  if (!tokens) return chosen;
  for (const auto& [group, agents] : found) {
    const int room = std::min(static_cast<int>(*tokens) - static_cast<int>(chosen.size()), group->current - group->min);
    for (int i = 0; i < std::min(room, static_cast<int>(agents.size())); ++i) {
      chosen.push_back(agents[static_cast<std::size_t>(i)]);
      terminating_.insert(chosen.back());
      terminating_since_.emplace_back(now, chosen.back());
    }
  }
  return chosen;
}

}  // namespace streamtwin::titus
