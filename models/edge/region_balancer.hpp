// The load balancer of one region before the instances of one service: requests pass through a node of a zone to a target,
// or with the classic one wait in the node's surge queue for one; it knows who is in service by health checks alone. The
// decisions, and their sources in AWS's documentation, are in elb/; here are messages and waits.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/edge/elb/classic.hpp"
#include "models/edge/elb/target_group.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::edge {

class RegionBalancer {
 public:
  /// What became of a request at a node.
  struct Passage {
    rpc::Reply reply;
    bool spilled = false;  ///< no target, and no room in the surge queue: the balancer's own 503
    bool silent = false;   ///< nothing came for the idle time-out, from a target or in the surge queue: closed
    bool sent = false;     ///< to a target
    Duration at_target{};  ///< from the request's leaving the node to its answer
  };

  /// A classic load balancer, or with a `group` an application load balancer with one target group: of `properties` the
  /// time-out for silent connections counts then, too.
  RegionBalancer(rpc::Network& network, Recorder& recorder, RegionIndex region, const elb::ClassicProperties& properties,
                 const std::optional<elb::TargetGroupProperties>& group = std::nullopt);

  /// Whether one that starts is registered by itself: not if it is dark, or its server group is disabled.
  static bool takes(const rpc::Instance& instance);
  /// An instance that is known to be healthy is in service at once, another one after its checks. The one before it in its
  /// slot is deregistered.
  void add(rpc::Instance& instance, bool healthy);
  /// It gets no further requests; those that it has may end.
  void deregister(const rpc::Instance& instance);
  /// It has gone. Without having been deregistered it is a target that answers no checks, until another takes its slot.
  void forget(const rpc::Instance& instance);
  /// The health checks begin; without them nobody leaves service.
  void start();
  bool any_in_service() const;
  int in_service() const;
  bool in_service(const rpc::Instance& instance) const;
  /// Targets, those that are draining included (for inspection).
  std::size_t targets() const;

  int nodes() const { return zones_; }
  /// Whether a node has a target in service. Those of an application load balancer serve all zones.
  bool serves(int node) const { return group_ ? any_in_service() : balancer_.serves(node); }
  /// The nodes that have an address: of zones with registered targets, or the first.
  std::vector<int> zones_with_targets() const { return balancer_.zones_with_targets(); }
  /// The node that DNS names where nodes do not die, by its position among the region's zones.
  int node(Random& random) const { return balancer_.node(random); }
  /// A request at a node, 0 to nodes() - 1, until it is answered, refused or given up.
  Task<Passage> pass(int node, rpc::Envelope request);

 private:
  class Outstanding;
  class Waiting;
  struct Target {
    rpc::Instance* instance = nullptr;  ///< null when it has gone
    std::string name{};
    ZoneIndex zone = 0;
    int number = 0;  ///< its slot
    std::uint64_t registration = 0;
    int outstanding = 0;
    bool registered = false;
    bool taken = false;
  };

  const elb::HealthCheckProperties& health_check() const { return group_ ? group_properties_.health_check : properties_.health_check; }
  void report_health(elb::TargetId target, bool passed);
  std::optional<elb::TargetId> route(int node);
  void finished(elb::TargetId target);
  void deregister(elb::TargetId target);
  void give_up_if_over(elb::TargetId target);
  Task<> check_health();
  void serve_surge();

  rpc::Network& network_;
  Recorder& recorder_;
  const std::string name_;
  const elb::ClassicProperties properties_;
  const ZoneIndex first_zone_;
  const int zones_;
  const elb::TargetGroupProperties group_properties_;
  elb::ClassicBalancer balancer_;  ///< with a target group it knows the zones that have targets
  std::optional<elb::TargetGroup> group_;
  Random random_;
  std::vector<Target> targets_;  ///< by elb::TargetId
  std::uint64_t registrations_ = 0;
  std::unordered_map<std::uint64_t, Promise<void>> surge_;  ///< by ticket: who waits at a node for a target
  std::uint64_t tickets_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::edge
