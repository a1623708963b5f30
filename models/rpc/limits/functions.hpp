// What every limit of concurrency-limits (Netflix, 0.5.4) shares: the sample it learns from and the integer functions
// that size its queue. Times are whole nanoseconds, as in the original.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim-core/exact_time.hpp"

namespace streamtwin::limits {

/// One finished request, or one window of them.
struct Sample {
  Instant start{};
  Duration round_trip{};
  int in_flight = 0;     ///< right after it was admitted, itself included
  bool dropped = false;  ///< timed out or refused further down
};

/// Whole part of the decimal logarithm, at least 1.
constexpr int log10_root(int n) {
  int log = 0;
  for (; n >= 10; n /= 10) ++log;
  return std::max(1, log);
}

/// Whole part of the square root, at least `least`.
constexpr int square_root(int n, int least = 4) {
  int root = 0;
  while (static_cast<std::int64_t>(root + 1) * (root + 1) <= n) ++root;
  return std::max(least, root);
}

/// ExpAvgMeasurement: the mean of the first samples, then an exponential average over `window`.
class ExponentialAverage {
 public:
  ExponentialAverage(int window, int warm_up) : factor_(2.0 / (window + 1)), warm_up_(warm_up) {}
  double add(double sample) {
    if (count_ < warm_up_) {
      sum_ += sample;
      value_ = sum_ / ++count_;
    } else {
      value_ = value_ * (1 - factor_) + sample * factor_;
    }
    return value_;
  }
  void scale(double by) { value_ *= by; }
  double value() const { return value_; }

 private:
  double factor_;
  int warm_up_;
  int count_ = 0;
  double sum_ = 0;
  double value_ = 0;
};

}  // namespace streamtwin::limits
