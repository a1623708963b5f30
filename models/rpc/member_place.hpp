// Which members belong to a share of them: always the same ones, and those of a share to every larger one.
#pragma once

#include <cstdint>

#include "sim-core/random.hpp"

namespace streamtwin::rpc {

/// Where a member stands among all, in [0, 1): in another order for every `salt`.
inline double place_of_member(std::uint32_t member, std::uint64_t salt) {
  return static_cast<double>(mix(salt ^ mix(member + std::uint64_t{1})) >> 11) * 0x1p-53;
}

}  // namespace streamtwin::rpc
