// Which agents have an image as a run begins: those to which a container of it came at least once since they are up. Pure.
#pragma once

#include "sim-core/math.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// Of a lognormal number with this median.
inline double mean_of_lognormal(double median, double sigma) { return median * math::exp(sigma * sigma / 2); }

/// That an agent has an image whose containers come at a rate, each to any of so many agents.
inline double chance_of_image(Rate containers, Duration agents_up, int agents) {
  return agents <= 0 ? 0 : 1 - math::exp(-(containers * agents_up) / agents);
}

}  // namespace streamtwin::titus
