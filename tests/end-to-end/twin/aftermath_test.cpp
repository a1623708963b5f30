// What becomes of a fault in each region and service that objectives are of: by runs in which it can be said beforehand.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using ::testing::HasSubstr;

/// A shop in two regions, each with half of the shoppers, that calls prices there; windows of 10 s, measured from 0 s on.
Scenario shop_when(const std::string& method, const std::string& tolerances) {
  return scenario_of(fmt::format(R"(streamtwin: 1
name: by-place
regions: [{{name: east, latitude: 0, longitude: 0, zones: 1}}, {{name: west, latitude: 0, longitude: 60, zones: 1}}]
clock: {{lasts: 300 s, warm_up: 30 s, window: 10 s}}
services:
  web:
    instances_per_zone: 2
    cores: 100
    cost: {{median: 1 ms, sigma: 0}}
    calls: [{{service: prices, client: {{retries_next_server: 0}}, command: {{circuit_breaker_enabled: true, error_threshold: 50 %}}}}]
  prices: {{instances_per_zone: 2, cores: 100, cost: {{median: 2 ms, sigma: 0}}}}
load:
  eastern: {{target: web, rate: 50 /s, timeout: 5 s, regions: {{east: 1}}}}
  western: {{target: web, rate: 50 /s, timeout: 5 s, regions: {{west: 1}}}}
steady_state_hypothesis:
  title: both regions answer
  tolerances: [{1}]
method: [{0}]
)",
                                 method, tolerances));
}

const std::string both_regions =
    "{kpi: regions.east.availability, at_least: 99 %}, {kpi: regions.west.availability, at_least: 99 %}, "
    "{kpi: services.prices.availability, at_least: 99 %}";

TEST(AftermathByPlace, IsThatOfTheRegionThatIsHit) {
  const RunResult result = run(shop_when("{at: 60 s, action: add_errors, errors: 100 %, target: prices/east, lasts: 60 s}", both_regions));
  EXPECT_NEAR(kpi(result, "faults.0.regions.east.time_to_mitigate"), 60, 10.1) << "at 120 s, or when its circuits are closed";
  EXPECT_NEAR(kpi(result, "faults.0.regions.east.time_to_recover"), 60, 10.1);
  EXPECT_EQ(kpi(result, "faults.0.regions.west.time_to_recover"), 0) << "nothing broke there";
  EXPECT_EQ(kpi(result, "faults.0.regions.west.mitigated"), 1);
  EXPECT_EQ(kpi(result, "faults.0.time_to_mitigate"), kpi(result, "faults.0.regions.east.time_to_mitigate"))
      << "the whole is over when all of its objectives hold";
  EXPECT_EQ(kpi(result, "faults.0.services.prices.time_to_mitigate"), 10) << "while circuits are open nobody asks it, and nobody is failed";
}

TEST(AftermathByPlace, KnowsWhereItWasFoundOut) {
  const RunResult result = run(shop_when("{at: 60 s, action: add_errors, errors: 100 %, target: prices/east, lasts: 60 s}", both_regions));
  EXPECT_EQ(kpi(result, "faults.0.regions.east.detected"), 1);
  EXPECT_EQ(kpi(result, "faults.0.regions.east.time_to_detect"), kpi(result, "faults.0.time_to_detect"));
  EXPECT_EQ(kpi(result, "faults.0.services.prices.detected"), 1);
  EXPECT_TRUE(std::isnan(kpi(result, "faults.0.regions.west.detected"))) << "nobody was hit there";
}

TEST(AftermathByPlace, MayNotEndWithinTheRun) {
  const RunResult result = run(shop_when("{at: 60 s, action: add_errors, errors: 100 %, target: prices/east}", both_regions));
  EXPECT_EQ(kpi(result, "faults.0.regions.east.mitigated"), 0);
  EXPECT_TRUE(std::isnan(kpi(result, "faults.0.regions.east.time_to_recover")));
  EXPECT_EQ(kpi(result, "faults.0.regions.west.recovered"), 1);
}

TEST(AftermathByPlace, IsOfThoseThatAnObjectiveNames) {
  const RunResult result = run(shop_when("{at: 60 s, action: add_errors, errors: 100 %, target: prices/east, lasts: 60 s}",
                                         "{kpi: services.web.latency.p99, at_most: 1 s}"));
  EXPECT_EQ(kpi(result, "faults.0.services.web.time_to_mitigate"), 0) << "errors are fast";
  EXPECT_TRUE(std::isnan(kpi(result, "faults.0.services.web.detected"))) << "it is not web that was hit";
  for (const Kpi& one : result.kpis) EXPECT_THAT(one.name, ::testing::Not(HasSubstr("faults.0.regions."))) << one.name;
}

TEST(Availability, OfARegionIsThatOfWhoeverAsksThere) {
  const RunResult result = run(shop_when("{at: 60 s, action: add_errors, errors: 50 %, target: web/east}", both_regions));
  EXPECT_EQ(kpi(result, "regions.west.availability"), 1);
  EXPECT_EQ(kpi(result, "regions.east.availability"), kpi(result, "load.eastern.availability"));
  EXPECT_LT(kpi(result, "regions.east.availability"), 0.7);
  EXPECT_NEAR(kpi(result, "services.web.availability"), (1 + kpi(result, "load.eastern.availability")) / 2, 0.02);
}

}  // namespace
}  // namespace streamtwin
