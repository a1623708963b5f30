// EC2's fleet: what takes the place of instances that died or were terminated, and how one is stopped that still serves.
#include "models/cloud/ec2/fleet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "models/rpc/network.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

using rpc::Instance;
using testing::ElementsAre;

/// Two machines with an instance each, and one without. Checks every minute, a boot takes ten seconds.
class FleetTest : public testing::Test, private rpc::LifeObserver {
 protected:
  FleetTest()
      : simulation(Seed{1}),
        geography({{"region", 0, 0, 1}}, {}),
        network(geography),
        service(0, "service", spec(), recorder),
        told(lives.subscribe(*this)),
        fleet(lives, geography, fleet_spec(), {&machines[3]}, recorder) {
    for (int number = 0; number < 2; ++number) fleet.launch(service, image, 0, number, machines[number]);
    fleet.add_spare(0, machines[2]);
    platform.seal();
    fleet.start();
    log.clear();
  }
  /// EC2 has a machine at once.
  static FleetSpec fleet_spec() {
    FleetSpec spec;
    spec.launch.api = spec.launch.pending = 0s;
    return spec;
  }
  static rpc::InstanceSpec spec() {
    rpc::InstanceSpec spec;
    spec.cores = 1;
    spec.cost = {19.5s, 0};
    return spec;
  }
  void started(Instance& instance) override { note("started", instance); }
  void draining(Instance& instance) override { note("draining", instance); }
  void stopped(Instance& instance) override { note("stopped", instance); }
  void note(const char* what, const Instance& instance) {
    log.push_back(fmt::format("{:g} s: {}/{} {}", in_seconds(now()), instance.number, instance.generation, what));
  }
  Host& host(int number) { return platform.add_host(fmt::format("machine {}", number), platform.world(), Speed{1e9}, 1, BitRate{1e9}); }
  Instance& instance(int number) { return *service.slot(0, number); }
  /// Sends a request, and notes when it is answered.
  void ask_at(Duration when, int number) {
    clients.spawn("a client", [](FleetTest& test, Duration wait, int slot) -> Task<> {
      co_await delay(wait);
      Instance* const callee = test.service.slot(0, slot);
      auto [promise, future] = make_promise<rpc::Reply>();
      test.network.send(*callee, {}, {}, std::move(promise));
      const std::optional<rpc::Reply> reply = co_await future.within(100s);
      test.log.push_back(fmt::format("{:g} s: {}", in_seconds(now()), reply ? "answered" : "silence"));
    }(*this, when, number));
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  std::vector<std::reference_wrapper<Host>> hosts{host(0), host(1), host(2), host(3)};
  struct Machines {
    std::vector<std::reference_wrapper<Host>>& all;
    Host& operator[](int number) const { return all[static_cast<std::size_t>(number)]; }
  } machines{hosts};
  places::Geography geography;
  rpc::Network network;
  rpc::Service service;
  rpc::Lives lives;
  std::vector<std::string> log;
  const Image image{Bytes{1000}, 10s};
  Subscription told;
  Fleet fleet;
  Scope clients;
};

TEST_F(FleetTest, WhileTheApiFailsNobodyIsReplacedOrTerminated) {
  fleet.fail_api(0);
  EXPECT_FALSE(fleet.has_capacity(0, nullptr));
  EXPECT_FALSE(fleet.terminate(instance(1), false));
  turn_off(machines[0]);
  simulation.run_until(at(170s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped"));
  fleet.restore_api(0);
  simulation.run_until(at(200s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped", "190 s: 0/1 started")) << "at the next check";
}

TEST_F(FleetTest, ADeadOneIsReplacedAfterACheckOnASpareMachine) {
  turn_off(machines[0]);
  simulation.run_until(at(100s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped", testing::MatchesRegex("70.* s: 0/1 started")));
  EXPECT_EQ(&instance(0).machine, &machines[2]);
  EXPECT_EQ(fleet.spares(0), 1u) << "the dead machine, for when it is repaired";
}

// 1000 at once, the others two a second, in the order of asking; a second later two tokens more are there.
TEST(LaunchLimit, LetsABurstThroughAndThenDrips) {
  LaunchLimit limit{LaunchSpec{}};
  for (int launch = 0; launch < 1000; ++launch) EXPECT_EQ(limit.wait(at(0s)), 0s);
  EXPECT_EQ(limit.wait(at(0s)), 0.5s);
  EXPECT_EQ(limit.wait(at(0s)), 1s);
  EXPECT_EQ(limit.wait(at(1s)), 0.5s);
  for (int launch = 1003; launch < 1500; ++launch) limit.wait(at(1s));
  EXPECT_EQ(limit.wait(at(1s)), 249.5s) << "the 501st that waits, of whom two a second are served";
  EXPECT_EQ(limit.wait(at(1000s)), 0s);
}

// RunInstances and pending, of which one launch in fifty takes four times as long.
TEST(Launch, TakesAsLongAsEC2Does) {
  Recorder recorder;
  Simulation simulation{Seed{1}};
  Platform platform;
  places::Geography geography{{{"region", 0, 0, 1}}, {}};
  rpc::InstanceSpec instances;
  rpc::Service service{0, "service", instances, recorder};
  rpc::Lives lives;
  const auto host = [&](const std::string& name) -> Host& {
    return platform.add_host(name, platform.world(), Speed{1e9}, 1, BitRate{1e12});
  };
  Fleet fleet{lives, geography, FleetSpec{}, {&host("image store")}, recorder};
  constexpr int launches = 500;
  for (int number = 0; number < launches; ++number) fleet.add_spare(0, host(fmt::format("machine {}", number)));
  platform.seal();
  for (int number = 0; number < launches; ++number) fleet.grow(service, {Bytes{1}, 1s}, 0);
  simulation.run_until(at(10min));
  std::vector<double> took;
  for (const Instance& instance : service.instances()) took.push_back(in_seconds(instance.launched()) - 1.5 - 1);
  ASSERT_EQ(took.size(), static_cast<std::size_t>(launches));
  std::sort(took.begin(), took.end());
  EXPECT_NEAR(took[launches / 2], 16, 0.8);
  EXPECT_NEAR(static_cast<double>(std::count_if(took.begin(), took.end(), [](double seconds) { return seconds > 38; })), 10, 7)
      << "an ordinary one is at most 2.4 times the median";
}

TEST_F(FleetTest, ABootThatFailsIsTriedAgain) {
  turn_off(machines[0]);
  simulation.run_until(at(65s));
  turn_off(machines[2]);
  turn_on(machines[0]);
  simulation.run_until(at(150s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped", "65 s: 0/1 stopped", testing::MatchesRegex("130.* s: 0/2 started")));
}

// Lists are up to 90 s old: whoever still comes is served for 120 s; what was begun by then ends.
TEST_F(FleetTest, OneThatIsTerminatedDrainsEndsWhatItHasAndIsReplaced) {
  ask_at(119s, 0);
  ask_at(121s, 0);
  EXPECT_TRUE(fleet.terminate(instance(0), false));
  EXPECT_FALSE(fleet.terminate(instance(0), false)) << "it is on its way";
  simulation.run_until(at(200s));
  EXPECT_THAT(log,
              ElementsAre("0 s: 0/0 draining", "138.5 s: answered", "139 s: 0/0 stopped", testing::MatchesRegex("190.* s: 0/1 started")));
  simulation.run_until(at(300s));
  EXPECT_EQ(log.back(), "221 s: silence") << "it had closed";
  EXPECT_EQ(fleet.slots(), 2u);
}

TEST_F(FleetTest, WhatIsNotOverAfterTheStopTimeoutIsCutOff) {
  ask_at(119s, 0);
  ask_at(119s, 0);
  fleet.terminate(instance(0), false);
  simulation.run_until(at(155s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 draining", "138.5 s: answered", "150 s: 0/0 stopped"));
}

TEST_F(FleetTest, AGroupThatShrinksGivesItsSlotAndMachineBack) {
  fleet.terminate(instance(1), true);
  simulation.run_until(at(300s));
  EXPECT_THAT(log, ElementsAre("0 s: 1/0 draining", "120 s: 1/0 stopped"));
  EXPECT_EQ(fleet.slots(), 1u);
  EXPECT_EQ(fleet.spares(0), 2u);
  log.clear();
  fleet.grow(service, image, 0);
  simulation.run_until(at(400s));
  EXPECT_THAT(log, ElementsAre(testing::MatchesRegex("310.* s: 1/1 started")));
  EXPECT_EQ(fleet.slots(), 2u);
}

TEST_F(FleetTest, OneThatDiesWhileItDrainsIsReplacedLater) {
  fleet.terminate(instance(0), false);
  simulation.run_until(at(30s));
  turn_off(machines[0]);
  simulation.run_until(at(200s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 draining", "30 s: 0/0 stopped", testing::MatchesRegex("130.* s: 0/1 started")));
}

TEST_F(FleetTest, ARestartedProcessIsAtTheSameAddress) {
  const InstanceId address = instance(0).id;
  EXPECT_TRUE(fleet.restart(instance(0), 5s));
  simulation.run_until(at(10s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped", "5 s: 0/1 started"));
  EXPECT_EQ(instance(0).id, address);
  EXPECT_TRUE(instance(0).launched_cold().has_value());
}

TEST_F(FleetTest, AKilledProcessIsBackAtTheSameAddress) {
  const InstanceId address = instance(0).id;
  EXPECT_TRUE(fleet.crash(instance(0), 5s));
  simulation.run_until(at(10s));
  EXPECT_THAT(log, ElementsAre("0 s: 0/0 stopped", "5 s: 0/1 started"));
  EXPECT_EQ(instance(0).id, address);
}

// It may still answer what it has, and does not reset its connections when it stops in good order.
TEST_F(FleetTest, OneThatDrainsIsNotKilledBesides) {
  EXPECT_TRUE(fleet.terminate(instance(0), false));
  simulation.run_until(at(1s));
  EXPECT_FALSE(fleet.crash(instance(0), 5s));
  EXPECT_FALSE(instance(0).resets_connections());
}

}  // namespace
}  // namespace streamtwin::ec2
