// Services that a scenario has drawn or read from a file become services like those that it writes out.
#pragma once

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Adds the services of `services_from`. Nothing is drawn from what is refused.
void add_drawn_services(Scenario& scenario, Checker& checker);

}  // namespace streamtwin
