// Builds on their way to members: what each strategy and each build do to those who ask for something meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Deliveries, ARollBackNeedsABuildBefore) {
  EXPECT_THAT(refused({"method=[{at: 5 min, action: roll_back, target: pages, pipeline: plain}]"}),
              HasSubstr("method[0].target: pages has no previous build to go back to: no earlier step delivers one"));
}

TEST(Deliveries, ACanaryNeedsTraffic) {
  EXPECT_THAT(refused({"method=[" + deliver("good") + "]", "deliveries.pipelines.plain.canary={}", "services.web.calls=[]"}),
              HasSubstr("method[0].target: the canary of `plain` has no traffic: no workload, member or other service asks pages"));
}

TEST(Deliveries, SomeServicesAreNotDelivered) {
  EXPECT_THAT(refused({"method=[{at: 1 min, action: deliver, target: pages, build: good, pipeline: plain}]",
                       "services.pages.scaling={min: 1, max: 9}"}),
              HasSubstr("pages is not delivered: its `scaling` says how many instances there are"));
  EXPECT_THAT(refused({"registry.kind=dns"}), HasSubstr("a delivery takes instances out of service in Eureka"));
}

}  // namespace
}  // namespace streamtwin
