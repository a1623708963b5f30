// What must hold between the stream pipeline of a scenario and the rest of it.
#pragma once

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

void check_keystone(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
