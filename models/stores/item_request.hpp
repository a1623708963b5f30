// What a service asks of the store that owns its data, of whatever kind that is.
#pragma once

#include <cstdint>
#include <limits>

#include "sim-core/units.hpp"

namespace streamtwin::stores {

/// When an item was written, by the clock of whoever wrote it. Items from before the run have no version.
using Version = Instant;
inline constexpr Version never_written{Duration{-std::numeric_limits<double>::infinity()}};

enum class Access : std::uint8_t { read, write, compare_and_set };

struct ItemRequest {
  std::uint64_t key = 0;
  Version version = never_written;  ///< of what is written: the client's clock; or that the item must have for it to be written
  float bytes = 0;                  ///< of the item
  Access access = Access::read;
};

/// What became of a compare_and_set.
struct Compared {
  bool set = false;
  Version version = never_written;  ///< that the item has now
};

}  // namespace streamtwin::stores
