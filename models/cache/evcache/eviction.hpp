// What keeps the items of a node: memcached's own memory, or one of models/eviction in its place, of those that can count bytes and
// leave an item's life to the item.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "models/eviction/policy.hpp"

namespace streamtwin::evcache {

enum class Eviction : std::uint8_t { lru, fifo, clock, sieve, s3fifo, lfu, arc, twoq, memcached };

std::unique_ptr<eviction::Policy> make_memory(Eviction eviction, eviction::Size capacity);

/// The largest item, key and value, that a node with so much memory ever stores.
eviction::Size largest_item(Eviction eviction, eviction::Size capacity);
/// What an item of so many bytes, key and value, takes of the memory.
eviction::Size room_of(Eviction eviction, eviction::Size size);

}  // namespace streamtwin::evcache

namespace streamtwin {
template <>
inline constexpr auto enum_names<evcache::Eviction> = [] {
  std::array<EnumName<evcache::Eviction>, 9> names{};
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const auto& known = enum_names<eviction::Kind>[i];
    names[i] = {static_cast<evcache::Eviction>(known.value), known.name, known.doc};
  }
  names.back() = {evcache::Eviction::memcached, "memcached",
                  "in classes of chunks, each with a segmented LRU: room is made for an item by those of about its size"};
  return names;
}();
}  // namespace streamtwin
