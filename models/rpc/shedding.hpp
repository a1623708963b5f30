// Prioritised load shedding: every request carries a priority from 0 (most important) to 100; as a measure of load
// rises from where throttling begins to what can be borne, the priority above which requests are shed falls along a
// cubic. Published points of Zuul: 35 % mid-90s, 80 % about 50, 95 % about 10; 100 * (1 - x^3) gives 95.7, 48.8, 14.3.
// Services shed by the same rule, by how busy they are.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"
#include "sim-core/math.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

struct SheddingProperties {
  bool enabled = false;
  double throttling_threshold = 0.7;
  double capacity = 1.0;

  void check(Checker& checker) const {
    checker.require(!enabled || capacity > 0, "capacity", "without any load everything would be shed: a capacity is above zero");
    checker.require(!enabled || capacity >= throttling_threshold, "capacity",
                    "everything would be shed before the least important requests are: a capacity is at least the `throttling_threshold`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled", .doc = "Whether requests are shed by priority", .source = assumption});
    visit(self.throttling_threshold, {.name = "throttling_threshold",
                                      .doc = "Load from which the least important are shed",
                                      .source = assumption,
                                      .min = 0,
                                      .max = 1e9});
    visit(self.capacity, {.name = "capacity", .doc = "Load at which everything is shed", .source = assumption, .min = 0, .max = 1e9});
  }
};

/// 0 below the threshold, 1 at the capacity.
constexpr double overload(double load, const SheddingProperties& properties) {
  const double span = properties.capacity - properties.throttling_threshold;
  if (span <= 0) return load >= properties.capacity ? 1 : 0;
  return std::clamp((load - properties.throttling_threshold) / span, 0.0, 1.0);
}

constexpr double priority_threshold(double overload) { return 100 * (1 - overload * overload * overload); }

/// Several measures may throttle at once (CPU, requests in flight, connections, an origin's errors): the worst counts.
template <class... Overloads>
constexpr bool should_shed(int score, Overloads... overloads) {
  return score > priority_threshold(std::max({overloads...}));
}

/// How much of something has been used of late: what was used longer ago than `memory` counts exponentially less. It is
/// brought up to date when somebody asks, so that it needs no timer.
class UsageMeter {
 public:
  explicit UsageMeter(Duration memory = 1s) : memory_(memory) {}

  /// `used` and `available` grow for ever: seconds worked and seconds that were there, failures and attempts.
  double read(double used, double available, Instant now) {
    const Duration passed = now - looked_;
    if (passed < memory_ / 20) return share_;
    const double share = available > available_then_ ? (used - used_then_) / (available - available_then_) : 0;
    share_ += (share - share_) * (1 - math::exp(-(passed / memory_)));
    looked_ = now;
    used_then_ = used;
    available_then_ = available;
    return share_;
  }

 private:
  Duration memory_;
  Instant looked_{};
  double used_then_ = 0, available_then_ = 0;
  double share_ = 0;
};

}  // namespace streamtwin::rpc
