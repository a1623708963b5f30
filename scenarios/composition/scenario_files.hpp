// The files that a scenario names: read when it is checked, as a run reads them, so that what is wrong with them is said
// before.
#pragma once

#include "scenarios/language/scenario.hpp"

namespace streamtwin {

/// Errors are those that a run would end with; warnings are of times that miss the run and of lines that no access line is.
void check_files(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
