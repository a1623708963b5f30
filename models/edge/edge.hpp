// The way of a request into a region: a load balancer node of one of its zones takes the connection, a Zuul instance
// runs the filters and proxies to the API, with a limit on concurrent requests and retries by outcome. The decisions
// are in elb/ and zuul/; here are connections, messages and waits.
#pragma once

#include <deque>
#include <memory>
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

  ~Edge() override;

  void add_node(Host& machine, cloud::ZoneIndex zone);
  /// Begins the health checks; every instance passes its first.
  void start();
  /// Whether a load balancer node of the region is up.
  bool alive(cloud::RegionIndex region) const;

  /// A client's request: its way into the region, its answer, and the way back. The client decides how long it waits.
  Task<services::Reply> request(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random);

  Task<> handle(services::Instance& self, services::Request request, services::Reply& reply) override;
  std::unique_ptr<services::RoleState> make_state(services::Instance& self) override;

 private:
  struct Node;
  struct Region {
    std::deque<Node> nodes;
  };

  services::Instance* choose_gateway(Node& node);
  Task<services::Reply> through(Node& node, services::Request request);
  Task<> check_health(Node& node);
  Task<zuul::AttemptOutcome> try_origin(services::Instance& self, services::Outgoing& origin, const services::Request& request,
                                        services::Reply& reply);

  services::Mesh& mesh_;
  const EdgeSpec spec_;
  services::Service& gateway_;
  EdgeMeasures& measures_;
  std::vector<Region> regions_;
  Scope scope_;
};

}  // namespace streamtwin::edge
