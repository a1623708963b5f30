#include "scenarios/scenario/branches.hpp"

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

Scenario branch_of(const Scenario& scenario, const std::string& name) {
  Scenario branch = without_branches(scenario);
  check(scenario.branches && scenario.branches->what_ifs.contains(name), "a branch is one of the scenario's");
  const WhatIfSpec& what_if = scenario.branches->what_ifs.at(name);
  branch.name += "/" + name;
  if (!what_if.description.empty()) branch.description = what_if.description;
  branch.method.insert(branch.method.end(), what_if.method.begin(), what_if.method.end());
  return branch;
}

Scenario without_branches(Scenario scenario) {
  scenario.branches.reset();
  return scenario;
}

}  // namespace streamtwin
