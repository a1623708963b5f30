// What must hold between the fields of a scenario, whatever a run makes of them.
#pragma once

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Somebody has to ask for something, and what the one needs of the other has to be there.
void check_load(const Scenario& scenario, Checker& checker);
/// Series are kept in memory and written to the results, a point for each window.
void check_windows(const ClockSpec& clock, Checker& checker);
/// Of a store of that kind.
void check_mysql(const Scenario& scenario, const std::string& name, Checker& checker);
void check_dynamodb(const Scenario& scenario, const std::string& name, Checker& checker);
/// No circle of calls; what shares a command says the same of it; data have a store.
void check_services(const Scenario& scenario, Checker& checker);
/// Nothing can be expected to break that is not judged.
void check_expected_outcome(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
