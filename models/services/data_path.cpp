// How a service reaches the data it owns: EVCache first, by the client of models/cache/evcache, then the store at local
// quorum, whose answer is written back to every copy. Netflix/EVCache (zone fallback, write fan-out), apache/cassandra
// ConsistencyLevel (LOCAL_QUORUM) and NetworkTopologyStrategy (one replica in each of three zones).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
namespace {

bool hit(const std::optional<Reply>& answer) { return answer && answer->status == Status::ok; }

}  // namespace

std::uint64_t Mesh::item_key(const Service& owner, std::uint64_t subject) { return owner.identity + subject; }

// Netflix/EVCache hashes the canonical key, "app:key"; every zone's ring is asked for the same hash.
std::uint32_t Mesh::ring_hash(const Service& owner, std::uint64_t subject) {
  std::array<char, 160> text;
  const auto end = fmt::format_to_n(text.data(), text.size(), "{}:{}", owner.name, subject).out;
  return evcache::hash_of(evcache::HashAlgorithm::ketama, {text.data(), static_cast<std::size_t>(end - text.data())});
}

std::optional<evcache::NodeIndex> Mesh::cache_node(const Service& cache, ZoneIndex zone, std::uint32_t hash) {
  const evcache::KetamaRing* ring = cache.ring(zone);
  if (ring == nullptr) return std::nullopt;
  return ring->node_at(hash);
}

Instance* Mesh::cache_instance(const Service& cache, ZoneIndex zone, std::uint32_t hash) {
  const std::optional<evcache::NodeIndex> node = cache_node(cache, zone, hash);
  return node ? cache.slot(zone, static_cast<int>(*node)) : nullptr;
}

ZoneIndex Mesh::neighbour(ZoneIndex zone, int step) const {
  const RegionIndex region = geography.region_of(zone);
  const int zones = geography.zones_of(region);
  return static_cast<ZoneIndex>(geography.first_zone(region) + (zone - geography.first_zone(region) + step) % zones);
}

// Cache and store nodes are asked directly, without command or balancer. One that is not there stays silent.
Future<Reply> Mesh::ask(Instance& caller, Instance* callee, const Envelope& request) {
  auto [promise, future] = make_promise<Reply>();
  if (callee == nullptr) return std::move(future);
  ++measures.hops;
  const Duration one_way = geography.one_way(caller.zone, callee->zone);
  send(*callee, {one_way, one_way}, request, std::move(promise));
  return std::move(future);
}

// The client with its view of the nodes, looked at again when that is due: replicas are numbered as the region's zones are.
evcache::Client& Mesh::client_of(Instance& self, const Service& cache) const {
  const ZoneIndex first = geography.first_zone(geography.region_of(self.zone));
  evcache::Client& client = self.cache_client(cache, static_cast<std::uint8_t>(self.zone - first), now());
  if (client.due(now())) {
    std::vector<int> nodes;
    for (int zone = 0; zone < geography.zones_of(geography.region_of(self.zone)); ++zone) {
      nodes.push_back(cache.slots(static_cast<ZoneIndex>(first + zone)));
    }
    const auto up = [&](evcache::GroupIndex group, evcache::NodeIndex node) {
      const Instance* const there = cache.slot(static_cast<ZoneIndex>(first + group), static_cast<int>(node));
      return there != nullptr && there->alive();
    };
    client.refresh(nodes, up, now());
  }
  return client;
}

Task<Reply> Mesh::read_cache(Instance& self, const Service& cache, Envelope request, const Item& item, Duration life_left) {
  request.body = evcache::Request{.key = item.key, .life = life_left};
  const ZoneIndex first_zone = geography.first_zone(geography.region_of(self.zone));
  evcache::Client& client = client_of(self, cache);
  std::optional<Reply> answer;
  const std::optional<evcache::GroupIndex> first = client.first();
  int others = 0;
  for (std::optional<evcache::GroupIndex> group = first; group; group = client.fallback(*first, others++)) {
    const auto zone = static_cast<ZoneIndex>(first_zone + *group);
    const std::optional<evcache::NodeIndex> node = cache_node(cache, zone, item.hash);
    answer.reset();
    if (!node || !client.asks(*group, *node)) continue;
    Future<Reply> copy = ask(self, cache.slot(zone, static_cast<int>(*node)), request);
    answer = co_await copy.within(cache.spec.cache.read_timeout);
    if (hit(answer)) break;
  }
  ++measures.cache_reads;
  ++(hit(answer) ? measures.cache_hits : measures.cache_misses);
  co_return answer.value_or(Reply{.status = Status::timed_out});
}

namespace {

struct Writing {
  explicit Writing(evcache::Latch its) : latch(its) {}
  evcache::Latch latch;
  Promise<void> open;
};

Task<> count_down(std::shared_ptr<Writing> writing, Future<Reply> copy, Duration patience) {
  const std::optional<Reply> done = co_await copy.within(patience);
  if (done && writing->latch.count_down()) writing->open.set();
}

}  // namespace

