#include "models/cloud/auto_scaling/forecast.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <unsupported/Eigen/FFT>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::auto_scaling {
namespace {

constexpr double noise_factor = 3;      // of the median amplitude
constexpr std::size_t rows_least = 10;  // of a regression
constexpr double outlier_deviations = 4;
constexpr double deviation_of_mad = 1.4826;  // of a normal distribution, from its median absolute deviation

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the line through the means of whole days, in values per slot; 0 with less than two days.
double slope_of_days(std::span<const double> values, std::size_t slots_of_a_day) {
  const std::size_t days = slots_of_a_day == 0 ? 0 : values.size() / slots_of_a_day;
  if (days < 2) return 0;
  const double middle = static_cast<double>(days - 1) / 2;
  double products = 0, squares = 0;
  for (std::size_t day = 0; day < days; ++day) {
    const double from_middle = static_cast<double>(day) - middle;
    products += from_middle * mean(values.subspan(day * slots_of_a_day, slots_of_a_day));
    squares += from_middle * from_middle;
  }
  return products / squares / static_cast<double>(slots_of_a_day);
}

}  // namespace

FourierForecast::FourierForecast(std::span<const double> values, std::size_t slots_of_a_day, std::optional<std::size_t> harmonics)
    : n_(static_cast<double>(values.size())) {
  check(!values.empty(), "a forecast needs a history");
  slope_ = slope_of_days(values, slots_of_a_day);
  centre_ = (n_ - 1) / 2;
  std::vector<double> around(values.begin(), values.end());
  for (std::size_t t = 0; t < around.size(); ++t) around[t] -= slope_ * (static_cast<double>(t) - centre_);
  std::vector<std::complex<double>> spectrum;
  Eigen::FFT<double>().fwd(spectrum, around);
  mean_ = spectrum[0].real() / n_;

  std::vector<std::size_t> order(values.size() / 2);
  std::iota(order.begin(), order.end(), 1);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return std::abs(spectrum[a]) > std::abs(spectrum[b]); });
  if (harmonics) {
    order.resize(std::min(order.size(), *harmonics));
  } else if (!order.empty()) {
    const double noise = noise_factor * std::abs(spectrum[order[order.size() / 2]]);
    std::erase_if(order, [&](std::size_t k) { return std::abs(spectrum[k]) <= noise; });
  }
  for (const std::size_t k : order) {
    const bool nyquist = 2 * k == values.size();
    harmonics_.push_back({static_cast<double>(k), spectrum[k] * ((nyquist ? 1.0 : 2.0) / n_)});
  }
}

double FourierForecast::at(double slot) const {
  double value = mean_ + slope_ * (slot - centre_);
  for (const Harmonic& harmonic : harmonics_) {
    const double phase = 2 * math::pi * std::fmod(harmonic.frequency * slot, n_) / n_;
    value += harmonic.amplitude.real() * math::cos(phase) - harmonic.amplitude.imag() * math::sin(phase);
  }
  return value;
}

std::vector<double> least_squares(const std::vector<std::vector<double>>& rows, std::span<const double> y) {
  Eigen::MatrixXd x(rows.size(), rows.front().size() + 1);
  Eigen::VectorXd of(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    x(row, 0) = 1;
    for (std::size_t j = 0; j < rows[i].size(); ++j) x(row, static_cast<Eigen::Index>(j + 1)) = rows[i][j];
    of(row) = y[i];
  }
  const Eigen::VectorXd b = x.completeOrthogonalDecomposition().solve(of);  // columns may say the same: then the shortest b
  return {b.begin(), b.end()};
}

int RegressionForecast::kind_of_day(std::size_t slot) const {
  const double days = std::floor((history_.begins + static_cast<double>(slot) * history_.slot) / Duration{24h});
  const int weekday = static_cast<int>(days - 7 * std::floor(days / 7));
  return weekday < 5 ? 0 : weekday;
}

// What has not come yet is what will have come.
double RegressionForecast::load(std::size_t slot) const {
  return slot < history_.values.size() ? history_.values[slot] : at(slot).value_or(0);
}

double RegressionForecast::level_ratio(std::size_t slot) const {
  const std::size_t day = history_.slots_of_a_day(), hour = std::max<std::size_t>(1, day / 24);
  const std::size_t end = std::min(slot, history_.values.size());  // the last hour of which something is known
  const std::span<const double> values(history_.values);
  const double before = mean(values.subspan(end - hour - 7 * day, hour));
  return before > 0 ? mean(values.subspan(end - hour, hour)) / before : 1;
}

std::array<double, 3> RegressionForecast::features(std::size_t slot) const {
  const std::size_t day = history_.slots_of_a_day();
  return {load(slot - 7 * day), load(slot - day), level_ratio(slot)};
}

std::optional<double> RegressionForecast::at(std::size_t slot) const {
  const std::size_t day = history_.slots_of_a_day(), hour = std::max<std::size_t>(1, day / 24), known = history_.values.size();
  const std::size_t first = 7 * day + hour;  // of which all features are known
  if (known < first) return std::nullopt;
  std::vector<std::vector<double>> rows;
  std::vector<double> y, such;
  for (std::size_t t = slot % day; t < known; t += day) {
    if (kind_of_day(t) != kind_of_day(slot)) continue;
    such.push_back(history_.values[t]);
    if (t < first) continue;
    const auto x = features(t);
    rows.emplace_back(x.begin(), x.end());
    y.push_back(history_.values[t]);
  }
  if (rows.size() < rows_least) return such.empty() ? std::nullopt : std::optional(median(such));

  const auto value = [](std::span<const double> b, std::span<const double> x) {
    return std::inner_product(x.begin(), x.end(), b.begin() + 1, b[0]);
  };
  std::vector<double> b = least_squares(rows, y);
  std::vector<double> apart;
  for (std::size_t i = 0; i < rows.size(); ++i) apart.push_back(std::abs(y[i] - value(b, rows[i])));
  const double most = outlier_deviations * deviation_of_mad * median(apart);
  std::vector<std::vector<double>> kept_rows;
  std::vector<double> kept_y;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (apart[i] > most) continue;
    kept_rows.push_back(rows[i]);
    kept_y.push_back(y[i]);
  }
  if (kept_rows.size() < rows.size() && kept_rows.size() >= rows_least) b = least_squares(kept_rows, kept_y);
  return value(b, features(slot));
}

}  // namespace streamtwin::auto_scaling
