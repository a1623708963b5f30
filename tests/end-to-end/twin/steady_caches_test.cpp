// Caches begin as they would be found after a long time: the load of the store behind them has no trend in the first times
// to live, whatever shape readers, copies, memory and regions have, and is what renewal theory says it is.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

constexpr double life = 60;  // of an item, in seconds
constexpr int lives = 3, windows_of_a_life = 6;

const std::string one_region = "regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 1}]\n";
const std::string with_zones = "regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 3}]\n";
const std::string two_regions =
    "regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 2}, {name: there, latitude: 53.3, longitude: -6.3, zones: 1}]\n";

// The store is asked by the coordinator alone, so that it serves one request for each miss and each write.
Scenario shape(const std::string& regions, const std::string& data, const std::string& cache, const std::string& load,
               const std::string& more = "") {
  return scenario_of("streamtwin: 1\nname: caches\n" + regions +
                     "clock: {lasts: 180 s, warm_up: 0 s, window: 10 s}\n"
                     "services:\n"
                     "  front: {cores: 16, cost: {median: 0.1 ms}, data: {cache: cache, store: store, time_to_live: 60 s, " +
                     data +
                     "}}\n"
                     "  cache: {cores: 16, cost: {median: 0.05 ms}, cache: {" +
                     cache +
                     "}}\n"
                     "  store: {store: {replicas: 1}, instances_per_zone: 2, cores: 64, cost: {median: 0.2 ms}}\n" +
                     more + "load: {" + load + "}\n");
}

// Each reading of the store's load over a life, in requests per second.
std::vector<double> load_by_life(const Scenario& scenario, const std::string& name = "service.store.rps") {
  const RunResult result = run(scenario);
  std::vector<double> loads(lives, 0);
  for (const SeriesResult& series : result.series) {
    if (series.name != name) continue;
    EXPECT_EQ(series.values.size(), static_cast<std::size_t>(lives * windows_of_a_life));
    for (std::size_t i = 0; i < series.values.size(); ++i) loads[i / windows_of_a_life] += series.values[i] / windows_of_a_life;
  }
  return loads;
}

// Counts of a life vary no more than Poisson counts do: a key that has missed does not miss again for as long as it lives.
void expect_level(const std::vector<double>& loads, double requests_of_a_miss = 1, double length = life) {
  double mean = 0;
  for (const double load : loads) mean += load / lives;
  ASSERT_GT(mean, 5) << "too little for a test";
  const double deviation = std::sqrt(requests_of_a_miss * mean / length);
  for (int i = 0; i < lives; ++i) EXPECT_NEAR(loads[static_cast<std::size_t>(i)], mean, 4 * deviation) << "in life " << i;
}

// Misses per second of keys that are read with this rate altogether, each as often as any other.
double misses(double rate, double keys) { return rate / (1 + rate / keys * life); }

void expect_mean(const std::vector<double>& loads, double expected) {
  for (const double load : loads) EXPECT_NEAR(load, expected, 4.5 * std::sqrt(expected / life));
}

TEST(SteadyCaches, OfReadsThatDoNotRenew) {
  const auto loads =
      load_by_life(shape(one_region, "kept_stale: 0 s, writes: 0 %", "", "w: {target: front, rate: 200 /s, subjects: 5000}"));
  expect_level(loads);
  expect_mean(loads, misses(200, 5000));
}

TEST(SteadyCaches, OfStaleItemsAndSeveralCopiesOfOneWrite) {
  const auto loads =
      load_by_life(shape(with_zones, "kept_stale: 1 h, writes: 0 %", "", "w: {target: front, rate: 200 /s, subjects: 5000}"));
  expect_level(loads);
  expect_mean(loads, misses(200, 5000));
}

TEST(SteadyCaches, OfWritesThatRenewWhatIsFresh) {
  const auto loads =
      load_by_life(shape(with_zones, "kept_stale: 10 s, writes: 20 %", "", "w: {target: front, rate: 200 /s, subjects: 5000}"));
  // Reads are 0.04/s for a key, writes among them 0.008/s: fresh for (exp(0.48) - 1) / 0.008 s at a time.
  const double spell = (std::exp(0.008 * life) - 1) / 0.008;
  expect_level(loads);
  expect_mean(loads, 200 * 0.2 + 200 / (1 + 0.04 * spell));
}

TEST(SteadyCaches, WhereMemoryKeepsWhatWasUsedLast) {
  // 5,000 items of 1 kB; the two nodes of each copy have room for 1,600.
  const auto loads =
      load_by_life(shape(with_zones, "kept_stale: 0 s, writes: 0 %", "memory: 0.8 MB, eviction: lru}, instances_per_zone: 2, admission: {",
                         "w: {target: front, rate: 200 /s, subjects: 5000}"));
  expect_level(loads);
  EXPECT_GT(loads.front(), 1.3 * misses(200, 5000)) << "memory must bind";
}

TEST(SteadyCaches, OfRegionsThatAreAskedDifferently) {
  const auto loads = load_by_life(shape(two_regions, "kept_stale: 0 s, writes: 0 %", "",
                                        "w: {target: front, rate: 250 /s, subjects: 4000, regions: {here: 9, there: 1}}"));
  expect_level(loads);
  expect_mean(loads, misses(225, 4000) + misses(25, 4000));
}

TEST(SteadyCaches, OfItemsThatSeveralWorkloadsAskForOneOfThemOnlySometimesAndTwice) {
  const auto loads = load_by_life(shape(one_region, "kept_stale: 0 s, writes: 0 %", "",
                                        "w: {target: front, rate: 100 /s, subjects: 3000}, v: {target: asks, rate: 200 /s, subjects: 6000}",
                                        "  asks: {cost: {median: 0.1 ms}, calls: [{service: front, probability: 50 %, stage: 0}, "
                                        "{service: front, probability: 50 %, stage: 1}]}\n"));
  // Of v three quarters come to the front at all; the first 3,000 subjects are asked for by both.
  expect_level(loads);
  expect_mean(loads, misses(100 + 75, 3000) + misses(75, 3000));
}

TEST(SteadyCaches, OfMembersAndAWorkloadThatReadTheSameTitles) {
  Scenario scenario =
      library_scenario("play-starts", {"clock.lasts=90 s", "clock.warm_up=0 s", "clock.window=5 s", "members.plays_at_peak=30 /s",
                                       "open_connect.sample=1 %", "members.accounts=20000", "services.title-rights.data.time_to_live=30 s",
                                       "services.title-rights.data.kept_stale=0 s", "load={more: {target: title-rights, rate: 60 /s}}"});
  expect_level(load_by_life(scenario, "service.cassandra-title.rps"), 2, 30);  // a coordinator and one replica
}

}  // namespace
}  // namespace streamtwin
