// Health checks of AWS's balancers: a target changes state after so many consecutive passes or failures. Classic ELB
// has the console's 10 and 2, ALB 5 and 2 with a single pass for a target newly registered.
#pragma once

#include <cstdint>
#include <vector>

#include "models/registry/dns/records.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elb {

struct HealthCheckProperties {
  Duration interval = 30s;
  Duration timeout = 5s;
  int healthy_threshold = 10;
  int unhealthy_threshold = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "AWS::ElasticLoadBalancing HealthCheck documentation";
    visit(self.interval, {.name = "interval", .doc = "Time between two checks of a target", .source = source, .min = 5, .max = 300});
    visit(self.timeout, {.name = "timeout", .doc = "An answer later than this is a failure", .source = source, .min = 2, .max = 120});
    visit(self.healthy_threshold,
          {.name = "healthy_threshold", .doc = "Passes in a row that bring a target in", .source = source, .min = 2, .max = 10});
    visit(self.unhealthy_threshold,
          {.name = "unhealthy_threshold", .doc = "Failures in a row that take it out", .source = source, .min = 2, .max = 10});
  }
};

class TargetHealth {
 public:
  explicit TargetHealth(bool healthy = false, bool newly_registered = true) : health_(healthy), new_(newly_registered) {}

  /// True when the state changed. With `one_pass_when_new` a target that was never healthy needs a single pass.
  bool report(bool passed, const HealthCheckProperties& properties, bool one_pass_when_new = false) {
    const int needed = !passed ? properties.unhealthy_threshold : one_pass_when_new && new_ ? 1 : properties.healthy_threshold;
    if (!health_.report(passed, needed)) return false;
    if (passed) new_ = false;
    return true;
  }
  bool healthy() const { return health_.healthy(); }

 private:
  dns::Health health_;
  bool new_;
};

using TargetId = std::uint32_t;

/// The number of a target that is added: one that nobody has any more, or a new one.
template <class Target>
TargetId take_number(std::vector<TargetId>& free, std::vector<Target>& targets, const Target& added) {
  if (free.empty()) {
    targets.push_back(added);
    return static_cast<TargetId>(targets.size() - 1);
  }
  const TargetId number = free.back();
  free.pop_back();
  targets[number] = added;
  return number;
}

}  // namespace streamtwin::elb
