#include "models/services/cache_warmer.hpp"

#include <utility>

#include "sim-core/any_all.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::services {

using evcache::DumpChunk;
using evcache::NodeIndex;
using evcache::Stored;

CacheWarmer::CacheWarmer(Mesh& mesh, Service& cache) : mesh_(mesh), cache_(cache) { subscription_ = mesh_.lives.subscribe(*this); }

void CacheWarmer::started(Instance& node) {
  if (&node.service == &cache_ && node.launched_cold()) refill(node);
}

void CacheWarmer::renew(ZoneIndex zone) { spawn_service("a cache's new copy", renew_copy(zone)); }

void CacheWarmer::refill(const Instance& node) {
  spawn_service("a cache's new node", fill(node.zone, static_cast<NodeIndex>(node.number)));
}

// Nobody is to read from it before it is full: clients see that when they next look at their pools.
Task<> CacheWarmer::renew_copy(ZoneIndex zone) {
  cache_.cluster->read_from(zone, false);
  co_await delay(cache_.spec.cache->refresh_interval);
  for (int node = 0; node < cache_.cluster->slots(zone); ++node) {
    Instance* const there = cache_.cluster->instance(zone, static_cast<NodeIndex>(node));
    if (there != nullptr && there->alive()) evcache::shard_of(*there).clear();
  }
  co_await fill(zone, std::nullopt);
  cache_.cluster->read_from(zone, true);
}

Task<> CacheWarmer::fill(ZoneIndex zone, std::optional<NodeIndex> node) {
  const std::optional<ZoneIndex> from = source_of(zone);
  if (!from) co_return;
  const Instant began = now();
  const evcache::WarmerSpec& spec = *cache_.spec.cache->warmer;
  Filling filling{zone, node, evcache::Populators(spec.populators)};
  std::vector<Task<>> chunks;
  for (int number = 0; number < cache_.cluster->slots(*from); ++number) {
    Instance* const source = cache_.cluster->instance(*from, static_cast<NodeIndex>(number));
    if (source == nullptr || !source->alive()) continue;
    const auto wanted = [&](std::uint64_t key) { return belongs(filling, key); };
    for (DumpChunk& chunk : evcache::dump_of(evcache::shard_of(*source), wanted, spec, began))
      chunks.push_back(carry(filling, source, source->id, std::move(chunk)));
  }
  if (chunks.empty()) co_return;
  co_await all_of(std::move(chunks));
  mesh_.measures.warmers.time.record(now() - began);
}

// Values are those that the source has when it dumps them. Of a source that has gone, the rest does not come.
Task<> CacheWarmer::carry(Filling& filling, Instance* source, InstanceId source_id, DumpChunk chunk) {
  const evcache::WarmerSpec& spec = *cache_.spec.cache->warmer;
  co_await until(chunk.dumped);
  if (mesh_.lives.find(source_id) != source || !source->alive()) co_return;
  std::vector<std::pair<std::uint64_t, Stored>> items;
  Bytes size;
  for (const std::uint64_t key : chunk.keys) {
    const std::optional<Stored> stored = evcache::shard_of(*source).peek(key, now());
    if (!stored) continue;
    size += stored->size;
    items.emplace_back(key, *stored);
  }
  co_await delay(evcache::transfer_time(spec, size));
  const Duration work = evcache::transfer_time(spec, size) + Duration{static_cast<double>(items.size()) / spec.fill.value()};
  co_await until(filling.populators.take(now(), work));
  for (const auto& item : items) add(filling, item.first, item.second);
}

void CacheWarmer::add(const Filling& filling, std::uint64_t key, const Stored& item) {
  Instance* const node = cache_.cluster->instance_of(filling.zone, hash_of(key).value_or(0));
  const Duration left = item.value.expiry == never ? Duration{0} : item.value.expiry - now();
  if (node == nullptr || !node->alive() || (left <= Duration{0} && item.value.expiry != never)) return;
  if (!evcache::shard_of(*node).add(key, item.size, item.value.version, left, now())) return;
  mesh_.written.put(key, evcache::version_of(item.value.version), node->zone, evcache::Writer::warmer);
  ++mesh_.measures.warmers.items;
}

std::optional<ZoneIndex> CacheWarmer::source_of(ZoneIndex zone) const {
  const int zones = mesh_.geography.zones_of(mesh_.geography.region_of(zone));
  for (int step = 1; step < zones; ++step) {
    const ZoneIndex other = mesh_.network.neighbour(zone, step);
    if (cache_.cluster->has_copy(other) && cache_.cluster->is_read(other)) return other;
  }
  return std::nullopt;
}

bool CacheWarmer::belongs(const Filling& filling, std::uint64_t key) const {
  const std::optional<std::uint32_t> hash = hash_of(key);
  if (!hash) return false;
  const std::optional<NodeIndex> node = cache_.cluster->node_of(filling.zone, *hash);
  return node && (!filling.node || *node == *filling.node);
}

// A dump has keys as they are written; here they are numbers, from which those whose data they are can tell the subject and the item.
std::optional<std::uint32_t> CacheWarmer::hash_of(std::uint64_t key) const {
  constexpr std::uint64_t subjects_max = 1ULL << 32;
  for (const Service& owner : mesh_.services()) {
    if (owner.cache != &cache_ || owner.original != nullptr) continue;
    for (int item = 0; item < owner.spec.data->items; ++item) {
      const std::uint64_t subject = key - evcache::key_of_item(item_key(owner, 0), item);
      if (subject < subjects_max) return ring_hash(owner, subject, item);
    }
  }
  return std::nullopt;
}

}  // namespace streamtwin::services
