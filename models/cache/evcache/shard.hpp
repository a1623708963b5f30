// One memcached node of an EVCache replica: entries with absolute expiry in a finite memory, least recently used
// evicted first. Keys are 64-bit identities; the values themselves live nowhere, only their size and version do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// What a hit tells: which version of the value was stored, and when it expires.
struct Hit {
  std::uint64_t version = 0;
  Instant expiry{};
};

/// Cost: O(1) per operation, without allocation once the table has its size.
class Shard {
 public:
  /// `entries_expected` sizes the table; it grows by itself.
  explicit Shard(Bytes capacity, std::size_t entries_expected = 1024);

  /// A read; touches the entry. Expired entries are gone when looked at, as in memcached.
  std::optional<Hit> get(std::uint64_t key, Instant now);
  /// A write. `time_to_live` 0 never expires. False when the value alone exceeds the capacity.
  bool set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  /// As `set`, but only if nothing live is stored: what a cache warmer does.
  bool add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  bool touch(std::uint64_t key, Duration time_to_live, Instant now);
  bool erase(std::uint64_t key);
  void clear();

  std::size_t entries() const { return entries_; }
  Bytes used() const { return used_; }
  Bytes capacity() const { return capacity_; }
  std::uint64_t evictions() const { return evictions_; }

 private:
  using Slot = std::uint32_t;
  static constexpr Slot none = UINT32_MAX;
  /// Half a cache line, so that none lies in two.
  struct alignas(32) Entry {
    std::uint64_t key = 0;
    std::uint64_t version = 0;
    Instant expiry{};
    double size = 0;
  };
  /// Apart from the entries: a read changes those of its neighbours in age, too, and they lie eight in a cache line.
  struct Links {
    Slot newer = none;
    Slot older = none;
  };

  /// Where an entry stands, with the hash of its key: looking for another one, growing and closing holes need not touch it.
  struct Place {
    Slot slot = none;
    std::uint32_t hash = 0;
  };
  static std::uint32_t hash_of(std::uint64_t key);
  std::size_t home(std::uint32_t hash) const { return hash & (table_.size() - 1); }
  /// The place in the table where the key is, or the free one where it would be.
  std::size_t place_of(std::uint64_t key) const { return place_of(key, hash_of(key)); }
  std::size_t place_of(std::uint64_t key, std::uint32_t hash) const;
  void unlink(Slot slot);
  void link_newest(Slot slot);
  void use(Slot slot);
  bool make_room(Bytes size);
  Slot new_slot();
  void remove(std::size_t place);
  void grow();

  Bytes capacity_;
  Bytes used_{};
  std::size_t entries_ = 0;
  std::uint64_t evictions_ = 0;
  std::vector<Place> table_;  ///< open addressing, a power of two
  std::vector<Entry> slots_;
  std::vector<Links> links_;  ///< by slot
  Slot free_ = none;          ///< linked through `older`
  Slot newest_ = none;
  Slot oldest_ = none;
};

}  // namespace streamtwin::evcache
