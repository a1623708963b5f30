// How commands and states travel on Mesos and on ECS, and how ECS would place tasks by itself.
#include "models/titus/executor/orchestration.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "models/titus/placement/ecs_placement.hpp"

namespace streamtwin::titus {
namespace {

TEST(MesosOrchestration, OffersAtTheNextAllocation) {
  MesosSpec spec;
  spec.message = 0s;
  MesosOrchestration mesos(spec);
  Random random;
  EXPECT_DOUBLE_EQ(in_seconds(mesos.offered_again(at(10.25s), random)), 0.75);
  EXPECT_DOUBLE_EQ(in_seconds(mesos.offered_again(at(11s), random)), 1) << "that one is over";
}

TEST(MesosOrchestration, WhatWasRejectedIsNotOfferedForAWhile) {
  MesosSpec spec;
  spec.message = 0s;
  MesosOrchestration mesos(spec);
  Random random;
  EXPECT_DOUBLE_EQ(in_seconds(mesos.rejected_again(at(10.25s), random)), 5.75) << "five seconds, and the next allocation";
}

TEST(MesosOrchestration, AnOfferIsNeverInThePast) {
  MesosSpec spec;
  spec.message = 0s;
  spec.allocation_interval = 0.1s;
  MesosOrchestration mesos(spec);
  Random random;
  for (int tenth = 0; tenth < 10000; ++tenth) {
    const Duration wait = mesos.offered_again(at(seconds(tenth * 0.1)), random);
    EXPECT_GE(wait, 0s);
    EXPECT_LE(wait, 0.1s + 1ns);
  }
}

TEST(MesosOrchestration, TellsOfStatesAtOnce) {
  MesosOrchestration mesos(MesosSpec{});
  Random random;
  const StateNews news = mesos.state(at(1s), random);
  EXPECT_EQ(news.after, 10ms);
  EXPECT_EQ(news.again, std::nullopt);
}

TEST(EcsOrchestration, CallsBeyondTheBurstWaitForTokens) {
  EcsSpec spec;
  spec.burst = 3;
  spec.refill = Rate{2};
  spec.call = spec.to_agent = 1s;
  spec.sigma = 0;
  EcsOrchestration ecs(spec);
  Random random;
  std::vector<double> starts;
  for (int task = 0; task < 5; ++task) starts.push_back(in_seconds(ecs.start_command(at(0s), random)));
  EXPECT_THAT(starts, testing::ElementsAre(2, 2, 2, 2.5, 3));
  EXPECT_EQ(ecs.throttled(), 2u);
  EXPECT_EQ(ecs.stop_command(at(0s), random), 2s) << "of another call";
}

TEST(EcsOrchestration, EventsMayRepeatOrComeByCloudWatch) {
  EcsSpec spec;
  spec.sigma = 0;
  spec.repeated = Fraction{0.5};
  spec.by_cloudwatch = Fraction{0.25};
  EcsOrchestration ecs(spec);
  Random random{7, 8, 9};
  int late = 0, repeated = 0;
  for (int event = 0; event < 4000; ++event) {
    const StateNews news = ecs.state(at(0s), random);
    late += news.after == spec.cloudwatch;
    repeated += news.again.has_value();
  }
  EXPECT_NEAR(late, 1000, 120);
  EXPECT_NEAR(repeated, 1500, 120);
}

TEST(StateVersions, WhatComesTwiceOrLateIsNoNews) {
  StateVersions versions;
  EXPECT_TRUE(versions.is_news(1));
  EXPECT_FALSE(versions.is_news(1));
  EXPECT_TRUE(versions.is_news(3));
  EXPECT_FALSE(versions.is_news(2));
}

TEST(MakeOrchestration, FollowsTheEra) {
  OrchestrationSpec spec;
  Random random;
  EXPECT_GT(make_orchestration(spec)->offered_again(at(0s), random), 0s);
  spec.era = Era::ecs;
  EXPECT_EQ(make_orchestration(spec)->offered_again(at(0s), random), 0s) << "no offers";
}

}  // namespace

namespace ecs {
namespace {

class EcsPlacementTest : public testing::Test {
 protected:
  std::optional<AgentId> chosen(std::vector<Strategy> strategies, Demand demand = {1, 1000}) {
    return choose(agents, demand, strategies, random);
  }
  Random random{1, 2, 3};
  std::vector<Candidate> agents{{.agent = 10, .zone = 0, .cpus = 8, .memory_mb = 4000, .tasks = 1, .zone_tasks = 3},
                                {.agent = 11, .zone = 0, .cpus = 4, .memory_mb = 9000, .tasks = 2, .zone_tasks = 3},
                                {.agent = 12, .zone = 1, .cpus = 6, .memory_mb = 3000, .tasks = 2, .zone_tasks = 2},
                                {.agent = 13, .zone = 1, .cpus = 2, .memory_mb = 8000, .tasks = 0, .zone_tasks = 2}};
};

TEST_F(EcsPlacementTest, AServiceIsSpreadOverZonesThenAgents) {
  EXPECT_EQ(chosen({service_default, service_default + 2}), 13u);
  EXPECT_EQ(chosen({service_default, service_default + 2}, {3, 1000}), 12u) << "the other of that zone has no room";
}

TEST_F(EcsPlacementTest, BinpackLeavesTheLeast) {
  EXPECT_EQ(chosen({Strategy::binpack_cpu}), 13u);
  EXPECT_EQ(chosen({Strategy::binpack_cpu}, {3, 1000}), 11u);
  EXPECT_EQ(chosen({Strategy::binpack_memory}), 12u);
  EXPECT_EQ(chosen({Strategy::binpack_memory}, {1, 5000}), 13u);
}

TEST_F(EcsPlacementTest, RandomTakesAnyThatHasRoom) {
  std::vector<int> counts(14);
  for (int task = 0; task < 4000; ++task) ++counts[*chosen({Strategy::random}, {3, 1000})];
  for (const int agent : {10, 11, 12}) EXPECT_NEAR(counts[agent], 1333, 150);
  EXPECT_EQ(counts[13], 0);
}

TEST_F(EcsPlacementTest, NoneWhereNoneHasRoom) { EXPECT_EQ(chosen({Strategy::random}, {9, 1}), std::nullopt); }

}  // namespace
}  // namespace ecs
}  // namespace streamtwin::titus
