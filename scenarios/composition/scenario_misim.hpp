// What must hold between the fields of a scenario whose services follow MiSim, and that no other says what only those can.
#pragma once

#include "scenarios/language/scenario.hpp"

namespace streamtwin {

void check_misim(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
