#include "scenarios/runner/collecting.hpp"

#include "scenarios/results/replications.hpp"
#include "scenarios/results/store.hpp"

namespace streamtwin {

std::optional<RunResult> collected(const std::vector<FolderOfRun>& runs) {
  std::vector<RunResult> complete, partial;
  for (const auto& [folder, state] : runs) {
    if (state == JobState::complete) complete.push_back(read_results(folder));
    if (state == JobState::partial) partial.push_back(read_results(folder));
  }
  if (complete.empty() && partial.empty()) return std::nullopt;
  RunResult result = combined(complete.empty() ? partial : complete);
  result.partial = complete.size() < runs.size();
  return result;
}

}  // namespace streamtwin
