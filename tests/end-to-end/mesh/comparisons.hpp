// Scenarios against each other over the same seeds: what one has more of than another, with an interval.
#pragma once

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {

/// The mean of a series over a part of the measurement.
inline double mean_between(const RunResult& result, std::string_view series, Duration from, Duration to) {
  for (const SeriesResult& s : result.series) {
    if (s.name != series) continue;
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
      if (s.times[i] > at(from) && s.times[i] <= at(to)) sum += s.values[i], ++count;
    }
    return sum / count;
  }
  ADD_FAILURE() << "no series " << series;
  return unknown;
}

using Figure = std::function<double(const RunResult&)>;
inline Figure of(std::string name) {
  return [name = std::move(name)](const RunResult& result) { return kpi(result, name); };
}

/// A scenario's runs, seed by seed.
inline std::vector<RunResult> over_seeds(const Scenario& scenario, int seeds = 5, double load = 1) {
  std::vector<RunResult> runs;
  for (int seed = 1; seed <= seeds; ++seed) runs.push_back(run(scenario, {.seed = static_cast<std::uint64_t>(seed), .load = load}));
  return runs;
}

inline std::vector<double> each(const std::vector<RunResult>& runs, const Figure& figure) {
  std::vector<double> values;
  for (const RunResult& run : runs) values.push_back(figure(run));
  return values;
}

/// A mean with the half width of its 99 % interval (Student-t).
struct Estimate {
  double mean = 0, half_width = 0;
  double low() const { return mean - half_width; }
  double high() const { return mean + half_width; }
};

inline Estimate estimate(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Estimate result;
  for (const double value : values) result.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.995);
  result.half_width = t * std::sqrt(squares / (n - 1) / n);
  return result;
}

/// Of the differences, as the seeds are the same.
inline Estimate difference(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return estimate(a);
}

}  // namespace streamtwin
