// What a Hystrix breaker sees: successes and errors of the last completed buckets (20 of 500 ms), as in
// HealthCountsStream. The bucket being filled is never seen, and the snapshot is constant between ticks; ticks are
// caught up lazily, with the same result as a timer that fires at every multiple of the bucket after the phase.
#pragma once

#include <cstdint>
#include <memory>

#include "models/services/hystrix/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::hystrix {

/// A snapshot; the percentage is truncated as HystrixCommandMetrics.HealthCounts truncates it.
struct HealthCounts {
  std::uint32_t total = 0;
  std::uint32_t errors = 0;

  int error_percentage() const { return total == 0 ? 0 : static_cast<int>(static_cast<double>(errors) / total * 100); }
  bool operator==(const HealthCounts&) const = default;
};

/// Cost: O(1) per event; O(buckets) at most per call that catches up, however long the gap.
class HealthStream {
 public:
  HealthStream(const CommandProperties& properties, Instant phase)
      : interval_ns_(to_nanoseconds(properties.health_snapshot_interval)),
        buckets_(static_cast<std::uint32_t>(std::max<std::int64_t>(1, to_nanoseconds(properties.statistics_window) / interval_ns_))),
        ring_(std::make_unique<HealthCounts[]>(buckets_)) {
    restart(phase);
  }

  /// Forgets everything; ticks now come at multiples of the bucket after `phase`.
  void restart(Instant phase) {
    phase_ns_ = to_nanoseconds(phase);
    next_tick_ = instant_of_nanoseconds(phase_ns_ + interval_ns_);
    std::fill_n(ring_.get(), buckets_, HealthCounts{});
    snapshot_ = filling_ = HealthCounts{};
    oldest_ = 0;
  }

  /// An ended command; the caller has caught up to `now` before.
  void record(bool error) {
    ++filling_.total;
    filling_.errors += error;
  }

  bool due(Instant now) const { return now >= next_tick_; }
  Instant next_tick() const { return next_tick_; }
  const HealthCounts& snapshot() const { return snapshot_; }

  /// Completes every bucket whose tick is not after `now`; `on_tick(tick, snapshot)` after each that can differ
  /// from the one before it. A tick at exactly `now` comes first, before what happens at `now`.
  template <class OnTick>
  void advance(Instant now, OnTick&& on_tick) {
    for (std::uint32_t done = 0; due(now); ++done) {
      if (done > buckets_) {  // everything has left the window: the remaining ticks show nothing new
        skip_to(now);
        return;
      }
      const Instant tick = next_tick_;
      complete_bucket();
      on_tick(tick, snapshot_);
    }
  }

 private:
  void complete_bucket() {
    HealthCounts& leaving = ring_[oldest_];
    snapshot_.total += filling_.total - leaving.total;
    snapshot_.errors += filling_.errors - leaving.errors;
    leaving = filling_;
    filling_ = HealthCounts{};
    oldest_ = oldest_ + 1 == buckets_ ? 0 : oldest_ + 1;
    phase_ns_ += interval_ns_;
    next_tick_ = instant_of_nanoseconds(phase_ns_ + interval_ns_);
  }

  void skip_to(Instant now) {
    phase_ns_ += (to_nanoseconds(now) - phase_ns_) / interval_ns_ * interval_ns_;
    next_tick_ = instant_of_nanoseconds(phase_ns_ + interval_ns_);
  }

  Instant next_tick_;
  HealthCounts filling_;
  HealthCounts snapshot_;
  std::int64_t phase_ns_ = 0;  ///< the last completed tick
  std::int64_t interval_ns_;
  std::uint32_t buckets_;
  std::uint32_t oldest_ = 0;
  std::unique_ptr<HealthCounts[]> ring_;
};

}  // namespace streamtwin::hystrix
