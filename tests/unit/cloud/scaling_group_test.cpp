// A scaler and its auto scaling group of EC2 under load: when it grows and shrinks, by how many, and whom it gives up.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "models/cloud/auto_scaling/scaler.hpp"
#include "models/cloud/ec2/auto_scaling_group.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::auto_scaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int machines_of_a_zone = 6;

/// Two zones with two instances of one core each, and four spare machines; whoever serves gets an equal share of the load. A boot
/// takes ten seconds, and nothing drains.
class ScalingGroup : public testing::Test {
 protected:
  ScalingGroup()
      : simulation(Seed{1}),
        geography({{"region", 0, 0, 2}}, {}),
        network(geography),
        service(0, "service", instance_spec(), recorder),
        fleet(lives, geography, fleet_spec(), {&image_store}, recorder) {
    for (ZoneIndex zone = 0; zone < 2; ++zone) {
      for (int number = 0; number < machines_of_a_zone; ++number) {
        Host& machine = host(fmt::format("machine {} of {}", number, zone));
        machines.push_back(&machine);
        if (number < 2) {
          fleet.launch(service, image, zone, number, machine);
        } else {
          fleet.add_spare(zone, machine);
        }
      }
    }
  }
  static rpc::InstanceSpec instance_spec() {
    rpc::InstanceSpec spec;
    spec.cores = 1;
    spec.cost = {10ms, 0};
    spec.queue_limit = 10000;
    return spec;
  }
  static ec2::FleetSpec fleet_spec() {
    ec2::FleetSpec spec;
    spec.drain = 0s;
    spec.stop_timeout = 1s;
    return spec;
  }
  static ScalingSpec scaling() {
    ScalingSpec spec;
    spec.min = 2;
    spec.max = 10;
    return spec;
  }
  static ScalingSpec tracking(double target) {
    ScalingSpec spec = scaling();
    spec.target_tracking = TargetTrackingSpec{Fraction{target}};
    return spec;
  }
  Host& host(const std::string& name) { return platform.add_host(name, platform.world(), Speed{1e9}, 1, BitRate{1e9}); }

