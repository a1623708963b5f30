// How a service's client chooses a node (elastic/elasticsearch client RestClient, DeadHostState): all in turn; one that could not be
// connected to is left out for a minute, and longer with each further time.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/stores/elasticsearch/replica_selection.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elasticsearch {

class RestClient {
 public:
  static constexpr Duration shortest = 1min, longest = 30min;

  explicit RestClient(std::size_t nodes) : nodes_(nodes) {}

  /// The next in turn, or where all are left out the one that would be the first to be back.
  NodeIndex next(Instant now) {
    NodeIndex soonest = 0;
    for (std::size_t step = 0; step < nodes_.size(); ++step) {
      const auto node = static_cast<NodeIndex>(turn_++ % nodes_.size());
      if (nodes_[node].dead_until <= now) return node;
      if (nodes_[node].dead_until < nodes_[soonest].dead_until) soonest = node;
    }
    return soonest;
  }
  void failed(NodeIndex node, Instant now) {
    Host& host = nodes_[node];
    host.left_out = host.left_out == Duration{0} ? shortest : std::min(longest, host.left_out * std::sqrt(2.0));
    host.dead_until = now + host.left_out;
  }
  void answered(NodeIndex node) { nodes_[node] = {}; }

 private:
  struct Host {
    Instant dead_until{};
    Duration left_out{0};
  };
  std::vector<Host> nodes_;
  std::size_t turn_ = 0;
};

}  // namespace streamtwin::elasticsearch
