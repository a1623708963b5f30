#include "models/titus/grid_token_bucket.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim-core/check.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

namespace {

void refuse_impossible(const TokenBucketLimits& limits) {
  if (limits.capacity <= 0) throw std::invalid_argument("a token bucket holds 1 token at least");
  if (to_nanoseconds(limits.interval) <= 0) throw std::invalid_argument("a token bucket's interval is longer than 0");
  if (limits.refill < 0 || limits.initial < 0) throw std::invalid_argument("a token bucket's tokens are not below zero");
}

}  // namespace

GridTokenBucket::GridTokenBucket(const TokenBucketLimits& limits, Instant start)
    : limits_(limits),
      tokens_(limits.initial),
      start_(to_nanoseconds(start)),
      interval_(to_nanoseconds(limits.interval)),
      last_refill_(-interval_) {
  refuse_impossible(limits);
}

std::int64_t GridTokenBucket::tokens(Instant now) {
  const std::int64_t elapsed = to_nanoseconds(now) - start_;
  const std::int64_t intervals = std::max<std::int64_t>(0, (elapsed - last_refill_) / interval_);
  last_refill_ += intervals * interval_;
  // More intervals than fill the bucket count no more: the product does not overflow.
  if (intervals > 0) give_back(std::min(intervals, limits_.capacity) * limits_.refill);
  return tokens_;
}

bool GridTokenBucket::try_take(std::int64_t count, Instant now) {
  check(count > 0 && count <= limits_.capacity, "1 token is taken at least, and no more than the bucket's capacity");
  if (tokens(now) < count) return false;
  tokens_ -= count;
  return true;
}

Duration GridTokenBucket::until_refill(Instant now) const {
  const std::int64_t elapsed = to_nanoseconds(now) - start_;
  return Duration{static_cast<double>(std::max<std::int64_t>(0, last_refill_ + interval_ - elapsed)) * 1e-9};
}

void GridTokenBucket::give_back(std::int64_t count) { tokens_ = std::clamp<std::int64_t>(tokens_ + count, 0, limits_.capacity); }

}  // namespace streamtwin::titus
