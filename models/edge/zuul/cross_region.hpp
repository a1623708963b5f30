// Cross-region proxying: while a region is evacuated its gateways send a growing share of their requests to the gateways
// of another region, until DNS has drained it. Of the two gateways on such a way only the far one retries, so that
// retries do not multiply (the place of Netflix/zuul ProxyEndpoint.isRemoteZuulRetriesBelowRetryLimit).
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "models/places/geography.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

class CrossRegionProxy {
 public:
  /// `ramp`: how long it takes until every request of a region is proxied; the share grows evenly.
  CrossRegionProxy(std::size_t regions, Duration ramp) : ramp_(ramp), evacuated_(regions) {}

  void begin(RegionIndex from, RegionIndex to, Instant now) { evacuated_[from] = Evacuated{to, now}; }
  void end(RegionIndex from) { evacuated_[from].reset(); }

  Fraction share(RegionIndex from, Instant now) const {
    if (!evacuated_[from]) return Fraction{0};
    if (!(ramp_ > Duration{0})) return Fraction{1};
    return Fraction{std::clamp((now - evacuated_[from]->since) / ramp_, 0.0, 1.0)};
  }
  /// Where a request goes that has come to a gateway of a region; nothing when it stays. Draws only while the region
  /// is evacuated.
  std::optional<RegionIndex> saviour(RegionIndex from, Instant now, Random& random) const {
    if (!evacuated_[from] || !random.chance(share(from, now).value())) return std::nullopt;
    return evacuated_[from]->to;
  }

 private:
  struct Evacuated {
    RegionIndex to;
    Instant since;
  };
  Duration ramp_;
  std::vector<std::optional<Evacuated>> evacuated_;  ///< by region
};

}  // namespace streamtwin::zuul
