// Builds on their way to members: what each strategy and each build do to those who ask for something meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using ::testing::HasSubstr;

const std::string shop = R"(
streamtwin: 1
name: delivered
clock: {weekday: wednesday, starts: 17 h, lasts: 15 min, warm_up: 30 s, window: 10 s}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
fleet: {status_check: 10 s, launch: {api: 100 ms, pending: 5 s}}
services:
  web: {instances_per_zone: 2, calls: [{service: pages, command: {circuit_breaker_enabled: false}}]}
  pages: {instances_per_zone: 2, boot_time: 20 s}
load:
  shoppers: {target: web, rate: 60 /s, timeout: 2 s}
deliveries:
  builds:
    good: {}
    errs: {errors: 20 %}
    crashes: {crashes: 100 %}
    breaks: {incompatible: 50 %}
    leaks: {leak: 60}
  pipelines:
    plain: {bake: 10 s, overhead: 5 s, up_timeout: 4 min}
)";

std::string deliver(const std::string& build) {
  return "{at: 10 s, action: deliver, target: pages, build: " + build + ", pipeline: plain}";
}

RunResult run_shop(const std::string& build, std::vector<std::string> sets = {}, const std::string& then = "") {
  sets.push_back("method=[" + deliver(build) + then + "]");
  return run(scenario_of(shop, std::move(sets)));
}

std::string strategy(const std::string& name) { return "deliveries.pipelines.plain.strategy=" + name; }

double availability(const RunResult& result) { return kpi(result, "load.shoppers.availability"); }

TEST(Deliveries, AGoodBuildComesUnnoticedByEveryStrategyThatLeavesSomebodyServing) {
  for (const std::string name : {"rolling", "blue_green", "red_black", "rolling_red_black"}) {
    const RunResult result = run_shop("good", {strategy(name)});
    EXPECT_EQ(availability(result), 1) << name;
    EXPECT_EQ(kpi(result, "deliveries.done"), 1) << name;
    EXPECT_EQ(kpi(result, "deliveries.harmed"), 0) << name;
  }
}

TEST(Deliveries, BruteForceIsAnOutage) {
  const RunResult result = run_shop("good", {strategy("brute_force"), "fleet.drain=10 s", "fleet.launch.pending=30 s"});
  EXPECT_EQ(kpi(result, "deliveries.done"), 1);
  EXPECT_LT(availability(result), 0.99);
}

TEST(Deliveries, ABuildThatCrashesAsItStartsFailsAndTheOldOneServes) {
  const RunResult result = run_shop("crashes");
  EXPECT_EQ(kpi(result, "deliveries.failed"), 1);
  EXPECT_EQ(kpi(result, "deliveries.done"), 0);
  EXPECT_EQ(availability(result), 1);
}

TEST(Deliveries, AWatchTakesABadBuildBack) {
  const RunResult result = run_shop("errs", {"deliveries.pipelines.plain.watch={}"});
  EXPECT_EQ(kpi(result, "deliveries.rolled_back"), 1);
  EXPECT_GT(kpi(result, "deliveries.harmed"), 0);
  const RunResult left_alone = run_shop("errs");
  EXPECT_GT(kpi(left_alone, "deliveries.harmed"), 4 * kpi(result, "deliveries.harmed"));
}

TEST(Deliveries, ACanaryStopsErrorsAndLetsAGoodBuildPass) {
  const std::vector<std::string> canary{"deliveries.pipelines.plain.canary={lifetime: 5 min, step: 10 s}"};
  const RunResult bad = run_shop("errs", canary);
  EXPECT_EQ(kpi(bad, "deliveries.canaries_failed"), 1);
  EXPECT_EQ(kpi(bad, "deliveries.done"), 0);
  const RunResult good = run_shop("good", canary);
  EXPECT_EQ(kpi(good, "deliveries.canaries"), 1);
  EXPECT_EQ(kpi(good, "deliveries.canaries_failed"), 0);
  EXPECT_EQ(kpi(good, "deliveries.done"), 1);
}

