// Titus's other token bucket, whose intervals lie on a grid: no part of one is lost. Facts: Netflix/titus-control-plane
// limiter/tokenbucket/internal DefaultTokenBucket, FixedIntervalRefillStrategy. O(1) per call, no timer. The one that begins an
// interval anew with each refill: token_bucket.hpp.
#pragma once

#include <cstdint>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct TokenBucketLimits {
  std::int64_t capacity = 1;
  std::int64_t refill = 1;  ///< tokens that come at each interval's end
  Duration interval{1};
  std::int64_t initial = 0;
};

class GridTokenBucket {
 public:
  /// The grid begins at `start`. The tokens of one interval are there at once, besides the initial ones: upstream counts the first
  /// refill from an interval before the start. Throws std::invalid_argument unless capacity and interval are positive and nothing
  /// is negative.
  GridTokenBucket(const TokenBucketLimits& limits, Instant start);

  std::int64_t capacity() const { return limits_.capacity; }
  std::int64_t tokens(Instant now);
  /// All of `count` (1 to the capacity), or none.
  bool try_take(std::int64_t count, Instant now);
  /// Until tokens come again, if somebody looks for them then; none has to pass where they are due and nobody has looked yet.
  Duration until_refill(Instant now) const;
  /// Tokens that were taken for nothing; what does not fit is lost.
  void give_back(std::int64_t count);

 private:
  TokenBucketLimits limits_;
  std::int64_t tokens_;
  std::int64_t start_;  // in ns, as those below
  std::int64_t interval_;
  std::int64_t last_refill_;  // since the start
};

}  // namespace streamtwin::titus
