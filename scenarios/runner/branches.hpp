// A scenario that branches: each run of it goes to the instant of the branches in a process of its own, which has one thread and
// is then forked, once for the run itself and once for each branch. All go on from the same state with the same random numbers.
#pragma once

#include <filesystem>
#include <string>

#include "scenarios/runner/study.hpp"

namespace streamtwin {

/// The run itself is the study's load. A branch that fails is told of in its result, and the others go on; the run itself must not
/// fail. Throws RunFailed.
StudyResult run_branched(const TwinFactory& factory, const StudyOptions& options, const std::filesystem::path& folder, ProgressLine& line);

/// branches.json: {"at" (s after the warm-up), "run": {"scenario", "scenario_digest", "digest", "kpis", "verdicts"}, "branches": {name:
/// the same and "differences": {kpi: {"unit", "kind", "run", "branch", "difference", "lower", "upper", "significant"}}, or
/// {"failed": text}}}
std::string branches_json(const StudyResult& study, Instant at);

}  // namespace streamtwin
