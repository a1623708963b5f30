// Netflix/EVCache EVCacheImpl, EVCacheClient: reads, with zone fallback.
#include "models/cache/evcache/access.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "models/cache/evcache/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::evcache {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;
using rpc::Status;

namespace {

bool hit(const std::optional<Reply>& answer) { return answer && answer->status == Status::ok; }

// What a client cannot know, but whoever looks at the node.
Absence why_not(const std::optional<Reply>& answer, const Instance* node, std::uint64_t key) {
  if (!answer || answer->status == Status::timed_out) return Absence::timed_out;
  if (answer->status == Status::overloaded) return Absence::queue_full;
  if (answer->status != Status::miss || node == nullptr || !node->alive()) return Absence::lost;
  return shard_of(*node).why_absent(key, now());
}

}  // namespace

ClientMeasures::ClientMeasures(Recorder& recorder)
    : inactive(recorder.counter("evcache.inactive")),
      read_queue_full(recorder.counter("evcache.read_queue_full")),
      read_timeouts(recorder.counter("evcache.read_timeouts")),
      write_queue_full(recorder.counter("evcache.write_queue_full")),
      write_timeouts(recorder.counter("evcache.write_timeouts")) {
  recorder.rate_series("evcache.read_queue_full", "/s", read_queue_full);
  recorder.rate_series("evcache.read_timeouts", "/s", read_timeouts);
}

// Replicas are numbered as the region's zones are.
void Access::refresh_if_due(const Instance& caller, Client& client, const Cluster& cluster) {
  if (!client.due(now())) return;
  const RegionIndex region = network_.geography.region_of(caller.zone);
  const ZoneIndex first = network_.geography.first_zone(region);
  std::vector<int> nodes;
  std::vector<bool> write_only;
  for (int zone = 0; zone < network_.geography.zones_of(region); ++zone) {
    const auto copy = static_cast<ZoneIndex>(first + zone);
    nodes.push_back(cluster.slots(copy));
    write_only.push_back(!cluster.is_read(copy));
  }
  const auto up = [&](GroupIndex group, NodeIndex node) {
    const Instance* const there = cluster.instance(static_cast<ZoneIndex>(first + group), node);
    return there != nullptr && there->alive();
  };
  client.refresh(nodes, write_only, up, now());
}

std::shared_ptr<Connection> Access::to_read(Client& client, GroupIndex group, NodeIndex node, int most) {
  if (!client.asks(group, node)) {
    ++measures.inactive;
    return nullptr;
  }
  std::shared_ptr<Connection> connection = client.connection(group, node);
  if (connection->closed) {
    ++measures.inactive;
    return nullptr;
  }
  if (connection->reads >= most) {
    ++measures.read_queue_full;
    return nullptr;
  }
  ++connection->reads;
  return connection;
}

Task<Reply> Access::read(Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, Envelope request) {
  const CacheProperties& properties = cluster.properties();
  const ZoneIndex first_zone = network_.geography.first_zone(network_.geography.region_of(caller.zone));
  refresh_if_due(caller, client, cluster);
  const std::uint64_t key = request.body.as<Request>().key;
  std::optional<Reply> answer;
  Absence why = Absence::timed_out;
  const std::optional<GroupIndex> first = client.first();
  int others = 0;
  for (std::optional<GroupIndex> group = first; group; group = client.fallback(*first, others++)) {
    const auto zone = static_cast<ZoneIndex>(first_zone + *group);
    const std::optional<NodeIndex> node = cluster.node_of(zone, hash);
    answer.reset();
    if (!node) {
      why = std::min(why, Absence::lost);
      continue;
    }
    const bool asks = client.asks(*group, *node);
    std::shared_ptr<Connection> connection = to_read(client, *group, *node, properties.read_queue);
    if (connection == nullptr) {
      why = std::min(why, asks ? Absence::queue_full : Absence::lost);
      continue;
    }
    Future<Reply> copy = network_.ask(caller, cluster.instance(zone, *node), request);
    answer = co_await copy.within(properties.read_timeout);
    if (answer) {
      --connection->reads;
    } else {
      leave_unanswered(caller, zone, std::move(connection), std::move(copy), properties.refresh_interval);
    }
    if (hit(answer)) break;
    why = std::min(why, why_not(answer, cluster.instance(zone, *node), key));
  }
  ++reads;
  ++(hit(answer) ? hits : misses);
  if (hit(answer) && others > 0) ++other_copies;
  if (!hit(answer)) {
    if (!first) why = Absence::lost;
    if (why == Absence::cold && cluster.had(network_.geography.region_of(caller.zone), key)) why = Absence::expired;
    ++missed_when[static_cast<std::size_t>(why)];
  }
  co_return answer.value_or(Reply{.status = Status::timed_out});
}

