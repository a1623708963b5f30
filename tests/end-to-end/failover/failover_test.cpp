// A region in trouble is left, by either procedure, and comes back: what clients and instances see of it.
#include <gtest/gtest.h>

#include <memory>

#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string three_regions = R"(
streamtwin: 1
name: evacuated
clock: {lasts: 20 min, warm_up: 1 min, window: 10 s}
regions:
  - {name: west, latitude: 45.6, longitude: -121.2, zones: 2}
  - {name: east, latitude: 38.9, longitude: -77.4, zones: 2}
  - {name: europe, latitude: 53.3, longitude: -6.3, zones: 2}
edge: {elb: {health_check: {interval: 10 s, healthy_threshold: 6}}}
services:
  zuul: {instances_per_zone: 1, cores: 2, cost: {median: 2 ms, sigma: 0.2}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 1, cost: {median: 25 ms, sigma: 0.3}, calls: [{service: back}]}
  back: {instances_per_zone: 1, cores: 1, cost: {median: 15 ms, sigma: 0.3}}
load:
  americans: {target: api, entry: edge, rate: 70 /s, timeout: 5 s, regions: {west: 1, east: 1}}
  europeans: {target: api, entry: edge, rate: 35 /s, timeout: 5 s, regions: {europe: 1}}
failover: {}
)";

const std::string trouble = "{at: 2 min, action: add_errors, target: api/europe, errors: 60 %}";

RunResult run_with(const std::string& method, std::vector<std::string> sets = {}) {
  sets.push_back("method=[" + method + "]");
  return run(scenario_of(three_regions, std::move(sets)));
}

double mean_from(const RunResult& result, const std::string& name, Duration from) {
  const SeriesResult& series = find_series(result, name);
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.times[i] > at(from)) sum += series.values[i], ++count;
  }
  return sum / count;
}

TEST(Evacuation, ByNimbleTakesSevenToEightMinutes) {
  const RunResult left = run_with(trouble);
  EXPECT_EQ(kpi(left, "failover.europe.evacuations"), 1);
  EXPECT_NEAR(kpi(left, "failover.europe.detection"), 120, 10);
  EXPECT_GE(kpi(left, "failover.europe.capacity"), 90);
  EXPECT_LE(kpi(left, "failover.europe.capacity"), 240);
  EXPECT_EQ(kpi(left, "failover.europe.proxying"), 150);
  EXPECT_EQ(kpi(left, "failover.europe.dns"), 60);
  EXPECT_GE(kpi(left, "failover.europe.evacuated"), 420);
  EXPECT_LE(kpi(left, "failover.europe.evacuated"), 480);
  EXPECT_GT(kpi(left, "failover.attached"), 0);
  EXPECT_LT(mean_from(left, "regions.europe.served", 10min), 0.5) << "whoever still comes is tunnelled";
  EXPECT_GT(mean_from(left, "regions.europe.asked", 10min), 0.5) << "as some hold old answers of DNS";
  EXPECT_LT(kpi(run_with(trouble, {"failover.automatic=false"}), "load.europeans.availability"),
            kpi(left, "load.europeans.availability") - 0.2);
}

TEST(Evacuation, ByTheOldProcedureTakesThreeQuartersOfAnHour) {
  const RunResult left = run_with(trouble, {"clock.lasts=55 min", "failover={procedure: old, dark: 0}", "services.zuul.boot_time=25 min",
                                            "services.api.boot_time=25 min", "services.back.boot_time=25 min", "fleet.launch.pending=4 min",
                                            "fleet.launch.pending_sigma=0.1", "fleet.launch.slow=0", "edge.geo_dns.ttl=5 min"});
  EXPECT_NEAR(kpi(left, "failover.europe.detection"), 300, 10);
  EXPECT_GT(kpi(left, "failover.europe.capacity"), 28 * 60);
  EXPECT_EQ(kpi(left, "failover.europe.proxying"), 600);
  EXPECT_EQ(kpi(left, "failover.europe.dns"), 300);
  EXPECT_GE(kpi(left, "failover.europe.evacuated"), 45 * 60);
  EXPECT_LE(kpi(left, "failover.europe.evacuated"), 52 * 60);
  EXPECT_GT(kpi(left, "failover.launched"), 0);
  EXPECT_EQ(kpi(left, "failover.attached"), 0);
}

