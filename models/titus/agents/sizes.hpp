// Sizes as scenarios say them, in what Titus counts: whole megabytes of 2^20 bytes and whole megabits per second, rounded up.
#pragma once

#include <cmath>

#include "models/titus/fenzo/resources.hpp"

namespace streamtwin::titus {

inline constexpr Bytes megabyte{1 << 20};

inline fenzo::Resources counted(double cpus, Bytes memory, Bytes disk, BitRate network) {
  return {fenzo::Cores{cpus}, fenzo::Megabytes{std::ceil(memory / megabyte)}, fenzo::Megabits{std::ceil(network.value() / 1e6)},
          fenzo::Megabytes{std::ceil(disk / megabyte)}};
}

inline Bytes bytes_of(fenzo::Megabytes amount) { return amount.value() * megabyte; }
inline BitRate bit_rate_of(fenzo::Megabits amount) { return BitRate{amount.value() * 1e6}; }

}  // namespace streamtwin::titus
