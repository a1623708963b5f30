// Events on their way to one partition.
#pragma once

#include <cstdint>

#include "sim-core/units.hpp"

namespace streamtwin::kafka {

using Offset = std::uint64_t;       ///< of a record in its partition's log
using BrokerIndex = std::uint16_t;  ///< in its cluster

struct Batch {
  std::uint32_t producer = 0;  ///< its number in the cluster
  std::uint32_t sequence = 0;  ///< of the first record, among those of this producer for this partition
  std::uint32_t records = 0;
  Bytes bytes{0};
  Instant born{};              ///< when the first of them was published: none is older
  std::uint32_t repeated = 0;  ///< of them, those that a router had handed on before
};

}  // namespace streamtwin::kafka
