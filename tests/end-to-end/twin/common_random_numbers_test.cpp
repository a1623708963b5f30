// What has nothing to do with a part of a platform leaves every figure of that part as it is, bit for bit: random numbers
// belong to what does not move, a service's slot, a request, an item, and not to the order in which things came to be.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// Everything that can be added beside what is compared; each text goes where its kind of thing stands.
struct Added {
  std::string services, load, method, regions;
};

RunResult run_with(const Added& added) {
  return run(
      scenario_of("streamtwin: 1\nname: numbers\nclock: {lasts: 20 s, warm_up: 2 s, window: 1 s}\n"
                  "regions: [{name: r, latitude: 0, longitude: 0, zones: 2}" +
                  added.regions +
                  "]\n"
                  "services:\n"
                  "  front: {calls: [{service: middle, probability: 70 %}], garbage_collection: {interval: 2 s}}\n"
                  "  middle: {cost: {median: 5 ms}, admission: {limit: gradient2}, "
                  "data: {cache: quick, store: slow, time_to_live: 5 s, kept_stale: 5 s, writes: 10 %}}\n"
                  "  quick: {cache: {}, instances_per_zone: 3}\n"
                  "  slow: {store: {}, instances_per_zone: 2}\n" +
                  added.services +
                  "load:\n"
                  "  w: {target: front, rate: 100 /s, timeout: 1 s, subjects: 500, retry: {attempts: 3}, regions: {r: 1}}\n" +
                  added.load +
                  "method:\n"
                  "  - {at: 5 s, action: add_errors, target: middle, errors: 20 %, lasts: 5 s}\n" +
                  added.method));
}

constexpr const char* compared[] = {"load.w.", "service.front.", "service.middle.", "service.quick.", "service.slow."};

std::map<std::string, std::vector<double>> series_of(const RunResult& result) {
  std::map<std::string, std::vector<double>> series;
  for (const SeriesResult& one : result.series) {
    const auto begins = [&](const char* prefix) { return one.name.rfind(prefix, 0) == 0; };
    if (std::any_of(std::begin(compared), std::end(compared), begins)) series[one.name] = one.values;
  }
  return series;
}

void expect_untouched(const Added& added, std::string_view touched = "none") {
  const auto before = series_of(run_with({})), after = series_of(run_with(added));
  ASSERT_GT(before.size(), 25u);
  for (const auto& [name, values] : before) {
    if (name.starts_with(touched)) continue;
    const auto found = after.find(name);
    ASSERT_NE(found, after.end()) << name;
    ASSERT_EQ(found->second.size(), values.size()) << name;
    EXPECT_EQ(std::memcmp(found->second.data(), values.data(), values.size() * sizeof(double)), 0) << name;
  }
}

TEST(CommonRandomNumbers, AnIdleServiceMovesNothingWhereverItsNameIsInTheOrder) {
  expect_untouched({.services = "  aaa: {cost: {median: 3 ms}}\n"});
  expect_untouched({.services = "  zzz: {cost: {median: 3 ms}}\n  aaa: {cache: {}}\n"});
}

TEST(CommonRandomNumbers, AWorkloadOfOthersMovesNothing) {
  expect_untouched({.services = "  aaa: {cost: {median: 3 ms}}\n", .load = "  a: {target: aaa, rate: 50 /s}\n"});
}

TEST(CommonRandomNumbers, FaultsOfOthersMoveNothing) {
  expect_untouched({.services = "  aaa: {cost: {median: 3 ms}}\n",
                    .load = "  a: {target: aaa, rate: 50 /s}\n",
                    .method = "  - {at: 3 s, action: add_errors, target: aaa, errors: 50 %}\n"
                              "  - {at: 6 s, action: kill_instance, target: aaa/ra/0, lasts: 5 s}\n"});
}

// But the store, of which it has copies: what is written is written there, too.
TEST(CommonRandomNumbers, ARegionThatNobodyUsesMovesNothing) {
  expect_untouched({.regions = ", {name: q, latitude: 50, longitude: 50, zones: 1}"}, "service.slow.");
}

}  // namespace
}  // namespace streamtwin
