// The results folder: summary.json (key figures, verdicts, provenance), run.sqlite (everything else; its
// tables are described in tables.hpp), and the trace of one request when it was asked for.
#pragma once

#include <filesystem>
#include <string>

#include "scenarios/results/folder.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// {"scenario", "description", "scenario_digest", "version", "seed", "policies": {kind: {"name", "calls", "seconds"}},
///  "simulated_seconds", "wall_seconds" (of the real world), "setup_seconds" (of these, until the platform was
///  composed), "events", "digest", "partial", "replications", "kpis": {name: {"value", "unit", "kind", "lower", "upper"}}, "verdicts": [...]}
std::string summary_json(const RunResult& result);

/// Fills a folder that exists (a NewFolder's, usually). Throws ResultsError.
void write_results(const RunResult& result, const std::filesystem::path& folder);
void write_database(const RunResult& result, const std::filesystem::path& file);

/// Reads a results folder back; all but the spans. Throws ResultsError.
RunResult read_results(const std::filesystem::path& folder);
/// Reads provenance, KPIs and verdicts from summary.json alone.
RunResult read_summary(const std::filesystem::path& folder);
void read_database(const std::filesystem::path& file, RunResult& into);

}  // namespace streamtwin
