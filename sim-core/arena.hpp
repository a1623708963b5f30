// Where pools get their memory: large pieces, aligned so that the kernel can back them with huge pages. A simulation
// touches its pending state in random order; with small pages most of that time would go into address translation.
#pragma once

#include <cstddef>

namespace streamtwin::engine {

class Arena {
 public:
  /// At least `bytes`, aligned to 64; more each time, so that a large pool consists of few pieces.
  /// `got` is how many bytes there are.
  static void* piece(std::size_t bytes, std::size_t reserved, std::size_t& got);
  static void release(void* piece) noexcept;
};

}  // namespace streamtwin::engine
