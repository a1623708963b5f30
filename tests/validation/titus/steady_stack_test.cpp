// A stack begins in the middle of its life: its first hour is like those that follow, over seeds.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

constexpr int seeds = 12;

const SeriesResult& steady_series(const RunResult& result, const std::string& name) {
  const auto found = std::find_if(result.series.begin(), result.series.end(), [&](const SeriesResult& s) { return s.name == name; });
  if (found == result.series.end()) throw std::logic_error("no series " + name);
  return *found;
}

/// Of a series, between two times after the warm-up; windows in which nothing was measured left out.
double mean_between(const SeriesResult& series, Duration from, Duration to) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const Duration time = series.times[i].time_since_epoch();
    if (time <= from || time > to || std::isnan(series.values[i])) continue;
    sum += series.values[i];
    ++count;
  }
  return sum / count;
}

/// The first hour less the mean of the next four, of each seed.
struct Differences {
  std::vector<double> of_seeds;
  double level = 0;

  double mean() const { return std::accumulate(of_seeds.begin(), of_seeds.end(), 0.0) / seeds; }
  double error() const {
    double squares = 0;
    for (const double difference : of_seeds) squares += (difference - mean()) * (difference - mean());
    return std::sqrt(squares / (seeds - 1) / seeds);
  }
};

TEST(SteadyStack, TheFirstHourIsLikeLaterOnes) {
  const Scenario scenario = library_scenario("titus-bad-image", {"method=[]", "clock={lasts: 5 h, warm_up: 0 s, window: 5 min}"});
  const std::vector<std::string> names{"flex.running", "flex.cpus_given", "flex.cpus_there", "critical.running", "flex.stranded"};
  std::map<std::string, Differences> differences;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const RunResult result = run(scenario, {.seed = seed});
    for (const std::string& name : names) {
      const SeriesResult& series = steady_series(result, "titus.us-east-1." + name);
      const double later = mean_between(series, 1h, 5h);
      differences[name].of_seeds.push_back(mean_between(series, 0s, 1h) - later);
      differences[name].level += later / seeds;
    }
  }
  for (const auto& [name, found] : differences) {
    EXPECT_LE(std::abs(found.mean()), 3.5 * found.error() + 1e-9 * found.level)
        << name << ": " << found.mean() << " +- " << found.error() << " at a level of " << found.level;
  }
}

}  // namespace
}  // namespace streamtwin
