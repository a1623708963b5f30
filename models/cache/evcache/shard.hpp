// One memcached node of an EVCache replica: entries with absolute expiry in a finite memory, memcached's own or one that a policy of
// models/eviction keeps. Keys are 64-bit identities; the values themselves live nowhere, only their size and version do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/cache/evcache/absence.hpp"
#include "models/cache/evcache/departed.hpp"
#include "models/cache/evcache/eviction.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// What a hit tells: which version of the value was stored, and when it expires.
struct Hit {
  std::uint64_t version = 0;
  Instant expiry{};
};

struct Stored {
  Hit value;
  Bytes size;  ///< key and value
};

/// What is to live for longer is never found by memcached, which takes it for a date.
inline constexpr Duration memcached_life_max = 30 * 24h;

/// Cost: O(1) per operation, without allocation once it has its size; 48 bytes per entry, 8 more in memcached's memory, and 16 to 32
/// for its place in the index; 40 and 16 to 32 for each that it has had and has no longer.
class Shard {
 public:
  explicit Shard(Bytes capacity, Eviction eviction = Eviction::memcached);

  /// A read, which is a use of the entry. Expired entries are gone when looked at, as in memcached.
  std::optional<Hit> get(std::uint64_t key, Instant now);
  /// A write of an item whose key and value have so many bytes. `time_to_live` 0 never expires; in memcached's memory a life has whole
  /// seconds. False when so large an item is not admitted, or no room is found for it.
  bool set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  /// As `set`, but only if nothing live is stored: what a cache warmer does.
  bool add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  bool touch(std::uint64_t key, Duration time_to_live, Instant now);
  bool erase(std::uint64_t key);
  /// A process that starts again: empty.
  void clear();
  /// Why `get` has not found it, or found it too old for who asked.
  Absence why_absent(std::uint64_t key, Instant now) const;
  /// It has served for long: what is not known here has not been stored. Of an empty one that is not so.
  void settle() { settled_ = true; }
  /// What is stored, as a dump of it has that: no use of it.
  std::optional<Stored> peek(std::uint64_t key, Instant now) const;
  std::vector<std::uint64_t> keys() const;

  std::size_t entries() const { return policy_->items(); }
  Bytes used() const { return Bytes{static_cast<double>(policy_->used())}; }
  Bytes capacity() const { return capacity_; }
  const eviction::Policy& memory() const { return *policy_; }
  std::uint64_t evictions() const { return evicted_before_ + policy_->evictions(); }

 private:
  Instant expiry_of(Duration time_to_live, Instant now) const;
  void keep(eviction::Slot slot, const Hit& value);
  void drop(eviction::Slot slot, std::uint64_t key);
  void note_gone();

  Bytes capacity_;
  Eviction eviction_;
  std::unique_ptr<eviction::Policy> policy_;
  std::vector<Hit> values_;  ///< by the policy's slots
  Departed departed_;
  bool settled_ = false;
  std::uint64_t evicted_before_ = 0;  ///< it was cleared
};

}  // namespace streamtwin::evcache
