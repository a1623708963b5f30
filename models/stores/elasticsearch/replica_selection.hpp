// Which copy of a shard a coordinator asks (elastic/elasticsearch node/ResponseCollectorService, cluster/routing/IndexShardRoutingTable):
// the one of the lowest rank, by C3 (Suresh et al., NSDI 2015), of what answers have told it of each node: their queues, how long their
// searches took there, and how long the answer took. Nodes that it knows nothing of come first. Copies that lose move towards the winner, so
// that a slow node is tried again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::elasticsearch {

using NodeIndex = std::uint32_t;

/// common/ExponentiallyWeightedMovingAverage with ResponseCollectorService.ALPHA.
class Average {
 public:
  static constexpr double alpha = 0.3;

  explicit Average(double first) : value_(first) {}
  void add(double value) { value_ = alpha * value + (1 - alpha) * value_; }
  double value() const { return value_; }

 private:
  double value_;
};

/// What a coordinator knows of a node, as ranks see it.
struct NodeStatistics {
  Duration response{0}, service{0};
  int queue = 0;
};

/// `outstanding`: requests of this coordinator that the node has not answered. `clients`: coordinators, of which there are as many as nodes
/// that have answered.
double rank_of(const NodeStatistics& node, int outstanding, int clients);
/// As releases before 7.0 had it, where the service time counted as its reciprocal.
double earlier_rank_of(const NodeStatistics& node, int outstanding, int clients);

/// Of one coordinator.
class ReplicaSelection {
 public:
  explicit ReplicaSelection(std::size_t nodes) : nodes_(nodes) {}

  /// An answer came, with the length of the node's queue and its average service time in it.
  void heard(NodeIndex node, int queue, Duration response, Duration service);
  /// The node has left the cluster.
  void forget(NodeIndex node);
  std::optional<NodeStatistics> statistics(NodeIndex node) const;

  /// Sorts the nodes of a shard's copies, those that it likes best first; equals stay in turn, which moves on with each call.
  /// `outstanding`, by node, is of one search: the winner has one more.
  void sort(std::span<NodeIndex> copies, std::span<int> outstanding);
  /// The same without what it knows, in turn.
  void take_turns(std::span<NodeIndex> copies);

 private:
  struct Heard {
    Average queue, response_ns;
    double service_ns;
  };
  void add(NodeIndex node, int queue, double response_ns, double service_ns);
  void adjust(std::span<const NodeIndex> copies, NodeIndex winner);

  std::vector<std::optional<Heard>> nodes_;
  int known_ = 0;
  std::size_t turn_ = 0;
};

}  // namespace streamtwin::elasticsearch
