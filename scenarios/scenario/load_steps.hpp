// What the method does to the load: part of the curves of arrivals from the beginning.
#pragma once

#include <string_view>
#include <vector>

#include "models/clients/workload/arrivals.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// The action that changes the load.
inline constexpr std::string_view set_load = "set_load";

/// Whether the step is one of the load, with a factor.
bool sets_load(const FaultSpec& step);
bool any_sets_load(const std::vector<FaultSpec>& method);

/// The steps of a workload's load in a run with that seed; those of the plays without a name.
std::vector<workload::LoadStep> load_steps(const Scenario& scenario, std::string_view workload, std::uint64_t seed);

}  // namespace streamtwin
