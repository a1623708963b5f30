// How a service reaches the data it owns: EVCache first (the zone's own copy, then exactly one other), then the store
// at local quorum, whose answer is written back to every copy. Netflix/EVCache (zone fallback, write fan-out),
// apache/cassandra ConsistencyLevel (LOCAL_QUORUM) and NetworkTopologyStrategy (one replica in each of three zones).
#include <fmt/format.h>

#include <array>

#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
std::uint64_t Mesh::item_key(const Service& owner, std::uint64_t subject) {
  return static_cast<std::uint64_t>(owner.index) << 40 | subject;
}

std::uint64_t Mesh::item_key(const Service& owner, const Request& request) {
  return item_key(owner, owner.spec.data->keyed_by_title ? request.title : request.member);
}

Instance* Mesh::cache_node(const Service& cache, cloud::ZoneIndex zone, std::uint64_t key) const {
  // Netflix/EVCache hashes the canonical key, "app:key".
  std::array<char, 160> text;
  const Service& owner = services_[key >> 40];
  const auto end = fmt::format_to_n(text.data(), text.size(), "{}:{}", owner.name, key & ((std::uint64_t{1} << 40) - 1)).out;
  const evcache::KetamaRing* ring = cache.ring(zone);
  if (ring == nullptr) return nullptr;
  return cache.slot(zone, static_cast<int>(ring->node_of({text.data(), static_cast<std::size_t>(end - text.data())})));
}

cloud::ZoneIndex Mesh::neighbour(cloud::ZoneIndex zone, int step) const {
  const cloud::RegionIndex region = geography.region_of(zone);
  const int zones = geography.zones_of(region);
  return static_cast<cloud::ZoneIndex>(geography.first_zone(region) +
                                       (zone - geography.first_zone(region) + step) % zones);
}

Task<Reply> Mesh::ask(Instance& caller, Instance* callee, Request request, Duration timeout) {
  Reply reply;
  reply.status = Status::timed_out;
  if (callee == nullptr) co_return reply;
  ++measures.hops;
  auto [promise, future] = make_promise<Reply>();
  send(*callee, geography.one_way(caller.zone, callee->zone), request, std::move(promise));
  const std::optional<Reply> answer = co_await future.within(timeout);
  if (answer) reply = *answer;
  co_return reply;
}

Task<Reply> Mesh::read_cache(Instance& self, const Service& cache, Request request) {
  const cloud::ZoneIndex own = self.zone;
  Reply reply = co_await ask(self, cache_node(cache, own, request.key), request, cache.spec.cache.read_timeout);
  if (reply.status != Status::ok && cache.spec.cache.zone_fallback && geography.zones_of(geography.region_of(own)) > 1) {
    const cloud::ZoneIndex other = neighbour(own, 1);
    reply = co_await ask(self, cache_node(cache, other, request.key), request, cache.spec.cache.read_timeout);
  }
  ++(reply.status == Status::ok ? measures.cache_hits : measures.cache_misses);
  co_return reply;
}

void Mesh::write_cache(Instance& self, const Service& cache, Request request) {
  request.operation = Operation::cache_set;
  for (int step = 0; step < geography.zones_of(geography.region_of(self.zone)); ++step) {
    Instance* node = cache_node(cache, neighbour(self.zone, step), request.key);
    if (node == nullptr) continue;
    auto [promise, future] = make_promise<Reply>();  // fire and forget: nobody waits for the latch
    send(*node, geography.one_way(self.zone, node->zone), request, std::move(promise));
  }
}

Task<> Mesh::read_item(Instance& self, Request request, Reply& reply) {
  const Service& service = self.service;
  describe_item(service, request);
  if (service.cache != nullptr) {
    request.operation = Operation::cache_get;
    const Reply cached = co_await read_cache(self, *service.cache, request);
    if (cached.status == Status::ok) {
      if (self.random.chance(service.spec.data->writes.value())) co_await write_item(self, request, reply);
      co_return;
    }
  }
  request.operation = Operation::store_read;
  const Reply stored = co_await ask_store(self, request);
  if (!answered(stored.status)) {
    reply.status = Status::failed;
    co_return;
  }
  if (service.cache != nullptr) write_cache(self, *service.cache, request);
  if (self.random.chance(service.spec.data->writes.value())) co_await write_item(self, request, reply);
}

