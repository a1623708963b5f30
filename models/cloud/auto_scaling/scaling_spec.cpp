#include "models/cloud/auto_scaling/scaling_spec.hpp"

#include <fmt/format.h>

namespace streamtwin::auto_scaling {

void StepPolicySpec::check(Checker& checker) const {
  checker.require(above.has_value() != below.has_value(), "",
                  "a step policy acts `above` a CPU utilisation or `below` one: say one of the two");
  checker.require(!periods_to_alarm || *periods_to_alarm <= periods, "periods_to_alarm",
                  "an alarm needs at most all the `periods` it looks at");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string step = fmt::format("steps[{}]", i);
    checker.require(i == 0 || steps[i].beyond > steps[i - 1].beyond, step + ".beyond",
                    "each step begins farther from the threshold than the one before it");
    checker.require(adjustment != Adjustment::exact || steps[i].by >= 0, step + ".by", "a capacity is not negative");
  }
}

void ScalingSpec::check(Checker& checker) const {
  checker.require(min <= max, "max", "the largest number of instances is not below the smallest, `min`");
  int smallest = min, largest = max;
  for (std::size_t i = 0; i < scheduled.size(); ++i) {
    smallest = scheduled[i].min.value_or(smallest);
    largest = scheduled[i].max.value_or(largest);
    checker.require(smallest <= largest, fmt::format("scheduled[{}]", i),
                    fmt::format("after this the smallest number of instances, {}, would be above the largest, {}", smallest, largest));
  }
}

}  // namespace streamtwin::auto_scaling
