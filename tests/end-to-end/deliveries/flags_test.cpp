// What flags do to members, and how fast they are closed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// A tier that asks pages, whose next code fails for a fifth of who takes it.
Scenario flagged(const std::string& method, const std::string& more = "errors: 20 %") {
  return scenario_of(fmt::format(R"(streamtwin: 1
name: flagged
regions: [{{name: east, latitude: 0, longitude: 0, zones: 3}}]
clock: {{lasts: 120 s, warm_up: 10 s, window: 5 s}}
services:
  web:
    instances_per_zone: 2
    cores: 16
    cost: {{median: 100 us, sigma: 0}}
    calls: [{{service: pages, client: {{retries_next_server: 0}}}}]
  pages: {{instances_per_zone: 4, cores: 16, cost: {{median: 1 ms, sigma: 0}}}}
flags:
  {{next-pages: {{service: pages, {}}}}}
load:
  visitors: {{target: web, rate: 500 /s, subjects: 100000}}
method: [{}]
)",
                                 more, method));
}

TEST(Flags, MayBeCalledAsAServiceIs) {
  Scenario named =
      flagged("{at: 0 s, action: set_flag, target: pages, members: 100 %}", "within: 0 s}, pages: {service: pages, within: 0 s");
  EXPECT_GT(kpi(run(named), "flags.pages.taken"), 0);
}

TEST(Flags, AreClosedAndCostNothing) {
  const RunResult without = run(flagged(""));
  EXPECT_EQ(kpi(without, "flags.next-pages.taken"), 0);
  EXPECT_EQ(kpi(without, "load.visitors.availability"), 1);
}

TEST(Flags, OpenForAShareHarmThatShare) {
  const RunResult result = run(flagged("{at: 0 s, action: set_flag, target: next-pages, members: 10 %}", "errors: 20 %, within: 0 s"));
  const double requests = kpi(result, "load.visitors.offered");
  EXPECT_NEAR(kpi(result, "flags.next-pages.taken") / requests, 0.1, 0.01);
  EXPECT_NEAR(kpi(result, "flags.next-pages.harmed") / kpi(result, "flags.next-pages.taken"), 0.2, 0.02);
  EXPECT_NEAR(1 - kpi(result, "load.visitors.availability"), 0.02, 0.004);
}

TEST(Flags, AreClosedWithinSeconds) {
  const RunResult result = run(flagged("{at: 20 s, action: set_flag, target: next-pages, members: 100 %, lasts: 40 s}"));
  const SeriesResult& taken = find_series(result, "flags.next-pages.taken");
  for (std::size_t i = 0; i < taken.values.size(); ++i) {
    const double end = in_seconds(taken.times[i].time_since_epoch());
    if (end <= 20 || end > 75) EXPECT_EQ(taken.values[i], 0) << "at " << end << ": ten seconds after it was closed nobody takes it";
    if (end > 35 && end <= 60) EXPECT_NEAR(taken.values[i], 500, 60) << "at " << end << ": everybody";
  }
}

TEST(Flags, MakeRequestsDearer) {
  const RunResult dear = run(flagged("{at: 0 s, action: set_flag, target: next-pages, members: 100 %}", "work: 5, within: 0 s"));
  const RunResult usual = run(flagged(""));
  const auto busy = [](const RunResult& result) {
    const auto tier = std::find_if(result.tiers.begin(), result.tiers.end(), [](const TierResult& one) { return one.name == "pages"; });
    return tier->utilisation;
  };
  EXPECT_NEAR(busy(dear) / busy(usual), 5, 0.1);
}

}  // namespace
}  // namespace streamtwin
