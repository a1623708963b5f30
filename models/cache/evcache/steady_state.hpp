// The state in which a cache is found that has run for long: how old a stored item is, or that it is not there. A key is
// read as a Poisson process; a read that finds nothing fresh stores the item anew, one that does leaves its life as it is.
// Renewal theory: fresh for T, then empty until the next read, so that the item is fresh with probability aT / (1 + aT)
// and its remaining life is uniform on [0, T]. Cho and Garcia-Molina, Synchronizing a Database to Improve Freshness
// (SIGMOD 2000), has the same law.
#pragma once

#include <optional>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// One key in one region.
struct KeyUse {
  Rate reads;      ///< requests that read it, however often each does
  Rate refreshes;  ///< of those that find it fresh, those that store it anew all the same
  Duration fresh;  ///< time to live, above 0
  Duration stale;  ///< how much longer it is kept
};

/// Share of time in which the item is fresh, in [0, 1].
Fraction share_fresh(const KeyUse& use);

/// How long ago the item was stored; nothing when it is no longer kept, or nobody reads it. Always two draws.
std::optional<Duration> draw_age(const KeyUse& use, Random& random);

}  // namespace streamtwin::evcache
