// What the platform found out of the faults of its method, and how each fault spread to an objective: read off the notices and the
// windows of a run.
#pragma once

#include <vector>

#include "models/chaos/detection.hpp"
#include "scenarios/results/result.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// RunResult::findings and RunResult::struck. Of a step that strikes several times its first time counts.
void add_findings(const Scenario& scenario, const std::vector<chaos::Strike>& strikes, const std::vector<Notice>& notices,
                  RunResult& result);
/// RunResult::spreads, by its series and calls.
void add_spreads(const Scenario& scenario, RunResult& result);
/// Notices as marks of the timeline: those of a kind that follow each other within two minutes are one.
void add_marks(const std::vector<Notice>& notices, std::vector<TimelineEvent>& timeline);

}  // namespace streamtwin
