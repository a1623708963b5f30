// Cross-region proxying: while a region is evacuated its gateways send a growing share of their requests to the gateways
// of other regions, until DNS has drained it. Of the two gateways on such a way only the far one retries, so that
// retries do not multiply (the place of Netflix/zuul ProxyEndpoint.isRemoteZuulRetriesBelowRetryLimit).
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "models/edge/saviours.hpp"
#include "models/places/geography.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

/// What becomes of a request that another region is to answer.
enum class MisRouted : unsigned char { isthmus, redirect };

/// The answer to a device that is to ask there.
struct RedirectTo {
  RegionIndex region;
};

class CrossRegionProxy {
 public:
  /// `ramp`: how long it takes until every request of a region is proxied that has begun to; the share grows evenly.
  CrossRegionProxy(std::size_t regions, Duration ramp) : ramp_(ramp), evacuated_(regions) {}

  void begin(RegionIndex from, RegionIndex to, Instant now) { evacuated_[from] = Evacuated{{{to, Fraction{1}}}, now, std::nullopt}; }
  /// From now on so much of a region's requests, to several others.
  void hold(RegionIndex from, edge::Saviours to, Fraction share, MisRouted how) {
    evacuated_[from] = Evacuated{std::move(to), Instant{}, share, how};
  }
  void end(RegionIndex from) { evacuated_[from].reset(); }

  Fraction share(RegionIndex from, Instant now) const {
    if (!evacuated_[from]) return Fraction{0};
    if (evacuated_[from]->held) return *evacuated_[from]->held;
    if (!(ramp_ > Duration{0})) return Fraction{1};
    return Fraction{std::clamp((now - evacuated_[from]->since) / ramp_, 0.0, 1.0)};
  }
  /// Where a request goes that has come to a gateway of a region; nothing when it stays. Draws only while the region
  /// is evacuated.
  std::optional<RegionIndex> saviour(RegionIndex from, Instant now, Random& random) const {
    if (!evacuated_[from] || !random.chance(share(from, now).value())) return std::nullopt;
    const edge::Saviours& to = evacuated_[from]->to;
    return to.size() == 1 ? to.front().to : edge::choose_saviour(to, random.uniform());
  }
  /// Whether a device is told to ask there itself.
  bool redirects(RegionIndex from) const { return evacuated_[from] && evacuated_[from]->how == MisRouted::redirect; }

 private:
  struct Evacuated {
    edge::Saviours to;
    Instant since;
    std::optional<Fraction> held;
    MisRouted how = MisRouted::isthmus;
  };
  Duration ramp_;
  std::vector<std::optional<Evacuated>> evacuated_;  ///< by region
};

}  // namespace streamtwin::zuul

namespace streamtwin {
template <>
inline constexpr auto enum_names<zuul::MisRouted> = std::to_array<EnumName<zuul::MisRouted>>({
    {zuul::MisRouted::isthmus, "isthmus", "its gateways tunnel the request to another region's, and the answer back"},
    {zuul::MisRouted::redirect, "redirect", "the device is told to ask the other region itself"},
});
}  // namespace streamtwin
