// A lease as Eureka keeps it (com.netflix.eureka.lease.Lease), with its acknowledged quirk: renewing sets the last
// update to now plus the duration, so that a renewed lease lives twice as long as a never renewed one.
#pragma once

#include "sim-core/exact_time.hpp"

namespace streamtwin::eureka {

class Lease {
 public:
  Lease() = default;
  Lease(Duration duration, bool doubled, Instant now) : last_update_(now), renewed_(now), duration_(duration), doubled_(doubled) {}

  void renew(Instant now) {
    renewed_ = now;
    last_update_ = doubled_ ? add_exactly(now, duration_) : now;
  }
  void cancel() { cancelled_ = true; }

  /// `compensation` prolongs every lease when the evictor itself was late.
  bool expired(Instant now, Duration compensation = {}) const { return cancelled_ || now > expiry(compensation); }
  Instant expiry(Duration compensation = {}) const { return add_exactly(last_update_, duration_ + compensation); }
  Instant renewed() const { return renewed_; }
  Duration duration() const { return duration_; }

 private:
  Instant last_update_{};
  Instant renewed_{};
  Duration duration_ = 90s;
  bool doubled_ = true;
  bool cancelled_ = false;
};

}  // namespace streamtwin::eureka
