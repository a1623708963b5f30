// HystrixRollingPercentile: latencies of a sliding window, for dashboards. Each bucket keeps its latest values only;
// percentiles are recomputed when a bucket is completed, so that the one being filled is never seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::hystrix {

/// Sorted values with the original's interpolation: rank p/100 * n from 0, truncated to a whole number.
class PercentileSnapshot {
 public:
  PercentileSnapshot() = default;
  explicit PercentileSnapshot(std::vector<int> values);
  int percentile(double percent) const;
  int mean() const { return mean_; }

 private:
  std::vector<int> sorted_;
  int mean_ = 0;
};

/// Cost: O(1) per value; O(n log n) of all kept values when a bucket is completed.
class RollingPercentile {
 public:
  RollingPercentile(Duration window = 60s, int buckets = 6, int values_per_bucket = 100);

  void add(int value, Instant now);
  int percentile(double percent, Instant now);
  int mean(Instant now);
  std::size_t buckets() const { return size_; }

 private:
  struct Bucket {
    std::int64_t start_ms = 0;
    std::uint64_t added = 0;
    std::vector<int> values;
  };
  Bucket& nth(std::size_t i) { return ring_[(head_ + i) % ring_.size()]; }
  Bucket& push(std::int64_t start_ms);
  Bucket& current(Instant now);
  void take_snapshot();

  std::int64_t window_ms_;
  std::int64_t bucket_ms_;
  std::size_t values_per_bucket_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::vector<Bucket> ring_;
  PercentileSnapshot snapshot_;
};

}  // namespace streamtwin::hystrix
