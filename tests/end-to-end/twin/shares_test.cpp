// Shares are of one population and within [0, 1], also where the warm-up ends, a machine dies or a load falls silent.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string head = "streamtwin: 1\nname: shares\nregions: [{name: r, latitude: 0, longitude: 0, zones: 1}]\n";

TEST(Shares, UtilisationCountsAMachineForAsLongAsItIsThere) {
  const RunResult result = run(scenario_of(head + "clock: {lasts: 10 s, warm_up: 0 s, window: 2 s}\n"
                                                  "services: {s: {instances_per_zone: 2, cores: 1, cost: {median: 10 ms, sigma: 0}}}\n"
                                                  "load: {w: {target: s, rate: 180 /s, timeout: 1 s}}\n"
                                                  "method: [{at: 3.9 s, action: kill_instance, target: s/ra/0}]\n"));
  EXPECT_GT(result.tiers.front().utilisation, 0.8);
  EXPECT_LE(result.tiers.front().utilisation, 1);
  for (const SeriesResult& series : result.series) {
    if (series.name != "service.s.utilisation") continue;
    for (const double value : series.values) EXPECT_LE(value, 1);
    EXPECT_GT(series.values[1], 0.8) << "of the 1.9 s that it was there";
  }
}

TEST(Shares, ErrorsAreOfTheRequestsThatEndedInTheMeasurement) {
  // Everything that comes does so in the warm-up, and fails after it.
  const RunResult result = run(scenario_of(head + "clock: {lasts: 10 s, warm_up: 5 s, window: 1 s}\n"
                                                  "services: {s: {cores: 8, cost: {median: 2 s, sigma: 0}}}\n"
                                                  "load: {w: {target: s, rate: 2 /s, timeout: 8 s}}\n"
                                                  "method:\n"
                                                  "  - {at: 0 s, action: add_errors, target: s, errors: 100 %}\n"
                                                  "  - {at: 0.2 s, action: set_load, load: 0}\n"));
  EXPECT_EQ(result.tiers.front().errors, 1);
}

TEST(Shares, AvailabilityIsOfTheRequestsThatEndedInTheMeasurement) {
  const Scenario scenario =
      library_scenario("play-starts", {"clock.lasts=6 s", "clock.warm_up=3 s", "members.plays_at_peak=20 /s", "members.accounts=2000",
                                       "open_connect.sample=1 %", "members.retry.attempts=1", "members.play_timeout=3 s",
                                       "services.zuul.cost={median: 2 s, sigma: 0}",
                                       "method=[{at: 0 s, action: set_load, load: 0.001}, {at: 0 s, action: kill_region, target: "
                                       "eu-west-1}]"});
  const RunResult result = run(scenario);
  for (const char* name : {"availability.end_to_end", "availability.backend", "availability.open_connect", "availability.product"}) {
    const double value = kpi(result, name);
    EXPECT_TRUE(std::isnan(value) || (value >= 0 && value <= 1)) << name << " " << value;
  }
  EXPECT_LT(kpi(result, "availability.backend"), 0.5) << "most of the requests on their way are lost with the region";
}

TEST(Silence, OfBurstsWithoutEndEndsNormally) {
  const Scenario scenario = scenario_of(head +
                                        "clock: {lasts: 10 s, warm_up: 0 s, window: 1 s}\nservices: {s: {}}\n"
                                        "load: {w: {target: s, bursts: {every: 10 ms}}}\n"
                                        "method: [{at: 1 s, action: set_load, load: 0}, {at: 7 s, action: set_load, load: 1}]\n");
  EXPECT_EQ(kpi(run(scenario), "load.w.offered"), 100) << "two factors multiply: the second does not end the first";
}

TEST(Silence, EndsWithTheStepThatMadeIt) {
  const Scenario scenario = scenario_of(head +
                                        "clock: {lasts: 9.995 s, warm_up: 0 s, window: 1 s}\nservices: {s: {}}\n"
                                        "load: {w: {target: s, bursts: {every: 10 ms, sizes: [1, 3]}}}\n"
                                        "method: [{at: 1 s, action: set_load, load: 0, lasts: 6 s}]\n");
  EXPECT_EQ(kpi(run(scenario), "load.w.offered"), 2 * (100 + 300));
}

TEST(Looking, AtTheResultInTheMiddleOfARunLeavesItAsItIs) {
  const Scenario scenario = library_scenario(
      "play-starts", {"clock.lasts=4 s", "clock.warm_up=1 s", "members.plays_at_peak=40 /s", "members.accounts=2000",
                      "open_connect.sample=2 %", "method=[]", "members.session={median: 1 min, sigma: 0.5, shortest: 1 s}"});
  std::string digests[2];
  for (const bool looks : {false, true}) {
    Twin twin(scenario, {});
    for (const double time : {1.3, 2.41, 3.77}) {
      if (!looks) continue;
      twin.run_until(at(seconds(time)));
      (void)twin.result();
    }
    twin.run_until(twin.end());
    digests[looks ? 1 : 0] = twin.result().digest;
  }
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace streamtwin
