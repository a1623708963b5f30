// How the number of agents follows the load, which of them are given up, and how well they are thought of.
#include <gmock/gmock.h>

#include "models/titus/agents/cluster_autoscaler.hpp"
#include "models/titus/agents/quality.hpp"
#include "models/titus/agents/removable_agents.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

ScalableGroup flex_group(int agents, int max = 1000) {
  ScalableGroup group{.id = 4, .tier = Tier::flex, .type = "r4.16xlarge", .current = agents, .desired = agents, .max = max, .agents = {}};
  for (int i = 0; i < agents; ++i) group.agents.push_back({.id = static_cast<AgentId>(i), .started = true, .removable = {}});
  return group;
}

/// Tasks of which an agent takes four.
std::vector<UnplacedTask> waiting(int count, Instant accepted, std::uint64_t first = 0) {
  std::vector<UnplacedTask> tasks;
  for (int i = 0; i < count; ++i)
    tasks.push_back({.id = first + static_cast<std::uint64_t>(i),
                     .kind = FailureKind::too_large_to_fit,
                     .needs = {fenzo::Cores{16}, {}, {}, {}},
                     .accepted = accepted});
  return tasks;
}

ClusterScalingSpec without_idle() {
  ClusterScalingSpec spec;
  spec.flex.min_idle = 0;
  return spec;
}

TEST(ClusterAutoscaler, CountsATaskOnceInTenMinutes) {
  ClusterAutoscaler autoscaler(without_idle());
  const std::vector groups{flex_group(0)};
  EXPECT_THAT(autoscaler.look(at(400s), groups, waiting(8, at(0s))).scale_up, ElementsAre(Pair(4, 2)));
  EXPECT_THAT(autoscaler.look(at(430s), groups, waiting(8, at(0s))).scale_up, IsEmpty());
  EXPECT_THAT(autoscaler.look(at(1000s), groups, waiting(8, at(0s))).scale_up, ElementsAre(Pair(4, 2)));
}

TEST(ClusterAutoscaler, TasksPastTheirSloDoNotWaitForTheCoolDown) {
  ClusterAutoscaler autoscaler(without_idle());
  const std::vector groups{flex_group(0)};
  EXPECT_THAT(autoscaler.look(at(400s), groups, waiting(4, at(390s))).scale_up, ElementsAre(Pair(4, 1)));
  EXPECT_THAT(autoscaler.look(at(430s), groups, waiting(4, at(420s), 100)).scale_up, IsEmpty());
  EXPECT_THAT(autoscaler.look(at(720s), groups, waiting(4, at(420s), 100)).scale_up, ElementsAre(Pair(4, 1)));
}

TEST(ClusterAutoscaler, TheLaunchGuardAloneLaunchesNothingUntilTheSloIsOver) {
  ClusterAutoscaler autoscaler(without_idle());
  const std::vector groups{flex_group(0)};
  std::vector<UnplacedTask> tasks = waiting(4, at(390s));
  for (UnplacedTask& task : tasks) task.kind = FailureKind::launch_guard;
  EXPECT_THAT(autoscaler.look(at(400s), groups, tasks).scale_up, IsEmpty());
  EXPECT_THAT(autoscaler.look(at(690s), groups, tasks).scale_up, ElementsAre(Pair(4, 1)));
}

TEST(ClusterAutoscaler, LaunchesNothingForTasksThatItsAgentsCouldNotRun) {
  ClusterAutoscaler autoscaler(without_idle());
  std::vector<UnplacedTask> tasks = waiting(3, at(0s));
  tasks[0].bound = true;
  tasks[1].needs.cpus = fenzo::Cores{65};
  tasks[2].gpus = 1;
  const ScalingDecision decision = autoscaler.look(at(400s), std::vector{flex_group(0)}, tasks);
  EXPECT_THAT(decision.scale_up, IsEmpty());
  EXPECT_EQ(decision.tiers[1].failed, 3);
}

