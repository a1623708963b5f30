// Netflix/EVCache: zone fallback, write fan-out.
#include "models/cache/evcache/access.hpp"

#include <algorithm>
#include <memory>
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

struct Writing {
  explicit Writing(Latch its) : latch(its) {}
  Latch latch;
  Promise<void> open;
};

Task<> count_down(std::shared_ptr<Writing> writing, Future<Reply> copy, Duration patience) {
  const std::optional<Reply> done = co_await copy.within(patience);
  if (done && writing->latch.count_down()) writing->open.set();
}

}  // namespace

// Replicas are numbered as the region's zones are.
void Access::refresh_if_due(const Instance& caller, Client& client, const Cluster& cluster) {
  if (!client.due(now())) return;
  const RegionIndex region = network_.geography.region_of(caller.zone);
  const ZoneIndex first = network_.geography.first_zone(region);
  std::vector<int> nodes;
  for (int zone = 0; zone < network_.geography.zones_of(region); ++zone) {
    const auto copy = static_cast<ZoneIndex>(first + zone);
    nodes.push_back(cluster.is_read(copy) ? cluster.slots(copy) : 0);
  }
  const auto up = [&](GroupIndex group, NodeIndex node) {
    const Instance* const there = cluster.instance(static_cast<ZoneIndex>(first + group), node);
    return there != nullptr && there->alive();
  };
  client.refresh(nodes, up, now());
}

Task<Reply> Access::read(Instance& caller, Client& client, const Cluster& cluster, std::uint32_t hash, Envelope request) {
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
    if (!node || !client.asks(*group, *node)) {
      why = std::min(why, Absence::lost);
      continue;
    }
    Future<Reply> copy = network_.ask(caller, cluster.instance(zone, *node), request);
    answer = co_await copy.within(cluster.properties().read_timeout);
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

Task<> Access::write(Instance& caller, const Cluster& cluster, std::uint32_t hash, Envelope request) {
  request.deadline = never;  // a write that nobody waits for any more is worked nevertheless
  const CacheProperties& properties = cluster.properties();
  const int copies = network_.geography.zones_of(network_.geography.region_of(caller.zone));
  const auto writing = properties.await_writes ? std::make_shared<Writing>(Latch(properties.latch, copies)) : nullptr;
  for (int step = 0; step < copies; ++step) {
    Instance* const node = cluster.instance_of(network_.neighbour(caller.zone, step), hash);
    if (writing != nullptr) {
      caller.scope.spawn("a write to a cache", count_down(writing, network_.ask(caller, node, request), properties.operation_timeout));
    } else if (node != nullptr) {
      network_.send(*node, network_.way(caller, node, node->zone), request, {});
    }
  }
  if (writing == nullptr || writing->latch.open()) co_return;
  auto [promise, open] = make_promise<void>();
  writing->open = std::move(promise);
  co_await open.within(properties.operation_timeout);
}

}  // namespace streamtwin::evcache
