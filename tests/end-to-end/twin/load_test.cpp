// Workloads on a mesh by itself: no members, no appliances, and a gateway only where one is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string mesh = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 3}, {name: there, latitude: 53.3, longitude: -6.3, zones: 2}]
clock: {lasts: 30 s, warm_up: 2 s, window: 2 s}
services:
  zuul: {gateway: {origins: [{service: front}, {service: back}]}, cost: {median: 1 ms}}
  front: {cost: {median: 2 ms}, calls: [{service: back}]}
  back: {cost: {median: 3 ms}}
)";

Scenario with(const std::string& rest) { return scenario_of(mesh + rest, {}, "mesh.yaml"); }

double requests_at(const RunResult& result, std::string_view tier) {
  for (const TierResult& t : result.tiers)
    if (t.name == tier) return t.rps;
  return unknown;
}

const AuditTally& audit(const RunResult& result, std::string_view kind) {
  for (const AuditResult& row : result.audit)
    if (row.kind == kind) return row.tally;
  throw std::out_of_range(std::string(kind));
}

TEST(Load, RunsAMeshWithoutMembersAndLeavesTheirFiguresOut) {
  const RunResult result = run(with("load: {shop: {target: front, rate: 200 /s}}\n"));
  EXPECT_NEAR(kpi(result, "load.shop.offered"), 6000, 4.5 * 78);
  EXPECT_EQ(kpi(result, "load.shop.availability"), 1);
  EXPECT_NEAR(kpi(result, "load.shop.goodput"), 200, 12);
  EXPECT_NEAR(kpi(result, "mesh.hops_per_request"), 1, 0.01) << "front calls back once";
  EXPECT_GT(kpi(result, "load.shop.latency.p50"), 0.004);
  for (const Kpi& k : result.kpis) {
    EXPECT_THAT(k.name,
                Not(testing::AnyOf(testing::StartsWith("plays."), testing::StartsWith("members."), testing::StartsWith("delivery."))));
  }
  for (const SeriesResult& series : result.series) EXPECT_THAT(series.name, Not(testing::StartsWith("plays.")));
}

TEST(Load, EndsEveryRequestExactlyOnce) {
  // Back fails half of its requests and then dies with a whole region; clients retry.
  Scenario scenario = with(
      "load: {shop: {target: front, rate: 300 /s, timeout: 200 ms, retry: {attempts: 3}}}\n"
      "method:\n"
      "  - {at: 5 s, action: add_errors, target: back, errors: 50 %, lasts: 5 s}\n"
      "  - {at: 15 s, action: kill_region, target: there}\n");
  Twin twin(scenario, {});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  const workload::WorkloadMeasures& m = twin.parts().measures.load.at("shop");
  const AuditTally& tally = audit(result, "request of shop");
  EXPECT_EQ(tally.created, m.offered.total());
  EXPECT_EQ(tally.finished, m.answered.total());
  EXPECT_EQ(tally.failed, m.failed.total());
  EXPECT_EQ(tally.created, tally.finished + tally.failed + tally.alive);
  EXPECT_GT(m.failed.total(), 0);
  EXPECT_GT(m.retries.total(), 0);
  EXPECT_GT(m.timeouts.total(), 0) << "a dead machine stays silent";
  EXPECT_GE(m.attempts.total(), m.offered.total() + m.retries.total());
  EXPECT_LE(m.attempts.total(), m.offered.total() + m.retries.total() + tally.alive);
}

// A fleet of 2 x 5 instances with 4 cores and 3 ms of work each carries some 12,000/s; twice that is turned away.
TEST(Load, IsAnOpenLoopThatGoesOnWhenNothingIsAnswered) {
  const std::string calls = "load: {flood: {target: back, rate: 26000 /s, timeout: 50 ms, spacing: even}}\n";
  Scenario scenario = with(calls);
  scenario.clock = {.lasts = 3s, .warm_up = 1s, .window = 1s};
  const RunResult result = run(scenario);
  EXPECT_NEAR(kpi(result, "load.flood.offered"), 78000, 2);
  EXPECT_LT(kpi(result, "load.flood.availability"), 0.7);
  EXPECT_GT(kpi(result, "load.flood.failed"), 10000);
}

