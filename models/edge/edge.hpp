// The way of a request into a region: a load balancer node of one of its zones takes the connection, a Zuul instance
// runs the filters and proxies to the API, with a limit on concurrent requests and retries by outcome. The decisions
// are in elb/ and zuul/; here are connections, messages and waits.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "models/edge/edge_spec.hpp"
#include "models/edge/measures.hpp"
#include "models/edge/zuul/origin.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::edge {

class Edge final : public services::RoleProcess {
 public:
  Edge(services::Mesh& mesh, const EdgeSpec& spec, services::Service& gateway, EdgeMeasures& measures);

  void add_node(Host& machine, cloud::ZoneIndex zone);
  /// Begins the health checks; every instance passes its first.
  void start();
  /// Whether the region answers: a load balancer node is up and a gateway instance in service.
  bool alive(cloud::RegionIndex region) const;

  /// A client's request: its way into the region, its answer, and the way back. The client decides how long it waits.
  Task<services::Reply> request(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random);

  Task<> handle(services::Instance& self, services::Request request, services::Reply& reply) override;
  std::unique_ptr<services::RoleState> make_state(services::Instance& self) override;
  bool admits(services::Instance& self, const services::Request& request) override;

 private:
  /// A region's balancer: its nodes' machines by zone, and which instance each target is.
  struct Region {
    Region(const elb::ClassicProperties& properties, int zones) : balancer(properties, zones), nodes(static_cast<std::size_t>(zones)) {}
    elb::ClassicBalancer balancer;
    std::vector<Host*> nodes;
    std::vector<services::Instance*> targets;  ///< by elb::TargetId
    std::unordered_map<std::uint64_t, Promise<void>> surge;  ///< by ticket: who waits at a node for a target
    std::uint64_t tickets = 0;
  };

  Task<services::Reply> through(Region& region, int node, services::Request request);
  Task<> check_health(Region& region);
  static Future<void> queue(Region& region, int node);
  static void serve_surge(Region& region);
  Task<zuul::AttemptOutcome> try_origin(services::Instance& self, services::Outgoing& origin, const services::Request& request,
                                        services::Reply& reply);
  Task<zuul::AttemptOutcome> ask_server(services::Instance& self, services::Instance& server, const services::Request& request,
                                        services::Reply& reply);

  services::Mesh& mesh_;
  const EdgeSpec spec_;
  services::Service& gateway_;
  EdgeMeasures& measures_;
  std::deque<Region> regions_;
  bool started_ = false;
  Scope scope_;
};

}  // namespace streamtwin::edge
