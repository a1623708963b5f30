// What Hystrix's dashboard shows of a command on one instance (HystrixCommandMetrics): how many ended how in the last ten
// seconds, and how long those took that ran, over the last minute.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "models/services/hystrix/command.hpp"
#include "models/services/hystrix/rolling_number.hpp"
#include "models/services/hystrix/rolling_percentile.hpp"

namespace streamtwin::hystrix {

/// Cost: two increments per command; percentiles are sorted when somebody looks. Some 6 kB.
class Dashboard {
 public:
  /// HystrixCommandProperties: metrics.rollingStats 10 s in 10 buckets; metrics.rollingPercentile 60 s in 6 buckets of 100 values.
  static constexpr Duration window = 10s;

  /// The percentiles of latencies that it shows.
  static constexpr std::array<double, 4> percentiles{50, 90, 99, 99.5};

  /// The circuit as it is when a command has been decided: true when it has opened or closed since the last time.
  bool circuit(bool open) { return std::exchange(open_, open) != open; }
  bool open() const { return open_; }
  /// `took` from the call to the end of what it ran, whole milliseconds; `ran`: whether it got to run.
  void ended(Outcome outcome, bool ran, Duration took, Instant now) {
    counts_.increment(outcome == Outcome::success ? succeeded : failed, now);
    if (ran) latency_.add(static_cast<int>(took / 1ms), now);
  }
  /// Commands in the last ten seconds, the bucket being filled included; and how many of them did not succeed.
  std::int64_t requests(Instant now) { return counts_.rolling_sum(succeeded, now) + counts_.rolling_sum(failed, now); }
  std::int64_t errors(Instant now) { return counts_.rolling_sum(failed, now); }
  /// `percent` in [0, 100].
  Duration latency(double percent, Instant now) { return 1ms * latency_.percentile(percent, now); }

 private:
  enum Event : std::size_t { succeeded, failed, events };
  RollingNumber<events> counts_{window, 10};
  RollingPercentile latency_;
  bool open_ = false;
};

}  // namespace streamtwin::hystrix