TEST(Load, ComesToTheRegionsByTheirWeights) {
  Scenario scenario = with("load: {shop: {target: back, rate: 300 /s, regions: {here: 3, there: 1}}}\n");
  const RunResult result = run(scenario);
  for (const StationResult& station : result.stations) {
    if (station.tier != "back") continue;
    EXPECT_DOUBLE_EQ(station.load_share, station.region == "here" ? 0.75 : 0.25);
  }
  Scenario one = with("load: {shop: {target: back, rate: 300 /s, regions: {there: 1}}}\n");
  Twin twin(one, {});
  twin.run_until(twin.end());
  for (const services::Instance& instance : twin.parts().mesh.service("back").instances()) {
    const bool there = twin.parts().geography.region_of(instance.zone) == 1;
    EXPECT_EQ(instance.execution.worked() > Duration{0}, there) << instance.name;
  }
}

TEST(Load, ThroughTheEdgeIsRoutedToItsTarget) {
  const RunResult result =
      run(with("load:\n  a: {target: front, rate: 100 /s, entry: edge}\n  b: {target: back, rate: 50 /s, entry: edge}\n"));
  EXPECT_EQ(kpi(result, "load.a.availability"), 1);
  EXPECT_EQ(kpi(result, "load.b.availability"), 1);
  EXPECT_NEAR(requests_at(result, "zuul"), 150, 12);
  EXPECT_NEAR(requests_at(result, "front"), 100, 10);
  EXPECT_NEAR(requests_at(result, "back"), 150, 12);
  for (const StationResult& station : result.stations) {
    if (station.tier != "back" || station.region != "here") continue;
    EXPECT_NEAR(station.visits, 1, 1e-9);
    EXPECT_NEAR(station.utilisation / station.predicted_utilisation, 1, 0.15);
  }
}

TEST(Load, IsRaisedByTheMethodAloneOrTogether) {
  const std::string two = "load: {a: {target: front, rate: 100 /s, spacing: even}, b: {target: back, rate: 100 /s, spacing: even}}\n";
  const RunResult one = run(with(two + "method: [{at: 10 s, action: set_load, target: a, load: 3, lasts: 10 s}]\n"));
  EXPECT_NEAR(kpi(one, "load.a.offered"), 5000, 2);
  EXPECT_NEAR(kpi(one, "load.b.offered"), 3000, 2);
  const RunResult both = run(with(two + "method: [{at: 10 s, action: set_load, load: 3, lasts: 10 s}]\n"));
  EXPECT_NEAR(kpi(both, "load.b.offered"), 5000, 2);
  const RunResult scaled = run(with(two), {.load = 0.5});
  EXPECT_NEAR(kpi(scaled, "load.a.offered"), 1500, 2);
}

TEST(Load, LeavesADeadInstanceToTheHealthChecks) {
  Scenario scenario = with(
      "load: {shop: {target: back, rate: 200 /s, timeout: 100 ms, regions: {here: 1}}}\n"
      "edge: {elb: {health_check: {interval: 5 s, timeout: 2 s}}}\n"
      "method: [{at: 2 s, action: kill_instance, target: back/herea/0}]\n");
  Twin twin(scenario, {});
  twin.run_until(at(4s + 10s));
  const double failed = twin.parts().measures.load.at("shop").failed.total();
  EXPECT_GT(failed, 100) << "one of six instances is silent for two health checks";
  twin.run_until(twin.end());
  EXPECT_EQ(twin.parts().measures.load.at("shop").failed.total(), failed);
}

TEST(Load, RepeatsItselfAndDoesNotMoveWhenAnotherWorkloadIsAdded) {
  const std::string shop = "load:\n  shop: {target: front, rate: 100 /s}\n";
  const RunResult first = run(with(shop), {.seed = 5}), again = run(with(shop), {.seed = 5}), other = run(with(shop), {.seed = 6});
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_NE(first.digest, other.digest);
  const RunResult more = run(with(shop + "  crawl: {target: back, rate: 1 /s}\n"), {.seed = 5});
  EXPECT_EQ(kpi(more, "load.shop.offered"), kpi(first, "load.shop.offered"));
}

TEST(Load, IsTracedLikeAPlay) {
  const Scenario scenario = with("load: {shop: {target: front, rate: 100 /s}}\n");
  const RunResult plain = run(scenario);
  ASSERT_TRUE(plain.slowest_request.has_value());
  const RunResult traced = run(scenario, {.trace_request = plain.slowest_request});
  ASSERT_FALSE(traced.spans.empty());
  EXPECT_EQ(traced.spans.front().where, "load/shop");
  EXPECT_EQ(traced.digest, plain.digest);
}

