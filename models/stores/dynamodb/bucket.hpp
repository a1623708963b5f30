// A token bucket: what comes in at a rate and is not used is kept for so long.
#pragma once

#include <algorithm>

#include "sim-core/units.hpp"

namespace streamtwin::dynamodb {

class Bucket {
 public:
  Bucket(double per_second, Duration kept, Instant now) : rate_(per_second), kept_(kept), level_(capacity()), at_(now) {}

  double level(Instant now) {
    level_ = std::min(capacity(), level_ + rate_ * in_seconds(now - at_));
    at_ = now;
    return level_;
  }
  bool has(double units, Instant now) { return level(now) >= units; }
  void take(double units) { level_ -= units; }
  void fill() { level_ = capacity(); }
  void set_rate(double per_second, Instant now) {
    level(now);
    rate_ = per_second;
  }
  double rate() const { return rate_; }

 private:
  double capacity() const { return rate_ * in_seconds(kept_); }

  double rate_;
  Duration kept_;
  double level_;
  Instant at_;
};

}  // namespace streamtwin::dynamodb
