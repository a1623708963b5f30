// The way of a request into a region: a load balancer node that DNS names takes the connection and passes it to a gateway
// (gateway.hpp). The decisions are in elb/ and dns/; here are messages and waits.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "models/edge/edge_spec.hpp"
#include "models/edge/gateway.hpp"
#include "models/edge/measures.hpp"
#include "models/edge/region_balancer.hpp"
#include "models/registry/record_checks.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/platform/platform.hpp"

namespace streamtwin::edge {

class Edge final : private rpc::LifeObserver {
 public:
  /// All of these must outlive it. The mesh's gateways are its own from now on.
  Edge(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures, const Plug<zuul::PluggedShedding>* shedding = nullptr);

  void add_node(Host& machine, ZoneIndex zone);
  /// Begins the health checks; every instance passes its first.
  void start();
  /// So many requests for an origin come to a region when the run begins: its gateways have been in use for long.
  void expect(RegionIndex region, std::uint16_t origin, Rate requests);
  /// Of those, what a gateway that the run begins with sends to each of so many servers of the origin.
  Rate expected(RegionIndex region, std::size_t origin, std::size_t servers) const;
  /// Whether the region answers: a load balancer node is up and a gateway instance in service.
  bool alive(RegionIndex region) const;
  /// Its gateway instances to which a load balancer sends requests.
  RegionBalancer& balancer(RegionIndex region) { return regions_[region].balancer; }
  int gateways_in_service(RegionIndex region) const { return regions_[region].balancer.in_service(); }
  std::size_t regions() const { return regions_.size(); }
  /// Of a request that came to a region: its client knows that it failed.
  void count_failed(RegionIndex region, services::FailureMeasures& by_client, rpc::Status why, Duration took) const {
    by_client.count(why, took);
    mesh_.regions[region].count_failed(why, took);
  }
  /// Or that it was answered.
  void count_answered(RegionIndex region) const { ++mesh_.regions[region].answered; }
  const std::string& region_name(RegionIndex region) const { return mesh_.geography.region_name(region); }

  /// The gateways of a region begin to proxy its requests to another region, or to the nearest that answers; or end it.
  void evacuate(RegionIndex from, std::optional<RegionIndex> to);
  /// The same, so much of them and no more, to several regions.
  void proxy(RegionIndex from, Saviours to, Fraction share, zuul::MisRouted how) { gateway_.proxy(from, std::move(to), share, how); }
  void end_evacuation(RegionIndex from) { gateway_.end_proxying(from); }

  /// Which of the gateway's calls requests for a service go to, or `rpc::no_route`: by their path, when they have one
  /// and there are routes.
  std::uint16_t origin_of(std::string_view path, const std::string& target) const;

  /// A client's request: its way into the region, its answer, and the way back. The client decides how long it waits. `old`: how
  /// old the addresses are, at least, that it has of the region's nodes.
  Task<rpc::Reply> request(RegionIndex region, rpc::Way way, rpc::Envelope request, Random& random, Duration old = {});

 private:
  struct Region final : registry::Checked<int> {
    Region(services::Mesh& its_mesh, RegionIndex region, const EdgeSpec& its_spec)
        : mesh(its_mesh),
          spec(its_spec),
          balancer(mesh.network, mesh.recorder, region, spec.elb, spec.group()),
          nodes(static_cast<std::size_t>(balancer.nodes())),
          first_zone(mesh.geography.first_zone(region)),
          dns(nodes.size()) {}

    // its nodes in DNS
    void list(std::vector<int>& all) override;
    bool answers(const int& node) override;
    void report(const int& node, bool passed) override;
    void publish() override;

    services::Mesh& mesh;
    const EdgeSpec& spec;
    RegionBalancer balancer;
    std::vector<Host*> nodes;    ///< the machines of its nodes
    std::vector<Rate> expected;  ///< requests when the run begins, by origin
    int gateways_at_start = 0;
    ZoneIndex first_zone;
    elb::NodeDns dns;
    Scope scope;
  };

  Task<rpc::Reply> request_elsewhere(RegionIndex region, rpc::Way way, rpc::Envelope request, Random& random);
  rpc::Way further(rpc::Way way, RegionIndex from, RegionIndex to) const;
  void started(rpc::Instance& instance) override;
  void attached(rpc::Instance& instance) override { started(instance); }
  void draining(rpc::Instance& instance) override;
  void stopped(rpc::Instance& instance) override;
  static bool is_gateway(const rpc::Instance& instance) { return services::service_of(instance).spec.gateway.has_value(); }

  services::Mesh& mesh_;
  const EdgeSpec spec_;
  EdgeMeasures& measures_;
  std::deque<Region> regions_;
  Gateway gateway_;
  const zuul::RoutingTable routes_;
  Subscription lives_subscription_;
};

}  // namespace streamtwin::edge