// Requests carry what they are about: a service with data finds its items warm in the cache, as with members.
TEST(Load, FindsItsItemsInWarmCaches) {
  const RunResult result =
      run(with("  profile: {data: {cache: evcache, store: cassandra, time_to_live: 1 h, writes: 0 %}}\n"
               "  evcache: {cache: {}, cost: {median: 0.1 ms}}\n"
               "  cassandra: {store: {}, cost: {median: 1 ms}}\n"
               "load: {shop: {target: profile, rate: 200 /s, subjects: 5000}}\n"));
  EXPECT_GT(kpi(result, "evcache.hit_ratio"), 0.98);
  EXPECT_EQ(kpi(result, "load.shop.availability"), 1);
}

// Five hundred services as in the library, in fewer instances and for a moment.
TEST(Load, GoesThroughFiveHundredServices) {
  const RunResult result =
      run(library_scenario("five-hundred-services", {"clock.lasts=2 s", "clock.warm_up=1 s", "clock.window=1 s", "method=[]",
                                                     "regions=[{name: us-east-1, latitude: 38.9, longitude: -77.4, zones: 2}]",
                                                     "services_from.generator.instances=1030"}));
  EXPECT_EQ(result.tiers.size(), 515u);
  EXPECT_GT(kpi(result, "evcache.hit_ratio"), 0.9) << "caches and stores are part of it";
  EXPECT_GT(result.calls.size(), 700u);
  EXPECT_GT(kpi(result, "mesh.hops_per_request"), 30);
  EXPECT_GT(kpi(result, "load.play.offered"), 60);
}

TEST(Load, BesideMembersIsMeasuredApart) {
  const RunResult result =
      run(library_scenario("friday-night", {"clock.lasts=60 s", "clock.warm_up=10 s", "members.plays_at_peak=1 /s", "members.accounts=2000",
                                            "members.session.median=2 min", "open_connect.sample=0.4 %", "method=[]", "load=~",
                                            "load={partner: {target: play-api, rate: 20 /s, entry: edge}}"}));
  EXPECT_GT(kpi(result, "load.partner.availability"), 0.99);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.99);
  EXPECT_NEAR(kpi(result, "load.partner.offered"), 1200, 4.5 * 35);
  EXPECT_LT(kpi(result, "plays.asked"), 150);
}

// gRFC A6: nineteen servers answer errors, the twentieth is dead, nothing ever succeeds. After five failed tries the budget
// is empty, and stays so: 95 of 100 requests a second reach a server that lives.
TEST(RetryBudget, IsNotRefilledByErrors) {
  const RunResult result = run(scenario_of(R"(streamtwin: 1
name: errors-and-a-dead-server
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 50 s, warm_up: 50 s}
fleet: {spare_machines: 0}
services:
  front:
    instances_per_zone: 1
    cores: 100
    cost: {median: 1 us, sigma: 0}
    calls:
      - service: back
        command: {isolation: semaphore, execution_semaphore: 1000, timeout_enabled: false, circuit_breaker_enabled: false}
        balancer: {rule: round_robin, zone_aware: false, connection_failure_threshold: 1000000}
        client: {retries_next_server: 1, connect_timeout: 10 ms, read_timeout: 50 ms, retry_throttle: {enabled: true}}
  back: {instances_per_zone: 20, cores: 100, cost: {median: 1 ms, sigma: 0}}
load: {users: {target: front, rate: 100 /s, spacing: even, timeout: 10 s}}
method:
  - {at: 0 s, action: kill_instance, target: back/herea/7}
  - {at: 0 s, action: add_errors, target: back, errors: 100 %}
)"));
  EXPECT_LT(requests_at(result, "back"), 96);
  EXPECT_GT(requests_at(result, "back"), 94);
}

TEST(CacheMisses, AreAShareOfReads) {
  const RunResult result = run(scenario_of(R"(streamtwin: 1
name: three-reads-in-four-miss
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 40 s, warm_up: 10 s, window: 10 s}
services:
  shop:
    instances_per_zone: 1
    cores: 16
    cost: {median: 100 us}
    data: {cache: near, store: deep, time_to_live: 1 s, kept_stale: 0 s, writes: 0 %}
  near: {cache: {}, instances_per_zone: 1, cores: 8, cost: {median: 50 us}}
  deep: {store: {}, instances_per_zone: 1, cores: 16, cost: {median: 1 ms}}
load: {users: {target: shop, rate: 1000 /s, timeout: 1 s, subjects: 3000}}
)"));
  const double misses = 1 - kpi(result, "evcache.hit_ratio");
  int windows = 0;
  for (const SeriesResult& series : result.series) {
    if (series.name != "evcache.misses") continue;
    for (const double share : series.values) {
      if (std::isnan(share)) continue;
      ++windows;
      EXPECT_NEAR(share, misses, 0.05);
    }
  }
  EXPECT_GE(windows, 4);
}

}  // namespace
}  // namespace streamtwin
