#include "models/cache/evcache/eviction.hpp"

#include "models/cache/evcache/memcached.hpp"

namespace streamtwin::evcache {
namespace {

constexpr eviction::Kind kind_of(Eviction eviction) { return static_cast<eviction::Kind>(eviction); }
static_assert(kind_of(Eviction::lru) == eviction::Kind::lru && kind_of(Eviction::twoq) == eviction::Kind::twoq, "in the same order");

}  // namespace

std::unique_ptr<eviction::Policy> make_memory(Eviction eviction, eviction::Size capacity) {
  if (eviction == Eviction::memcached) return std::make_unique<Memcached>(capacity);
  return eviction::make_policy(kind_of(eviction), capacity);
}

eviction::Size largest_item(Eviction eviction, eviction::Size capacity) {
  if (eviction == Eviction::memcached) return memcached_item_max - item_overhead();
  return eviction::largest_item(kind_of(eviction), capacity);
}

eviction::Size room_of(Eviction eviction, eviction::Size size) {
  if (eviction != Eviction::memcached) return size;
  const eviction::Size item = item_overhead() + size;
  return chunks_of(item) * chunk_sizes[slab_class_of(item)];
}

}  // namespace streamtwin::evcache
