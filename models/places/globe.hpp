// Places on the globe: distances and the round-trip times they cost at least.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::places {

struct Place {
  double latitude = 0;   ///< degrees north
  double longitude = 0;  ///< degrees east
};

/// Great-circle distance.
Distance distance(Place a, Place b);

/// Light in fibre, whose way is longer than the great circle.
struct Fibre {
  double round_trip_ms_per_km = 0.01;
  double path_stretch = 1.65;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.round_trip_ms_per_km, {.name = "round_trip_ms_per_km",
                                      .doc = "Round trip in milliseconds per kilometre of fibre",
                                      .source = "speed of light in glass of refractive index 1.5",
                                      .min = 0.001,
                                      .max = 1});
    visit(self.path_stretch, {.name = "path_stretch",
                              .doc = "Length of the fibre over the great circle",
                              .source = "median of the measured round trips of models/data/region_latency_ms.csv over 78 pairs of "
                                        "cities; half of them lie between 1.5 and 2",
                              .min = 1,
                              .max = 5});
  }
};

/// The round trip that the distance alone costs.
Duration round_trip(Place a, Place b, const Fibre& fibre = {});

}  // namespace streamtwin::places
