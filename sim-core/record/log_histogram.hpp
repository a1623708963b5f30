// A histogram of positive numbers over many orders of magnitude, in the manner of HdrHistogram: every octave
// is cut into 64 equal buckets, found from the bits of the double without a logarithm. A quantile is off by
// less than one bucket (1/64, 1.6 %) and, with interpolation inside the bucket, mostly by less than 1 %.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace streamtwin {

/// Recording: O(1), one increment; allocates only when a value falls outside the octaves seen so far. Memory:
/// 512 bytes per octave between the smallest and the largest value. Mergeable; counts are exact.
class LogHistogram {
 public:
  /// Values below 2^-40 (1e-12) and above 2^60 (1e18) are counted in the outermost buckets; zero and negative
  /// values in a bucket of their own. NaN is a programming error.
  void record(double value, std::uint64_t times = 1) {
    sum_ += value * static_cast<double>(times);
    count_ += times;
    min_ = value < min_ ? value : min_;
    max_ = value > max_ ? value : max_;
    if (!(value > 0)) {
      record_zero(value, times);
      return;
    }
    const std::uint32_t bucket = bucket_of(value);
    if (bucket - first_ >= counts_.size()) [[unlikely]]
      grow_to(bucket);
    counts_[bucket - first_] += times;
  }

  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }
  double mean() const;  ///< NaN when empty, as min, max and quantile are
  double min() const;
  double max() const;
  /// The value below which the share p (0..1) of the values lies, interpolated linearly inside its bucket.
  double quantile(double p) const;
  /// How many values lie above `threshold`, to within the bucket that holds it.
  double count_above(double threshold) const;

  LogHistogram& operator+=(const LogHistogram& other);
  /// What was recorded since `earlier`, a copy of this histogram taken before. Minimum and maximum are then
  /// only known to within a bucket.
  LogHistogram since(const LogHistogram& earlier) const;

  struct Bucket {
    double low, high;
    std::uint64_t count;
    bool operator==(const Bucket&) const = default;
  };
  /// The buckets that hold something, in rising order; zero and negative values as the bucket [0, 0].
  std::vector<Bucket> buckets() const;

 private:
  static constexpr int sub_bits = 6;
  static constexpr std::uint32_t per_octave = 1u << sub_bits;
  static constexpr double smallest = 0x1p-40, largest = 0x1.fffffffffffffp+59;

  static std::uint32_t bucket_of(double value) {
    value = value < smallest ? smallest : value > largest ? largest : value;
    return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(value) >> (52 - sub_bits));
  }
  static double low_edge(std::uint32_t bucket) { return std::bit_cast<double>(static_cast<std::uint64_t>(bucket) << (52 - sub_bits)); }
  void record_zero(double value, std::uint64_t times);
  void grow_to(std::uint32_t bucket);

  std::uint64_t count_ = 0;
  std::uint64_t zeros_ = 0;
  double sum_ = 0, min_ = HUGE_VAL, max_ = -HUGE_VAL;
  std::uint32_t first_ = 0;  ///< the bucket that counts_[0] stands for
  std::vector<std::uint64_t> counts_;
};

}  // namespace streamtwin
