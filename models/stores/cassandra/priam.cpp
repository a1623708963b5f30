#include "models/stores/cassandra/priam.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <vector>

namespace streamtwin::priam {

int region_offset(std::string_view region) {
  std::uint32_t hash = 0;
  for (const char c : region) hash = 31 * hash + static_cast<std::uint8_t>(c);
  const auto value = static_cast<std::int32_t>(hash);
  if (value == std::numeric_limits<std::int32_t>::min()) throw std::invalid_argument("the region's hash has no absolute value");
  return std::abs(value);
}

Token initial_token(int size, int position, int offset) {
  if (size <= 0) throw std::invalid_argument("size must be above 0");
  if (position < 0) throw std::invalid_argument("position must not be negative");
  if (offset < 0) throw std::invalid_argument("offset must not be negative");
  const auto step = (static_cast<unsigned __int128>(1) << 64) / static_cast<unsigned>(size);
  const auto from_least = step * static_cast<unsigned>(position) + static_cast<unsigned>(offset);
  return static_cast<Token>(static_cast<std::uint64_t>(from_least) + static_cast<std::uint64_t>(cassandra::least_token));
}

Token create_token(int slot, int nodes, std::string_view region) { return initial_token(nodes, slot, region_offset(region)); }

Token find_closest_token(Token wanted, std::span<const Token> tokens) {
  if (tokens.empty()) throw std::invalid_argument("there is no token");
  std::vector<Token> sorted(tokens.begin(), tokens.end());
  std::sort(sorted.begin(), sorted.end());
  const auto above = std::lower_bound(sorted.begin(), sorted.end(), wanted);
  if (above == sorted.end()) return sorted.back();
  if (above == sorted.begin()) return *above;
  const auto to_above = static_cast<__int128>(*above) - wanted, to_below = static_cast<__int128>(wanted) - *(above - 1);
  return to_above > to_below ? *(above - 1) : *above;
}

}  // namespace streamtwin::priam
