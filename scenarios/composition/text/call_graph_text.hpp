// The call graph of a scenario in words, for `describe`: how deep it is, what the slowest chain costs, which services
// nothing goes around, and whom the failure of a service hurts.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Services that answer requests from outside: the members' API and the targets of workloads.
std::vector<std::string> roots_of(const Scenario& scenario);

std::string call_graph_text(const Scenario& scenario);

}  // namespace streamtwin
