// A study: one scenario, run once or with several seeds, at one load or several, and perhaps once more to
// trace one request. Everything lands in one results folder.
//
//   summary.json, run.sqlite      the first load; with replications, all of them combined
//   replications/seed-8/...       each replication, when there are several
//   scale-1.5/...                 the other loads, each a results folder like this one
//   branches/two-zones/...        each branch of the scenario, a results folder like this one
//   branches.json                 with branches: KPIs of all of them beside those of the run itself
//   headroom.json                 with several loads: KPIs and verdicts of each, and the tier that breaks
//   first trace.*                       the request that was asked for
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/results/comparison.hpp"
#include "scenarios/results/half_width.hpp"
#include "scenarios/runner/children.hpp"
#include "scenarios/runner/progress.hpp"
#include "scenarios/runner/runnable.hpp"

namespace streamtwin {

enum class TraceWish { slowest, failed };

/// Where a run branches, and the names of what it may become.
struct BranchPlan {
  Instant at;
  std::vector<std::string> names;
};

struct StudyOptions {
  std::uint64_t seed = 1;
  int replications = 1;                ///< with half-widths the most that there may be
  std::vector<HalfWidth> half_widths;  ///< replications are added until all are reached; goes with one load
  int jobs = 0;                        ///< runs at a time; 0 is as many as there are cores
  std::vector<double> loads{1};
  std::optional<Instant> until;
  std::optional<std::variant<std::uint64_t, TraceWish>> trace;
  std::optional<BranchPlan> branches;  ///< goes with one load
};

/// One load of a study.
struct LoadResult {
  double load = 1;
  RunResult result;
};

/// What became of a branch.
struct BranchResult {
  std::string name;
  std::optional<RunResult> result;   ///< none when nothing of it was run, or it has failed
  std::optional<RunFailed> failure;  ///< of any replication
  std::vector<ComparedKpi> kpis;     ///< beside the run itself (a)
};

struct StudyResult {
  std::vector<LoadResult> loads;       ///< in the order asked for; only those that ran
  std::vector<BranchResult> branches;  ///< by name
  bool interrupted = false;
  bool too_wide = false;             ///< the replications are spent, and a half-width is not reached
  bool trace_missing = false;        ///< the request that was to be traced does not exist
  std::vector<std::string> remarks;  ///< for the user: what could not be traced, which loads are missing
  const RunResult& result() const { return loads.front().result; }
};

/// Runs the study and fills `folder` (a NewFolder's). Watch for interrupts with an InterruptWatch around it.
/// Throws RunFailed, and ResultsError when the folder cannot be written. An interrupt before anything was
/// simulated leaves `loads` empty.
StudyResult run_study(const TwinFactory& factory, const StudyOptions& options, const std::filesystem::path& folder, ProgressLine& line);

/// How many runs there may be at a time.
int jobs_at_once(const StudyOptions& options);

/// The tier that a run broke on: the one closest to, or furthest beyond, its capacity. Empty without tiers.
std::string limiting_tier(const RunResult& result);

/// The station of the analytic queueing network that saturates first as the load grows; null without load.
const StationResult* first_to_saturate(const RunResult& result);

/// headroom.json: a list of {"scale", "kpis", "verdicts", "limiting_tier", "bound"}; the tier is null while
/// everything holds, the bound is {"tier", "region", "play_requests_per_second"} of the first station to
/// saturate in theory.
std::string headroom_json(const std::vector<LoadResult>& loads);

}  // namespace streamtwin
