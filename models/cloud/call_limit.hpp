// The token bucket of a call of AWS, for which one waits: whoever finds it empty is refused and tries again, and is served in the
// order of asking.
#pragma once

#include <algorithm>

#include "sim-core/units.hpp"

namespace streamtwin::cloud {

class CallLimit {
 public:
  CallLimit(int burst, Rate refill) : refill_(refill), burst_(burst), tokens_(burst) {}

  /// Takes a token; how long it is until there is one.
  Duration wait(Instant now) {
    tokens_ = std::min(burst_, tokens_ + refill_ * (now - at_)) - 1;
    at_ = now;
    return tokens_ >= 0 ? Duration{0} : Duration{-tokens_ / refill_.value()};
  }

  /// The call fails, for whoever asks, until it has been restored as often as it has failed: who is refused asks again later.
  void fail() { ++failures_; }
  void restore() { --failures_; }
  bool answers() const { return failures_ == 0; }

 private:
  Rate refill_;
  double burst_, tokens_;  ///< below zero: so many wait for theirs
  Instant at_{};
  int failures_ = 0;
};

}  // namespace streamtwin::cloud