void Access::leave_unanswered(Instance& caller, ZoneIndex zone, std::shared_ptr<Connection> connection, Future<Reply> answer,
                              Duration patience) {
  ++measures.read_timeouts;
  caller.scope.spawn_service("a late answer of a cache", hear_late(caller.zone, zone, std::move(connection), std::move(answer), patience));
}

// It stays in the connection's queue until it is answered, as nobody takes it back. What a cut way has swallowed TCP sends again once
// that is open; a node that has gone is seen at the next refresh, which renews the connection.
Task<> Access::hear_late(ZoneIndex here, ZoneIndex there, std::shared_ptr<Connection> connection, Future<Reply> answer, Duration patience) {
  if (network_.roads.connects(here, there)) {
    co_await answer.within(patience);
  } else {
    while (!network_.roads.connects(here, there)) co_await delay(retransmission_first);
  }
  --connection->reads;
}

// The nodes of a replica are asked side by side, each for what it has, and waited for together.
Task<Items> Access::read_group(Instance& caller, Client& client, const Cluster& cluster, GroupIndex group,
                               std::span<const std::uint32_t> hashes, Envelope request, Items wanted) {
  struct Asked {
    NodeIndex node;
    Items items;
    std::shared_ptr<Connection> connection;
    Future<Reply> answer;
  };
  const CacheProperties& properties = cluster.properties();
  const auto zone = static_cast<ZoneIndex>(network_.geography.first_zone(network_.geography.region_of(caller.zone)) + group);
  std::vector<Asked> asked;
  for (std::size_t item = 0; item < hashes.size(); ++item) {
    const std::optional<NodeIndex> node = cluster.node_of(zone, hashes[item]);
    if (!node || (wanted & item_bit(static_cast<int>(item))) == 0) continue;
    const auto same = std::find_if(asked.begin(), asked.end(), [&](const Asked& one) { return one.node == *node; });
    Asked& one = same != asked.end() ? *same : asked.emplace_back(Asked{*node, 0, nullptr, {}});
    one.items = static_cast<Items>(one.items | item_bit(static_cast<int>(item)));
  }
  auto what = request.body.as<Request>();
  for (Asked& one : asked) {
    one.connection = to_read(client, group, one.node, 2 * properties.read_queue);  // EVCacheClient.getBulk
    if (one.connection == nullptr) continue;
    what.amount = one.items;
    request.body = what;
    one.answer = network_.ask(caller, cluster.instance(zone, one.node), request);
  }
  const Instant until = now() + properties.read_timeout;
  Items found = 0;
  for (Asked& one : asked) {
    if (one.connection == nullptr) continue;
    const std::optional<Reply> answer = co_await one.answer.within(until - now());
    if (!answer) {
      leave_unanswered(caller, zone, std::move(one.connection), std::move(one.answer), properties.refresh_interval);
      continue;
    }
    --one.connection->reads;
    if (const auto* const there = answer->enclosed.get<Found>()) found = static_cast<Items>(found | there->items);
  }
  co_return found;
}

// Of an item that no copy has had in time: as the copy that was asked first has it.
Absence Access::why_missing(const Instance& caller, const Cluster& cluster, GroupIndex group, std::uint32_t hash, std::uint64_t key) const {
  const ZoneIndex first_zone = network_.geography.first_zone(network_.geography.region_of(caller.zone));
  const Instance* const node = cluster.instance_of(static_cast<ZoneIndex>(first_zone + group), hash);
  return node == nullptr || !node->alive() ? Absence::lost : shard_of(*node).why_absent(key, now());
}

Task<Items> Access::read_many(Instance& caller, Client& client, const Cluster& cluster, std::span<const std::uint32_t> hashes,
                              Envelope request) {
  refresh_if_due(caller, client, cluster);
  const Items wanted = all_items(static_cast<int>(hashes.size()));
  Items found = 0;
  const std::optional<GroupIndex> first = client.first();
  int others = 0;
  for (std::optional<GroupIndex> group = first; group && found != wanted; group = client.fallback(*first, others++)) {
    const Items there = co_await read_group(caller, client, cluster, *group, hashes, request, static_cast<Items>(wanted & ~found));
    found = static_cast<Items>(found | there);
  }
  const auto there = static_cast<std::uint64_t>(std::popcount(found));
  reads.add(static_cast<std::uint64_t>(hashes.size()));
  hits.add(there);
  misses.add(static_cast<std::uint64_t>(hashes.size()) - there);
  const std::uint64_t key = request.body.as<Request>().key;
  for (int item = 0; item < static_cast<int>(hashes.size()); ++item) {
    if ((found & item_bit(item)) != 0) continue;
    const Absence why =
        first ? why_missing(caller, cluster, *first, hashes[static_cast<std::size_t>(item)], key_of_item(key, item)) : Absence::lost;
    const bool had = why == Absence::cold && cluster.had(network_.geography.region_of(caller.zone), key);
    ++missed_when[static_cast<std::size_t>(had ? Absence::expired : why)];
  }
  co_return found;
}

}  // namespace streamtwin::evcache