Task<> Mesh::write_item(Instance& self, Request request, Reply& reply) {
  request.operation = Operation::store_write;
  const Reply stored = co_await ask_store(self, request);
  if (!answered(stored.status)) {
    reply.status = Status::failed;
    co_return;
  }
  written_[geography.region_of(self.zone)] += self.service.spec.data->item;
  if (self.service.cache != nullptr) write_cache(self, *self.service.cache, request);
}

// The driver is token-aware: it asks the replica in its own zone to coordinate, or the next zone's when that
// machine does not answer.
Task<Reply> Mesh::ask_store(Instance& self, const Request& request) {
  const Service& store = *self.service.store;
  const int number = static_cast<int>(mix(request.key) % static_cast<std::uint64_t>(store.spec.instances_per_zone));
  Reply reply;
  reply.status = Status::unreachable;
  for (int step = 0; step < geography.zones_of(geography.region_of(self.zone)); ++step) {
    reply = co_await ask(self, store.slot(neighbour(self.zone, step), number), request, store.spec.quorum.request_timeout);
    if (answered(reply.status)) co_return reply;
  }
  co_return reply;
}

Task<> Mesh::reach_quorum(Instance& self, Request request, Reply& reply) {
  if (request.operation == Operation::store_read_replica) co_return;
  const QuorumSpec& quorum = self.service.spec.quorum;
  const int zones = geography.zones_of(geography.region_of(self.zone));
  const int replicas = std::min(quorum.replicas, zones);
  int missing = replicas / 2;  // the coordinator is one of the replicas / 2 + 1 that must answer
  request.operation = Operation::store_read_replica;
  for (int step = 1; step < replicas && missing > 0; ++step) {
    const bool last_chance = step + missing >= replicas;
    const Reply answer = co_await ask(self, self.service.slot(neighbour(self.zone, step), self.number), request,
                                      last_chance ? quorum.request_timeout : quorum.speculative_retry);
    if (answered(answer.status)) --missing;
  }
  if (missing > 0) reply.status = Status::failed;
}

// An item is kept longer than it is fresh, for those who would rather have an old answer than none.
void Mesh::answer_from_shard(Instance& self, const Request& request, Reply& reply) {
  if (request.operation == Operation::cache_set) {
    self.shard->set(request.key, Bytes{request.item_bytes}, request.id, request.time_to_live + request.kept_stale, now());
    return;
  }
  const std::optional<evcache::Hit> hit = self.shard->get(request.key, now());
  const bool fresh = hit && hit->expiry - now() > request.kept_stale;
  const bool enough = request.operation == Operation::cache_get_stale ? hit.has_value() : fresh;
  reply.status = enough ? Status::ok : Status::miss;
}

void Mesh::describe_item(const Service& owner, Request& request) {
  const DataSpec& data = *owner.spec.data;
  request.key = item_key(owner, request);
  request.time_to_live = data.time_to_live;
  request.kept_stale = data.kept_stale;
  request.item_bytes = static_cast<float>(data.item.value());
}

Task<Reply> Mesh::read_stale(Instance& self, const Service& owner, Request request) {
  describe_item(owner, request);
  request.operation = Operation::cache_get_stale;
  Reply reply = co_await read_cache(self, *owner.cache, request);
  if (reply.status == Status::miss) reply.status = Status::failed;  // nothing to fall back to
  co_return reply;
}

Bytes Mesh::take_written(cloud::RegionIndex region) { return std::exchange(written_[region], Bytes{}); }

}  // namespace streamtwin::services
