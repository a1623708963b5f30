// Requests that once came, come again: when they came, about what they were, and with the work that each was.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end-to-end/runs.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

const std::string cached = R"(streamtwin: 1
name: cached
regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 1}]
clock: {lasts: 60 s, warm_up: 10 s, window: 10 s}
services:
  front: {instances_per_zone: 1, cost: {median: 0.1 ms, sigma: 0}, data: {cache: cache, time_to_live: 5 s, kept_stale: 0 s, writes: 0 %}, calls: [{service: back, on_miss: true}]}
  cache: {instances_per_zone: 1, cost: {median: 0.05 ms, sigma: 0}, cache: {begins_empty: true, eviction: lru}}
  back: {instances_per_zone: 1, cost: {median: 40 ms, sigma: 0}}
)";

TEST(Replay, HasTheTimesTheKeysAndTheWorkOfItsFile) {
  const ScratchFolder folder;
  const std::string log = folder.write("log.csv", "time_s,key,cpu_ms\n12,a,30\n13,a,\n14,b,20\n30,a,10\n31,b,\n31.1,b,7\n").string();
  const RunResult result = run(scenario_of(cached + "load: {users: {target: front, arrival_times: " + log +
                                               ", file_times: {counts_from: start_of_run}, replay: {key: key, work: {back: cpu_ms}}}}\n",
                                           {}, "cached.yaml"));
  EXPECT_EQ(kpi(result, "load.users.answered"), 6);
  EXPECT_NEAR(kpi(result, "evcache.hit_ratio"), 2 / 6.0, 1e-12) << "a at 13 and b at 31.1";
  // Of the misses 30, 20 and 10 ms are known, and that of b at 31 is drawn: 40 ms.
  EXPECT_NEAR(kpi(result, "load.users.latency.mean"), (0.030 + 0.020 + 0.010 + 0.040) / 6, 0.004);
}

TEST(Replay, OfARunsOwnRequestsIsThatRun) {
  const ScratchFolder folder;
  std::string requests = "time_s,key\n";
  for (int i = 1; i <= 280; ++i) requests += fmt::format("{},only\n", 0.25 * i);
  const std::string log = folder.write("log.csv", requests).string();
  const auto figures = [&](const std::string& comes) {
    const RunResult result = run(scenario_of(cached + "load: {users: {target: front, " + comes + "}}\n", {}, "cached.yaml"));
    std::vector<double> values{kpi(result, "evcache.hit_ratio")};
    for (const char* figure : {"offered", "answered", "latency.mean", "latency.p50", "latency.p99"}) {
      values.push_back(kpi(result, std::string("load.users.") + figure));
    }
    return values;
  };
  EXPECT_THAT(figures("arrival_times: " + log + ", file_times: {counts_from: start_of_run}, replay: {key: key}"),
              testing::Pointwise(testing::DoubleNear(1e-9), figures("subjects: 1, rate: 4 /s, spacing: even")));
}

// Cho and Garcia-Molina's law by key, summed over a Zipf law: computed for 4,000 keys and a life of 9.5 s.
TEST(Popularity, DecidesWhatACacheHoldsAndMoreOfItUnderMoreLoad) {
  const auto hits = [](const std::string& load) {
    const Scenario scenario = scenario_of(
        cached + "load: {users: {target: front, subjects: 4000, popularity: {zipf: 0.7}, rate: " + load + " /s}}\n",
        {"services.front.data.time_to_live=9.5 s", "services.cache.cache.begins_empty=false", "services.back.cores=64"}, "cached.yaml");
    return kpi(run(scenario), "evcache.hit_ratio");
  };
  const double calm = hits("139.3");
  EXPECT_NEAR(calm, 0.41170, 0.015);
  EXPECT_GT(hits("489.7"), calm + 0.15);
}

}  // namespace
}  // namespace streamtwin
