// How often keys have come, roughly: a counting Bloom filter whose estimate is the least of a key's counters (libCacheSim's
// minimalIncrementCBF, which increments all of them whatever its name says).
#pragma once

#include <cstdint>
#include <vector>

#include "models/eviction/items.hpp"

namespace streamtwin::eviction {

/// XXH64 of the key's 8 bytes, little-endian.
std::uint64_t xxh64(Key key, std::uint64_t seed);

/// Cost: 10 look-ups per operation; 58 bytes for each key that it is made for.
class Sketch {
 public:
  explicit Sketch(Size keys);
  void add(Key key);
  std::uint32_t estimate(Key key) const;
  void halve();

 private:
  /// Where the counters of a key are.
  struct Walk {
    std::uint32_t at, step;
  };
  static Walk walk(Key key);

  std::vector<std::uint32_t> counters_;
};

}  // namespace streamtwin::eviction
