#include "models/titus/fenzo/java_order.hpp"

namespace streamtwin::fenzo {

std::uint32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = 31 * hash + static_cast<unsigned char>(c);
  return hash ^ (hash >> 16);
}

}  // namespace streamtwin::fenzo
