// Adds agents for tasks without one, keeps some idle, and marks those that are too many. Replays Netflix/titus-control-plane
// ClusterAgentAutoScaler. Pure: the caller looks at each interval, and does what it says.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "models/titus/agents/agent_groups_spec.hpp"
#include "models/titus/agents/cluster_autoscaler_spec.hpp"
#include "models/titus/agents/failure_kind.hpp"
#include "models/titus/token_bucket.hpp"

namespace streamtwin::titus {

struct ScalableAgent {
  AgentId id = 0;
  bool started = false;  ///< InstanceLifecycleState.Started
  Instant launched{};
  std::optional<Instant> removable;  ///< marked as too many, since
  bool not_removable = false;
  int tasks = 0;  ///< on it, those that are being launched included
};

/// An instance group; those of other schedulers are left out by the caller.
struct ScalableGroup {
  AgentGroupId id = 0;
  Tier tier = Tier::flex;
  std::string type;
  GroupState state = GroupState::active;
  bool not_removable = false;
  int min = 0, current = 0, desired = 0, max = 0;
  std::vector<ScalableAgent> agents;
};

/// A task that the last iteration found no agent for.
struct UnplacedTask {
  std::uint64_t id = 0;
  Tier tier = Tier::flex;
  FailureKind kind = FailureKind::unrecognized;
  fenzo::Resources needs;
  int gpus = 0;
  Instant accepted{};
  bool bound = false;  ///< a hard constraint on machine, group, type or a toleration: what is launched may not be what it wants
};

/// What it saw and wanted in a tier.
struct TierReading {
  int idle = 0, failed = 0, past_slo = 0, counted = 0;
  int wanted_up = 0, up = 0, wanted_down = 0, down = 0;  ///< agents
};

/// What is to be done with agents, whoever says so.
struct AgentOrders {
  std::vector<std::pair<AgentGroupId, int>> scale_up;  ///< by so many
  std::vector<AgentId> mark;                           ///< as removable: no task may be placed there
  std::vector<AgentId> unmark;                         ///< that were marked too long ago
  std::vector<AgentId> terminate;                      ///< their groups' desired size lowered with them
};

struct ScalingDecision : AgentOrders {
  std::array<TierReading, 2> tiers;
};

class ClusterAutoscaler {
 public:
  /// `primary`: what an agent of each tier's primary type has.
  struct Primary {
    fenzo::Resources resources;
    int gpus = 0;
  };
  ClusterAutoscaler(const ClusterScalingSpec& spec, std::array<Primary, 2> primary, Instant begin = Instant{});
  /// Primary types by their names; std::invalid_argument for one that is not listed.
  ClusterAutoscaler(const ClusterScalingSpec& spec, Instant begin = Instant{});

  /// O(agents + tasks). A task is counted once in ten minutes, though it may have been counted when no agent could be had.
  ScalingDecision look(Instant now, std::span<const ScalableGroup> groups, std::span<const UnplacedTask> tasks);

 private:
  struct TierState {
    TierState(Instant begin) : up_tokens(50, 2, 1s, begin), down_tokens(50, 2, 1s, begin) {}
    std::optional<Instant> last_up, last_down;
    TokenBucket up_tokens, down_tokens;  ///< ClusterAgentAutoScaler SCALE_UP_TOKEN_BUCKET_*, SCALE_DOWN_TOKEN_BUCKET_*
  };
  using Idle = std::vector<std::vector<AgentId>>;  ///< by place in `groups`

  void look_at(Tier tier, Instant now, std::span<const ScalableGroup> groups, std::span<const UnplacedTask> tasks,
               ScalingDecision& decision);
  bool could_run(const UnplacedTask& task, const Primary& agent) const;
  int scale_up(Tier tier, int agents, std::span<const ScalableGroup> groups, ScalingDecision& decision) const;
  int scale_down(Tier tier, int agents, std::span<const ScalableGroup> groups, const Idle& idle, ScalingDecision& decision) const;
  bool scales(const ScalableGroup& group, Tier tier) const;
  bool count_once(std::uint64_t task, Instant now);

  ClusterScalingSpec spec_;
  std::array<Primary, 2> primary_;
  std::array<TierState, 2> states_;
  std::unordered_set<std::uint64_t> counted_;
  std::deque<std::pair<Instant, std::uint64_t>> counted_at_;
};

}  // namespace streamtwin::titus
