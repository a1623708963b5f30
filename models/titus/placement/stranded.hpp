// How much of the room that is left lies in pieces too small for what would be put there.
#pragma once

#include <span>

#include "models/titus/fenzo/resources.hpp"

namespace streamtwin::titus {

/// How many of what needs so much have room; no end of what needs nothing.
double fit_into(const fenzo::Resources& room, const fenzo::Resources& needs);

/// Of those that the free room of all agents together would have place for, the part that has none on any of them. 0 where nothing
/// would fit in any case. O(agents).
double stranded_share(std::span<const fenzo::Resources> free, const fenzo::Resources& needs);

}  // namespace streamtwin::titus
