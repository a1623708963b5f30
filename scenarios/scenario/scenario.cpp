#include "scenarios/scenario/scenario.hpp"

#include "scenarios/language/language.hpp"

template const streamtwin::language::Type& streamtwin::language::type_of<streamtwin::Scenario>();

std::string streamtwin::scenario_digest(const Scenario& scenario) {
  if (!scenario.mesh.call_defaults && !scenario.branches && !scenario.plan) return language::digest_of(scenario);
  Scenario without = without_branches(scenario);
  without.plan.reset();
  without.mesh.call_defaults.reset();
  return language::digest_of(without);
}
