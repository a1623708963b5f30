// The regions that take the traffic of one that is lost or evacuated, and which of them a client or a request goes to.
#pragma once

#include <span>
#include <vector>

#include "models/places/ids.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::edge {

struct Saviour {
  RegionIndex to;
  Fraction weight;  ///< of this one among all of them; they may sum to anything above 0

  friend bool operator==(const Saviour&, const Saviour&) = default;
};
using Saviours = std::vector<Saviour>;

/// `quantile` in [0, 1) tells those who ask apart. Of those with a weight, of which there must be one.
inline RegionIndex choose_saviour(std::span<const Saviour> saviours, double quantile) {
  Fraction total;
  for (const Saviour& saviour : saviours) total += saviour.weight;
  Fraction left = total * quantile;
  for (const Saviour& saviour : saviours) {
    if (left < saviour.weight) return saviour.to;
    left -= saviour.weight;
  }
  return saviours.back().to;
}

}  // namespace streamtwin::edge
