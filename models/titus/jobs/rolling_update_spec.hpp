// How a cluster of jobs comes to its next version, as a scenario describes it. Facts: spinnaker/orca RollingRedBlackStrategy,
// WaitForUpInstancesTask.
#pragma once

#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct RollingUpdateSpec {
  std::vector<Fraction> steps{Fraction{0.25}, Fraction{0.5}, Fraction{0.75}};
  Duration delay{0};
  Fraction up{1};
  Duration up_timeout = 7200s;
  bool scale_down = true;

  void check(Checker& checker) const {
    for (std::size_t i = 1; i < steps.size(); ++i) checker.require(steps[i - 1] < steps[i], "steps", "grow from one to the next");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.steps, {.name = "steps",
                       .doc = "Shares of the old job's size that the new one grows to, one after another; the whole of it at last",
                       .source = "which shares: assumption; without any, all at once",
                       .min = 0.001,
                       .max = 1});
    visit(self.delay, {.name = "delay",
                       .doc = "How long the old job still serves with all after a step's tasks are up",
                       .source = "spinnaker/orca RollingRedBlackStrategy delayBeforeCleanup: 0",
                       .min = 0,
                       .max = 86400});
    visit(self.up, {.name = "up",
                    .doc = "Share of a step's tasks that must be up; one at least",
                    .source = "spinnaker/orca WaitForUpInstancesTask targetHealthyDeployPercentage: 100 %"});
    visit(self.up_timeout, {.name = "up_timeout",
                            .doc = "A step that is not up by then ends the update; what was done stays",
                            .source = "spinnaker/orca WaitForUpInstancesTask: 2 h",
                            .min = 1,
                            .max = 864000});
    visit(self.scale_down, {.name = "scale_down",
                            .doc = "Whether the old job's tasks are ended at last, or kept without work",
                            .source = "Spinnaker, a strategy's scaleDown: no; that a cluster does not pay for two versions: assumption"});
  }
};

}  // namespace streamtwin::titus
