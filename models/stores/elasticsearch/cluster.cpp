#include "models/stores/elasticsearch/cluster.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::elasticsearch {

std::vector<Cluster::Node> Cluster::nodes_of(const places::Geography& geography, const rpc::Service& service, RegionIndex region) {
  std::vector<Node> nodes;
  for (const ZoneIndex zone : geography.zones_in(region)) {
    for (int number = 0; number < service.slots(zone); ++number) nodes.push_back({.zone = zone, .number = number});
  }
  return nodes;
}

std::vector<int> Cluster::zones_of_nodes() const {
  std::vector<int> zones;
  for (const Node& node : nodes_) zones.push_back(node.zone);
  return zones;
}

Cluster::Cluster(rpc::Network& network, const rpc::Service& service, const ElasticsearchSpec& spec, RegionIndex region, Measures& measures)
    : network_(network),
      service_(service),
      spec_(spec),
      measures_(measures),
      nodes_(nodes_of(network.geography, service, region)),
      allocation_(spec.allocation, spec.shards, spec.replicas, spec.shard, zones_of_nodes()) {
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    empty(node);
    if (const rpc::Instance* const there = instance(node)) nodes_[node].machine = &there->machine;
  }
}

// Copies refresh each at their own time, which is the same in every run.
void Cluster::empty(NodeIndex node) {
  std::deque<Searchable>& copies = nodes_[node].copies;
  copies.clear();
  for (int shard = 0; shard < spec_.shards; ++shard) {
    const std::uint64_t place = mix(static_cast<std::uint64_t>(shard) * nodes_.size() + node);
    copies.emplace_back(spec_.refresh_interval, spec_.refresh_interval * (static_cast<double>(place % 1000) / 1000));
  }
}

void Cluster::start() {
  for (NodeIndex node = 0; node < nodes_.size(); ++node) scope_.spawn_service("checks of a node", watch(node));
  scope_.spawn_service("copies of shards", make_copies());
}

NodeIndex Cluster::index_of(const rpc::Instance& self) const {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&self](const Node& node) { return node.zone == self.zone; });
  return static_cast<NodeIndex>(found - nodes_.begin() + self.number);
}

bool Cluster::connected(NodeIndex from, NodeIndex to) { return network_.way(nodes_[from].zone, nodes_[to].zone).connects(); }

bool Cluster::up(NodeIndex node) const {
  const rpc::Instance* const there = instance(node);
  return there != nullptr && there->alive() && !there->execution.paused(now());
}

bool Cluster::refuses(NodeIndex node) const {
  const rpc::Instance* const there = instance(node);
  return (there == nullptr || !there->alive()) && nodes_[node].machine != nullptr && nodes_[node].machine->is_on();
}

bool Cluster::reaches_majority(NodeIndex node) {
  int reached = 0;
  for (NodeIndex other = 0; other < nodes_.size(); ++other) {
    reached += allocation_.member(other) && up(other) && (other == node || connected(node, other));
  }
  return reached * 2 > allocation_.members();
}

bool Cluster::answers(NodeIndex node) { return up(node) && (node == master_ ? reaches_majority(node) : connected(master_, node)); }

void Cluster::started(rpc::Instance& self) {
  const NodeIndex node = index_of(self);
  if (node >= nodes_.size()) return;
  const Host* const before = std::exchange(nodes_[node].machine, &self.machine);
  // A volume goes to the machine that takes over, as long as its own one has power.
  const bool with_disk = before == nullptr || before == &self.machine || before->is_on();
  if (!with_disk) empty(node);
  if (allocation_.member(node)) leave(node);
  join(node, with_disk);
}

// The connection of a process that ends breaks; that of a machine without power stays silent.
void Cluster::stopped(const rpc::Instance& self) {
  const NodeIndex node = index_of(self);
  if (node < nodes_.size() && self.machine.is_on()) leave(node);
}

Task<> Cluster::watch(NodeIndex node) {
  for (;;) {
    co_await delay(spec_.fault_detection.interval);
    Checks& checks = nodes_[node].checks;
    if (answers(node)) {
      checks.answered();
      if (!allocation_.member(node)) join(node, true);
    } else if (allocation_.member(node)) {
      co_await delay(spec_.fault_detection.timeout);
      if (answers(node)) {
        checks.answered();
      } else if (checks.failed(spec_.fault_detection)) {
        leave(node);
      }
    }
  }
}

// Who is left elects a master of its own, if it is the majority; else nothing can be decided.
void Cluster::elect() {
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (!allocation_.member(node) || !up(node) || !reaches_majority(node)) continue;
    master_ = node;
    return allocation_.master_changed(now());
  }
}

void Cluster::leave(NodeIndex node) {
  if (!allocation_.member(node)) return;
  if (node == master_) elect();
  if (!up(master_) || !reaches_majority(master_)) return;
  ++measures_.left;
  measures_.promotions.add(static_cast<std::uint64_t>(allocation_.left(node, now())));
  nodes_[node].checks = {};
  changed_.notify_all();
}

void Cluster::join(NodeIndex node, bool with_disk) {
  if (node != master_ && !connected(node, master_)) return;
  for (const Allocation::Place& place : allocation_.joined(node, with_disk, now())) fill(place);
  if (!up(master_)) elect();
  changed_.notify_all();
}

void Cluster::failed(int shard, NodeIndex node) {
  allocation_.failed(shard, node, now());
  changed_.notify_all();
}

void Cluster::fill(Allocation::Place place) {
  const std::optional<NodeIndex> primary = allocation_.primary(place.shard);
  const NodeIndex node = allocation_.copies(place.shard)[static_cast<std::size_t>(place.copy)].node;
  if (primary && *primary != node) copy(node, place.shard).copy(copy(*primary, place.shard));
}

Task<> Cluster::make_copies() {
  constexpr Duration step = 1s;
  for (;;) {
    co_await delay(step);
    const Health health = allocation_.health();
    if (health == Health::green) continue;
    (health == Health::red ? measures_.red : measures_.yellow).add(step);
    for (const Allocation::Place& place : allocation_.advance(step, now())) {
      fill(place);
      ++measures_.recoveries;
      measures_.recovery_time.record(now() - allocation_.copies(place.shard)[static_cast<std::size_t>(place.copy)].since);
      changed_.notify_all();
    }
  }
}

Task<std::optional<rpc::Reply>> Cluster::answer_of(NodeIndex node, Future<rpc::Reply> answer, Instant deadline) {
  constexpr Duration look = 100ms;  // at who has left meanwhile
  while (now() < deadline) {
    std::optional<rpc::Reply> reply = co_await answer.within(std::min(look, deadline - now()));
    if (reply) co_return reply;
    if (!allocation_.member(node)) break;
  }
  co_return std::nullopt;
}

Task<> Cluster::wait_for_change(Duration longest) { co_await within(longest, changed_.wait()); }

}  // namespace streamtwin::elasticsearch
