#include "models/services/hystrix/rolling_percentile.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

PercentileSnapshot::PercentileSnapshot(std::vector<int> values) : sorted_(std::move(values)) {
  std::int64_t sum = 0;
  for (int value : sorted_) sum += value;
  if (!sorted_.empty()) mean_ = static_cast<int>(sum / static_cast<std::int64_t>(sorted_.size()));
  std::sort(sorted_.begin(), sorted_.end());
}

int PercentileSnapshot::percentile(double percent) const {
  if (sorted_.empty()) return 0;
  if (percent <= 0) return sorted_.front();
  if (percent >= 100) return sorted_.back();
  const double rank = percent / 100.0 * static_cast<double>(sorted_.size());
  const auto low = static_cast<std::size_t>(std::floor(rank));
  const auto high = static_cast<std::size_t>(std::ceil(rank));
  if (high >= sorted_.size()) return sorted_.back();
  if (low == high) return sorted_[low];
  return static_cast<int>(sorted_[low] + (rank - static_cast<double>(low)) * (sorted_[high] - sorted_[low]));
}

RollingPercentile::RollingPercentile(Duration window, int buckets, int values_per_bucket)
    : window_ms_(to_nanoseconds(window) / 1'000'000),
      bucket_ms_(window_ms_ / buckets),
      values_per_bucket_(static_cast<std::size_t>(values_per_bucket)),
      ring_(static_cast<std::size_t>(buckets)) {}

void RollingPercentile::add(int value, Instant now) {
  Bucket& bucket = current(now);
  if (bucket.values.size() < values_per_bucket_) {
    bucket.values.push_back(value);
  } else {
    bucket.values[bucket.added % values_per_bucket_] = value;
  }
  ++bucket.added;
}

int RollingPercentile::percentile(double percent, Instant now) {
  current(now);
  return snapshot_.percentile(percent);
}

int RollingPercentile::mean(Instant now) {
  current(now);
  return snapshot_.mean();
}

RollingPercentile::Bucket& RollingPercentile::push(std::int64_t start_ms) {
  if (size_ == ring_.size()) {
    head_ = (head_ + 1) % ring_.size();
  } else {
    ++size_;
  }
  Bucket& bucket = nth(size_ - 1);
  bucket.start_ms = start_ms;
  bucket.added = 0;
  bucket.values.clear();
  return bucket;
}

RollingPercentile::Bucket& RollingPercentile::current(Instant now) {
  const std::int64_t now_ms = whole_milliseconds(now);
  if (size_ == 0) return push(now_ms);
  const auto end_of_last = [this] { return nth(size_ - 1).start_ms + bucket_ms_; };
  if (now_ms - end_of_last() > window_ms_) {
    size_ = 0;
    take_snapshot();
    return push(now_ms);
  }
  for (std::size_t made = 0; made < ring_.size() && now_ms >= end_of_last(); ++made) {
    take_snapshot();  // of what is complete, the bucket that leaves with this turn included
    push(end_of_last());
  }
  return nth(size_ - 1);
}

void RollingPercentile::take_snapshot() {
  std::vector<int> values;
  for (std::size_t i = 0; i < size_; ++i) values.insert(values.end(), nth(i).values.begin(), nth(i).values.end());
  snapshot_ = PercentileSnapshot(std::move(values));
}

}  // namespace streamtwin::hystrix
