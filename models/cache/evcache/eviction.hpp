// Which of models/eviction a node may have: those that can count bytes and leave an item's life to the item.
#pragma once

#include <array>
#include <cstdint>

#include "models/eviction/policy.hpp"

namespace streamtwin::evcache {

enum class Eviction : std::uint8_t { lru, fifo, clock, sieve, s3fifo, lfu, arc, twoq };

constexpr eviction::Kind kind_of(Eviction eviction) { return static_cast<eviction::Kind>(eviction); }
static_assert(kind_of(Eviction::lru) == eviction::Kind::lru && kind_of(Eviction::twoq) == eviction::Kind::twoq, "in the same order");

}  // namespace streamtwin::evcache

namespace streamtwin {
template <>
inline constexpr auto enum_names<evcache::Eviction> = [] {
  std::array<EnumName<evcache::Eviction>, 8> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& known = enum_names<eviction::Kind>[i];
    names[i] = {static_cast<evcache::Eviction>(known.value), known.name, known.doc};
  }
  return names;
}();
}  // namespace streamtwin
