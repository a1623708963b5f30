// What bounds on KPIs are of: a bound is written in the units of its KPI's dimension, or as a number in the KPI's own unit.
#pragma once

#include <fmt/format.h>

#include <vector>

#include "scenarios/scenario/scenario.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Each tolerance of a scenario, with where it stands: "slos[0]".
template <class AnyScenario, class Each>
void for_each_tolerance(AnyScenario& scenario, Each&& each) {
  auto& hypothesis = scenario.steady_state_hypothesis.tolerances;
  for (std::size_t i = 0; i < hypothesis.size(); ++i) each(hypothesis[i], fmt::format("steady_state_hypothesis.tolerances[{}]", i));
  for (std::size_t i = 0; i < scenario.slos.size(); ++i) each(scenario.slos[i], fmt::format("slos[{}]", i));
  for (std::size_t i = 0; scenario.plan && i < scenario.plan->objectives.size(); ++i) {
    each(scenario.plan->objectives[i], fmt::format("plan.objectives[{}]", i));
  }
}

/// Turns the bounds of all tolerances into numbers in their KPI's unit, but for those of another dimension.
void settle_tolerances(Scenario& scenario);

/// KPIs that exist, with a bound that is of their dimension.
void check_tolerances(const Scenario& scenario, Checker& checker);

/// Warns of bounds that can never hold, or never break.
void warn_of_tolerances(const Scenario& scenario, Checker& checker);

/// A verdict for each tolerance.
std::vector<Verdict> judge(const Scenario& scenario, const std::vector<Kpi>& kpis, Instant begins, Instant ends);

}  // namespace streamtwin
