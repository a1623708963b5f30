// EC/util/RateLimiter: a token bucket that refills by whole tokens.
#pragma once

#include <cstdint>
#include <optional>

#include "sim-core/exact_time.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka {

class TokenBucket {
 public:
  /// `average` tokens per `unit`; without a burst or an average everything is admitted.
  TokenBucket(int burst, std::int64_t average, Duration unit)
      : burst_(burst), average_(average), unit_ms_(to_nanoseconds(unit) / 1'000'000) {}
  bool acquire(Instant now);

 private:
  int burst_;
  std::int64_t average_;
  std::int64_t unit_ms_;
  std::int64_t consumed_ = 0;
  std::optional<std::int64_t> last_refill_ms_;  ///< nothing before the first call
};

}  // namespace streamtwin::eureka
