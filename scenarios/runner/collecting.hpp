// Results of several runs read back from their folders.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/results/result.hpp"
#include "scenarios/runner/children.hpp"

namespace streamtwin {

using FolderOfRun = std::pair<std::filesystem::path, JobState>;

/// All in one, as replications of each other. Complete runs count; when there is none, the partial ones; nothing if no run has
/// left a result.
std::optional<RunResult> collected(const std::vector<FolderOfRun>& runs);

}  // namespace streamtwin
