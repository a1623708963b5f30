// What is expected of a key figure.
#pragma once

#include <optional>
#include <string>

#include "scenarios/language/bound.hpp"
#include "sim-core/description.hpp"

namespace streamtwin {

/// A condition on a KPI, over the whole measurement: an objective (SLO) or a steady-state hypothesis.
struct Tolerance {
  std::string kpi;
  std::optional<Bound> at_least;  ///< in the KPI's unit, once complete() has been called
  std::optional<Bound> at_most;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kpi, {.name = "kpi", .doc = "Name of the KPI", .required = true});
    visit(self.at_least, {.name = "at_least", .doc = "The KPI must not be below this: `99.9 %`, `3 s`, or a number in the KPI's own unit"});
    visit(self.at_most, {.name = "at_most", .doc = "The KPI must not be above this, written likewise"});
  }
};

}  // namespace streamtwin
