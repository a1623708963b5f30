// The load of the weeks before a run, as a scenario's file has it.
#pragma once

#include <string>
#include <vector>

#include "models/cloud/auto_scaling/forecast.hpp"
#include "models/cloud/auto_scaling/scaling_spec.hpp"

namespace streamtwin::auto_scaling {

/// The latest whole weeks of the file, or whole days where it has no week; `remark` says what was left out. `run_begins`: since a
/// Monday's midnight. Throws std::invalid_argument with file and line for what is no load, and for less than a day.
LoadHistory read_load_history(const PredictiveSpec& spec, Duration run_begins, std::string* remark = nullptr);

}  // namespace streamtwin::auto_scaling
