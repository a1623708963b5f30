// What an EVCache client asks of a node.
#pragma once

#include <cstdint>

#include "sim-core/units.hpp"

namespace streamtwin::evcache {

enum class Operation : std::uint8_t { get, set };

/// A hit of a get that takes an item however old it is has any life left.
inline constexpr Duration however_old{-1};

struct Request {
  std::uint64_t key = 0;
  Duration life{0};  ///< of a set: for how long the item can be read; of a get: how much of that must be left for a hit
  float bytes = 0;   ///< of the item that is set, key and value
  Operation operation = Operation::get;
};

}  // namespace streamtwin::evcache
