// A scenario of ours for what MiSim's files say: YAML that a person can read and go on with.
#pragma once

#include <filesystem>
#include <string>

#include "scenarios/import/json_value.hpp"
#include "scenarios/import/misim_model.hpp"

namespace streamtwin::import {

struct MisimSources {
  std::filesystem::path architecture, experiment;
};

/// `folder`: where the scenario will be, from which files of arrivals are named; empty for whole paths.
std::string write_misim_scenario(const MisimArchitecture& architecture, const MisimExperiment& experiment, const MisimSources& sources,
                                 const std::filesystem::path& folder, const Remarks& remarks);

}  // namespace streamtwin::import
