// Which shard of an index a document is in (elastic/elasticsearch cluster/routing/Murmur3HashFunction, OperationRouting, IndexRouting):
// 32-bit murmur3 of the routing value's UTF-16 units. An index has more slots for routing than shards, so that it can be split.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtwin::elasticsearch {

/// `routing`: UTF-8.
std::int32_t hash_of(std::string_view routing);

/// Slots of an index that was made with so many shards, MetadataCreateIndexService since 7.0: it can be split into 1,024 shards, and once
/// at least.
int routing_slots(int shards);

inline int shard_of(std::int32_t hash, int shards, int slots) {
  const int slot = hash % slots;
  return (slot < 0 ? slot + slots : slot) / (slots / shards);
}
/// Of a document with a numeric id.
int shard_of(std::uint64_t id, int shards);

}  // namespace streamtwin::elasticsearch
