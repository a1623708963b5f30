// memcached's slab classes: chunks of 39 sizes, cut from pages of a MiB, and what an item takes of one (memcached/memcached
// slabs.c slabs_init, slabs_clsid, items.c item_make_header; at memcached's defaults).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace streamtwin::evcache {

using SlabClass = std::uint32_t;

inline constexpr std::uint64_t slab_page = 1 << 20;                ///< memcached settings.slab_page_size
inline constexpr std::uint64_t chunk_largest = slab_page / 2;      ///< memcached settings.slab_chunk_size_max
inline constexpr std::uint64_t memcached_item_max = 1 << 20;       ///< memcached settings.item_size_max
inline constexpr std::uint64_t item_header = 48;                   ///< sizeof(item)
inline constexpr std::uint64_t chunk_smallest = item_header + 48;  ///< memcached settings.chunk_size
inline constexpr std::size_t slab_classes = 39;

inline constexpr std::array<std::uint64_t, slab_classes> chunk_sizes = [] {
  std::array<std::uint64_t, slab_classes> sizes{};
  std::uint64_t size = chunk_smallest;
  for (std::uint64_t& of_class : sizes) {
    of_class = size;
    size = (size * 5 / 4 + 7) / 8 * 8;  // a factor of 1.25
  }
  sizes.back() = chunk_largest;
  return sizes;
}();

/// What an item has beside its key and its value: header, CAS, the ends of both; and flags, where the client has set any.
constexpr std::uint64_t item_overhead(bool flags = false) { return item_header + 8 + 1 + 2 + (flags ? 4 : 0); }
constexpr std::uint64_t item_bytes(std::uint64_t key, std::uint64_t value, bool flags = false) {
  return item_overhead(flags) + key + value;
}

/// The smallest whose chunks hold so many bytes; what is larger than any chunk takes several of the largest.
constexpr SlabClass slab_class_of(std::uint64_t item) {
  return static_cast<SlabClass>(
      std::min<std::ptrdiff_t>(std::lower_bound(chunk_sizes.begin(), chunk_sizes.end(), item) - chunk_sizes.begin(), slab_classes - 1));
}
constexpr std::uint64_t chunks_of(std::uint64_t item) { return std::max<std::uint64_t>(1, (item + chunk_largest - 1) / chunk_largest); }
constexpr std::uint64_t chunks_per_page(SlabClass slab_class) { return slab_page / chunk_sizes[slab_class]; }

}  // namespace streamtwin::evcache
