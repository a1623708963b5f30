// Who finds a fault out, when, and how it spreads: as the mechanisms that there are make it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using testing::HasSubstr;

/// A web tier that calls pages, which call ratings; each in three zones, two instances in each.
Scenario pages_when(const std::string& method, const std::string& command = "circuit_breaker_enabled: false",
                    const std::string& more = "") {
  return scenario_of(fmt::format(R"(streamtwin: 1
name: found-out
regions: [{{name: east, latitude: 0, longitude: 0, zones: 3}}]
clock: {{lasts: 300 s, warm_up: 30 s, window: 5 s}}
services:
  web:
    instances_per_zone: 2
    cores: 100
    cost: {{median: 1 ms, sigma: 0}}
    calls: [{{service: pages, client: {{retries_next_server: 0, read_timeout: 1 s}}, command: {{timeout: 2 s, {0}}}}}]
  pages:
    instances_per_zone: 2
    cores: 100
    cost: {{median: 1 ms, sigma: 0}}
    calls: [{{service: ratings, client: {{retries_next_server: 0, read_timeout: 1 s}}, command: {{timeout: 2 s, {0}}}}}]
  ratings: {{instances_per_zone: 2, cores: 100, cost: {{median: 2 ms, sigma: 0}}}}
load:
  visitors: {{target: web, rate: 200 /s, timeout: 5 s}}
steady_state_hypothesis:
  title: pages are answered
  tolerances: [{{kpi: load.visitors.availability, at_least: 99 %}}]
method: [{1}]
{2}
)",
                                 command, method, more));
}

const FindingResult* finding(const RunResult& result, const std::string& what) {
  const auto found =
      std::find_if(result.findings.begin(), result.findings.end(), [&](const FindingResult& row) { return row.what == what; });
  return found == result.findings.end() ? nullptr : &*found;
}

TEST(Findings, ASilentMachineIsFoundByCallersTheRegistryAndEc2) {
  const RunResult result = run(pages_when("{at: 60 s, action: kill_instance, target: ratings/easta/0}"));
  ASSERT_NE(finding(result, "tripped"), nullptr);
  EXPECT_LT(finding(result, "tripped")->after, 20s) << "three time-outs of a second, of every sixth call";
  EXPECT_EQ(finding(result, "tripped")->first, "ratings/easta/0");
  ASSERT_NE(finding(result, "evicted"), nullptr);
  EXPECT_GE(finding(result, "evicted")->after, 90s) << "a lease lasts that long";
  ASSERT_NE(finding(result, "found dead"), nullptr);
  EXPECT_LE(finding(result, "found dead")->after, 60s) << "a status check a minute";
  EXPECT_EQ(kpi(result, "faults.0.detected"), 1);
  EXPECT_EQ(kpi(result, "faults.0.time_to_detect"), in_seconds(finding(result, "tripped")->after));
}

TEST(Findings, ErrorsOfAServiceOpenCircuitsThatNameIt) {
  const RunResult result =
      run(pages_when("{at: 60 s, action: add_errors, errors: 100 %, target: ratings}", "circuit_breaker_enabled: true"));
  ASSERT_NE(finding(result, "circuit open"), nullptr);
  EXPECT_EQ(finding(result, "circuit open")->first, "ratings");
  EXPECT_LT(finding(result, "circuit open")->after, 15s) << "twenty requests in a window of ten seconds";
  EXPECT_EQ(finding(result, "evicted"), nullptr) << "they renew their leases";
}

TEST(Findings, WhatNobodyNoticesIsNotDetected) {
  const RunResult result = run(pages_when("{at: 60 s, action: add_errors, errors: 100 %, target: ratings}"));
  EXPECT_TRUE(result.findings.empty()) << "an answer that is an error trips nobody, and there are no circuits";
  EXPECT_EQ(kpi(result, "faults.0.detected"), 0);
}

TEST(Findings, AreUnknownWhereNoInstanceIsHit) {
  const RunResult result = run(pages_when("{at: 60 s, action: set_load, target: visitors, load: 2}"));
  EXPECT_TRUE(std::isnan(kpi(result, "faults.0.detected")));
}

TEST(Findings, AreMarksOfTheTimeline) {
  const RunResult result = run(pages_when("{at: 60 s, action: kill_instance, target: ratings/easta/0}"));
  const auto mark =
      std::find_if(result.timeline.begin(), result.timeline.end(), [](const TimelineEvent& event) { return event.kind == "tripped"; });
  ASSERT_NE(mark, result.timeline.end());
  EXPECT_EQ(mark->target, "ratings/easta/0");
  EXPECT_THAT(mark->text, HasSubstr("by pages/east"));
  EXPECT_TRUE(std::is_sorted(result.timeline.begin(), result.timeline.end(), [](const auto& a, const auto& b) { return a.time < b.time; }));
}

TEST(Spreads, GoFromTheTierThatIsSlowThroughItsCallers) {
  const RunResult result = run(pages_when("{at: 60 s, action: add_latency, latency: 3 s, target: ratings, lasts: 60 s}"));
  ASSERT_EQ(result.spreads.size(), 3u);
  EXPECT_EQ(result.spreads[0].tier, "ratings");
  EXPECT_EQ(result.spreads[0].sign, "latency");
  EXPECT_EQ(result.spreads[0].through, "pages");
  EXPECT_EQ(result.spreads[1].tier, "pages");
  EXPECT_EQ(result.spreads[1].through, "web");
  EXPECT_EQ(result.spreads[2].tier, "web");
  EXPECT_EQ(result.spreads[2].through, "");
  EXPECT_EQ(result.spreads[0].objective, "load.visitors.availability");
}

TEST(Spreads, AreNoneWhereNothingBreaks) {
  Scenario scenario = pages_when("{at: 60 s, action: add_latency, latency: 1 ms, target: ratings}");
  EXPECT_TRUE(run(scenario).spreads.empty());
}

}  // namespace
}  // namespace streamtwin
