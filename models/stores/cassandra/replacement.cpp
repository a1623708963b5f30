// How a node that takes the place of one that is lost gets its data (apache/cassandra cassandra.replace_address, dht/BootStrapper):
// each range of what it will keep comes from one replica that is alive, the nearest, while writes go to it as well.
#include <algorithm>

#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

/// How much comes from whom: what is nowhere else is lost.
std::map<NodeIndex, Bytes> Node::sources_of(NodeIndex joining) {
  const cassandra::Replicas& ring = topology().ring();
  std::map<NodeIndex, double> shares;
  double own = 0;
  for (std::size_t range = 0; range < ring.ring().tokens().size(); ++range) {
    const std::span<const NodeIndex> keepers = ring.of_range(range);
    if (std::find(keepers.begin(), keepers.end(), joining) == keepers.end()) continue;
    own += ring.ring().share_of(range);
    const NodeIndex* nearest = nullptr;
    for (const NodeIndex& keeper : keepers) {
      const rpc::Instance* const there = topology().instance(keeper);
      if (keeper == joining || there == nullptr || !there->alive() || seat(keeper).joining) continue;
      const auto distance = [&](NodeIndex node) { return topology().distance(topology().zone(joining), topology().zone(node)); };
      if (nearest == nullptr || distance(keeper) < distance(*nearest)) nearest = &keeper;
    }
    if (nearest != nullptr) shares[*nearest] += ring.ring().share_of(range);
  }
  std::map<NodeIndex, Bytes> sources;
  for (const auto& [source, share] : shares) sources[source] = spec_.stored * (share / own);
  return sources;
}

Task<> Node::join(rpc::Instance& self) {
  const NodeIndex own = topology().index_of(self);
  const Instant began = now();
  co_await delay(spec_.replacement.ring_delay);
  const std::map<NodeIndex, Bytes> sources = sources_of(own);
  if (!sources.empty()) {
    auto [promise, done] = make_promise<void>();
    const auto open = std::make_shared<int>(static_cast<int>(sources.size()));
    for (const auto& [source, bytes] : sources) self.scope.spawn_service("a stream", stream(self, source, bytes, open, promise));
    co_await done;
  }
  copy_data(own);
  seat_of(self).joining = false;
  ++measures_.replacements;
  measures_.replacement_time.record(now() - began);
}

// In pieces of some seconds each, so that no more goes out than the source's throttle lets through. From one that dies meanwhile, the
// rest comes when it is back.
Task<> Node::stream(rpc::Instance& self, NodeIndex source, Bytes bytes, std::shared_ptr<int> open, Promise<void>& done) {
  const Duration piece_takes = 10s;
  while (bytes > Bytes{0}) {
    const Bytes piece = std::min(bytes, spec_.replacement.stream_throughput * in_seconds(piece_takes));
    const Instant began = now();
    rpc::Instance* const there = topology().instance(source);
    bool sent = false;
    if (there != nullptr && there->alive()) {
      const Outcome outcome = co_await transfer(there->machine, self.machine, piece);
      sent = outcome == Outcome::finished;
    }
    if (sent) {
      bytes -= piece;
      measures_.streamed.add(piece);
    }
    const Duration at_least = sent ? seconds(piece / spec_.replacement.stream_throughput) : piece_takes;
    if (const Duration left = at_least - (now() - began); left > Duration{0}) co_await delay(left);
  }
  if (--*open == 0) done.set();
}

void Node::copy_data(NodeIndex joining) {
  for (NodeIndex source = 0; source < topology().size(); ++source) {
    if (source == joining || seat(source).joining) continue;
    const rpc::Instance* const there = topology().instance(source);
    if (there == nullptr || !there->alive()) continue;
    for (const auto& [key, version] : seat(source).data.all()) {
      const std::span<const NodeIndex> keepers = topology().replicas(key);
      if (std::find(keepers.begin(), keepers.end(), joining) != keepers.end()) seat(joining).data.write(key, version, now());
    }
  }
}

}  // namespace streamtwin::stores
