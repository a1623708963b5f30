// A bucket of tokens that comes back by whole intervals. Replays Netflix/titus-control-plane DefaultImmutableTokenBucket with
// ImmutableFixedIntervalRefillStrategy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

class TokenBucket {
 public:
  /// It is full. `refill` tokens come with each interval that has passed since somebody last found tokens come.
  TokenBucket(std::int64_t capacity, std::int64_t refill, Duration interval, Instant begin = Instant{})
      : capacity_(capacity), refill_(refill), interval_(interval), level_(capacity), since_(begin) {}

  /// From `min` to `max` tokens, as many as there are; nothing if there are fewer than `min`. It is refilled only when there are
  /// fewer than `max`, and the part of an interval that has passed by then is lost.
  std::optional<std::int64_t> try_take(std::int64_t min, std::int64_t max, Instant now) {
    if (level_ < max) {
      const auto intervals = static_cast<std::int64_t>((now - since_) / interval_ + 1e-9);  // sums of binary fractions fall short
      const std::int64_t came = refill_ * intervals;
      const std::int64_t level = std::min(capacity_, level_ + came);
      if (level < min) return std::nullopt;
      if (came > 0) since_ = now;
      const std::int64_t taken = std::min(level, max);
      level_ = level - taken;
      return taken;
    }
    level_ -= max;
    return max;
  }

 private:
  std::int64_t capacity_, refill_;
  Duration interval_;
  std::int64_t level_;
  Instant since_;
};

}  // namespace streamtwin::titus
