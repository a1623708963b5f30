// How an arrival at a server ended.
#pragma once

#include <cstdint>

namespace streamtwin {

enum class Service : std::uint8_t {
  served,
  rejected,  ///< the queue was full on arrival
  expired,   ///< its time was over when its turn came: nothing was worked
};

}  // namespace streamtwin
