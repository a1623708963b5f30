// A target group of AWS's application load balancer: round robin, least outstanding requests or weighted random;
// slow start; deregistration that ends early when nothing is in flight; and fail-open: when every target is unhealthy
// all of them get traffic. It has no surge queue: without a target it answers 503.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/edge/elb/health_check.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::elb {

enum class GroupRouting : std::uint8_t { round_robin, least_outstanding, weighted_random };

struct TargetGroupProperties {
  GroupRouting routing = GroupRouting::round_robin;
  Duration slow_start = 0s;
  Duration deregistration_delay = 300s;
  HealthCheckProperties health_check{.healthy_threshold = 5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.routing, {.name = "routing", .doc = "How a target is chosen", .source = "AWS edit-target-group-attributes"});
    visit(self.slow_start, {.name = "slow_start",
                            .doc = "A target's share grows linearly over this; not with least_outstanding",
                            .source = "AWS edit-target-group-attributes",
                            .min = 0,
                            .max = 900});
    visit(self.deregistration_delay, {.name = "deregistration_delay",
                                      .doc = "What is in flight may finish within this",
                                      .source = "AWS edit-target-group-attributes",
                                      .min = 0,
                                      .max = 3600});
    visit(self.health_check, {.name = "health_check", .doc = "How the targets are checked"});
  }
};

class TargetGroup {
 public:
  explicit TargetGroup(const TargetGroupProperties& properties) : properties_(properties) {}

  TargetId add(bool healthy, Instant now);
  void deregister(TargetId target, Instant now);
  /// One that was deregistered and has nothing outstanding: another may get its number.
  void forget(TargetId target);
  /// When a target being deregistered is gone: the delay, or earlier as soon as nothing is in flight.
  bool drained(TargetId target, Instant now) const;
  bool health(TargetId target, bool passed, Instant now);

  std::optional<TargetId> route(Instant now, Random& random);
  void finished(TargetId target) { --targets_[target].outstanding; }

  /// The share of slow start that a target has reached, 1 when it is not in slow start.
  double weight(TargetId target, Instant now) const;
  bool failing_open() const;
  bool in_service(TargetId target) const { return targets_[target].registered && targets_[target].health.healthy(); }
  bool registered(TargetId target) const { return targets_[target].registered; }
  int outstanding(TargetId target) const { return targets_[target].outstanding; }

 private:
  struct Target {
    int outstanding = 0;
    bool registered = true;
    Instant deregistered{};
    Instant healthy_since{};
    bool slow_starting = false;
    double credit = 0;  ///< smooth weighted round robin
    TargetHealth health;
  };
  void collect();
  TargetId in_turn(Instant now);

  TargetGroupProperties properties_;
  std::vector<Target> targets_;
  std::vector<TargetId> order_;  ///< in which they were added
  std::vector<TargetId> free_;
  std::vector<TargetId> eligible_;
  std::size_t turn_ = 0;
};

}  // namespace streamtwin::elb

namespace streamtwin {
template <>
inline constexpr auto enum_names<elb::GroupRouting> = std::to_array<EnumName<elb::GroupRouting>>({
    {elb::GroupRouting::round_robin, "round_robin", "each target in turn, those in slow start less often"},
    {elb::GroupRouting::least_outstanding, "least_outstanding", "the target with the fewest requests in flight"},
    {elb::GroupRouting::weighted_random, "weighted_random", "at random"},
});
}  // namespace streamtwin
