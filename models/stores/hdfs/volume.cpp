#include "models/stores/hdfs/volume.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::hdfs {

std::deque<Volume::Node> Volume::nodes_of(const places::Geography& geography, const rpc::Service& service, RegionIndex region) {
  std::deque<Node> nodes;
  for (const ZoneIndex zone : geography.zones_in(region)) {
    for (int number = 0; number < service.slots(zone); ++number) nodes.emplace_back(zone, number);
  }
  return nodes;
}

std::vector<int> Volume::racks() const {
  std::vector<int> racks;
  for (const Node& node : nodes_) racks.push_back(node.zone);
  return racks;
}

Volume::Volume(rpc::Network& network, const rpc::Service& service, const HdfsSpec& spec, RegionIndex region, Measures& measures)
    : network_(network),
      service_(service),
      spec_(spec),
      measures_(measures),
      nodes_(nodes_of(network.geography, service, region)),
      names_(spec.heartbeats, spec.replication, racks(), now()),
      name_nodes_{0},
      random_(0, service.name + "/" + network.geography.region_name(region), "hdfs") {
  const auto elsewhere = [this](const Node& node) { return node.zone != nodes_.front().zone; };
  const auto other = std::find_if(nodes_.begin(), nodes_.end(), elsewhere);
  const auto second = static_cast<NodeIndex>(other == nodes_.end() ? 1 : other - nodes_.begin());
  if (spec.name_node.standby && second < nodes_.size()) name_nodes_.push_back(second);
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (const rpc::Instance* const there = instance(node)) nodes_[node].machine = &there->machine;
  }
  fill();
}

void Volume::fill() {
  const double copies = std::min<double>(spec_.replication.replicas, static_cast<double>(nodes_.size()));
  const auto blocks = static_cast<std::size_t>(std::max(1.0, spec_.stored / spec_.block * static_cast<double>(nodes_.size()) / copies));
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::vector<NodeIndex> chosen = names_.choose(static_cast<NodeIndex>(block % nodes_.size()), now(), random_);
    for (const NodeIndex node : chosen) nodes_[node].blocks.insert(static_cast<BlockIndex>(block));
    names_.add(chosen);
  }
}

void Volume::start() {
  scope_.spawn_service("heartbeats", beat());
  scope_.spawn_service("NameNode", watch_name_node());
  scope_.spawn_service("replication of blocks", look());
}

NodeIndex Volume::index_of(const rpc::Instance& self) const {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&self](const Node& node) { return node.zone == self.zone; });
  return static_cast<NodeIndex>(found - nodes_.begin() + self.number);
}

bool Volume::up(NodeIndex node) const {
  const rpc::Instance* const there = instance(node);
  return there != nullptr && there->alive();
}

bool Volume::reaches(NodeIndex from, NodeIndex to) { return up(to) && network_.way(nodes_[from].zone, nodes_[to].zone).connects(); }

// ZooKeeper's servers stand in all zones.
bool Volume::reaches_majority(NodeIndex node) {
  std::size_t reached = 0;
  for (const Node& other : nodes_) reached += network_.way(nodes_[node].zone, other.zone).connects();
  return reached * 2 > nodes_.size();
}

void Volume::started(rpc::Instance& self) {
  const NodeIndex node = index_of(self);
  if (node >= nodes_.size()) return;
  const Host* const before = std::exchange(nodes_[node].machine, &self.machine);
  // A volume goes to the machine that takes over, as long as its own one has power.
  if (before != nullptr && before != &self.machine && !before->is_on()) nodes_[node].blocks.clear();
}

void Volume::stopped(const rpc::Instance& self) {
  if (index_of(self) == name_nodes_[active_]) restarting_ = true;
}

Task<> Volume::beat() {
  for (;;) {
    co_await delay(spec_.heartbeats.interval);
    const NodeIndex at = name_nodes_[active_];
    if (!serves(at)) continue;
    for (NodeIndex node = 0; node < nodes_.size(); ++node) {
      if (!up(node) || !reaches(node, at)) continue;
      const std::vector<BlockIndex> blocks(nodes_[node].blocks.begin(), nodes_[node].blocks.end());
      if (names_.heartbeat(node, now()) || safemode_) names_.report(node, blocks);
    }
  }
}

Task<> Volume::watch_name_node() {
  constexpr Duration step = 1s;
  for (;;) {
    co_await delay(step);
    look_at_name_node();
    if (!safemode_) continue;
    safemode_->reported(names_.blocks() - names_.missing(), now());
    if (safemode_->on(now())) {
      measures_.safemode.add(step);
    } else {
      safemode_.reset();
    }
  }
}

void Volume::look_at_name_node() {
  const NodeIndex node = name_nodes_[active_];
  if (!restarting_ && up(node) && reaches_majority(node)) {
    lost_.reset();
    return;
  }
  if (!lost_) lost_ = now();
  const std::size_t other = (active_ + 1) % name_nodes_.size();
  const NodeIndex instead = name_nodes_[other];
  if (other != active_ && up(instead) && reaches_majority(instead) && !safemode_) {
    if (now() - *lost_ < spec_.name_node.session_timeout) return;
    active_ = other;
    lost_.reset();
    restarting_ = false;
    names_.heard_of_all(now());
    ++measures_.failovers;
  } else if (restarting_ && up(node)) {
    restart();
  }
}

void Volume::restart() {
  restarting_ = false;
  lost_.reset();
  loaded_ = now() + spec_.name_node.load_time;
  names_.forget_replicas();
  names_.heard_of_all(loaded_);
  safemode_.emplace(spec_.safemode, names_.blocks());
}

Task<> Volume::look() {
  for (;;) {
    co_await delay(spec_.replication.interval);
    if (serves(name_nodes_[active_]) && takes_writes()) {
      measures_.dead.add(static_cast<std::uint64_t>(names_.look_for_dead(now())));
      for (const CopyOrder& order : names_.order_copies(now(), random_)) scope_.spawn_service("a replica of a block", copy(order));
    }
    const std::size_t under_replicated = names_.under_replicated(), missing = names_.missing();
    measures_.under_replicated.add(now(), static_cast<double>(under_replicated) - static_cast<double>(under_replicated_));
    measures_.missing.add(now(), static_cast<double>(missing) - static_cast<double>(missing_));
    under_replicated_ = under_replicated;
    missing_ = missing;
  }
}

// The order goes out with an answer to a heartbeat. What does not arrive is ordered again when it is overdue.
Task<> Volume::copy(CopyOrder order) {
  co_await delay(random_.uniform(Duration{0}, spec_.heartbeats.interval));
  if (!up(order.from) || !reaches(order.from, order.to)) co_return;
  const Duration time = disk_time(spec_.block);
  co_await all_of(disk(order.from).serve(time), disk(order.to).serve(time));
  if (!up(order.from) || !up(order.to) || !has(order.from, order.block)) co_return;
  nodes_[order.to].blocks.insert(order.block);
  names_.copied(order);
  ++measures_.copied;
}

void Volume::place(BlockIndex block, const std::vector<NodeIndex>& pipeline) {
  for (Node& node : nodes_) node.blocks.erase(block);
  for (const NodeIndex node : pipeline) nodes_[node].blocks.insert(block);
  names_.place(block, pipeline);
}

}  // namespace streamtwin::hdfs
