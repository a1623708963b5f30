// Self-preservation and eviction arithmetic of Eureka: the renewal threshold, the 15 % cap, the compensation for a
// late evictor, the tumbling renewal counter, and the random choice among the expired.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/registry/eureka/properties.hpp"
#include "sim-core/exact_time.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::eureka {

/// Renewals per minute that must be exceeded for leases to expire; truncated.
inline int renewal_threshold(int expected_clients, const ServerProperties& properties) {
  const double per_minute = 60.0 / properties.expected_renewal_interval.count();
  return static_cast<int>(expected_clients * per_minute * properties.renewal_threshold.value());
}

/// The most leases that one pass may evict.
inline int eviction_limit(int registered, const ServerProperties& properties) {
  return registered - static_cast<int>(registered * properties.renewal_threshold.value());
}

/// AbstractInstanceRegistry.EvictionTask: how much later than its period a pass comes, in whole milliseconds.
class EvictionClock {
 public:
  explicit EvictionClock(Duration period) : period_ns_(to_nanoseconds(period)) {}

  Duration compensation(Instant now) {
    const std::int64_t now_ns = to_nanoseconds(now);
    const auto previous = std::exchange(last_ns_, now_ns);
    if (!previous) return Duration{0};
    const std::int64_t late_ms = (now_ns - *previous) / 1'000'000 - period_ns_ / 1'000'000;
    return duration_of_nanoseconds(std::max<std::int64_t>(0, late_ms) * 1'000'000);
  }

 private:
  std::int64_t period_ns_;
  std::optional<std::int64_t> last_ns_;
};

/// com.netflix.eureka.util.MeasuredRate: the count of the last completed minute, by a timer that starts at `phase`.
class MeasuredRate {
 public:
  explicit MeasuredRate(Instant phase, Duration interval = 60s)
      : next_ns_(to_nanoseconds(phase) + to_nanoseconds(interval)), interval_ns_(to_nanoseconds(interval)) {}

  void increment(Instant now) {
    advance(now);
    ++filling_;
  }
  std::int64_t last_completed(Instant now) {
    advance(now);
    return completed_;
  }
  /// For a server that starts mid-life: what the last completed and the current minute hold.
  void prime(std::int64_t completed, std::int64_t filling) {
    completed_ = completed;
    filling_ = filling;
  }

 private:
  void advance(Instant now) {
    const std::int64_t now_ns = to_nanoseconds(now);
    if (now_ns < next_ns_) return;
    const std::int64_t missed = (now_ns - next_ns_) / interval_ns_;
    completed_ = missed == 0 ? filling_ : 0;
    filling_ = 0;
    next_ns_ += (missed + 1) * interval_ns_;
  }

  std::int64_t next_ns_;
  std::int64_t interval_ns_;
  std::int64_t completed_ = 0;
  std::int64_t filling_ = 0;
};

/// Moves a random choice of `count` of the items to the front (partial Knuth shuffle, as the original draws it).
template <class T>
void choose_to_front(std::vector<T>& items, std::size_t count, Random& random) {
  for (std::size_t i = 0; i < count; ++i) std::swap(items[i], items[i + random.below(items.size() - i)]);
}

}  // namespace streamtwin::eureka
