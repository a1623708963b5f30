// One time zero, the end of the warm-up: what a scenario says of a time and what its run tells of it are the same number,
// however long the warm-up is.
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

Scenario with_warm_up(const std::string& warm_up, const std::string& load = "course: [{at: 0 s, rate: 10 /s}, {at: 20 s, rate: 40 /s}]") {
  return scenario_of(
      "streamtwin: 1\nname: zero\nregions: [{name: r, latitude: 0, longitude: 0, zones: 1}]\n"
      "clock: {lasts: 90 s, warm_up: " +
      warm_up +
      ", window: 5 s}\n"
      "services: {s: {cores: 8, cost: {median: 1 ms, sigma: 0}}}\n"
      "load: {w: {target: s, timeout: 1 s, spacing: even, " +
      load +
      "}}\n"
      "method: [{at: 40 s, action: add_errors, target: s, errors: 100 %, lasts: 20 s}]\n"
      "slos: [{kpi: load.w.availability, at_least: 0.1}]\n");
}

/// The windows in which a series is above something, by their ends.
std::vector<double> windows_above(const RunResult& result, std::string_view name, double level) {
  std::vector<double> ends;
  for (const SeriesResult& series : result.series) {
    if (series.name != name) continue;
    for (std::size_t i = 0; i < series.values.size(); ++i)
      if (series.values[i] > level) ends.push_back(in_seconds(series.times[i]));
  }
  return ends;
}

class TimeZero : public testing::TestWithParam<std::string> {};

TEST_P(TimeZero, IsOneForFaultsEventsSeriesAndVerdicts) {
  const RunResult result = run(with_warm_up(GetParam()));
  std::vector<std::pair<std::string, double>> told;
  for (const TimelineEvent& event : result.timeline) told.emplace_back(event.kind, in_seconds(event.time));
  EXPECT_EQ(told, (std::vector<std::pair<std::string, double>>{{"add_errors", 40}, {"restored", 60}}));
  EXPECT_EQ(windows_above(result, "load.w.failed", 0), (std::vector<double>{45, 50, 55, 60}));
  EXPECT_EQ(windows_above(result, "load.w.offered", 25).front(), 25) << "the course rises at 20 s";
  ASSERT_EQ(result.verdicts.size(), 1U);
  EXPECT_EQ(result.verdicts[0].begins, at(0s));
  EXPECT_EQ(result.verdicts[0].ends, at(90s));
}

TEST_P(TimeZero, IsOneForArrivalsAndSpans) {
  const Scenario scenario = with_warm_up(GetParam(), "bursts: {every: 10 s, starts: 50 s, until: 70 s}");
  const RunResult result = run(scenario, {.trace_request = std::uint64_t{1} << 40});
  ASSERT_FALSE(result.spans.empty());
  EXPECT_EQ(result.spans.front().begin, at(50s));
  EXPECT_EQ(windows_above(result, "load.w.offered", 0), (std::vector<double>{55, 65, 75})) << "70 s is the last";
}

TEST_P(TimeZero, IsTheStartOfNoSeries) {
  const Scenario scenario = with_warm_up(GetParam());
  const RunResult result = run(scenario);
  EXPECT_EQ(windows_above(result, "load.w.offered", 0).front(), 5 - in_seconds(scenario.clock.warm_up)) << "the warm-up is below it";
}

INSTANTIATE_TEST_SUITE_P(WarmUps, TimeZero, testing::Values("0 s", "10 s", "30 s"),
                         [](const auto& tested) { return "Of" + tested.param.substr(0, tested.param.size() - 2) + "Seconds"; });

}  // namespace
}  // namespace streamtwin
