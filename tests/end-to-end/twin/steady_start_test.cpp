// A run begins in the state in which the evening is: without a fault and with a flat day, nothing has a trend from its
// first minutes to those after them. tests/long/steady.py looks at every figure of every scenario.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

constexpr Duration first = 4min, whole = 14min;

std::vector<RunResult> flat_evenings() {
  std::string flat = "1";
  for (int hour = 1; hour < 24; ++hour) flat += ", 1";
  const Scenario scenario =
      library_scenario("million-viewers", {"clock.warm_up=0 s", "clock.lasts=14 min", "members.diurnal.hourly_weights=[" + flat + "]",
                                           "members.plays_at_peak=2 /s", "members.accounts=24000", "open_connect.sample=0.3 %"});
  const char* const seeds = std::getenv("STREAMTWIN_STEADY_SEEDS");
  return over_seeds(scenario, seeds != nullptr ? std::atoi(seeds) : 4);
}

// Paired over seeds; what is left of a trend may be chance at 1 % for all of the series together (Bonferroni), or too
// small for anybody to see.
TEST(SteadyStart, NothingHasATrendFromTheFirstMinutes) {
  const std::vector<RunResult> runs = flat_evenings();
  struct Series {
    std::string name;
    double unseen;  ///< so much of the level
  };
  const std::vector<Series> all{{"delivery.saturated_links", 0.1},    {"delivery.top_ranked_share", 0.02},
                                {"delivery.health_miss_share", 0.15}, {"members.bitrate", 0.02},
                                {"members.watching", 0.05},           {"delivery.bytes", 0.03}};
  for (const Series& series : all) {
    const auto early = each(runs, [&](const RunResult& run) { return mean_between(run, series.name, 0s, first); });
    const auto late = each(runs, [&](const RunResult& run) { return mean_between(run, series.name, first, whole); });
    const Estimate trend = difference(late, early);
    const double level = estimate(late).mean;
    RecordProperty(series.name, fmt::format("{:.5g} then {:.5g}, difference {:.2g} +- {:.2g}", estimate(early).mean, level, trend.mean,
                                            trend.half_width));
    const double seen = std::abs(trend.mean) - series.unseen * level;
    EXPECT_LT(seen, 0.25 * trend.half_width) << series.name << ": " << estimate(early).mean << " in the first minutes, then " << level;
    if (std::getenv("STREAMTWIN_STEADY_SEEDS") != nullptr)
      fmt::print("{}: {:.5g} then {:.5g}, {:.2g} +- {:.2g}\n", series.name, estimate(early).mean, level, trend.mean, trend.half_width);
  }
}

}  // namespace
}  // namespace streamtwin
