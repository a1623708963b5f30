// Where the requests of a workload come into the platform: at the edge, or straight at a service.
#pragma once

#include <deque>

#include "models/edge/edge.hpp"
#include "models/edge/region_balancer.hpp"
#include "models/services/mesh.hpp"
#include "models/services/misim/cluster.hpp"

namespace streamtwin::workload {

class Door {
 public:
  virtual ~Door() = default;
  /// A request's way into the region, its answer, and the way back. The client decides how long it waits.
  virtual Task<services::Reply> ask(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random) = 0;
};

/// Load balancer and gateway, which routes to the service.
class EdgeDoor final : public Door {
 public:
  EdgeDoor(edge::Edge& edge, std::uint16_t origin) : edge_(edge), origin_(origin) {}
  Task<services::Reply> ask(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random) override;

 private:
  edge::Edge& edge_;
  std::uint16_t origin_;  ///< of the gateway's calls, the one to the service
};

/// A service's instances in each region behind a load balancer without machines of its own.
class ServiceDoor final : public Door {
 public:
  /// Instances that run already are in service.
  ServiceDoor(services::Mesh& mesh, services::Service& target, const elb::ClassicProperties& properties);

  void start();
  /// An instance was launched; it comes into service when it has passed its checks.
  void launched(services::Instance& instance);
  Task<services::Reply> ask(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random) override;

 private:
  services::Mesh& mesh_;
  services::Service& target_;
  std::deque<edge::RegionBalancer> balancers_;  ///< by region
};

/// Straight at an operation of a service that follows MiSim.
class OperationDoor final : public Door {
 public:
  OperationDoor(misim::Cluster& cluster, misim::Operation& operation) : cluster_(cluster), operation_(operation) {}
  Task<services::Reply> ask(cloud::RegionIndex region, Duration one_way, services::Request request, Random& random) override;

 private:
  misim::Cluster& cluster_;
  misim::Operation& operation_;
};

}  // namespace streamtwin::workload
