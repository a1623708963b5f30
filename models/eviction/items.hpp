// What a cache knows of items, those it holds and those it only remembers: an index of 64-bit keys, and queues from newest to
// oldest. Values live elsewhere, by slot.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim-core/prefetch.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::eviction {

using Key = std::uint64_t;
using Size = std::uint64_t;  ///< in bytes, or in items when each counts as one
using Slot = std::uint32_t;
inline constexpr Slot nowhere = UINT32_MAX;
/// Which queue an item stands in.
using Place = std::uint8_t;

/// Half a cache line, so that none lies in two.
struct alignas(32) Item {
  Key key = 0;
  Size size = 0;
  Slot newer = nowhere;
  Slot older = nowhere;
  std::uint32_t uses = 0;  ///< as the policy counts them
  Place place = 0;
};

struct Queue {
  Slot newest = nowhere;
  Slot oldest = nowhere;
  Size size = 0;  ///< of all items in it
  std::size_t items = 0;
};

/// Cost: O(1) per operation, 32 bytes per item and 16 to 32 for the index; nothing is allocated once both have their size.
class Items {
 public:
  static constexpr std::size_t queues_max = 117;  ///< memcached has three for each class of sizes

  explicit Items(std::size_t expected);

  Slot find(Key key) const { return table_[spot_of(key, hash_of(key))].slot; }
  Item& operator[](Slot slot) { return items_[slot]; }
  const Item& operator[](Slot slot) const { return items_[slot]; }
  const Queue& queue(Place place) const { return queues_[place]; }
  /// Above every slot there has been.
  Slot slots() const { return static_cast<Slot>(items_.size()); }

  /// The newest of a queue from now on. The key must not be here yet.
  Slot add(Key key, Size size, Place place);
  void remove(Slot slot);
  void move(Slot slot, Place to);
  /// The next newer one than another of its own queue; the oldest of that without another.
  void put_after(Slot slot, Slot older);

  /// For a key that will be looked for soon: first its place in the index, then the item, then the item's neighbours.
  void expect(Key key) const { engine::prefetch(&table_[home(hash_of(key))]); }
  void approach(Key key) const;
  void surround(Key key) const;

 private:
  /// With the hash of the key: looking for another one, growing and closing holes need not touch the item.
  struct Spot {
    Slot slot = nowhere;
    std::uint32_t hash = 0;
  };
  static std::uint32_t hash_of(Key key) { return static_cast<std::uint32_t>(mix(key + 0x9e3779b97f4a7c15ULL)); }
  std::size_t home(std::uint32_t hash) const { return hash & mask_; }
  std::size_t spot_of(Key key, std::uint32_t hash) const {
    std::size_t spot = home(hash);
    while (table_[spot].slot != nowhere && (table_[spot].hash != hash || items_[table_[spot].slot].key != key)) spot = (spot + 1) & mask_;
    return spot;
  }
  Slot likely(Key key) const;
  Slot new_slot();
  void unlink(Slot slot);
  void link_newest(Slot slot, Place place);
  void close_hole(std::size_t hole);
  void grow();

  std::vector<Spot> table_;  ///< open addressing, a power of two, at most half full
  std::size_t mask_;
  std::vector<Item> items_;
  std::size_t count_ = 0;
  std::array<Queue, queues_max> queues_{};
  Slot free_ = nowhere;  ///< linked through `older`
};

}  // namespace streamtwin::eviction
