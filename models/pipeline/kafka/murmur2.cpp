#include "models/pipeline/kafka/murmur2.hpp"

namespace streamtwin::kafka {
namespace {

constexpr std::uint32_t multiplier = 0x5bd1e995U;

std::uint32_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

}  // namespace

// Little-endian words of four bytes, then the rest, then a finaliser.
std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t seed = 0x9747b28cU;
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    std::uint32_t word = byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 | byte_at(bytes, i + 3) << 24;
    word *= multiplier;
    word ^= word >> 24;
    hash = (hash * multiplier) ^ (word * multiplier);
  }
  if (i < bytes.size()) {
    for (std::size_t last = bytes.size(); last-- > i;) hash ^= byte_at(bytes, last) << (8 * (last - i));
    hash *= multiplier;
  }
  hash = (hash ^ (hash >> 13)) * multiplier;
  return hash ^ (hash >> 15);
}

}  // namespace streamtwin::kafka
