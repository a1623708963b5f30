// Netflix/EVCache EVCacheImpl, EVCacheClient: a write goes to every copy by itself. Nothing is repaired: a copy that it does not come to
// is stale until the item's life ends.
#include <algorithm>
#include <optional>
#include <tuple>

#include "models/cache/evcache/access.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::evcache {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;

struct Access::Writing {
  explicit Writing(Latch its) : latch(its) {}
  Latch latch;
  Promise<void> open;

  void count_down() {
    if (latch.count_down()) open.set();
  }
};

// A copy that is only written is not waited for.
Task<> Access::write(Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, Envelope request) {
  request.deadline = never;  // a write that nobody waits for any more is worked nevertheless
  refresh_if_due(caller, client, cluster);
  const CacheProperties& properties = cluster.properties();
  const RegionIndex region = network_.geography.region_of(caller.zone);
  const ZoneIndex first = network_.geography.first_zone(region);
  const int copies = network_.geography.zones_of(region);
  int awaited = 0;
  for (int number = 0; number < copies; ++number) {
    const auto zone = static_cast<ZoneIndex>(first + number);
    if (cluster.is_read(zone)) ++awaited;
  }
  const auto writing = properties.await_writes ? std::make_shared<Writing>(Latch(properties.latch, awaited)) : nullptr;
  Future<void> open;
  if (writing != nullptr) std::tie(writing->open, open) = make_promise<void>();
  const auto what = request.body.as<Request>();
  for (int step = 0; step < copies; ++step) {
    const ZoneIndex zone = network_.neighbour(caller.zone, step);
    const std::optional<NodeIndex> node = cluster.node_of(zone, hash);
    if (!node) continue;
    const std::shared_ptr<Writing> waits = cluster.is_read(zone) ? writing : nullptr;
    const auto group = static_cast<GroupIndex>(zone - first);
    if (client.asks(group, *node)) {
      Copy copy{zone, *node, client.connection(group, *node)};
      Task<> sent = write_copy(caller, cluster, copy, request, waits);
      if (sent) co_await std::move(sent);
    } else {
      ++measures.inactive;
      ledger_.lost(what.key, what.version, zone);
      if (waits != nullptr) waits->count_down();
    }
  }
  if (cluster.listener() != nullptr) cluster.listener()->wrote(caller, what, hash);
  if (writing == nullptr || writing->latch.open()) co_return;
  const bool opened = co_await open.within(properties.operation_timeout);
  if (!opened) ++measures.write_timeouts;
}

// Sent at once as a rule. Where the way is cut it waits on the connection, and who writes with it, while too much waits there.
Task<> Access::write_copy(Instance& caller, const Cluster& cluster, Copy copy, const Envelope& request, std::shared_ptr<Writing> writing) {
  if (copy.connection->closed || !network_.roads.connects(caller.zone, copy.zone))
    return write_blocked(caller, cluster, std::move(copy), request, std::move(writing));
  Instance* const node = cluster.instance(copy.zone, copy.node);
  if (writing != nullptr) {
    caller.scope.spawn("a write to a cache",
                       count_down(writing, network_.ask(caller, node, request), cluster.properties().operation_timeout));
  } else if (node != nullptr) {
    network_.send(*node, network_.way(caller, node, node->zone), request, {});
  }
  if (node == nullptr || !node->alive()) {
    const auto what = request.body.as<Request>();
    ledger_.lost(what.key, what.version, copy.zone);
  }
  return {};
}

// EVCacheClient.ensureWriteQueueSize: five looks, a write block apart; then the write is dropped and the connection closed.
Task<> Access::write_blocked(Instance& caller, const Cluster& cluster, Copy copy, const Envelope& request,
                             std::shared_ptr<Writing> writing) {
  constexpr Duration block = 25ms;
  constexpr int looks = 5;
  Connection& connection = *copy.connection;
  for (int look = 0; look < looks && !connection.closed && connection.writes >= cluster.properties().write_queue; ++look)
    co_await delay(block);
  if (!connection.closed && connection.writes < cluster.properties().write_queue) {
    ++connection.writes;
    caller.scope.spawn_service("a write that cannot be sent", send_late(caller, cluster, std::move(copy), request, std::move(writing)));
    co_return;
  }
  ++(connection.closed ? measures.inactive : measures.write_queue_full);
  connection.closed = true;
  const auto what = request.body.as<Request>();
  ledger_.lost(what.key, what.version, copy.zone);
  if (writing != nullptr) writing->count_down();
}

// TCP tries again at intervals that double. What has waited longer than an operation may take is not sent any more (spymemcached
// TCPMemcachedNodeImpl.getNextWritableOp).
Task<> Access::send_late(Instance& caller, const Cluster& cluster, Copy copy, Envelope request, std::shared_ptr<Writing> writing) {
  const Instant given_up = now() + cluster.properties().operation_timeout;
  for (Duration wait = retransmission_first; !network_.roads.connects(caller.zone, copy.zone) && now() < given_up; wait *= 2)
    co_await delay(std::min(wait, given_up - now()));
  --copy.connection->writes;
  if (!network_.roads.connects(caller.zone, copy.zone)) {
    ++measures.write_timeouts;
    const auto what = request.body.as<Request>();
    ledger_.lost(what.key, what.version, copy.zone);
    co_return;
  }
  Future<Reply> answer = network_.ask(caller, cluster.instance(copy.zone, copy.node), request);
  if (writing != nullptr) co_await count_down(std::move(writing), std::move(answer), cluster.properties().operation_timeout);
}

Task<> Access::count_down(std::shared_ptr<Writing> writing, Future<Reply> answer, Duration patience) {
  const std::optional<Reply> done = co_await answer.within(patience);
  if (done) writing->count_down();
}

}  // namespace streamtwin::evcache