TEST(Deliveries, BuildsThatDoNotBearEachOtherFailWhereTheyShareTheTraffic) {
  const double side_by_side =
      kpi(run_shop("breaks", {strategy("red_black"), "deliveries.pipelines.plain.delay=3 min"}), "deliveries.harmed");
  const double one_by_one = kpi(run_shop("breaks", {strategy("blue_green")}), "deliveries.harmed");
  EXPECT_GT(side_by_side, 1000);
  EXPECT_LT(one_by_one, side_by_side / 2) << "while callers' lists change, both serve";
}

TEST(Deliveries, ALeakIsFeltLater) {
  const RunResult result = run_shop("leaks");
  EXPECT_GT(kpi(result, "load.shoppers.latency.p99"), 1.2 * kpi(run_shop("good"), "load.shoppers.latency.p99"));
}

TEST(Deliveries, BackThroughEurekaIsFasterThanDeployingAgain) {
  const std::string back = ", {at: 5 min, action: roll_back, target: pages, pipeline: plain}";
  const RunResult eureka = run_shop("errs", {}, back);
  const RunResult redeployed = run_shop("errs", {"deliveries.pipelines.plain.roll_back=redeploy"}, back);
  for (const RunResult* result : {&eureka, &redeployed}) EXPECT_EQ(kpi(*result, "deliveries.rolled_back"), 1);
  EXPECT_NEAR(kpi(eureka, "deliveries.roll_back.mean"), 5, 1e-6);
  EXPECT_LT(kpi(eureka, "deliveries.last_answer.mean"), 5 + 90);
  EXPECT_GT(kpi(redeployed, "deliveries.last_answer.mean"), kpi(eureka, "deliveries.last_answer.mean") + 20);
}

TEST(Deliveries, BackAfterTheOldInstancesAreGoneIsDeployingAgain) {
  const std::string back = ", {at: 8 min, action: roll_back, target: pages, pipeline: plain}";
  const RunResult result = run_shop("errs", {"deliveries.pipelines.plain.keep=10 s"}, back);
  EXPECT_EQ(kpi(result, "deliveries.rolled_back"), 1);
  EXPECT_GT(kpi(result, "deliveries.roll_back.mean"), 30);
}

/// Its pages scale between two and twelve instances, and their load falls by half at minute five.
const std::vector<std::string> scaled{
    "services.pages.scaling={min: 2, max: 12, warm_up: 30 s, scale_in_cool_down: 30 s, target_tracking: {cpu: 50 %}}",
    "services.pages.cost={median: 40 ms, sigma: 0}",
    "services.pages.cores=1",
    "services.pages.instances_per_zone=4",
    "load.shoppers.rate=~",
    "load.shoppers.course=[{at: 0 s, rate: 90 /s}, {at: 5 min, rate: 20 /s}]",
    "clock.lasts=40 min"};

std::vector<std::string> and_also(std::vector<std::string> sets, std::vector<std::string> more) {
  sets.insert(sets.end(), more.begin(), more.end());
  return sets;
}

double last_value(const RunResult& result, const std::string& series) { return find_series(result, series).values.back(); }

TEST(Deliveries, AServiceThatScalesIsNotMadeSmallerWhileOneGoesOn) {
  const RunResult alone = run(scenario_of(shop, and_also(scaled, {"deliveries=~"})));
  EXPECT_LT(last_value(alone, "service.pages.instances"), 5) << "20 /s of 40 ms are 0.8 cores, at 50 % two instances";
  const RunResult held =
      run_shop("good", and_also(scaled, {"deliveries.pipelines.plain.delay=2 h", "deliveries.pipelines.plain.up_timeout=3 h"}));
  EXPECT_EQ(last_value(held, "service.pages.instances"), 16) << "both groups are pinned until the old one is taken out";
  EXPECT_EQ(availability(held), 1);
}

TEST(Deliveries, TheNextGroupHasTheSizeOfTheOldOneAndScalesFromThere) {
  const RunResult result = run_shop("good", and_also(scaled, {"deliveries.pipelines.plain.keep=1 min"}));
  EXPECT_EQ(kpi(result, "deliveries.done"), 1);
  EXPECT_EQ(availability(result), 1);
  EXPECT_GE(kpi(result, "services.pages.instances_max"), 16) << "as many next ones as there are";
  EXPECT_LT(last_value(result, "service.pages.instances"), 5) << "and when it serves alone it follows the load";
}

