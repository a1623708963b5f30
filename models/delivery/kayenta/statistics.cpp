#include "models/delivery/kayenta/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim-core/math.hpp"

namespace streamtwin::kayenta {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double sum(std::span<const double> samples) { return std::accumulate(samples.begin(), samples.end(), 0.0); }

/// Squared deviations from the mean, corrected for what rounding leaves of their sum.
double squares(std::span<const double> samples) {
  const double middle = mean(samples);
  double squared = 0, plain = 0;
  for (const double x : samples) {
    squared += (x - middle) * (x - middle);
    plain += x - middle;
  }
  return squared - plain * plain / static_cast<double>(samples.size());
}

double ratio_of_polynomials(double x, std::span<const double, 8> above, std::span<const double, 8> below) {
  double p = 0, q = 0;
  for (std::size_t i = 8; i-- > 0;) {
    p = p * x + above[i];
    q = q * x + below[i];
  }
  return p / q;
}

}  // namespace

double mean(std::span<const double> samples) {
  if (samples.empty()) return not_a_number;
  const auto n = static_cast<double>(samples.size());
  const double first = sum(samples) / n;
  double correction = 0;
  for (const double x : samples) correction += x - first;
  return first + correction / n;
}

double variance(std::span<const double> samples) {
  if (samples.empty()) return not_a_number;
  return samples.size() == 1 ? 0 : squares(samples) / static_cast<double>(samples.size() - 1);
}

double population_variance(std::span<const double> samples) {
  if (samples.empty()) return not_a_number;
  return samples.size() == 1 ? 0 : squares(samples) / static_cast<double>(samples.size());
}

Summary summary(std::span<const double> samples) {
  if (samples.empty()) return {};
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  return {*low, *high, mean(samples), math::sqrt(variance(samples)), samples.size()};
}

double percentile(std::span<const double> samples, double per_cent) {
  if (samples.empty()) return not_a_number;
  Samples sorted(samples.begin(), samples.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  const double position = 1 + (n - 1) * (per_cent / 100);
  if (position >= n) return sorted.back();
  const double whole = std::floor(position);
  const auto at = static_cast<std::size_t>(whole);
  return sorted[at - 1] + (position - whole) * (sorted[at] - sorted[at - 1]);
}

std::vector<double> ranks(std::span<const double> samples) {
  std::vector<std::size_t> order(samples.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return samples[a] < samples[b]; });
  std::vector<double> ranks(samples.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && samples[order[end]] == samples[order[begin]]) ++end;
    const double shared = static_cast<double>(begin + 1 + end) / 2;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = shared;
  }
  return ranks;
}

double mean_ratio(std::span<const double> control, std::span<const double> experiment) {
  const double below = mean(control), above = mean(experiment);
  return below == 0 || above == 0 ? not_a_number : above / below;
}

double cles(std::span<const double> control, std::span<const double> experiment) {
  Samples all(experiment.begin(), experiment.end());
  all.insert(all.end(), control.begin(), control.end());
  const std::vector<double> ranked = ranks(all);
  const auto m = static_cast<double>(experiment.size()), n = static_cast<double>(control.size());
  return (2 * sum(std::span{ranked}.first(experiment.size())) - m * (m + 1)) / (2 * n * m);
}

double cohen_d(const Summary& control, const Summary& experiment) {
  const auto m = static_cast<double>(experiment.count), n = static_cast<double>(control.count);
  const double squared = (m - 1) * experiment.deviation * experiment.deviation + (n - 1) * control.deviation * control.deviation;
  return std::abs(experiment.mean - control.mean) / math::sqrt(squared / (n + m - 2));
}

// M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988): to about sixteen digits.
double normal_quantile(double p) {
  static constexpr double a[8] = {3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
                                  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727};
  static constexpr double b[8] = {1,
                                  42.313330701600911252,
                                  687.18700749205790830,
                                  5394.1960214247511077,
                                  21213.794301586595867,
                                  39307.895800092710610,
                                  28729.085735721942674,
                                  5226.4952788528545610};
  static constexpr double c[8] = {1.42343711074968357734, 4.63033784615654529590,  5.76949722146069140550,   3.64784832476320460504,
                                  1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4};
  static constexpr double d[8] = {1,
                                  2.05319162663775882187,
                                  1.67638483018380384940,
                                  0.689767334985100004550,
                                  0.148103976427480074590,
                                  0.0151986665636164571966,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
  static constexpr double e[8] = {6.65790464350110377720,    5.46378491116411436990,   1.78482653991729133580,
                                  0.296560571828504891230,   0.0265321895265761230930, 0.00124266094738807843860,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[8] = {1,
                                  0.599832206555887937690,
                                  0.136929880922735805310,
                                  0.0148753612908506148525,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * ratio_of_polynomials(0.180625 - q * q, a, b);
  const double r = math::sqrt(-math::log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? ratio_of_polynomials(r - 1.6, c, d) : ratio_of_polynomials(r - 5, e, f);
  return q < 0 ? -x : x;
}

}  // namespace streamtwin::kayenta
