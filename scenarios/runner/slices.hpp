// A run in slices: between two of them the outside world is looked at (progress, Ctrl-C). The length of a
// slice follows the wall clock, which is harmless: a run cut into slices is the uncut run, bit for bit.
#pragma once

#include <functional>

#include "scenarios/runner/runnable.hpp"

namespace streamtwin {

/// Runs to `until` or to the twin's end, whichever comes first. Between slices, about every 50 ms of wall
/// time, `go_on(now)` is asked; false ends the run there. Returns whether the run reached its end.
bool run_in_slices(Runnable& twin, Instant until, const std::function<bool(Instant)>& go_on);

/// Runs one plan from construction to result; `go_on(now, end)` as above. Fills wall time, version and
/// whether the result is partial.
RunResult run_once(const TwinFactory& factory, const RunPlan& plan, std::optional<Instant> until,
                   const std::function<bool(Instant now, Instant end)>& go_on);

/// Sets up a plan's twin.
std::unique_ptr<Runnable> set_up(const TwinFactory& factory, const RunPlan& plan);
/// The result with what only the runner knows of it.
struct RunTimes {
  Duration wall, setup;
};
RunResult result_of(Runnable& twin, const RunPlan& plan, bool complete, const RunTimes& took);

}  // namespace streamtwin
