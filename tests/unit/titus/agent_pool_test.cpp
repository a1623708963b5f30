// The agents of a stack: launched where EC2 has machines, replaced when those die, given up when they are too many.
#include "models/titus/agents/agent_pool.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A group of up to six over three zones, of which each could take four. A launch takes 60 s.
class AgentPoolTest : public testing::Test, private AgentObserver {
 protected:
  AgentPoolTest() : simulation(Seed{1}), limit(launch()), pool("stack", launch(), limit, 30s, measures), told(pool.subscribe(*this)) {
    group = pool.add_group("flex", spec());
    std::vector<ec2::Ledger::Meter> meters;
    for (ZoneIndex zone = 0; zone < 3; ++zone) {
      meters.push_back(ledger.meter(*ec2::instance_type("r4.16xlarge"), zone, {measures.cost}));
      for (int i = 0; i < 4; ++i)
        pool.add_place(group, zone, platform.add_host(fmt::format("{}{}", "abc"[zone], i), platform.world(), Speed{1e9}, 1, BitRate{1e9}),
                       meters[zone]);
    }
    platform.seal();
  }
  static ec2::LaunchSpec launch() {
    ec2::LaunchSpec spec;
    spec.api = 0s;
    spec.pending = 20s;
    spec.pending_sigma = 0;
    spec.slow = Fraction{0};
    return spec;
  }
  static AgentGroupSpec spec() {
    AgentGroupSpec spec;
    spec.desired = 3;
    spec.max = 6;
    spec.boot = 30s;
    spec.boot_sigma = 0;
    spec.registration = 10s;
    return spec;
  }
  void agent_started(const Agent& agent) override { note("started", agent); }
  void agent_lost(const Agent& agent) override { note("lost", agent); }
  void agent_stopped(const Agent& agent) override { note("stopped", agent); }
  void note(const char* what, const Agent& agent) {
    log.push_back(fmt::format("{:g} s: {} {}", in_seconds(now()), agent.machine->name(), what));
  }
  void run_until(Duration time) { simulation.run_until(at(time)); }
  std::vector<std::string> take_log() { return std::exchange(log, {}); }
  Host& machine(const std::string& name) { return *platform.find_host(name); }

  Simulation simulation;
  Platform platform;
  Recorder recorder;
  AgentMeasures measures{recorder, "titus.stack", false};
  ec2::AccountMeasures account;
  const places::Geography geography{{{"region", 0, 0, 3}}, {}};
  ec2::Ledger ledger{geography, account};
  ec2::LaunchLimit limit;
  AgentPool pool;
  AgentGroupId group = 0;
  std::vector<std::string> log;
  Subscription told;
};

TEST_F(AgentPoolTest, NeitherLaunchesNorEndsAgentsWhileTheApiFails) {
  pool.start();
  take_log();
  limit.fail();
  pool.set_desired(group, 4);
  EXPECT_FALSE(pool.terminate(0, false));
  run_until(10min);
  EXPECT_THAT(take_log(), IsEmpty());
  EXPECT_GT(measures.refused.total(), 15) << "asked again at every status check";
  limit.restore();
  run_until(10min + 95s);
  EXPECT_EQ(take_log().size(), 1u) << "the next check launches the one that is missing";
}

TEST_F(AgentPoolTest, BeginsWithItsDesiredSizeSpreadOverItsZones) {
  pool.start();
  EXPECT_THAT(take_log(), ElementsAre("0 s: a0 started", "0 s: b0 started", "0 s: c0 started"));
  run_until(1h);
  EXPECT_THAT(take_log(), IsEmpty());
  EXPECT_EQ(pool.started(), 3);
  EXPECT_DOUBLE_EQ(measures.cost.per_hour.value(), 3 * agent_type("r4.16xlarge")->usd_per_hour);
}

TEST_F(AgentPoolTest, AnAgentTakesItsTimeToLaunch) {
  pool.start();
  take_log();
  pool.scale_up(group, 2);
  EXPECT_EQ(pool.agent(1).state, AgentState::launching);
  EXPECT_EQ(measures.launching.value(), 2);
  run_until(1h);
  EXPECT_THAT(take_log(), ElementsAre("60 s: a1 started", "60 s: b1 started"));
  pool.scale_up(group, 9);
  EXPECT_EQ(pool.group(group).desired, 6) << "its max";
}

TEST_F(AgentPoolTest, WhoComesAfterOneThatWasMarkedIsNotMarked) {
  pool.start();
  pool.mark_removable(0);
  pool.terminate(0, true);
  run_until(2min);
  pool.scale_up(group, 1);
  EXPECT_EQ(pool.agent(0).state, AgentState::launching);
  EXPECT_FALSE(pool.agent(0).removable) << "or it would be terminated before it has started";
}

