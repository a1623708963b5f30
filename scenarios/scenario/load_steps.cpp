#include "scenarios/scenario/load_steps.hpp"

#include <algorithm>

#include "scenarios/scenario/schedule.hpp"

namespace streamtwin {

bool sets_load(const FaultSpec& step) { return step.action.name == set_load; }

bool any_sets_load(const std::vector<FaultSpec>& method) { return std::any_of(method.begin(), method.end(), sets_load); }

std::vector<workload::LoadStep> load_steps(const Scenario& scenario, std::string_view workload, std::uint64_t seed) {
  std::vector<workload::LoadStep> steps;
  for (const FaultSpec& step : scenario.method) {
    if (!sets_load(step) || (!step.target.empty() && step.target != workload)) continue;
    for (const FaultSpec& once : occurrences(scenario, step, seed)) {
      const Instant from = at(scenario.clock.warm_up) + once.at;
      steps.push_back({from, once.lasts ? from + *once.lasts : never, once.load.value_or(1)});
    }
  }
  return steps;
}

}  // namespace streamtwin
