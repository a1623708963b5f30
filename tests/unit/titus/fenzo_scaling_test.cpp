// What Fenzo's autoscaler wishes for, and what EC2 is asked for.
#include "models/titus/stack/fenzo_scaling.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "models/titus/placement/container_request.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// Two groups of two to six agents, of which three are there.
class FenzoScalingTest : public testing::Test {
 protected:
  FenzoScalingTest() : simulation(Seed{1}), limit(ec2::LaunchSpec{}), pool("stack", ec2::LaunchSpec{}, limit, 30s, measures) {
    AgentGroupSpec spec;
    spec.min = 2;
    spec.desired = 3;
    spec.max = 6;
    for (const char* const name : {"critical", "flex"}) {
      spec.tier = name == std::string("flex") ? Tier::flex : Tier::critical;
      const AgentGroupId group = pool.add_group(name, spec);
      for (int i = 0; i < 6; ++i) {
        Host& machine = platform.add_host(fmt::format("{}{}", name, i), platform.world(), Speed{1e9}, 1, BitRate{1e9});
        pool.add_place(group, static_cast<ZoneIndex>(i % 2), machine);
      }
    }
    platform.seal();
    pool.start();
  }
  static ClusterScalingSpec by_fenzo() {
    ClusterScalingSpec spec;
    spec.by = ScalingBy::fenzo;
    return spec;
  }
  AgentOrders orders(const std::vector<fenzo::ScaleAction>& actions) {
    return scaling.orders(actions, [](const std::string& host) { return static_cast<AgentId>(std::stoi(host)); });
  }

  Simulation simulation;
  Platform platform;
  Recorder recorder;
  AgentMeasures measures{recorder, "titus.stack", false};
  ec2::LaunchLimit limit;
  AgentPool pool;
  FenzoScaling scaling{by_fenzo(), pool};
};

TEST_F(FenzoScalingTest, HasARuleForEachGroup) {
  fenzo::SchedulerProperties properties;
  properties.fleet.group_attribute = FenzoScaling::group_attribute;
  scaling.equip(properties);
  fenzo::Scheduler scheduler(std::move(properties));
  ASSERT_NE(scheduler.autoscaler(), nullptr);
  scaling.add_rules(*scheduler.autoscaler());
  const auto& rules = scheduler.autoscaler()->rules();
  ASSERT_EQ(rules.size(), 2u);
  const fenzo::ScaleRule& rule = rules.at("flex");
  EXPECT_EQ(rule.min_idle, 2);
  EXPECT_EQ(rule.max_idle, 5);
  EXPECT_EQ(rule.min_size, 2);
  EXPECT_EQ(rule.max_size, 6);
  EXPECT_EQ(rule.hosts_for(8), 1);
  EXPECT_EQ(rule.hosts_for(9), 2);
}

TEST_F(FenzoScalingTest, LeavesItToTitusUnlessItIsAsked) {
  for (const ClusterScalingSpec& spec : {ClusterScalingSpec{}, [] {
                                           ClusterScalingSpec off = by_fenzo();
                                           off.enabled = false;
                                           return off;
                                         }()}) {
    fenzo::SchedulerProperties properties;
    FenzoScaling(spec, pool).equip(properties);
    EXPECT_FALSE(properties.autoscaler);
  }
}

TEST_F(FenzoScalingTest, OrdersWhatTheRuleWishes) {
  const AgentOrders up = orders({{"flex", 2, {}}});
  EXPECT_THAT(up.scale_up, ElementsAre(Pair(1, 2)));
  EXPECT_THAT(up.terminate, IsEmpty());
  pool.carry_out(up);
  EXPECT_EQ(pool.group(1).desired, 5);
  EXPECT_EQ(pool.group(0).desired, 3);
}

TEST_F(FenzoScalingTest, AGroupKeepsItsLeastAgents) {
  const AgentOrders down = orders({{"flex", 0, {"6", "7"}}});
  EXPECT_THAT(down.terminate, ElementsAre(6));
  pool.carry_out(down);
  EXPECT_EQ(pool.group(1).desired, 2);
  EXPECT_EQ(pool.agent(6).state, AgentState::kill_initiated);
  EXPECT_THAT(orders({{"flex", 0, {"6", "7"}}}).terminate, IsEmpty());
}

TEST_F(FenzoScalingTest, ATaskIsForTheGroupsOfItsTier) {
  fenzo::SchedulerProperties properties;
  scaling.equip(properties);
  ContainerRequest request;
  request.job_tier = Tier::critical;
  EXPECT_THAT(properties.rules_of_task(request), ElementsAre("critical"));
  request.job_tier = Tier::flex;
  EXPECT_THAT(properties.rules_of_task(request), ElementsAre("flex"));
}

}  // namespace
}  // namespace streamtwin::titus
