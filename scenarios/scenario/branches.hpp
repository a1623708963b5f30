// What a run may become from an instant on: branches, each of which goes on with steps of its own. A branch is the run that it
// would have been from the start with these steps in its method; only that what comes before is simulated once for all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/scenario/fault_spec.hpp"
#include "sim-core/check.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

struct Scenario;

/// One branch.
struct WhatIfSpec {
  std::string description;
  std::vector<FaultSpec> method;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.description, {.name = "description", .doc = "What the branch asks"});
    visit(self.method,
          {.name = "method", .doc = "What is done to the platform besides the scenario's own `method`; none of it before `at`"});
  }
};

struct BranchesSpec {
  Duration at{0};
  std::map<std::string, WhatIfSpec> what_ifs;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at",
                    .doc = "When the branches leave the run, counted from the end of the warm-up: the run up to here is theirs too",
                    .min = 0,
                    .max = 1e7,
                    .required = true});
    visit(self.what_ifs, {.name = "what_ifs",
                          .doc = "The branches by name. Each has a results folder below the run's, `branches/<name>`, and the run itself "
                                 "goes on without them"});
  }
};

/// The scenario that the branch would be by itself, from the start; its name is `scenario/branch`.
Scenario branch_of(const Scenario& scenario, const std::string& name);
/// The run itself.
Scenario without_branches(Scenario scenario);

}  // namespace streamtwin
