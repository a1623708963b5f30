// The method changes the load. Arrivals follow curves that are known when a run begins, so that this has no effect to
// bind, only something to tell.
#include <fmt/format.h>

#include "scenarios/composition/actions.hpp"
#include "scenarios/composition/load_steps.hpp"

namespace streamtwin {
namespace {

constexpr std::string_view set_load = "set_load";

}  // namespace

bool sets_load(const FaultSpec& step) { return step.action.name == set_load; }

std::vector<workload::LoadStep> load_steps(const Scenario& scenario, std::string_view workload) {
  std::vector<workload::LoadStep> steps;
  for (const FaultSpec& step : scenario.method) {
    if (!sets_load(step) || (!step.target.empty() && step.target != workload)) continue;
    const Instant from = at(scenario.clock.warm_up) + step.at;
    steps.push_back({from, step.lasts ? from + *step.lasts : never, step.load.value_or(1)});
  }
  return steps;
}

std::vector<Action> load_actions() {
  return {
      {.name = set_load,
       .doc = "multiply the arrivals of plays and workloads",
       .needs = {"load"},
       .reads = {"target", "lasts"},
       .check_target = [](const StepCheck& on) { on.target_of("workload"); },
       .bind =
           [](Twin::Parts&, const FaultSpec& step) {
             return chaos::Effect{.text = [load = step.load.value_or(1)] { return fmt::format("{:g} times the load", load); }};
           }},
  };
}

}  // namespace streamtwin
