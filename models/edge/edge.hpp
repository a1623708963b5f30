// The way of a client's request into a region: geographic DNS names the region, a load balancer node of one of its
// zones takes the connection, a Zuul instance runs the filters and proxies to the API, with a limit on concurrent
// requests and retries by outcome. The decisions are in elb/ and zuul/; here are connections, messages and waits.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "models/clients/geo_dns.hpp"
#include "models/edge/edge_spec.hpp"
#include "models/edge/elb/load_balancer.hpp"
#include "models/edge/measures.hpp"
#include "models/edge/zuul/origin.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/platform/platform.hpp"

namespace streamtwin::edge {

/// Where a client's address lies, and how far each region is from there.
struct ClientPlace {
  clients::Region home = 0;           ///< the region that geo-DNS names for it
  clients::Region home_elsewhere = 0; ///< the one it names when the resolver hides the place
  std::vector<Duration> one_way;      ///< by region, the access line not included
};

class Edge final : public services::RoleProcess {
 public:
  Edge(services::Mesh& mesh, const EdgeSpec& spec, const clients::GeoDnsConfig& dns, clients::GeoDns& geo_dns,
       services::Service& gateway, EdgeMeasures& measures);

  void add_node(Host& machine, cloud::ZoneIndex zone);
  void add_place(ClientPlace place) { places_.push_back(std::move(place)); }
  /// Members' resolvers hold answers already; a share of them never tells where the member is.
  void add_members(std::size_t members, Fraction mis_steered, std::uint64_t seed);
  void start();

  /// A client's request: its way there, its answer, and the way back. The client decides how long it waits.
  Task<services::Reply> request(services::Request request, Random& random);

  Task<> handle(services::Instance& self, services::Request request, services::Reply& reply) override;
  std::unique_ptr<services::RoleState> make_state(services::Instance& self) override;

 private:
  struct Node {
    Host* machine;
    cloud::ZoneIndex zone;
  };
  struct Region {
    std::vector<Node> nodes;
    std::size_t next_node = 0;
  };
  struct Member {
    clients::ResolverCache resolver;
    bool mis_steered = false;
  };

  clients::Region region_of(const services::Request& request, Random& random);
  services::Instance* choose_gateway(const Node& node);
  Task<services::Reply> through_node(Node& node, services::Request request);
  Task<zuul::Outcome> attempt(services::Instance& self, services::Outgoing& origin, const services::Request& request,
                              services::Reply& reply);
  Task<> watch_regions();

  services::Mesh& mesh_;
  const EdgeSpec spec_;
  const clients::GeoDnsConfig dns_;
  clients::GeoDns& geo_dns_;
  services::Service& gateway_;
  EdgeMeasures& measures_;
  std::vector<ClientPlace> places_;
  std::vector<Region> regions_;
  std::vector<Member> members_;
  Scope scope_;
};

}  // namespace streamtwin::edge
