// The files that a scenario names: read when it is checked, as a run reads them, so that what is wrong with them is said
// before.
#pragma once

#include "models/clients/demand_titles.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Errors are those that a run would end with; warnings are of times that miss the run and of lines that no access line is.
void check_files(const Scenario& scenario, Checker& checker);

/// Of the file that the scenario names, or the published one. Throws std::invalid_argument.
clients::TitlePopularity title_popularity_of(const openconnect::DeliverySpec& spec);

}  // namespace streamtwin
