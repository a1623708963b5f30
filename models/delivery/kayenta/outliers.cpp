#include "models/delivery/kayenta/outliers.hpp"

#include <algorithm>
#include <cmath>

#include "models/delivery/kayenta/statistics.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::kayenta {

std::vector<bool> beyond_quartiles(std::span<const double> samples, double factor, bool reduced) {
  const double low_quartile = percentile(samples, 25), high_quartile = percentile(samples, 75);
  const double range = high_quartile - low_quartile;
  double low = low_quartile - factor * range, high = high_quartile + factor * range;
  if (reduced) {
    low = std::min(percentile(samples, 1), low);
    high = std::max(percentile(samples, 99), high);
  }
  std::vector<bool> out;
  for (const double x : samples) out.push_back(x > high || x < low);
  return out;
}

std::vector<bool> beyond_deviations(std::span<const double> samples, double factor) {
  const double middle = mean(samples), deviation = math::sqrt(population_variance(samples));
  std::vector<bool> out;
  for (const double x : samples) out.push_back(std::abs(x - middle) > deviation * factor);
  return out;
}

}  // namespace streamtwin::kayenta