  /// `cores`: how many the load keeps busy, from each of these times on.
  void run(const ScalingSpec& spec, std::vector<std::pair<Duration, double>> course, Duration lasts, Duration clock = 20h) {
    platform.seal();
    auto group = std::make_unique<ec2::AutoScalingGroup>(
        lives, fleet, ec2::AutoScalingGroup::Subject{service, image, "service region", {0, 1}}, spec.termination);
    if (spec.warm_pool) group->add_warm_pool(*spec.warm_pool, {&ledger, cost}, pool);
    scaler.emplace(lives, std::move(group), Scaler::Subject{service, "service region", {0, 1}, 4, {}}, spec, clock, recorder, measures,
                   capacity);
    fleet.start();
    scaler->start();
    clients.spawn_service("load", load(std::move(course)));
    simulation.run_until(at(lasts));
  }
  Task<> load(std::vector<std::pair<Duration, double>> course) {
    constexpr double requests_of_a_core = 100;
    for (double owed = 0;; co_await delay(1s)) {
      double cores = 0;
      for (const auto& [from, level] : course) {
        if (at(from) <= now()) cores = level;
      }
      std::vector<rpc::Instance*> serving;
      for (rpc::Instance& instance : service.instances()) {
        if (instance.alive()) serving.push_back(&instance);
      }
      for (owed += cores * requests_of_a_core; owed >= 1 && !serving.empty(); --owed) {
        auto [promise, future] = make_promise<rpc::Reply>();
        network.send(*serving[next++ % serving.size()], {}, {}, std::move(promise));
      }
    }
  }
  static Task<> turn_off_at(Duration when, Host& machine) {
    co_await delay(when);
    turn_off(machine);
  }
  std::vector<std::string> events() const {
    std::vector<std::string> seen;
    for (const TimelineEvent& event : recorder.events()) seen.push_back(fmt::format("{:g} s {}", in_seconds(event.time), event.text));
    return seen;
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  Host& image_store = host("image store");
  std::vector<Host*> machines;
  places::Geography geography;
  rpc::Network network;
  rpc::Service service;
  rpc::Lives lives;
  const ec2::Image image{Bytes{1000}, 10s, ec2::instance_type("m5.large")};
  ec2::Fleet fleet;
  ScalingMeasures measures{recorder};
  ServiceCapacity capacity{recorder, "service"};
  ec2::Cost cost{recorder, "service"};
  ec2::AccountMeasures account;
  ec2::Ledger ledger{geography, account};
  ec2::PoolMeasures pool{recorder, "service"};
  std::optional<Scaler> scaler;
  Scope clients;
  std::size_t next = 0;
};

TEST_F(ScalingGroup, NothingHappensAtTheTarget) {
  run(tracking(0.5), {{0s, 1.96}}, 30min);
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(scaler->in_service(), 4);
}

// Three data points above, each a minute late: a step of the load shows after 3 to 4 minutes, as much as it needs at once.
TEST_F(ScalingGroup, ScalesOutAfterThreePointsAndTheirDelay) {
  run(tracking(0.5), {{0s, 1.9}, {300s, 3.0}}, 12min);
  EXPECT_THAT(events(), ElementsAre("540 s from 4 to 6 instances: CPU at 75 % over 4 instances"));
  EXPECT_EQ(scaler->in_service(), 6);
  EXPECT_EQ(measures.launched.total(), 2);
  EXPECT_EQ(fleet.size(service, 0), 3) << "one more in each zone";
}

TEST_F(ScalingGroup, ScalesInAfterFifteenPointsBelow) {
  run(tracking(0.5), {{0s, 1.2}}, 20min);
  EXPECT_THAT(events(), ElementsAre("960 s from 4 to 3 instances: CPU at 30 % over 4 instances"));
  EXPECT_EQ(scaler->in_service(), 3);
  EXPECT_EQ(measures.terminated.total(), 1);
}

// New ones are not in the metric until they have warmed up; what the load asks for beyond them is launched besides them.
TEST_F(ScalingGroup, OnlyTheExcessIsLaunchedWhileOthersWarmUp) {
  ScalingSpec spec = tracking(0.5);
  spec.warm_up = 10min;
  run(spec, {{0s, 1.9}, {300s, 3.0}, {660s, 4.6}}, 15min);
  EXPECT_EQ(events().front(), "540 s from 4 to 6 instances: CPU at 75 % over 4 instances");
  EXPECT_EQ(events().at(1), "900 s from 6 to 7 instances: CPU at 76.7 % over 4 instances") << "the load is shared, the metric knows four";
}

// A request is 10 ms of work: 50 a second keep an instance half busy.
TEST_F(ScalingGroup, FollowsTheRequestsOfAnInstance) {
  ScalingSpec spec = scaling();
  spec.request_tracking = RequestTrackingSpec{Rate{25}};
  run(spec, {{0s, 0.95}, {300s, 1.5}}, 12min);
  EXPECT_THAT(events(), ElementsAre("540 s from 4 to 6 instances: CPU at 37.5 % and 2.25e+03 requests a minute over 4 instances"));
  EXPECT_EQ(scaler->in_service(), 6);
}

TEST_F(ScalingGroup, GrowsNoFurtherThanItsLargestNumber) {
  ScalingSpec spec = tracking(0.5);
  spec.max = 5;
  run(spec, {{0s, 3.9}}, 10min);
  EXPECT_EQ(scaler->desired(), 5);
  EXPECT_EQ(scaler->in_service(), 5);
}

TEST_F(ScalingGroup, WithoutMachinesItAsksAgainEveryPeriod) {
  ScalingSpec spec = tracking(0.2);
  spec.max = 20;
  run(spec, {{0s, 3.8}}, 10min);
  EXPECT_EQ(scaler->desired(), 19);
  EXPECT_EQ(scaler->in_service(), 12) << "all the machines";
  EXPECT_GE(measures.refused.total(), 5);
}

TEST_F(ScalingGroup, GrowsWhereThereAreMachines) {
  for (int number = 2; number < machines_of_a_zone; ++number) turn_off(*machines[static_cast<std::size_t>(number)]);
  run(tracking(0.5), {{0s, 3.0}}, 8min);
  EXPECT_EQ(fleet.size(service, 0), 2);
  EXPECT_EQ(fleet.size(service, 1), 4);
}

// Its alarm holds and holds: it acts again when the metric shows what it has done.
TEST_F(ScalingGroup, AStepPolicyGoesOnWhileItsAlarmHolds) {
  ScalingSpec spec = scaling();
  StepPolicySpec& out = spec.step_policies.emplace_back();
  out.above = Fraction{0.6};
  out.adjustment = Adjustment::change;
  out.steps = {{Fraction{0}, 1}, {Fraction{0.2}, 3}};
  StepPolicySpec& in = spec.step_policies.emplace_back();
  in.below = Fraction{0.3};
  in.periods = 5;
  in.adjustment = Adjustment::change;
  in.steps = {{Fraction{0}, -1}};
  run(spec, {{0s, 3.4}, {600s, 0.9}}, 18min);
  EXPECT_EQ(events(), (std::vector<std::string>{"240 s from 4 to 7 instances: CPU at 85 % over 4 instances",
                                                "960 s from 7 to 6 instances: CPU at 12.9 % over 7 instances",
                                                "1080 s from 6 to 5 instances: CPU at 15 % over 6 instances"}));
}

TEST_F(ScalingGroup, ActsAtItsHourEveryDay) {
  ScalingSpec spec = scaling();
  ScheduledActionSpec& evening = spec.scheduled.emplace_back();
  evening.at = 20h + 5min;
  evening.min = 8;
  ScheduledActionSpec& night = spec.scheduled.emplace_back();
  night.at = 20h + 10min;
  night.min = 2;
  night.desired = 3;
  run(spec, {{0s, 0.1}}, 24h + 6min);
  EXPECT_THAT(events(), ElementsAre("300 s from 4 to 8 instances: scheduled action", "600 s from 8 to 3 instances: scheduled action",
                                    "86700 s from 3 to 8 instances: scheduled action"));
}

TEST_F(ScalingGroup, WhatDiesIsReplacedAndNotScaled) {
  clients.spawn("failure", turn_off_at(90s, *machines[0]));
  run(tracking(0.9), {{0s, 1}}, 10min);
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(scaler->in_service(), 4);
  EXPECT_EQ(measures.launched.total(), 0);
}

TEST_F(ScalingGroup, GivesUpWhomItsPolicySays) {
  ScalingSpec spec = scaling();
  ScheduledActionSpec& more = spec.scheduled.emplace_back();
  more.at = 20h + 1min;
  more.desired = 6;
  ScheduledActionSpec& fewer = spec.scheduled.emplace_back();
  fewer.at = 20h + 10min;
  fewer.desired = 4;
  spec.termination = Termination::newest_instance;
  run(spec, {{0s, 0.1}}, 12min);
  for (const rpc::Instance& instance : service.instances()) EXPECT_LT(instance.number, 2) << instance.name;
}

ScalingSpec two_more_after_a_minute(PoolState state) {
  ScalingSpec spec;
  spec.min = 2;
  spec.max = 8;
  ScheduledActionSpec& more = spec.scheduled.emplace_back();
  more.at = 20h + 1min;
  more.desired = 6;
  spec.warm_pool.emplace();
  spec.warm_pool->state = state;
  return spec;
}

// A boot takes ten seconds, and EC2 some sixteen.
TEST_F(ScalingGroup, OneThatRanInThePoolServesAtOnce) {
  run(two_more_after_a_minute(PoolState::running), {{0s, 0.1}}, 61s);
  EXPECT_EQ(scaler->in_service(), 6);
  EXPECT_EQ(pool.left.total(), 2);
  EXPECT_EQ(pool.waiting.value(), 2) << "8 at most, of which 6 are desired";
}

TEST_F(ScalingGroup, OneThatWasStoppedHasPartOfItsBootLeft) {
  ScalingSpec spec = two_more_after_a_minute(PoolState::stopped);
  spec.warm_pool->boot_left = Fraction{0.2};
  run(spec, {{0s, 0.1}}, 70s);
  EXPECT_EQ(scaler->in_service(), 4);
  simulation.run_until(at(120s));
  EXPECT_EQ(scaler->in_service(), 6);
}

TEST_F(ScalingGroup, AnEmptyPoolIsNoHindrance) {
  ScalingSpec spec = two_more_after_a_minute(PoolState::running);
  spec.warm_pool->max_prepared = 5;
  run(spec, {{0s, 0.1}}, 61s);
  EXPECT_EQ(scaler->in_service(), 5) << "one waited";
  simulation.run_until(at(5min));
  EXPECT_EQ(scaler->in_service(), 6);
  EXPECT_EQ(pool.left.total(), 1);
  EXPECT_EQ(pool.waiting.value(), 0);
}

// 8 GiB of gp3 a month are 69 cents; one that gets ready costs what a running one does.
TEST_F(ScalingGroup, AStoppedOneCostsItsDisk) {
  run(two_more_after_a_minute(PoolState::stopped), {{0s, 0.1}}, 10s);
  EXPECT_NEAR(cost.per_hour.value(), 4 * 8.59 * 0.08 / 730, 1e-6);
}

TEST_F(ScalingGroup, AHibernatedOneCostsItsMemoryToo) {
  run(two_more_after_a_minute(PoolState::hibernated), {{0s, 0.1}}, 10s);
  EXPECT_NEAR(cost.per_hour.value(), 4 * (8.59 + 8.59) * 0.08 / 730, 1e-6);
}

TEST_F(ScalingGroup, APoolIsFilledWhenTheGroupShrinks) {
  ScalingSpec spec = two_more_after_a_minute(PoolState::stopped);
  spec.scheduled[0].desired = 3;
  run(spec, {{0s, 0.1}}, 62s);
  EXPECT_NEAR(cost.per_hour.value(), 0.096 + 4 * 8.59 * 0.08 / 730, 1e-6) << "the fifth gets ready at the full price";
  EXPECT_EQ(pool.waiting.value(), 5);
  simulation.run_until(at(2min));
  EXPECT_NEAR(cost.per_hour.value(), 5 * 8.59 * 0.08 / 730, 1e-6);
}

// It is not replaced while it drains: it comes back.
TEST_F(ScalingGroup, GivesAPoolThatReusesWhatItGaveUp) {
  ScalingSpec spec = two_more_after_a_minute(PoolState::running);
  spec.warm_pool->reuse = true;
  spec.scheduled[0].desired = 2;
  run(spec, {{0s, 0.1}}, 63s);
  EXPECT_EQ(pool.waiting.value(), 6);
  EXPECT_EQ(fleet.slots(), 2u);
}

// What was lost with a zone is launched in the other, and evened out when the zone is back: first launched, then terminated.
TEST_F(ScalingGroup, ReplacesInAnotherZoneAndEvensOutLater) {
  const auto turn_zone = [this](bool on) {
    for (std::size_t number = 0; number < machines_of_a_zone; ++number) on ? turn_on(*machines[number]) : turn_off(*machines[number]);
  };
  ScalingSpec spec = scaling();
  spec.max = 4;
  run(spec, {{0s, 0.1}}, 90s);
  turn_zone(false);
  simulation.run_until(at(4min));
  EXPECT_EQ(fleet.size(service, 0), 0);
  EXPECT_EQ(fleet.size(service, 1), 4);
  EXPECT_EQ(scaler->in_service(), 4);
  EXPECT_EQ(measures.launched.total(), 0) << "they replace others";
  turn_zone(true);
  simulation.run_until(at(5min + 1s));
  EXPECT_EQ(fleet.size(service, 0) + fleet.size(service, 1), 5) << "one more than the largest number";
  simulation.run_until(at(12min));
  EXPECT_EQ(fleet.size(service, 0), 2);
  EXPECT_EQ(fleet.size(service, 1), 2);
  EXPECT_EQ(measures.launched.total(), 2);
  EXPECT_EQ(measures.terminated.total(), 2);
  EXPECT_THAT(events(), IsEmpty()) << "as many are desired as before";
}

TEST_F(ScalingGroup, HoursOfInstancesAreWhatWasInService) {
  run(tracking(0.5), {{0s, 1.96}}, 30min);
  capacity.in_service.add(at(30min), 0);
  EXPECT_DOUBLE_EQ(capacity_kpis[0].value(capacity), 2);
  EXPECT_EQ(capacity_kpis[1].value(capacity), 4);
}

}  // namespace
}  // namespace streamtwin::auto_scaling
