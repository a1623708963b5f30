// Where the requests of a workload come into the platform: at the edge, or straight at a service.
#pragma once

#include <deque>

#include "models/edge/dns/name_service.hpp"
#include "models/edge/edge.hpp"
#include "models/edge/region_balancer.hpp"
#include "models/services/mesh.hpp"

namespace streamtwin::workload {

/// Where a try of a request goes, and how long it is under way to there.
struct Way {
  dns::Resolved to;
  Duration one_way;
};

class Door {
 public:
  virtual ~Door() = default;
  /// Of a client at home in that region, so long away from it.
  virtual Way way_of(const dns::Client&, RegionIndex home, Duration one_way) const { return {{home}, one_way}; }
  /// So many requests come to a region when the run begins.
  virtual void expect(RegionIndex, Rate) {}
  /// A request's way into the region, its answer, and the way back. The client decides how long it waits.
  virtual Task<rpc::Reply> ask(Way way, rpc::Envelope request, Random& random) = 0;
};

/// The edge, and how its clients find a region of it.
struct EdgeWithNames {
  edge::Edge* edge = nullptr;
  const dns::NameService* names = nullptr;
};

/// Load balancer and gateway, which routes to the service, in the region that DNS names.
class EdgeDoor final : public Door {
 public:
  EdgeDoor(const EdgeWithNames& edge, const places::Geography& geography, std::uint16_t origin)
      : edge_(*edge.edge), names_(*edge.names), geography_(geography), origin_(origin) {}
  Way way_of(const dns::Client& client, RegionIndex home, Duration one_way) const override;
  void expect(RegionIndex region, Rate requests) override { edge_.expect(region, origin_, requests); }
  Task<rpc::Reply> ask(Way way, rpc::Envelope request, Random& random) override;

 private:
  edge::Edge& edge_;
  const dns::NameService& names_;
  const places::Geography& geography_;
  std::uint16_t origin_;  ///< of the gateway's calls, the one to the service
};

/// A service's instances in each region behind a load balancer without machines of its own.
class ServiceDoor final : public Door, private rpc::LifeObserver {
 public:
  /// Instances that run already are in service; others come into service when they have passed their checks.
  ServiceDoor(services::Mesh& mesh, services::Service& target, const elb::ClassicProperties& properties);

  void start();
  Task<rpc::Reply> ask(Way way, rpc::Envelope request, Random& random) override;
  /// Of an instance of that service; null of others.
  edge::RegionBalancer* balancer_of(const rpc::Instance& instance);

 private:
  void started(rpc::Instance& instance) override;
  void attached(rpc::Instance& instance) override { started(instance); }
  void draining(rpc::Instance& instance) override;
  void stopped(rpc::Instance& instance) override;

  services::Mesh& mesh_;
  services::Service& target_;
  std::deque<edge::RegionBalancer> balancers_;  ///< by region
  Subscription lives_subscription_;
};

}  // namespace streamtwin::workload
