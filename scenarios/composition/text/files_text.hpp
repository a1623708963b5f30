// What the files of a scenario hold, in words, for `describe`.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// A line for each:
/// traces with their number, lengths and rates; the movie with its ladder; arrivals with their number and times. Empty when the scenario names no such file. Throws
/// std::invalid_argument as a run would.
std::vector<std::string> files_text(const Scenario& scenario);

}  // namespace streamtwin
