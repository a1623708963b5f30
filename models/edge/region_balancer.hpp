// The classic load balancer of one region before the instances of one service: requests pass through a node of a zone to
// a target, or wait in the node's surge queue for one; it knows who is in service by health checks alone. The decisions
// are in elb/; here are messages and waits.
#pragma once

#include <unordered_map>
#include <vector>

#include "models/edge/elb/classic.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::edge {

class RegionBalancer {
 public:
  /// What became of a request at a node.
  struct Passage {
    services::Reply reply;
    bool spilled = false;  ///< no target, and no room in the surge queue: the balancer's own 503
    bool silent = false;   ///< nothing came for the idle time-out, from a target or in the surge queue: closed
    bool sent = false;     ///< to a target
    Duration at_target{};  ///< from the request's leaving the node to its answer
  };

  RegionBalancer(services::Mesh& mesh, cloud::RegionIndex region, const elb::ClassicProperties& properties);

  /// An instance that is known to be healthy is in service at once, another one after its checks.
  void add(services::Instance& instance, bool healthy);
  void start();
  bool any_in_service() const;

  int nodes() const { return zones_; }
  bool serves(int node) const { return balancer_.serves(node); }
  /// The nodes that have an address: of zones with registered targets, or the first.
  std::vector<int> zones_with_targets() const { return balancer_.zones_with_targets(); }
  /// The node that DNS names where nodes do not die, by its position among the region's zones.
  int node(Random& random) const { return balancer_.node(random); }
  Task<Passage> pass(int node, services::Request request);

 private:
  class Waiting;

  Task<> check_health();
  void serve_surge();

  services::Mesh& mesh_;
  const elb::ClassicProperties properties_;
  const cloud::ZoneIndex first_zone_;
  const int zones_;
  elb::ClassicBalancer balancer_;
  std::vector<services::Instance*> targets_;                ///< by elb::TargetId
  std::unordered_map<std::uint64_t, Promise<void>> surge_;  ///< by ticket: who waits at a node for a target
  std::uint64_t tickets_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::edge
