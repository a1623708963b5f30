#include "models/stores/cassandra/membership.hpp"

#include <algorithm>

namespace streamtwin::stores {
namespace {

/// Rounds before the run, after which everybody has met, with regular intervals behind them.
constexpr int earlier_rounds = 60;

/// Netflix/Priam: a seed in each zone.
std::vector<NodeIndex> seeds_of(const Topology& topology) {
  std::vector<NodeIndex> seeds;
  for (NodeIndex node = 0; node < topology.size(); ++node) {
    if (topology.number(node) == 0) seeds.push_back(node);
  }
  return seeds;
}

}  // namespace

Membership::Membership(const Topology& topology, const cassandra::DetectorProperties& properties, World world, Instant now)
    : properties_(properties), seeds_(seeds_of(topology)), starts_(topology.size(), 1), random_(0, "cassandra", "gossip") {
  const Instant began = now - earlier_rounds * round_interval;
  for (NodeIndex node = 0; node < topology.size(); ++node) nodes_.emplace_back(node, topology.size(), seeds_, properties_, 0, began);
  world_ = {[](NodeIndex) { return true; }, [](NodeIndex, NodeIndex) { return true; }};
  for (int i = 1; i <= earlier_rounds; ++i) round(began + i * round_interval);
  world_ = std::move(world);
}

void Membership::gossip(NodeIndex node, Instant now) {
  const auto echo = [this](NodeIndex asker, NodeIndex asked) { return reaches(asker, asked) && reaches(asked, asker); };
  for (const NodeIndex target : nodes_[node].choose(random_)) {
    if (reaches(node, target) && world_.connected(target, node)) cassandra::Gossiper::exchange(nodes_[node], nodes_[target], now, echo);
  }
}

void Membership::round(Instant now) {
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (!world_.present(node)) continue;
    nodes_[node].beat();
    gossip(node, now);
    convictions_ += static_cast<std::uint64_t>(nodes_[node].look(now));
  }
  calm_ = all_are_met();
}

bool Membership::all_are_met() const {
  return std::all_of(nodes_.begin(), nodes_.end(), [this](const cassandra::Gossiper& node) { return node.live() + 1 == nodes_.size(); });
}

void Membership::restarted(NodeIndex node, Instant now) {
  calm_ = false;
  nodes_[node] = cassandra::Gossiper(node, nodes_.size(), seeds_, properties_, starts_[node]++, now);
  nodes_[node].beat();
  const auto echo = [this](NodeIndex asker, NodeIndex asked) { return reaches(asker, asked) && reaches(asked, asker); };
  for (NodeIndex other = 0; other < nodes_.size(); ++other) {
    if (other == node || !reaches(node, other) || !world_.connected(other, node)) continue;
    return cassandra::Gossiper::exchange(nodes_[node], nodes_[other], now, echo);
  }
}

}  // namespace streamtwin::stores
