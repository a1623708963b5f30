// Vectors of Netflix/titus-control-plane ClusterAgentAutoScalerTest @ 73422d6: the same numbers go in and come out.
#include "models/titus/agents/cluster_autoscaler.hpp"

#include <gmock/gmock.h>

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr Instant after(Duration time) { return at(time); }

/// As the test's mocks answer.
ClusterScalingSpec mocked() {
  ClusterScalingSpec spec;
  spec.critical = {"m4.16xlarge", 5, 10, 600s, 600s, 90s, 90s};
  spec.flex = {"r4.16xlarge", 5, 10, 60s, 60s, 300s, 90s};
  return spec;
}

ClusterAutoscaler scaler(const ClusterScalingSpec& spec) {
  const ClusterAutoscaler::Primary agent{{fenzo::Cores{64}, fenzo::Megabytes{99999}, fenzo::Megabits{23000}, fenzo::Megabytes{9999}}, 0};
  return ClusterAutoscaler(spec, {agent, agent});
}

ScalableGroup group(AgentGroupId id, GroupState state, int min, int current, int max, const char* type = "r4.16xlarge") {
  return {
      .id = id, .tier = Tier::flex, .type = type, .state = state, .min = min, .current = current, .desired = 0, .max = max, .agents = {}};
}

/// Agents that were launched when the test began, the first of them busy.
ScalableGroup with_agents(ScalableGroup group, int agents, int busy = 0) {
  for (int i = 0; i < agents; ++i)
    group.agents.push_back({.id = group.id * 100 + static_cast<AgentId>(i), .started = true, .removable = {}, .tasks = i < busy ? 1 : 0});
  return group;
}

std::vector<UnplacedTask> tasks(std::initializer_list<std::pair<FailureKind, int>> counts, Instant accepted = {}) {
  std::vector<UnplacedTask> unplaced;
  for (const auto& [kind, count] : counts) {
    for (int i = 0; i < count; ++i)
      unplaced.push_back(
          {.id = static_cast<std::uint64_t>(i), .kind = kind, .needs = {fenzo::Cores{64}, {}, {}, {}}, .accepted = accepted});
  }
  return unplaced;
}

TEST(ClusterAgentAutoScaler, ScaleUpMinIdle) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{group(1, GroupState::active, 0, 0, 10)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).scale_up, ElementsAre(Pair(1, 5)));
}

TEST(ClusterAgentAutoScaler, ScaleDownMaxIdle) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{with_agents(group(1, GroupState::active, 0, 12, 20), 12)};
  const ScalingDecision decision = autoscaler.look(after(360s), groups, {});
  EXPECT_THAT(decision.mark, ElementsAre(100, 101));
  EXPECT_THAT(decision.scale_up, IsEmpty());
}

TEST(ClusterAgentAutoScaler, ScaleUpForFailingTasks) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = 0;
  ClusterAutoscaler autoscaler = scaler(spec);
  const std::vector groups{group(1, GroupState::active, 0, 0, 20)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, tasks({{FailureKind::all_agents_full, 10}})).scale_up, ElementsAre(Pair(1, 10)));
}

TEST(ClusterAgentAutoScaler, NoScaleUpForSomeFailureKinds) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = 0;
  ClusterAutoscaler autoscaler = scaler(spec);
  const std::vector groups{group(1, GroupState::active, 0, 0, 20)};
  const auto waiting = tasks({{FailureKind::waiting_for_in_use_ip_allocation, 2}, {FailureKind::opportunistic_resource, 8}});
  EXPECT_THAT(autoscaler.look(after(360s), groups, waiting).scale_up, IsEmpty());
  EXPECT_THAT(autoscaler.look(after(3960s), groups, waiting).scale_up, IsEmpty()) << "past their SLO, too";
}

TEST(ClusterAgentAutoScaler, ScaleUpForTasksPastSlo) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = 0;
  spec.flex.scale_up_cool_down = 20h;
  spec.flex.task_slo = 1h;
  ClusterAutoscaler autoscaler = scaler(spec);
  const std::vector groups{group(1, GroupState::active, 0, 0, 10)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).scale_up, IsEmpty());
  EXPECT_THAT(autoscaler.look(after(3960s), groups, tasks({{FailureKind::all_agents_full, 10}}, after(360s))).scale_up,
              ElementsAre(Pair(1, 10)));
}

TEST(ClusterAgentAutoScaler, ScaleUpForNonPrimaryInstanceType) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{group(1, GroupState::active, 0, 0, 10, "m4.16xlarge")};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).scale_up, IsEmpty());
}

TEST(ClusterAgentAutoScaler, ScaleUpForActiveAndPhasedOutInstanceGroups) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{group(1, GroupState::phased_out, 0, 0, 10), group(2, GroupState::active, 0, 0, 10)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).scale_up, ElementsAre(Pair(2, 5)));
}

TEST(ClusterAgentAutoScaler, ScaleDownForIdleAgents) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = spec.flex.max_idle = 0;
  ClusterAutoscaler autoscaler = scaler(spec);
  const std::vector groups{with_agents(group(1, GroupState::active, 0, 20, 20), 20, 17)};
  EXPECT_THAT(autoscaler.look(after(660s), groups, {}).mark, ElementsAre(117, 118, 119));
}

TEST(ClusterAgentAutoScaler, ScaleDownForNonPrimaryInstanceType) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{with_agents(group(1, GroupState::active, 0, 12, 20, "m4.16xlarge"), 12)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).mark, IsEmpty());
}

TEST(ClusterAgentAutoScaler, ScaleDownForIdleAgentsPrefersPhasedOutInstanceGroups) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = 0;
  spec.flex.max_idle = 5;
  ClusterAutoscaler autoscaler = scaler(spec);
  const std::vector groups{with_agents(group(1, GroupState::phased_out, 0, 5, 10), 5),
                           with_agents(group(2, GroupState::active, 0, 5, 10), 5)};
  EXPECT_THAT(autoscaler.look(after(660s), groups, {}).mark, ElementsAre(100, 101, 102, 103, 104));
}

TEST(ClusterAgentAutoScaler, ScaleDownForIdleAgentsDoesNotGoPastInstanceGroupMin) {
  ClusterScalingSpec spec = mocked();
  spec.flex.min_idle = 0;
  spec.removable_timeout = 9999999s;
  ClusterAutoscaler autoscaler = scaler(spec);
  std::vector groups{with_agents(group(1, GroupState::active, 13, 20, 20), 20)};
  groups[0].agents[18].removable = groups[0].agents[19].removable = Instant{};
  EXPECT_THAT(autoscaler.look(after(660s), groups, {}).mark, SizeIs(5));
}

// Groups of other schedulers are left out by whoever asks.
TEST(ClusterAgentAutoScaler, OnlyFenzoPartitionIsScaled) {
  ClusterAutoscaler autoscaler = scaler(mocked());
  const std::vector groups{group(1, GroupState::active, 0, 0, 1), group(3, GroupState::active, 0, 0, 1)};
  EXPECT_THAT(autoscaler.look(after(360s), groups, {}).scale_up, ElementsAre(Pair(1, 1), Pair(3, 1)));
}

}  // namespace
}  // namespace streamtwin::titus
