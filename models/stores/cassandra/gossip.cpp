#include "models/stores/cassandra/gossip.hpp"

#include <algorithm>

namespace streamtwin::cassandra {

Gossiper::Gossiper(NodeIndex self, std::size_t nodes, std::span<const NodeIndex> seeds, const DetectorProperties& properties,
                   std::uint32_t generation, Instant now)
    : self_(self),
      seeds_(seeds.begin(), seeds.end()),
      known_(nodes),
      alive_(nodes, 0),
      down_since_(nodes, now),
      detector_(nodes, properties, now) {
  known_[self].generation = generation + 1;
}

std::size_t Gossiper::live() const { return static_cast<std::size_t>(std::count(alive_.begin(), alive_.end(), 1)); }

bool Gossiper::is_seed(NodeIndex node) const { return std::find(seeds_.begin(), seeds_.end(), node) != seeds_.end(); }

NodeIndex Gossiper::pick(bool alive, Random& random) const {
  const std::size_t of = alive ? live() : known_.size() - 1 - live();
  std::uint64_t left = random.below(of);
  for (NodeIndex node = 0;; ++node) {
    if (node != self_ && (alive_[node] != 0) == alive && left-- == 0) return node;
  }
}

Gossiper::Targets Gossiper::choose(Random& random) const {
  Targets targets;
  const std::size_t alive = live(), unreachable = known_.size() - 1 - alive;
  if (alive > 0) targets.push_back(pick(true, random));
  if (unreachable > 0 && random.chance(static_cast<double>(unreachable) / static_cast<double>(alive + 1))) {
    targets.push_back(pick(false, random));
  }
  if ((alive > 0 && is_seed(targets.front()) && alive >= seeds_.size()) || seeds_.empty()) return targets;
  const NodeIndex seed = seeds_[random.below(seeds_.size())];
  const double likely = static_cast<double>(seeds_.size()) / static_cast<double>(alive + unreachable);
  if (seed != self_ && (alive == 0 || random.chance(likely))) targets.push_back(seed);
  return targets;
}

void Gossiper::exchange(Gossiper& initiator, Gossiper& other, Instant now, const Echo& echo) {
  for (NodeIndex node = 0; node < initiator.known_.size(); ++node) {
    const Heartbeat ours = initiator.known_[node], theirs = other.known_[node];
    if (theirs > ours) initiator.hear(node, theirs, now, echo);
    if (ours > theirs) other.hear(node, ours, now, echo);
  }
}

void Gossiper::hear(NodeIndex node, Heartbeat heartbeat, Instant now, const Echo& echo) {
  known_[node] = heartbeat;
  if (node == self_) return;
  detector_.heard(node, now);
  if (alive_[node] == 0 && echo(self_, node)) alive_[node] = 1;
}

int Gossiper::look(Instant now) {
  if (!detector_.look(now)) return 0;
  int convicted = 0;
  for (NodeIndex node = 0; node < known_.size(); ++node) {
    if (alive_[node] == 0 || !detector_.convicts(node, now)) continue;
    alive_[node] = 0;
    down_since_[node] = now;
    ++convicted;
  }
  return convicted;
}

}  // namespace streamtwin::cassandra
