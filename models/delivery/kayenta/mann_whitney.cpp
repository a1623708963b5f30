#include "models/delivery/kayenta/mann_whitney.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/delivery/kayenta/statistics.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::kayenta {
namespace {

/// BrentSolver.java
constexpr int iterations_max = 1001;
constexpr double tolerance = 1e-4;
constexpr double epsilon = 2.220446049250313e-16;

/// Within one step of the doubles, as commons-math's Precision.equals.
bool is_zero(double x) { return std::abs(x) <= std::numeric_limits<double>::denorm_min(); }

/// Where the next step would lead by a secant, or by inverse quadratic interpolation: numerator and denominator, both as if the step were upwards.
std::pair<double, double> interpolated(double a, double b, double c, double fa, double fb, double fc) {
  const double across = c - b;
  double p = 0, q = 0;
  if (a == c) {
    const double t1 = fb / fa;
    p = across * t1;
    q = 1.0 - t1;
  } else {
    q = fa / fc;
    const double t1 = fb / fc, t2 = fb / fa;
    p = t2 * (across * q * (q - t1) - (b - a) * (t1 - 1.0));
    q = (q - 1.0) * (t1 - 1.0) * (t2 - 1.0);
  }
  return p > 0.0 ? std::pair{p, -q} : std::pair{-p, q};
}

/// The test's statistic for experiments shifted back by a value, standardised, with a correction for its steps.
class Statistic {
 public:
  Statistic(std::span<const double> experiment, std::span<const double> control)
      : m_(static_cast<double>(experiment.size())),
        n_(static_cast<double>(control.size())),
        experiment_(experiment),
        all_(experiment.size()) {
    all_.insert(all_.end(), control.begin(), control.end());
  }

  /// Nothing where all are tied.
  std::optional<double> at(double shift) {
    for (std::size_t i = 0; i < experiment_.size(); ++i) all_[i] = experiment_[i] - shift;
    std::vector<double> ranked = ranks(all_);
    double rank_sum = 0;
    for (std::size_t i = 0; i < experiment_.size(); ++i) rank_sum += ranked[i];
    const double distance = rank_sum - m_ * (m_ + 1) / 2 - m_ * n_ / 2;
    const double correction = distance > 0 ? 0.5 : distance < 0 ? -0.5 : 0;
    const double both = m_ + n_;
    const double sigma = math::sqrt((m_ * n_ / 12) * ((both + 1) - ties(ranked) / (both * (both - 1))));
    if (sigma == 0) return std::nullopt;
    return (distance - correction) / sigma;
  }

 private:
  static double ties(std::vector<double>& ranked) {
    std::sort(ranked.begin(), ranked.end());
    double sum = 0;
    for (auto first = ranked.begin(); first != ranked.end();) {
      const auto last = std::find_if(first, ranked.end(), [first](double rank) { return rank != *first; });
      const auto equal = static_cast<double>(last - first);
      sum += equal * equal * equal - equal;
      first = last;
    }
    return sum;
  }

  double m_, n_;
  std::span<const double> experiment_;
  Samples all_;
};

}  // namespace

double brent_root(double a, double b, double fa, double fb, const std::function<double(double)>& f) {
  if (is_zero(fa)) return a;
  if (is_zero(fb)) return b;
  double c = a, fc = fa;
  for (int iteration = 0; iteration < iterations_max; ++iteration) {
    const double previous = b - a;
    if (std::abs(fc) < std::abs(fb)) {
      a = std::exchange(b, c);
      c = a;
      fa = std::exchange(fb, fc);
      fc = fa;
    }
    const double least = 2 * epsilon * std::abs(b) + tolerance / 2;
    double step = (c - b) / 2;
    if (std::abs(step) <= least || is_zero(fb)) return b;
    if (std::abs(previous) >= least && std::abs(fa) > std::abs(fb)) {
      const auto [p, q] = interpolated(a, b, c, fa, fb, fc);
      const bool inside = p < 0.75 * (c - b) * q - std::abs(least * q) / 2 && p < std::abs(previous * q / 2);
      if (inside) step = p / q;
    }
    if (std::abs(step) < least) step = step > 0 ? least : -least;
    a = b;
    fa = fb;
    b += step;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) {
      c = a;
      fc = fa;
    }
  }
  return b;
}

std::optional<Shift> mann_whitney(std::span<const double> experiment, std::span<const double> control, Fraction confidence) {
  const auto [x_min, x_max] = std::minmax_element(experiment.begin(), experiment.end());
  const auto [y_min, y_max] = std::minmax_element(control.begin(), control.end());
  const double lowest = *x_min - *y_max, highest = *x_max - *y_min;
  Statistic statistic(experiment, control);
  const std::optional<double> at_lowest = statistic.at(lowest), at_highest = statistic.at(highest);
  if (!at_lowest || !at_highest) return std::nullopt;
  bool all_tied = false;
  const auto solve = [&](double quantile) {
    return brent_root(lowest, highest, *at_lowest - quantile, *at_highest - quantile, [&](double shift) {
      const std::optional<double> value = statistic.at(shift);
      all_tied |= !value;
      return value.value_or(0) - quantile;
    });
  };
  const auto end_of_interval = [&](double quantile) {
    if (*at_lowest - quantile <= 0) return lowest;
    if (*at_highest - quantile >= 0) return highest;
    return solve(quantile);
  };
  const double quantile = normal_quantile((1.0 - confidence.value()) / 2);
  const Shift shift{end_of_interval(-quantile), end_of_interval(quantile), solve(0)};
  if (all_tied) return std::nullopt;
  return shift;
}

}  // namespace streamtwin::kayenta
