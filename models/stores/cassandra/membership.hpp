// What the nodes of a run's store have heard of each other by gossip.
#pragma once

#include <functional>
#include <vector>

#include "models/stores/cassandra/gossip.hpp"
#include "models/stores/cassandra/topology.hpp"

namespace streamtwin::stores {

class Membership {
 public:
  static constexpr Duration round_interval = 1s;  // apache/cassandra gms/Gossiper intervalInMillis

  /// Whether a node is there, and whether messages get from one to another.
  struct World {
    std::function<bool(NodeIndex)> present;
    std::function<bool(NodeIndex, NodeIndex)> connected;
  };
  Membership(const Topology& topology, const cassandra::DetectorProperties& properties, World world, Instant now);

  void round(Instant now);
  /// A process of it has started: it asks whoever is there what there is before it serves.
  void restarted(NodeIndex node, Instant now);
  bool alive(NodeIndex viewer, NodeIndex node) const { return calm_ || nodes_[viewer].alive(node); }
  /// Everybody takes everybody for alive.
  bool calm() const { return calm_; }
  /// How long the viewer has taken it for dead.
  Duration down_for(NodeIndex viewer, NodeIndex node, Instant now) const {
    return alive(viewer, node) ? Duration{0} : now - nodes_[viewer].down_since(node);
  }
  /// How often somebody took somebody for dead.
  std::uint64_t convictions() const { return convictions_; }

 private:
  bool reaches(NodeIndex from, NodeIndex to) const { return world_.present(to) && world_.connected(from, to); }
  void gossip(NodeIndex node, Instant now);
  bool all_are_met() const;

  World world_;
  cassandra::DetectorProperties properties_;
  std::vector<NodeIndex> seeds_;
  std::vector<cassandra::Gossiper> nodes_;
  std::vector<std::uint32_t> starts_;
  std::uint64_t convictions_ = 0;
  bool calm_ = false;  ///< as it was after the last round
  Random random_;
};

}  // namespace streamtwin::stores
