// What will be touched soon is fetched into the cache: in a large run an event finds little of what it touches there, and one
// miss after the other is most of what it costs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace streamtwin::engine {

/// Fetches the line of an address, to be written; whether anything lies there does not matter. The compiler does not know that a
/// prefetch has an effect, and would drop the call of a function that does nothing else.
inline void prefetch(const void* address) {
  asm volatile("");
  __builtin_prefetch(address, 1);
}

/// A stretch of memory.
struct Extent {
  static constexpr std::size_t line = 64;
  static constexpr std::size_t fetched_max = 12 * line;  ///< more would push out what is needed before

  /// Its lines from `from` bytes on, as far as they are worth it.
  void fetch(std::size_t from = 0) const {
    const std::size_t end = std::min<std::size_t>(bytes, fetched_max);
    for (std::size_t at = from; at < end; at += line) prefetch(begin + at);
  }

  const char* begin = nullptr;
  std::uint32_t bytes = 0;
};

}  // namespace streamtwin::engine