TEST(Evacuation, NobodyAsksDarkInstancesBeforeTheyAreAttached) {
  Twin twin(scenario_of(three_regions, {"method=[{at: 2 min, action: evacuate, target: europe, to: west}]"}), {});
  const auto dark = [&twin](std::uint64_t* requests) {
    int count = 0;
    for (services::Service& service : twin.parts().mesh.services()) {
      for (const rpc::Instance& instance : service.instances()) {
        if (instance.group() == nullptr) continue;
        count += instance.dark() ? 1 : 0;
        *requests += instance.requests;
      }
    }
    return count;
  };
  twin.run_until(at(2min));
  std::uint64_t before = 0, after = 0;
  const int at_first = dark(&before);
  EXPECT_GT(at_first, 0);
  EXPECT_EQ(before, 0u);
  twin.run_until(twin.end());
  EXPECT_LT(dark(&after), at_first);
  EXPECT_GT(after, 1000u);
}

TEST(Evacuation, GoesBackWhenTheTroubleFollows) {
  const RunResult turned =
      run_with("{at: 2 min, action: set_load, target: europeans, load: 9}, {at: 4 min, action: evacuate, target: europe}");
  EXPECT_EQ(kpi(turned, "failover.europe.evacuations"), 1);
  EXPECT_EQ(kpi(turned, "failover.europe.turned_back"), 1);
  EXPECT_GT(mean_from(turned, "regions.europe.served", 18min), 20);
  EXPECT_LT(mean_from(turned, "zuul.proxied", 18min), 0.1);
}

// 105 /s come to two cores of 25 ms a request, until further ones have booted.
TEST(Evacuation, IsNotTurnedBackByWhoHasTooFewInstances) {
  const std::vector<std::string> short_of{"failover={dark: 0, saviours: [west], nimble: {capacity_within: 30 s}}",
                                          "load.americans.rate=90 /s", "load.europeans.rate=60 /s", "services.api.boot_time=60 s"};
  const RunResult left = run_with("{at: 2 min, action: evacuate, target: europe}", short_of);
  EXPECT_EQ(kpi(left, "failover.europe.turned_back"), 0);
  EXPECT_EQ(kpi(left, "failover.europe.overloaded"), 1) << "the west";
  EXPECT_GT(kpi(left, "failover.launched"), 0);
  EXPECT_LT(kpi(left, "load.americans.availability"), 0.98) << "meanwhile all suffer who are answered there";
  EXPECT_GT(mean_from(left, "regions.west.served", 15min), 100) << "then it bears all";
}

TEST(Evacuation, DarkInstancesAreOfTheBuildThatServes) {
  const std::vector<std::string> delivered{"deliveries={builds: {next: {}}, pipelines: {plain: {bake: 5 s, overhead: 2 s, keep: 1 min}}}",
                                           "clock.lasts=35 min"};
  const auto twin_of = [&](const std::string& more) {
    std::vector<std::string> sets = delivered;
    sets.push_back("method=[{at: 10 s, action: deliver, target: api, build: next, pipeline: plain}" + more + "]");
    return std::make_unique<Twin>(scenario_of(three_regions, std::move(sets)), RunPlan{});
  };
  const auto count = [](Twin& twin, bool dark, const std::string& build) {
    int found = 0;
    for (const rpc::Instance& instance : twin.parts().mesh.service("api").instances())
      found += instance.alive() && instance.dark() == dark && instance.group()->build == build ? 1 : 0;
    return found;
  };
  const auto twin = twin_of(", {at: 20 min, action: evacuate, target: europe}");
  twin->run_until(at(61s));
  const int dark = count(*twin, true, "");
  EXPECT_GT(dark, 0);
  twin->run_until(at(20min));
  EXPECT_EQ(count(*twin, true, ""), 0) << "they follow what serves in their region";
  EXPECT_EQ(count(*twin, true, "next"), dark);
  twin->run_until(twin->end());
  EXPECT_LT(count(*twin, true, "next"), dark) << "some have been attached, and serve beside those that were delivered";
  EXPECT_EQ(count(*twin, false, ""), 0);
  const RunResult result = twin->result();
  EXPECT_EQ(kpi(result, "failover.europe.turned_back"), 0);
  EXPECT_GT(kpi(result, "load.europeans.availability"), 0.999);
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
}