// Every copy is written, whatever is known of its node. By default nobody waits for the latch.
Task<> Mesh::write_cache(Instance& self, const Service& cache, Envelope request, const Item& item) {
  const DataSpec& data = *item.data;
  request.body = evcache::Request{.key = item.key,
                                  .life = data.time_to_live + data.kept_stale,
                                  .bytes = static_cast<float>(data.item.value()),
                                  .operation = evcache::Operation::set};
  request.deadline = never;  // a write that nobody waits for any more is worked nevertheless
  const evcache::CacheProperties& client = cache.spec.cache;
  const int copies = geography.zones_of(geography.region_of(self.zone));
  const auto writing = client.await_writes ? std::make_shared<Writing>(evcache::Latch(client.latch, copies)) : nullptr;
  for (int step = 0; step < copies; ++step) {
    Instance* const node = cache_instance(cache, neighbour(self.zone, step), item.hash);
    if (writing != nullptr) {
      self.scope.spawn("a write to a cache", count_down(writing, ask(self, node, request), client.operation_timeout));
    } else if (node != nullptr) {
      const Duration one_way = geography.one_way(self.zone, node->zone);
      send(*node, {one_way, one_way}, request, {});
    }
  }
  if (writing == nullptr || writing->latch.open()) co_return;
  auto [promise, open] = make_promise<void>();
  writing->open = std::move(promise);
  co_await open.within(client.operation_timeout);
}

Task<> Mesh::read_item(Instance& self, const Envelope& request, Reply& reply) {
  const Service& service = self.service;
  const Item item = item_asked(service, request);
  if (service.cache != nullptr) {
    const Reply cached = co_await read_cache(self, *service.cache, request, item, item.data->kept_stale);
    if (cached.status == Status::ok) {
      if (self.random.chance(item.data->writes.value())) co_await write_item(self, request, item, reply);
      co_return;
    }
  }
  const Reply stored = co_await ask_store(self, request, item, stores::Operation::read);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  if (service.cache != nullptr) co_await write_cache(self, *service.cache, request, item);
  if (self.random.chance(item.data->writes.value())) co_await write_item(self, request, item, reply);
}

Task<> Mesh::write_item(Instance& self, const Envelope& request, const Item& item, Reply& reply) {
  const Reply stored = co_await ask_store(self, request, item, stores::Operation::write);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  written_[geography.region_of(self.zone)] += item.data->item;
  if (self.service.cache != nullptr) co_await write_cache(self, *self.service.cache, request, item);
}

// The driver is token-aware: it asks the replica in its own zone to coordinate, or the next zone's when that
// machine does not answer.
Task<Reply> Mesh::ask_store(Instance& self, Envelope request, const Item& item, stores::Operation operation) {
  request.body = stores::Request{.key = item.key, .operation = operation};
  const Service& store = *self.service.store;
  const int number = static_cast<int>(mix(item.key) % static_cast<std::uint64_t>(store.spec.instances_per_zone));
  for (int step = 0; step < geography.zones_of(geography.region_of(self.zone)); ++step) {
    Future<Reply> coordinator = ask(self, store.slot(neighbour(self.zone, step), number), request);
    const std::optional<Reply> answer = co_await coordinator.within(store.spec.quorum.request_timeout);
    if (answer && answered(answer->status)) co_return *answer;
  }
  co_return Reply{.status = Status::timed_out};
}

Task<> Mesh::reach_quorum(Instance& self, Envelope request, Reply& reply) {
  auto asked = request.body.as<stores::Request>();
  if (asked.operation == stores::Operation::read_replica) co_return;
  const QuorumSpec& quorum = self.service.spec.quorum;
  const int zones = geography.zones_of(geography.region_of(self.zone));
  const int replicas = std::min(quorum.replicas, zones);
  int missing = replicas / 2;  // the coordinator is one of the replicas / 2 + 1 that must answer
  asked.operation = stores::Operation::read_replica;
  request.body = asked;
  for (int step = 1; step < replicas && missing > 0; ++step) {
    const bool last_chance = step + missing >= replicas;
    Future<Reply> replica = ask(self, self.service.slot(neighbour(self.zone, step), self.number), request);
    const std::optional<Reply> answer = co_await replica.within(last_chance ? quorum.request_timeout : quorum.speculative_retry);
    if (answer && answered(answer->status)) --missing;
  }
  if (missing > 0) reply.status = Status::failed;
}

// An item is kept longer than it is fresh, for those who would rather have an old answer than none.
void Mesh::answer_from_shard(Instance& self, const Envelope& request, Reply& reply) {
  const auto asked = request.body.as<evcache::Request>();
  if (asked.operation == evcache::Operation::set) {
    self.shard->set(asked.key, Bytes{asked.bytes}, request.id, asked.life, now());
    return;
  }
  const std::optional<evcache::Hit> hit = self.shard->get(asked.key, now());
  reply.status = hit && hit->expiry - now() > asked.life ? Status::ok : Status::miss;
}

Mesh::Item Mesh::item_asked(const Service& owner, const Envelope& request) {
  const auto asked = request.body.as<rpc::HttpRequest>();
  const std::uint64_t subject = owner.spec.data->keyed_by_title ? asked.title : asked.member;
  return {&*owner.spec.data, item_key(owner, subject), owner.cache != nullptr ? ring_hash(owner, subject) : 0};
}

Task<Reply> Mesh::read_stale(Instance& self, const Service& owner, Envelope request) {
  const Item item = item_asked(owner, request);
  Reply reply = co_await read_cache(self, *owner.cache, request, item, evcache::however_old);
  if (reply.status == Status::miss) reply.status = Status::failed;  // nothing to fall back to
  co_return reply;
}

Bytes Mesh::take_written(RegionIndex region) { return std::exchange(written_[region], Bytes{}); }

}  // namespace streamtwin::services