TEST(Deliveries, HeadroomIsTakenBackByScaling) {
  const std::vector<std::string> steady =
      and_also(scaled, {"load.shoppers.course=[{at: 0 s, rate: 90 /s}]", "deliveries.pipelines.plain.keep=1 min"});
  const RunResult plain = run_shop("good", steady);
  const RunResult roomy = run_shop("good", and_also(steady, {"deliveries.pipelines.plain.headroom=50 %"}));
  EXPECT_EQ(kpi(roomy, "services.pages.instances_max"), kpi(plain, "services.pages.instances_max") + 4);
  EXPECT_NEAR(last_value(roomy, "service.pages.instances"), last_value(plain, "service.pages.instances"), 1);
  const RunResult counted = run_shop("good", and_also(steady, {"deliveries.pipelines.plain.headroom_instances=3"}));
  EXPECT_EQ(kpi(counted, "services.pages.instances_max"), kpi(plain, "services.pages.instances_max") + 3);
  const RunResult bounded = run_shop("good", and_also(steady, {"deliveries.pipelines.plain.headroom_instances=30"}));
  EXPECT_EQ(kpi(bounded, "services.pages.instances_max"), 8 + 12) << "no more than the maximum";
}

/// Its warm pool holds what is missing of the maximum.
const std::vector<std::string> pooled{
    "services.pages.scaling={min: 2, max: 12, warm_up: 30 s, scale_in_cool_down: 30 s, target_tracking: {cpu: 50 %}, warm_pool: {state: running}}",
    "services.pages.cost={median: 40 ms, sigma: 0}",
    "services.pages.cores=1",
    "services.pages.instances_per_zone=4",
    "load.shoppers.rate=~",
    "load.shoppers.course=[{at: 0 s, rate: 90 /s}, {at: 15 min, rate: 130 /s}]",
    "clock.lasts=40 min"};

TEST(Deliveries, TheNextGroupHasAWarmPoolOfItsOwnBuild) {
  std::vector<std::string> sets = and_also(pooled, {"deliveries.pipelines.plain.keep=1 min", "method=[" + deliver("good") + "]"});
  Twin twin(scenario_of(shop, std::move(sets)), {});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_EQ(kpi(result, "deliveries.done"), 1);
  EXPECT_EQ(availability(result), 1);
  EXPECT_GT(kpi(result, "services.pages.pool_launches"), 1) << "when the load rises, long after the first pool has gone with its group";
  int serving = 0;
  for (const rpc::Instance& instance : twin.parts().mesh.service("pages").instances()) {
    if (!instance.alive()) continue;
    ++serving;
    EXPECT_EQ(instance.group()->build, "good") << instance.name << ", from the pool or not";
  }
  EXPECT_GT(serving, 8);
  EXPECT_EQ(last_value(result, "service.pages.warm_pool"), 12 - serving) << "one group is left, and one pool";
}

TEST(Deliveries, ARollBackFindsAsManyAsTheBadBuildHad) {
  // The load doubles after the delivery, and the old group was left with the size that it had before.
  const std::vector<std::string> rising = and_also(scaled, {"load.shoppers.course=[{at: 0 s, rate: 60 /s}, {at: 8 min, rate: 160 /s}]"});
  const RunResult result = run_shop("errs", rising, ", {at: 30 min, action: roll_back, target: pages, pipeline: plain}");
  EXPECT_EQ(kpi(result, "deliveries.rolled_back"), 1);
  EXPECT_GT(kpi(result, "deliveries.roll_back.mean"), 20) << "those that are missing have to boot";
  EXPECT_GE(last_value(result, "service.pages.instances"), 10) << "160 /s of 40 ms are 6.4 cores, at 50 % thirteen instances";
}

/// The same shop behind gateways.
const std::vector<std::string> by_the_edge{"services.zuul={instances_per_zone: 2, boot_time: 20 s, gateway: {origins: [{service: web}]}}",
                                           "load.shoppers.entry=edge",
                                           "edge.elb.health_check={interval: 10 s, timeout: 2 s, healthy_threshold: 2}"};

