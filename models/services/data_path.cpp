// Netflix/EVCache: zone fallback, write fan-out.
#include "models/services/data_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/cache/evcache/request.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
namespace {

bool hit(const std::optional<Reply>& answer) { return answer && answer->status == Status::ok; }

}  // namespace

std::uint64_t item_key(const Service& owner, std::uint64_t subject) { return owner.identity + subject; }

// Netflix/EVCache hashes the canonical key, "app:key"; every zone's ring is asked for the same hash.
std::uint32_t ring_hash(const Service& owner, std::uint64_t subject) {
  std::array<char, 160> text;
  const auto end = fmt::format_to_n(text.data(), text.size(), "{}:{}", owner.name, subject).out;
  return evcache::hash_of(evcache::HashAlgorithm::ketama, {text.data(), static_cast<std::size_t>(end - text.data())});
}

std::optional<evcache::NodeIndex> cache_node(const Service& cache, ZoneIndex zone, std::uint32_t hash) {
  const evcache::KetamaRing* ring = cache.ring(zone);
  if (ring == nullptr) return std::nullopt;
  return ring->node_at(hash);
}

Instance* cache_instance(const Service& cache, ZoneIndex zone, std::uint32_t hash) {
  const std::optional<evcache::NodeIndex> node = cache_node(cache, zone, hash);
  return node ? cache.slot(zone, static_cast<int>(*node)) : nullptr;
}

// The client with its view of the nodes, looked at again when that is due: replicas are numbered as the region's zones are.
evcache::Client& DataPath::client_of(Caller& caller, const Service& cache) const {
  const ZoneIndex first = network_.geography.first_zone(network_.geography.region_of(caller.instance.zone));
  evcache::Client& client = caller.cache_client(cache, static_cast<std::uint8_t>(caller.instance.zone - first), now());
  if (client.due(now())) {
    std::vector<int> nodes;
    for (int zone = 0; zone < network_.geography.zones_of(network_.geography.region_of(caller.instance.zone)); ++zone) {
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

Task<Reply> DataPath::read_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, Duration life_left) {
  request.body = evcache::Request{.key = item.key, .life = life_left};
  const ZoneIndex first_zone = network_.geography.first_zone(network_.geography.region_of(caller.instance.zone));
  evcache::Client& client = client_of(caller, cache);
  std::optional<Reply> answer;
  const std::optional<evcache::GroupIndex> first = client.first();
  int others = 0;
  for (std::optional<evcache::GroupIndex> group = first; group; group = client.fallback(*first, others++)) {
    const auto zone = static_cast<ZoneIndex>(first_zone + *group);
    const std::optional<evcache::NodeIndex> node = cache_node(cache, zone, item.hash);
    answer.reset();
    if (!node || !client.asks(*group, *node)) continue;
    Future<Reply> copy = network_.ask(caller.instance, cache.slot(zone, static_cast<int>(*node)), request);
    answer = co_await copy.within(cache.spec.cache->read_timeout);
    if (hit(answer)) break;
  }
  ++measures_.cache_reads;
  ++(hit(answer) ? measures_.cache_hits : measures_.cache_misses);
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
Task<> DataPath::write_cache(Caller& caller, const Service& cache, Envelope request, const Item& item) {
  const DataSpec& data = *item.data;
  request.body = evcache::Request{.key = item.key,
                                  .life = data.time_to_live + data.kept_stale,
                                  .bytes = static_cast<float>(data.item.value()),
                                  .operation = evcache::Operation::set};
  request.deadline = never;  // a write that nobody waits for any more is worked nevertheless
  const evcache::CacheProperties& client = *cache.spec.cache;
  const int copies = network_.geography.zones_of(network_.geography.region_of(caller.instance.zone));
  const auto writing = client.await_writes ? std::make_shared<Writing>(evcache::Latch(client.latch, copies)) : nullptr;
  for (int step = 0; step < copies; ++step) {
    Instance* const node = cache_instance(cache, network_.neighbour(caller.instance.zone, step), item.hash);
    if (writing != nullptr) {
      caller.instance.scope.spawn("a write to a cache",
                                  count_down(writing, network_.ask(caller.instance, node, request), client.operation_timeout));
    } else if (node != nullptr) {
      network_.send(*node, network_.way(caller.instance, *node), request, {});
    }
  }
  if (writing == nullptr || writing->latch.open()) co_return;
  auto [promise, open] = make_promise<void>();
  writing->open = std::move(promise);
  co_await open.within(client.operation_timeout);
}

Task<> DataPath::read_item(Caller& caller, const Envelope& request, Reply& reply) {
  const Service& service = caller.service;
  const Item item = item_asked(service, request);
  if (service.cache != nullptr) {
    const Reply cached = co_await read_cache(caller, *service.cache, request, item, item.data->kept_stale);
    if (cached.status == Status::ok) {
      if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, reply);
      co_return;
    }
  }
  const Reply stored = co_await ask_store(caller, request, item, stores::Operation::read);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  if (service.cache != nullptr) co_await write_cache(caller, *service.cache, request, item);
  if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, reply);
}

Task<> DataPath::write_item(Caller& caller, const Envelope& request, const Item& item, Reply& reply) {
  const Reply stored = co_await ask_store(caller, request, item, stores::Operation::write);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  written_[network_.geography.region_of(caller.instance.zone)] += item.data->item;
  if (caller.service.cache != nullptr) co_await write_cache(caller, *caller.service.cache, request, item);
}

Task<Reply> DataPath::ask_store(const Caller& caller, const Envelope& request, const Item& item, stores::Operation operation) {
  const Service& store = *caller.service.store;
  return driver_.ask(caller.instance, store, *store.spec.store, request, {item.key, now(), operation});
}

DataPath::Item DataPath::item_asked(const Service& owner, const Envelope& request) {
  const auto asked = request.body.as<rpc::HttpRequest>();
  const std::uint64_t subject = owner.spec.data->keyed_by_title ? asked.title : asked.member;
  return {&*owner.spec.data, item_key(owner, subject), owner.cache != nullptr ? ring_hash(owner, subject) : 0};
}

Task<Reply> DataPath::read_stale(Caller& caller, const Service& owner, Envelope request) {
  const Item item = item_asked(owner, request);
  Reply reply = co_await read_cache(caller, *owner.cache, request, item, evcache::however_old);
  if (reply.status == Status::miss) reply.status = Status::failed;  // nothing to fall back to
  co_return reply;
}

Bytes DataPath::take_written(RegionIndex region) { return std::exchange(written_[region], Bytes{}); }

}  // namespace streamtwin::services
