// AWS's classic load balancer: a node per zone, found by DNS in equal shares; a node places connections (TCP, round
// robin) or requests (HTTP, least outstanding) on the targets of its zone, or of all zones with cross-zone balancing.
// What no target can take waits in a surge queue of 1,024 per node; beyond that the node answers 503.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/edge/elb/health_check.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::elb {

enum class Routing : std::uint8_t { round_robin, least_outstanding };

struct ClassicProperties {
  Routing routing = Routing::round_robin;
  bool cross_zone = false;
  int surge_queue = 1024;
  Duration idle_timeout = 60s;
  HealthCheckProperties health_check;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.routing, {.name = "routing",
                         .doc = "Connections in turn (TCP listener) or least outstanding requests (HTTP)",
                         .source = "AWS ELB user guide, how-elastic-load-balancing-works"});
    visit(self.cross_zone, {.name = "cross_zone", .doc = "Each node uses the targets of all zones", .source = "AWS ELB user guide"});
    visit(self.surge_queue, {.name = "surge_queue",
                             .doc = "Requests that wait per node; beyond that 503",
                             .source = "AWS premium support, elb-capacity-troubleshooting",
                             .min = 0,
                             .max = 1e6});
    visit(
        self.idle_timeout,
        {.name = "idle_timeout", .doc = "A silent connection is closed after this", .source = "AWS ELB user guide", .min = 1, .max = 4000});
    visit(self.health_check, {.name = "health_check", .doc = "How the targets are checked"});
  }
};

class ClassicBalancer {
 public:
  ClassicBalancer(const ClassicProperties& properties, int zones);

  /// A target enters out of service, unless it is known to be healthy already (a fleet that starts alive).
  TargetId add(int zone, bool healthy = false);
  /// It gets nothing new; what it has may drain.
  void remove(TargetId target);
  /// One that was removed and has nothing outstanding: another may get its number.
  void forget(TargetId target);
  /// The result of a health check; true when the target came in or went out.
  bool health(TargetId target, bool passed);

  /// The node that DNS gives a client: every zone that has registered targets, in equal shares.
  int node(Random& random) const;
  std::vector<int> zones_with_targets() const { return zones_with_targets_.empty() ? std::vector{0} : zones_with_targets_; }
  /// The target for a connection or request at this node; nothing when none is in service.
  std::optional<TargetId> route(int node);
  bool serves(int node) const { return !nodes_[static_cast<std::size_t>(node)].in_service.empty(); }
  void finished(TargetId target) { --targets_[target].outstanding; }

  /// A request that found no target: waits, or spills over (503).
  bool queue(int node, std::uint64_t request);
  /// The longest waiting one, when a target can take it.
  std::optional<std::uint64_t> dequeue(int node);
  /// A request no longer waits: its client has gone, or its connection was closed. False when it did not wait. O(queue),
  /// and short for those that have waited longest.
  bool leave(int node, std::uint64_t request);
  std::size_t queued(int node) const { return nodes_[static_cast<std::size_t>(node)].surge.size(); }
  std::uint64_t spillovers() const { return spillovers_; }

  bool in_service(TargetId target) const { return targets_[target].registered && targets_[target].health.healthy(); }
  int outstanding(TargetId target) const { return targets_[target].outstanding; }

 private:
  struct Target {
    int zone = 0;
    int outstanding = 0;
    bool registered = true;
    TargetHealth health;
  };
  struct Node {
    std::vector<TargetId> in_service;
    std::size_t turn = 0;
    std::deque<std::uint64_t> surge;
  };
  void rebuild();

  ClassicProperties properties_;
  std::vector<Target> targets_;
  std::vector<TargetId> order_;  ///< in which they were added
  std::vector<TargetId> free_;
  std::vector<Node> nodes_;
  std::vector<int> zones_with_targets_;
  std::uint64_t spillovers_ = 0;
};

}  // namespace streamtwin::elb

namespace streamtwin {
template <>
inline constexpr auto enum_names<elb::Routing> = std::to_array<EnumName<elb::Routing>>({
    {elb::Routing::round_robin, "round_robin", "each target in turn"},
    {elb::Routing::least_outstanding, "least_outstanding", "the target with the fewest requests in flight"},
});
}  // namespace streamtwin
