// What must hold between the fields of a scenario whose services follow MiSim, and that no other says what only those can.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

struct Action;

inline constexpr std::string_view only_with_misim = "only a scenario with `misim` has this";

bool follows_misim(const Scenario& scenario);
/// Of a scenario that follows MiSim; none if the service is not there.
std::vector<std::string> operations_of(const Scenario& scenario, const std::string& service);

/// What the method can do to such services.
std::vector<Action> misim_actions();

void check_misim(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
