// Places on the globe: distances and the round-trip times they cost at least.
#pragma once

#include "sim-core/units.hpp"

namespace streamtwin::data {

struct Place {
  double latitude = 0;   ///< degrees north
  double longitude = 0;  ///< degrees east
};

/// Great-circle distance.
Distance distance(Place a, Place b);

/// Light in fibre: 0.01 ms of round trip per kilometre, over a path that is 1.4 times the great circle.
Duration round_trip(Place a, Place b, double path_stretch = 1.4);

}  // namespace streamtwin::data
