// Groups that scale in a whole run: by requests where processors do not say that there are too few, from a warm pool, and when a
// zone is lost.
#include <algorithm>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

std::string region_with(const std::string& rest) {
  return "streamtwin: 1\nname: scaling\nregions: [{name: here, latitude: 0, longitude: 0, zones: 3}]\n"
         "clock: {lasts: 30 min, warm_up: 10 s, window: 10 s}\n" +
         rest;
}

// Its threads wait for half a second each time: ten of them answer twenty requests a second, and the processors rest.
std::string waiting_api(const std::string& policy) {
  return region_with(R"(services:
  api:
    instances_per_zone: 1
    boot_time: 10 s
    cores: 2
    execution: {model: blocking_threads, threads: 10}
    queue_limit: 100
    cost: {median: 1 ms, sigma: 0}
    calls: [{service: slow, client: {read_timeout: 800 ms}}]
    scaling: {min: 3, max: 12, )" +
                     policy + R"(}
  slow: {instances_per_zone: 2, cores: 64, cost: {median: 500 ms, sigma: 0}}
load: {clients: {target: api, rate: 100 /s, timeout: 5 s}}
)");
}

TEST(Scaling, ByRequestsWhereTheProcessorsRest) {
  const RunResult by_cpu = run(scenario_of(waiting_api("target_tracking: {cpu: 50 %}")));
  const RunResult by_requests = run(scenario_of(waiting_api("request_tracking: {requests: 15 /s}")));
  EXPECT_EQ(kpi(by_cpu, "scaling.launched"), 0);
  EXPECT_EQ(kpi(by_requests, "services.api.instances_max"), 7) << "100 requests at 15 each";
  EXPECT_GT(kpi(by_requests, "load.clients.goodput"), kpi(by_cpu, "load.clients.goodput") + 15);
}

std::string lost_zone(const std::string& scaling) {
  return region_with("services:\n  api: {instances_per_zone: 2, boot_time: 10 s, cores: 2, cost: {median: 10 ms}" + scaling +
                     R"(}
load: {clients: {target: api, rate: 60 /s, timeout: 2 s}}
method: [{at: 5 min, action: kill_zone, target: hereb, lasts: 10 min}]
)");
}

TEST(Scaling, AGroupReplacesInOtherZonesWhatItLostWithOne) {
  const auto instances_at = [](const RunResult& result, std::size_t window) {
    const auto found = std::find_if(result.series.begin(), result.series.end(),
                                    [](const SeriesResult& series) { return series.name == "service.api.instances"; });
    return found->values.at(window);
  };
  const RunResult result = run(scenario_of(lost_zone(", scaling: {min: 6, max: 6}")));
  EXPECT_EQ(instances_at(result, 33), 4) << "twenty seconds after the zone was lost";
  EXPECT_EQ(instances_at(result, 60), 6) << "five minutes after that";
  EXPECT_EQ(kpi(result, "services.api.instances_max"), 7) << "one more while the zones are evened out again";
  EXPECT_EQ(kpi(result, "scaling.launched"), kpi(result, "scaling.terminated"));
  EXPECT_EQ(kpi(result, "scaling.launched"), 2);
}

TEST(Scaling, LaunchesFromAWarmPoolAndPaysForIt) {
  const auto with = [](const std::string& pool) {
    return run(scenario_of(
        region_with("services:\n  api:\n    {instances_per_zone: 1, instance_type: m5.large, boot_time: 5 min, cost: {median: 10 ms}, "
                    "scaling: {min: 3, max: 6, scheduled: [{at: 72300 s, min: 6}]" +
                    pool + "}}\nload: {clients: {target: api, rate: 60 /s, timeout: 2 s}}\n"),
        {"clock.starts=20 h"}));
  };
  const RunResult cold = with(""), warm = with(", warm_pool: {state: hibernated}");
  EXPECT_EQ(kpi(warm, "services.api.pool_launches"), 3);
  EXPECT_NEAR(kpi(warm, "services.api.pool_hours"), 3 * 290 / 3600.0, 0.02);
  EXPECT_NEAR(kpi(warm, "services.api.instance_hours") - kpi(cold, "services.api.instance_hours"), 3 * 270 / 3600.0, 0.05)
      << "each serves nine tenths of the boot earlier";
}

}  // namespace
}  // namespace streamtwin