TEST_F(AgentPoolTest, OneWhoseMachineDiesIsReplacedAtTheNextStatusCheck) {
  pool.start();
  take_log();
  run_until(10s);
  turn_off(machine("b0"));
  run_until(95s);
  EXPECT_THAT(take_log(), ElementsAre("10 s: b0 lost", "90 s: b1 started"));
  EXPECT_EQ(measures.replaced.total(), 1);
  turn_off(machine("b1"));
  run_until(96s);
  EXPECT_EQ(pool.agent(5).state, AgentState::stopped);
  EXPECT_EQ(measures.lost.total(), 2);
}

TEST_F(AgentPoolTest, ALaunchDiesWithItsMachineAndNobodyHearsOfIt) {
  pool.start();
  take_log();
  pool.scale_up(group, 1);
  run_until(10s);
  turn_off(machine("a1"));
  run_until(1h);
  EXPECT_THAT(take_log(), ElementsAre("90 s: a2 started"));
}

TEST_F(AgentPoolTest, WhereAZoneIsLostTheOthersTakeItsAgents) {
  pool.start();
  pool.set_desired(group, 6);
  run_until(100s);
  take_log();
  for (const char* name : {"c0", "c1", "c2", "c3"}) turn_off(machine(name));
  run_until(1h);
  EXPECT_THAT(take_log(), ElementsAre("100 s: c0 lost", "100 s: c1 lost", "180 s: a2 started", "180 s: b2 started"));
  EXPECT_EQ(measures.refused.total(), 0);
}

TEST_F(AgentPoolTest, AZoneWithoutCapacityIsPassedOverAndWithoutAnyTheAnswerIsCounted) {
  pool.start();
  take_log();
  pool.limit_zone(0, 1);
  pool.limit_zone(1, 1);
  pool.scale_up(group, 2);
  run_until(70s);
  EXPECT_THAT(take_log(), ElementsAre("60 s: c1 started", "60 s: c2 started"));
  pool.limit_zone(2, 3);
  pool.scale_up(group, 1);
  EXPECT_EQ(measures.refused.total(), 1);
  pool.limit_zone(2, std::nullopt);
  run_until(1h);
  EXPECT_THAT(take_log(), ElementsAre("150 s: c3 started"));
}

TEST_F(AgentPoolTest, OneThatIsTerminatedIsReplacedUnlessTheGroupIsToBeSmaller) {
  pool.start();
  take_log();
  EXPECT_TRUE(pool.terminate(0, true));
  EXPECT_FALSE(pool.terminate(0, true));
  EXPECT_EQ(pool.group(group).desired, 2);
  EXPECT_TRUE(pool.terminate(4, false));
  run_until(1h);
  EXPECT_THAT(take_log(), ElementsAre("30 s: a0 stopped", "30 s: b0 stopped", "90 s: a1 started"));
  EXPECT_EQ(pool.agent(0).generation, 1u);
}

TEST_F(AgentPoolTest, GivesUpLaunchesFirstAndThenTheYoungestWithoutTasks) {
  pool.start();
  pool.add_tasks(0, 1);
  pool.add_tasks(4, 1);
  pool.scale_up(group, 2);
  take_log();
  pool.set_desired(group, 1);
  run_until(20s);
  EXPECT_EQ(measures.launching.value(), 0);
  EXPECT_EQ(pool.started(), 2) << "those with tasks stay for now";
  pool.add_tasks(4, -1);
  run_until(1h);
  EXPECT_THAT(take_log(), testing::UnorderedElementsAre("30 s: c0 stopped", "60 s: b0 stopped"));
}

TEST_F(AgentPoolTest, MarkedAgentsTakeNoTasksAndTheScalerSeesThem) {
  pool.start();
  EXPECT_TRUE(pool.takes_tasks(0));
  pool.mark_removable(0);
  EXPECT_FALSE(pool.takes_tasks(0));
  const std::vector<ScalableGroup> seen = pool.scalable_groups();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].current, 3);
  ASSERT_EQ(seen[0].agents.size(), 3u);
  EXPECT_TRUE(seen[0].agents[0].removable);
  EXPECT_LT(seen[0].agents[0].launched, at(-1h)) << "it has been there for long";
  pool.unmark_removable(0);
  EXPECT_TRUE(pool.takes_tasks(0));
  pool.set_state(group, GroupState::removable);
  EXPECT_FALSE(pool.takes_tasks(0));
}

TEST_F(AgentPoolTest, AGuaranteeRaisesTheGroup) {
  pool.start();
  pool.set_min(group, 5);
  EXPECT_EQ(pool.group(group).desired, 5);
  EXPECT_EQ(pool.group(group).current, 5);
  pool.set_desired(group, 0);
  EXPECT_EQ(pool.group(group).desired, 5);
}

TEST(AgentGroupSpec, AZoneHasRoomForItsPartOrForItsFairShare) {
  AgentGroupSpec spec;
  spec.max = 100;
  EXPECT_EQ(spec.slots_in_zone(3), 50);
  spec.zone_room = Fraction{0};
  EXPECT_EQ(spec.slots_in_zone(3), 34);
  spec.zone_room = Fraction{1};
  EXPECT_EQ(spec.slots_in_zone(3), 100);
}

}  // namespace
}  // namespace streamtwin::titus
