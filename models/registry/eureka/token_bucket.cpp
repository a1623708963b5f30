#include "models/registry/eureka/token_bucket.hpp"

#include <algorithm>

namespace streamtwin::eureka {

bool TokenBucket::acquire(Instant now) {
  if (burst_ <= 0 || average_ <= 0) return true;
  const std::int64_t now_ms = whole_milliseconds(now);
  if (!last_refill_ms_) last_refill_ms_ = now_ms;
  const std::int64_t fresh = (now_ms - *last_refill_ms_) * average_ / unit_ms_;
  if (fresh > 0) {
    *last_refill_ms_ += fresh * unit_ms_ / average_;
    consumed_ = std::max<std::int64_t>(0, std::min<std::int64_t>(consumed_, burst_) - fresh);
  }
  if (consumed_ >= burst_) return false;
  ++consumed_;
  return true;
}

}  // namespace streamtwin::eureka
