// What a service's role makes of what stands in a scenario about it.
#pragma once

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Refuses what a service of its role would never do: the scenario would not do what it says.
void check_roles(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
