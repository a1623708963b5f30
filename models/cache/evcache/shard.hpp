// One memcached node of an EVCache replica: entries with absolute expiry in a finite memory, which a policy of models/eviction
// keeps. Keys are 64-bit identities; the values themselves live nowhere, only their size and version do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/cache/evcache/eviction.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// What a hit tells: which version of the value was stored, and when it expires.
struct Hit {
  std::uint64_t version = 0;
  Instant expiry{};
};

/// Cost: O(1) per operation, without allocation once it has its size; 48 bytes per entry, and 16 to 32 for its place in the index.
class Shard {
 public:
  explicit Shard(Bytes capacity, Eviction eviction = Eviction::lru);

  /// A read, which is a use of the entry. Expired entries are gone when looked at, as in memcached.
  std::optional<Hit> get(std::uint64_t key, Instant now);
  /// A write, to the nearest byte. `time_to_live` 0 never expires. False when the policy does not admit so large a value: none does
  /// that exceeds the capacity.
  bool set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  /// As `set`, but only if nothing live is stored: what a cache warmer does.
  bool add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now);
  bool touch(std::uint64_t key, Duration time_to_live, Instant now);
  bool erase(std::uint64_t key);
  void clear();

  std::size_t entries() const { return policy_->items(); }
  Bytes used() const { return Bytes{static_cast<double>(policy_->used())}; }
  Bytes capacity() const { return capacity_; }
  std::uint64_t evictions() const { return evicted_before_ + policy_->evictions(); }

 private:
  void keep(eviction::Slot slot, const Hit& value);

  Bytes capacity_;
  Eviction eviction_;
  std::unique_ptr<eviction::Policy> policy_;
  std::vector<Hit> values_;           ///< by the policy's slots
  std::uint64_t evicted_before_ = 0;  ///< it was cleared
};

}  // namespace streamtwin::evcache
