// `streamtwin import misim`: two files of MiSim become one scenario.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/import/json_value.hpp"

namespace streamtwin::import {

struct Imported {
  std::string scenario;  ///< YAML that the language accepts
  Remarks remarks;
};

/// `folder`: where the scenario will be; nothing for whole paths in it. Throws ImportError.
Imported import_misim(const std::filesystem::path& architecture, const std::filesystem::path& experiment,
                      const std::optional<std::filesystem::path>& folder);

}  // namespace streamtwin::import
