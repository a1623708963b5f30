// How a service comes to its next build, as a scenario describes it.
#pragma once

#include <array>

#include "models/titus/jobs/rolling_update_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::delivery {

enum class Strategy : unsigned char { brute_force, rolling, blue_green, red_black, rolling_red_black };

struct StrategySpec {
  Strategy strategy = Strategy::red_black;
  Fraction batch{0.25};
  std::vector<Fraction> steps{Fraction{0.25}, Fraction{0.5}, Fraction{0.75}};
  Duration delay{0};
  Fraction up{1};
  Duration up_timeout = 7200s;

  void check(Checker& checker) const {
    for (std::size_t i = 1; i < steps.size(); ++i) checker.require(steps[i - 1] < steps[i], "steps", "grow from one to the next");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.strategy, {.name = "strategy",
                          .doc = "In which order instances of the next build come and those of the old one go",
                          .source = "Netflix's usual way, as spinnaker/orca RedBlackStrategy"});
    visit(self.batch, {.name = "batch",
                       .doc = "rolling: share of the instances that are replaced at a time",
                       .source = assumption,
                       .min = 0.001,
                       .max = 1});
    visit(self.steps, {.name = "steps",
                       .doc = "rolling_red_black: shares of the old group's size that the next one grows to, one after another; the "
                              "whole of it at last",
                       .source = "which shares: assumption",
                       .min = 0.001,
                       .max = 1});
    visit(self.delay, {.name = "delay",
                       .doc = "How long the old instances still serve with the next ones, after each step; blue_green: how long the next "
                              "ones are looked at before they take the traffic",
                       .source = "spinnaker/orca RollingRedBlackStrategy delayBeforeCleanup: 0",
                       .min = 0,
                       .max = 86400});
    visit(self.up, {.name = "up",
                    .doc = "Share of a step's instances that must be up; one at least",
                    .source = "spinnaker/orca WaitForUpInstancesTask targetHealthyDeployPercentage: 100 %"});
    visit(self.up_timeout, {.name = "up_timeout",
                            .doc = "A step that is not up by then has failed, and the delivery is rolled back",
                            .source = "spinnaker/orca WaitForUpInstancesTask: 2 h",
                            .min = 1,
                            .max = 864000});
  }
};

}  // namespace streamtwin::delivery

namespace streamtwin {
template <>
inline constexpr auto enum_names<delivery::Strategy> = std::to_array<EnumName<delivery::Strategy>>({
    {delivery::Strategy::brute_force, "brute_force", "all old instances are ended and as many next ones launched at once"},
    {delivery::Strategy::rolling, "rolling", "batch after batch is ended, and replaced before the next one is"},
    {delivery::Strategy::blue_green, "blue_green", "the next ones come up without traffic, then they have all of it"},
    {delivery::Strategy::red_black, "red_black", "the next ones come up and share the traffic, then the old ones are taken out of service"},
    {delivery::Strategy::rolling_red_black, "rolling_red_black", "the same in steps: grow, then take as many old ones out of service"},
});
}  // namespace streamtwin