TEST(ClusterAutoscaler, LaunchesFiftyAtOnceAndTwoASecond) {
  ClusterAutoscaler autoscaler(without_idle());
  const std::vector groups{flex_group(0)};
  EXPECT_THAT(autoscaler.look(at(400s), groups, waiting(400, at(0s))).scale_up, ElementsAre(Pair(4, 50)));
  EXPECT_THAT(autoscaler.look(at(410s), groups, waiting(400, at(0s), 1000)).scale_up, ElementsAre(Pair(4, 50)));
  EXPECT_THAT(autoscaler.look(at(411s), groups, waiting(400, at(0s), 2000)).scale_up, ElementsAre(Pair(4, 2)));
}

TEST(ClusterAutoscaler, WithdrawsMarksAfterTenMinutes) {
  ClusterAutoscaler autoscaler(without_idle());
  std::vector groups{flex_group(2)};
  groups[0].agents[1].removable = at(100s);
  EXPECT_THAT(autoscaler.look(at(699s), groups, {}).unmark, IsEmpty());
  EXPECT_THAT(autoscaler.look(at(700s), groups, {}).unmark, ElementsAre(1));
}

TEST(ClusterAutoscaler, RefusesATypeThatIsNotListed) {
  ClusterScalingSpec spec;
  spec.flex.primary_type = "r9.huge";
  EXPECT_THROW(ClusterAutoscaler{spec}, std::invalid_argument);
}

TEST(RemovableAgents, GoWhenTheyAreIdleAfterTheGrace) {
  RemovableAgents remover(360s);
  std::vector groups{flex_group(3)};
  for (ScalableAgent& agent : groups[0].agents) agent.removable = at(0s);
  groups[0].agents[0].tasks = 1;
  EXPECT_THAT(remover.look(at(359s), groups), IsEmpty());
  EXPECT_THAT(remover.look(at(360s), groups), ElementsAre(1, 2));
  EXPECT_THAT(remover.look(at(390s), groups), IsEmpty()) << "they are on their way";
  EXPECT_THAT(remover.look(at(660s), groups), ElementsAre(1, 2)) << "it did not help";
}

TEST(RemovableAgents, LeaveTheirGroupItsLeast) {
  RemovableAgents remover(0s);
  std::vector groups{flex_group(3)};
  for (ScalableAgent& agent : groups[0].agents) agent.removable = at(0s);
  groups[0].min = 2;
  EXPECT_THAT(remover.look(at(1s), groups), SizeIs(1));
}

TEST(AgentQuality, FailuresFadeByTheMinuteAndAStartForgetsThem) {
  AgentQuality quality;
  EXPECT_EQ(quality.quality(2, at(0s)), -1);
  EXPECT_EQ(quality.score(2), 0.5);
  quality.add(2);
  EXPECT_EQ(quality.score(2), 1);
  quality.failed(2, AgentFault::local_start_error, at(0s));
  EXPECT_DOUBLE_EQ(quality.quality(2, at(59s)), 0.5);
  EXPECT_DOUBLE_EQ(quality.quality(2, at(60s)), 0.75);
  EXPECT_THAT(quality.refresh(at(60s)), ElementsAre(2));
  EXPECT_DOUBLE_EQ(quality.score(2), 0.75);
  EXPECT_THAT(quality.refresh(at(61s)), IsEmpty());
  EXPECT_EQ(quality.quality(2, at(900s)), 1);
  quality.failed(2, AgentFault::crash, at(60s));
  quality.started(2);
  EXPECT_EQ(quality.score(2), 1);
  quality.failed(2, AgentFault::system_start_error, at(70s));
  EXPECT_EQ(quality.score(2), 1);
}

// As if nothing were known of it: better than one that starts a task now and then.
TEST(AgentQuality, WhatFailsEverythingIsThoughtOfBetterThanWhatFailsMost) {
  AgentQuality quality;
  quality.failed(0, AgentFault::local_start_error, at(0s));
  quality.failed(0, AgentFault::crash, at(0s));
  EXPECT_DOUBLE_EQ(quality.score(0), 1 - 0.5 - 0.3);
  quality.failed(0, AgentFault::lost_before_started, at(0s));
  EXPECT_EQ(quality.quality(0, at(0s)), 0);
  EXPECT_EQ(quality.score(0), 0.5);
}

}  // namespace
}  // namespace streamtwin::titus