TEST(Evacuation, TroubleOfAllRegionsMovesNobody) {
  const RunResult everywhere = run_with("{at: 2 min, action: add_errors, target: api, errors: 60 %}");
  EXPECT_EQ(kpi(everywhere, "failover.europe.evacuations") + kpi(everywhere, "failover.west.evacuations"), 0);
  EXPECT_EQ(kpi(everywhere, "zuul.proxied"), 0);
}

TEST(Evacuation, GoesToWhomTheScenarioLets) {
  const RunResult left = run_with("{at: 2 min, action: evacuate, target: europe}", {"failover={saviours: [west]}"});
  EXPECT_GT(mean_from(left, "regions.west.served", 10min), 65);
  EXPECT_LT(mean_from(left, "regions.east.served", 10min), 40);
}

TEST(Evacuation, OfASecondRegionTakesTheTrafficOfTheFirstAlong) {
  const RunResult two = run_with("{at: 1 min, action: evacuate, target: europe}, {at: 9 min, action: evacuate, target: east}");
  EXPECT_GT(mean_from(two, "regions.west.served", 17min), 100) << "all of it";
  EXPECT_LT(mean_from(two, "regions.east.served", 17min), 1);
}

TEST(Evacuation, HasNobodyToTakeTheTrafficOfTheLastRegion) {
  const RunResult last = run_with(
      "{at: 1 min, action: evacuate, target: europe}, {at: 2 min, action: evacuate, target: east}, {at: 3 min, action: evacuate, target: west}");
  EXPECT_EQ(kpi(last, "failover.west.turned_back"), 1);
  EXPECT_GT(mean_from(last, "regions.west.served", 18min), 20);
}

TEST(Evacuation, EndsWithTheTrafficWhereItWasAndDarkInstancesAgain) {
  const RunResult back =
      run_with("{at: 1 min, action: evacuate, target: europe, lasts: 8 min}", {"clock.lasts=25 min", "failover.give_back_after=1 min"});
  EXPECT_EQ(kpi(back, "failover.europe.given_back"), 60 + 150);
  EXPECT_GT(mean_from(back, "regions.europe.served", 16min), 30);
  EXPECT_EQ(find_series(back, "failover.dark").values.back(), find_series(back, "failover.dark").values.front());
  EXPECT_GT(kpi(back, "load.europeans.availability"), 0.999);
}

TEST(Evacuation, WhoStillComesIsTunnelledOrRedirected) {
  const std::string leave = "{at: 1 min, action: evacuate, target: europe}";
  const RunResult tunnelled = run_with(leave, {"edge.geo_dns.stragglers=50 %"});
  const RunResult redirected = run_with(leave, {"edge.geo_dns.stragglers=50 %", "failover.mis_routed=redirect"});
  EXPECT_GT(mean_from(tunnelled, "zuul.proxied", 10min), 8);
  EXPECT_EQ(mean_from(redirected, "zuul.proxied", 10min), 0);
  EXPECT_GT(mean_from(redirected, "regions.europe.asked", 10min), 8) << "they ask here first";
  EXPECT_GT(kpi(tunnelled, "load.europeans.availability"), 0.999);
  EXPECT_GT(kpi(redirected, "load.europeans.availability"), 0.999);
}

}  // namespace
}  // namespace streamtwin
