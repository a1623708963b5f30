// Terminates agents that were marked as too many, when they are idle. Replays Netflix/titus-control-plane
// ClusterRemovableAgentRemover. Pure, as the autoscaler.
#pragma once

#include <deque>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "models/titus/agents/cluster_autoscaler.hpp"

namespace streamtwin::titus {

class RemovableAgents {
 public:
  explicit RemovableAgents(Duration grace, Instant begin = Instant{}) : grace_(grace), tokens_(100, 2, 1s, begin) {}

  /// Those to terminate now, their groups' desired size lowered with them. O(agents).
  std::vector<AgentId> look(Instant now, std::span<const ScalableGroup> groups);

 private:
  bool eligible(const ScalableAgent& agent, Instant now) const;

  Duration grace_;
  TokenBucket tokens_;  ///< ClusterRemovableAgentRemover TOKEN_BUCKET_*
  std::unordered_set<AgentId> terminating_;
  std::deque<std::pair<Instant, AgentId>> terminating_since_;  ///< for AGENT_INSTANCES_BEING_TERMINATED_TTL_MS
};

}  // namespace streamtwin::titus
