// HystrixRollingNumber: counters over a sliding window of buckets, for dashboards. Buckets are made when somebody
// looks, gaps are filled with empty ones, a gap longer than the window starts anew; unlike the health stream the sum
// includes the bucket being filled. Time is whole milliseconds, as in the original.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

/// `Events` counters per bucket. Cost: O(1) per increment plus the buckets that have passed; a sum is O(buckets).
template <std::size_t Events>
class RollingNumber {
 public:
  RollingNumber(Duration window, int buckets)
      : window_ms_(to_nanoseconds(window) / 1'000'000), bucket_ms_(window_ms_ / buckets), ring_(static_cast<std::size_t>(buckets)) {}

  void add(std::size_t event, std::int64_t amount, Instant now) { current(now).counts[event] += amount; }
  void increment(std::size_t event, Instant now) { add(event, 1, now); }
  /// For counters that keep a maximum.
  void update_max(std::size_t event, std::int64_t value, Instant now) {
    std::int64_t& held = current(now).counts[event];
    held = std::max(held, value);
  }

  std::int64_t rolling_sum(std::size_t event, Instant now) {
    current(now);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < size_; ++i) sum += nth(i).counts[event];
    return sum;
  }
  std::int64_t rolling_max(std::size_t event, Instant now) {
    current(now);
    std::int64_t highest = 0;
    for (std::size_t i = 0; i < size_; ++i) highest = std::max(highest, nth(i).counts[event]);
    return highest;
  }
  std::int64_t latest(std::size_t event, Instant now) { return current(now).counts[event]; }

  /// Buckets that exist; looking at this does not make new ones.
  std::size_t buckets() const { return size_; }
  void reset() { size_ = 0; }

 private:
  struct Bucket {
    std::int64_t start_ms = 0;
    std::array<std::int64_t, Events> counts{};
  };

  Bucket& nth(std::size_t i) { return ring_[(head_ + i) % ring_.size()]; }
  Bucket& last() { return nth(size_ - 1); }

  Bucket& push(std::int64_t start_ms) {
    if (size_ == ring_.size()) {
      head_ = (head_ + 1) % ring_.size();
    } else {
      ++size_;
    }
    last() = Bucket{start_ms, {}};
    return last();
  }

  Bucket& current(Instant now) {
    const std::int64_t now_ms = whole_milliseconds(now);
    if (size_ == 0) return push(now_ms);
    if (now_ms - (last().start_ms + bucket_ms_) > window_ms_) {
      reset();
      return push(now_ms);
    }
    // At most one window's worth per look, as in the original, even when one more bucket is due.
    for (std::size_t made = 0; made < ring_.size() && now_ms >= last().start_ms + bucket_ms_; ++made) push(last().start_ms + bucket_ms_);
    return last();
  }

  std::int64_t window_ms_;
  std::int64_t bucket_ms_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::vector<Bucket> ring_;
};

}  // namespace streamtwin::hystrix