RunResult run_gateways(const std::string& build, std::vector<std::string> sets = {}, const std::string& then = "") {
  sets.push_back("method=[{at: 10 s, action: deliver, target: zuul, build: " + build + ", pipeline: plain}" + then + "]");
  return run(scenario_of(shop, and_also(by_the_edge, sets)));
}

TEST(Deliveries, GatewaysGoByTheirLoadBalancer) {
  for (const std::string name : {"rolling", "blue_green", "red_black", "rolling_red_black"}) {
    const RunResult result = run_gateways("good", {strategy(name)});
    EXPECT_EQ(kpi(result, "deliveries.done"), 1) << name;
    EXPECT_EQ(availability(result), 1) << name;
  }
}

TEST(Deliveries, GatewaysOfABadBuildAreOutOfTheLoadBalancerAtOnce) {
  const RunResult result = run_gateways("errs", {}, ", {at: 6 min, action: roll_back, target: zuul, pipeline: plain}");
  EXPECT_EQ(kpi(result, "deliveries.rolled_back"), 1);
  EXPECT_LT(kpi(result, "deliveries.last_answer.mean"), 5 + 60) << "when the old ones have passed their checks no request goes there";
  EXPECT_GT(kpi(result, "deliveries.roll_back.mean"), 5 + 10) << "which takes checks of 10 s, unlike Eureka's statuses";
}

/// Orders that instances of `pages` take from a queue, beside the requests that come to them.
std::vector<std::string> with_orders(bool listener) {
  return {"load.orders={target: pages, rate: 5 /s, timeout: 30 s, queue: {at_once: 2, listener: " +
          std::string(listener ? "true" : "false") + "}}"};
}

TEST(Deliveries, WorkStopsWhereInstancesListenForTheirStatus) {
  const RunResult listening = run_shop("breaks", and_also(with_orders(true), {strategy("blue_green")}));
  const RunResult forgotten = run_shop("breaks", and_also(with_orders(false), {strategy("blue_green")}));
  const double failed = kpi(listening, "load.orders.failed"), failed_forgotten = kpi(forgotten, "load.orders.failed");
  EXPECT_GT(failed, 0) << "status and lists take a while";
  EXPECT_GT(failed_forgotten, 5 * failed) << "the old ones, which are kept, go on taking orders beside the next ones";
  EXPECT_EQ(kpi(listening, "load.orders.answered") + failed, kpi(listening, "load.orders.offered")) << "none waits for ever";
}

TEST(Deliveries, WorkWaitsForWhoeverHasRoom) {
  const RunResult result = run_shop(
      "good",
      {"load.orders={target: pages, course: [{at: 0 s, rate: 20 /s}, {at: 1 min, rate: 5 /s}], timeout: 5 min, queue: {at_once: 1}}",
       "services.pages.cost={median: 300 ms, sigma: 0}", "services.pages.cores=1", "load.shoppers.rate=0.01 /s", "method=~"});
  EXPECT_EQ(kpi(result, "load.orders.failed"), 0) << "each of four instances takes the next one when it has done one, and none before";
  EXPECT_NEAR(find_series(result, "load.orders.answered").values[6], 4 / 0.3, 0.3) << "of 20 /s; the rest waits";
  EXPECT_NEAR(kpi(result, "load.orders.latency.p99"), 28, 3) << "400 that wait are 30 s of work";
}

const std::vector<std::string> in_containers{
    "services.pages.runs_on=titus", "services.pages.cores=2",
    "titus.main={agents: {critical: {tier: critical, type: m4.4xlarge, min: 3, desired: 3, max: 3, boot: 10 s, registration: 2 s}}, "
    "capacity: {groups: {pages: {tier: critical, cpus: 2, memory: 4 GB, disk: 10 GB, network: 100 Mbps, instances: 12}}}, "
    "images: {pages: {size: 150 MB}}, scaling: {critical: {primary_type: m4.4xlarge}}, "
    "services: {pages: {capacity_group: pages, container: {cpus: 2, memory: 4 GB, disk: 10 GB, image: pages}}}}"};

