// How nodes learn of each other (apache/cassandra gms/Gossiper): once a second each tells one that it takes for alive what it has
// heard of all, now and then one that it takes for dead, and a seed where it has met none. Both then know the newer of what either
// knew, and their failure detectors have heard of whomever there was news of.
#pragma once

#include <boost/container/static_vector.hpp>
#include <functional>
#include <span>
#include <vector>

#include "models/stores/cassandra/failure_detector.hpp"
#include "models/stores/cassandra/ring.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::cassandra {

struct Heartbeat {
  std::uint32_t generation = 0;  ///< counts a node's starts
  std::uint32_t version = 0;
  auto operator<=>(const Heartbeat&) const = default;
};

/// What one node has heard of all nodes of its cluster, by index.
class Gossiper {
 public:
  using Targets = boost::container::static_vector<NodeIndex, 3>;
  /// `generation`: how often it has started before.
  Gossiper(NodeIndex self, std::size_t nodes, std::span<const NodeIndex> seeds, const DetectorProperties& properties,
           std::uint32_t generation, Instant now);

  void beat() { ++known_[self_].version; }
  /// Whom it gossips with this round.
  Targets choose(Random& random) const;
  /// Whether a node answers another one that has heard of it and took it for dead.
  using Echo = std::function<bool(NodeIndex asker, NodeIndex asked)>;
  /// SYN, ACK and ACK2 between two nodes, all of them arrived.
  static void exchange(Gossiper& initiator, Gossiper& other, Instant now, const Echo& echo);
  /// Convicts whoever has been silent for too long; says how many are newly dead to it.
  int look(Instant now);

  bool alive(NodeIndex node) const { return node == self_ || alive_[node] != 0; }
  /// When it began to take the node for dead.
  Instant down_since(NodeIndex node) const { return down_since_[node]; }
  std::size_t live() const;  ///< besides itself

 private:
  void hear(NodeIndex node, Heartbeat heartbeat, Instant now, const Echo& echo);
  bool is_seed(NodeIndex node) const;
  NodeIndex pick(bool alive, Random& random) const;

  NodeIndex self_;
  std::vector<NodeIndex> seeds_;
  std::vector<Heartbeat> known_;
  std::vector<char> alive_;
  std::vector<Instant> down_since_;
  FailureDetector detector_;
};

}  // namespace streamtwin::cassandra
