// What a service asks of the store that owns its data, of whatever kind that is.
#pragma once

#include <cstdint>
#include <limits>

#include "sim-core/units.hpp"

namespace streamtwin::stores {

/// When an item was written, by the clock of whoever wrote it. Items from before the run have no version.
using Version = Instant;
inline constexpr Version never_written{Duration{-std::numeric_limits<double>::infinity()}};

enum class Access : std::uint8_t { read, write };

struct ItemRequest {
  std::uint64_t key = 0;
  Version version = never_written;  ///< of what is written: the client's clock
  float bytes = 0;                  ///< of the item
  Access access = Access::read;
};

}  // namespace streamtwin::stores
