// Members whose requests go to clusters of their own, for as long as those are open: always the same members, each by one route at
// most. A gateway says which route a request takes; that travels with all that the request leads to, and where a client knows a
// cluster of the route in place of its callee, it asks that one: overrides of Ribbon's VIP addresses by the context of a request.
#pragma once

#include <cstdint>
#include <vector>

#include "models/places/ids.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

class MemberRoutes {
 public:
  /// 0: as everybody's.
  using Route = std::uint16_t;

  /// `salt`: in which order members are taken.
  void draw_by(std::uint64_t salt) { salt_ = salt; }
  /// The next so many of the members, as far as a region serves them; closed for now. All together are 1 at most.
  Route add(RegionIndex region, Fraction members);
  void open(Route route) { set(route, true); }
  void close(Route route) { set(route, false); }

  bool any() const { return open_ > 0; }
  /// Of a request that comes to a region now.
  Route route_of(std::uint32_t member, RegionIndex region) const;

 private:
  struct Slice {
    RegionIndex region;
    double from, to;  ///< places among all members
    bool open;
  };
  void set(Route route, bool open);

  std::uint64_t salt_ = 0;
  std::vector<Slice> slices_;  ///< by route, from 1, in the order of their places
  int open_ = 0;
};

}  // namespace streamtwin::services