TEST(Deliveries, ContainersAreDeliveredAsInstancesAreAndNeedNoBaking) {
  const RunResult good = run_shop("good", in_containers);
  EXPECT_EQ(kpi(good, "deliveries.done"), 1);
  EXPECT_EQ(availability(good), 1);
  EXPECT_LT(kpi(good, "deliveries.time.mean"), kpi(run_shop("good"), "deliveries.time.mean"));
  std::vector<std::string> watched = in_containers;
  watched.emplace_back("deliveries.pipelines.plain.watch={}");
  const RunResult bad = run_shop("errs", watched);
  EXPECT_EQ(kpi(bad, "deliveries.rolled_back"), 1);
  EXPECT_GT(kpi(bad, "deliveries.harmed"), 0);
  const RunResult crashing = run_shop("crashes", in_containers);
  EXPECT_EQ(kpi(crashing, "deliveries.failed"), 1);
  EXPECT_EQ(availability(crashing), 1);
}

TEST(Deliveries, ThoseOfABackgroundAreThoseOfItsSeed) {
  const std::vector<std::string> all_day{"deliveries.background={per_day: 1000, pipeline: plain, builds: {good: 9, errs: 1}}", "method=[]"};
  const Scenario scenario = scenario_of(shop, all_day);
  const RunResult first = run(scenario), again = run(scenario);
  RunPlan other;
  other.seed = 2;
  EXPECT_GT(kpi(first, "deliveries.begun"), 2);
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_NE(first.digest, run(scenario, other).digest);
}

std::string refused(std::vector<std::string> sets) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(shop, "shop.yaml", {.overrides = std::move(sets)}));
  EXPECT_FALSE(loaded.ok());
  return language::print(loaded.diagnostics);
}

// The part that a scenario includes, as a setting.
TEST(Deliveries, AThousandADayAreTheBackgroundOfAnyScenario) {
  const std::string all_day =
      "deliveries={builds: {good: {}}, pipelines: {plain: {bake: 10 s, up_timeout: 15 min}}, background: {per_day: 1000, pipeline: plain, "
      "builds: {good: 1}}}";
  for (const std::string name : {"friday-night", "region-evacuation", "evening-warm-pool", "evening-in-containers", "three-apis",
                                 "one-bad-instance", "chaos-monkey-week", "mesh-retry-storm", "zone-loss"})
    EXPECT_TRUE(library_scenario(name, {all_day}).deliveries) << name;
  const RunResult result = run(library_scenario("chaos-monkey-week", {all_day, "clock.lasts=30 min"}));
  EXPECT_NEAR(kpi(result, "deliveries.begun"), 1000 / 48.0, 15);
  EXPECT_EQ(kpi(result, "deliveries.failed"), 0);
}

TEST(Deliveries, ARollBackNeedsABuildBefore) {
  EXPECT_THAT(refused({"method=[{at: 5 min, action: roll_back, target: pages, pipeline: plain}]"}),
              HasSubstr("method[0].target: pages has no previous build to go back to: no earlier step delivers one"));
}

TEST(Deliveries, ACanaryNeedsTraffic) {
  EXPECT_THAT(refused({"method=[" + deliver("good") + "]", "deliveries.pipelines.plain.canary={}", "services.web.calls=[]"}),
              HasSubstr("method[0].target: the canary of `plain` has no traffic: no workload, member or other service asks pages"));
}

TEST(Deliveries, SomeServicesAreNotDelivered) {
  EXPECT_THAT(refused({"method=[{at: 1 min, action: deliver, target: items, build: good, pipeline: plain}]",
                       "services.pages.data={store: items}", "services.items={store: {}, instances_per_zone: 3}"}),
              HasSubstr("items is not delivered: its instances hold data, which a delivery would throw away"));
  EXPECT_THAT(refused({"deliveries.pipelines.plain.headroom=10 %", "deliveries.pipelines.plain.headroom_instances=1"}),
              HasSubstr("deliveries.pipelines.plain.headroom_instances: the next group is larger by a share, `headroom`, or by a number"));
  EXPECT_THAT(refused({"registry.kind=dns"}), HasSubstr("a delivery takes instances out of service in Eureka"));
}

}  // namespace
}  // namespace streamtwin
