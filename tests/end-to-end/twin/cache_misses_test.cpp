// Why caches had not what was asked for: every miss has one reason, and it is the one that there was.
#include <gtest/gtest.h>

#include "models/cache/evcache/absence.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

RunResult with(const std::string& cache, const std::string& method) {
  return run(
      scenario_of("streamtwin: 1\nname: caches\nregions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 2}]\n"
                  "clock: {lasts: 60 s, warm_up: 0 s, window: 10 s}\nfleet: {status_check: 5 s}\nservices:\n"
                  "  front: {cores: 16, cost: {median: 0.1 ms}, data: {cache: cache, store: store, time_to_live: 60 s, "
                  "kept_stale: 0 s, writes: 0 %}}\n"
                  "  cache: {cores: 16, instances_per_zone: 1, boot_time: 2 s, cost: {median: 0.05 ms}, cache: {" +
                  cache + "}}\n  store: {store: {replicas: 1}, cores: 64, cost: {median: 0.2 ms}}\n" +
                  "load: {w: {target: front, rate: 100 /s, subjects: 3000}}\nmethod: [" + method + "]\n"));
}

void expect_whole(const RunResult& result) {
  double missed = 0;
  for (const evcache::AbsenceName& why : evcache::absence_names) missed += kpi(result, "evcache.misses." + std::string(why.name));
  EXPECT_NEAR(missed + kpi(result, "evcache.hit_ratio"), 1, 1e-9);
}

// What is not there when a run begins, or ends its life in it, had been stored; nothing else happens.
TEST(CacheMisses, AreOfItemsThatHaveExpiredWhereThereIsRoom) {
  const RunResult result = with("", "");
  expect_whole(result);
  EXPECT_GT(kpi(result, "evcache.misses.expired"), 0.3);
  EXPECT_NEAR(kpi(result, "evcache.misses.expired") + kpi(result, "evcache.hit_ratio"), 1, 1e-9);
}

TEST(CacheMisses, AreOfItemsThatMadeRoomWhereThereIsNone) {
  for (const std::string eviction : {"lru", "arc"}) {
    const RunResult result = with("memory: 400 kB, eviction: " + eviction, "");
    expect_whole(result);
    EXPECT_GT(kpi(result, "evcache.misses.evicted"), 0.2) << eviction;
    EXPECT_EQ(kpi(result, "evcache.misses.cold") + kpi(result, "evcache.misses.lost"), 0) << eviction;
  }
}

TEST(CacheMisses, AreOfCopiesThatStartEmpty) {
  const RunResult all = with("", "{at: 1 s, action: empty_cache, target: cache}");
  expect_whole(all);
  EXPECT_GT(kpi(all, "evcache.misses.lost"), 0.1);
  const RunResult one = with("", "{at: 1 s, action: empty_cache, target: cache/herea}");
  EXPECT_LT(kpi(one, "evcache.misses.lost"), 0.01) << "the other copy has what this has lost";
  EXPECT_GT(kpi(one, "evcache.other_copies"), 0.03);
}

TEST(CacheMisses, AreOfNodesThatAreSilent) {
  const RunResult result = with("zone_fallback: false", "{at: 1 s, action: kill_instance, target: cache/herea, lasts: 30 s}");
  expect_whole(result);
  EXPECT_GT(kpi(result, "evcache.misses.timed_out"), 0.01) << "for as long as its clients do not know it for down";
}

}  // namespace
}  // namespace streamtwin
