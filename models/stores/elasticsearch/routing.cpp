#include "models/stores/elasticsearch/routing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>

namespace streamtwin::elasticsearch {
namespace {

constexpr std::uint32_t first_factor = 0xcc9e2d51U, second_factor = 0x1b873593U;

std::uint32_t mixed(std::uint32_t word) { return std::rotl(word * first_factor, 15) * second_factor; }

void append_units(std::string& bytes, std::uint32_t point) {
  const auto unit = [&bytes](std::uint32_t value) {
    bytes.push_back(static_cast<char>(value & 0xff));
    bytes.push_back(static_cast<char>(value >> 8));
  };
  if (point < 0x10000) return unit(point);
  unit(0xd800 + ((point - 0x10000) >> 10));
  unit(0xdc00 + ((point - 0x10000) & 0x3ff));
}

std::string utf16_bytes(std::string_view utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<std::uint8_t>(utf8[i]);
    const int followers = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    std::uint32_t point = followers == 0 ? lead : lead & (0x3fU >> followers);
    for (int f = 1; f <= followers && i + static_cast<std::size_t>(f) < utf8.size(); ++f) {
      point = point << 6 | (static_cast<std::uint8_t>(utf8[i + static_cast<std::size_t>(f)]) & 0x3fU);
    }
    append_units(bytes, point);
    i += static_cast<std::size_t>(followers) + 1;
  }
  return bytes;
}

std::uint32_t word_of(std::string_view bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace

std::int32_t hash_of(std::string_view routing) {
  const std::string bytes = utf16_bytes(routing);
  const std::string_view rest(bytes);
  std::uint32_t hash = 0;
  std::size_t done = 0;
  for (; done + 4 <= rest.size(); done += 4) hash = std::rotl(hash ^ mixed(word_of(rest.substr(done, 4))), 13) * 5 + 0xe6546b64U;
  if (done < rest.size()) hash ^= mixed(word_of(rest.substr(done)));
  hash ^= static_cast<std::uint32_t>(bytes.size());
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return static_cast<std::int32_t>(hash ^ (hash >> 16));
}

int routing_slots(int shards) {
  const int doublings = static_cast<int>(std::bit_width(static_cast<std::uint32_t>(shards - 1)));
  return shards << std::max(1, 10 - doublings);
}

int shard_of(std::uint64_t id, int shards) { return shard_of(hash_of(fmt::to_string(id)), shards, routing_slots(shards)); }

}  // namespace streamtwin::elasticsearch
