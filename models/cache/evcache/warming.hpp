// The course of a cache's warming: a node's dump goes to an object store chunk by chunk, and populators take the chunks in the order in
// which they are there.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/cache/evcache/shard.hpp"
#include "models/cache/evcache/warmer_spec.hpp"

namespace streamtwin::evcache {

/// Keys of a dump, and when the last of them has been read.
struct DumpChunk {
  std::vector<std::uint64_t> keys;
  Instant dumped{};
};

/// What a node dumps from `now` on: of what it holds, the keys that are wanted.
std::vector<DumpChunk> dump_of(const Shard& shard, const std::function<bool(std::uint64_t key)>& wanted, const WarmerSpec& spec,
                               Instant now);

/// Time that a chunk takes to or from the object store.
inline Duration transfer_time(const WarmerSpec& spec, Bytes chunk) { return spec.first_byte + chunk / spec.connection; }

/// Each has one chunk at a time.
class Populators {
 public:
  explicit Populators(int count) : free_(static_cast<std::size_t>(count)) {}
  /// When the first that is free has done this work.
  Instant take(Instant now, Duration work);

 private:
  std::vector<Instant> free_;
};

}  // namespace streamtwin::evcache
