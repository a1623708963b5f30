// Slices whose length adapts to the wall clock.
#include "scenarios/runner/slices.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "scenarios/results/version.hpp"
#include "scenarios/runner/interrupt.hpp"

namespace streamtwin {

namespace {
using WallClock = std::chrono::steady_clock;
constexpr std::chrono::duration<double> wanted_slice{0.05};
}  // namespace

bool run_in_slices(Runnable& twin, Instant until, const std::function<bool(Instant)>& go_on) {
  const Instant end = std::min(until, twin.end());
  // The first slice, when the speed is not known yet, is also the shortest: an instant with very many events
  // must not stop all progress.
  const Duration shortest = std::min((end - twin.now()) / 1e5, Duration{1s});
  Duration slice = shortest;
  while (twin.now() < end && !twin.finished()) {
    const auto began = WallClock::now();
    const Instant next = twin.now() + slice;
    twin.run_until(next > twin.now() ? std::min(next, end) : end);
    const std::chrono::duration<double> took = WallClock::now() - began;
    if (twin.now() < end && !go_on(twin.now())) return false;
    slice *= std::clamp(wanted_slice / std::max(took, wanted_slice / 100), 0.2, 4.0);
    slice = std::max(slice, shortest);
  }
  return true;
}

RunResult run_once(const TwinFactory& factory, const RunPlan& plan, std::optional<Instant> until,
                   const std::function<bool(Instant, Instant)>& go_on) {
  const auto began = WallClock::now();
  const std::unique_ptr<Runnable> twin = set_up(factory, plan);
  const Duration setup = WallClock::now() - began;
  const Instant end = std::min(until.value_or(never), twin->end());
  const bool complete = run_in_slices(*twin, end, [&](Instant now) { return go_on(now, end); });
  RunResult result = result_of(*twin, plan, complete, {.wall = Duration{0}, .setup = setup});
  result.wall = WallClock::now() - began;
  return result;
}

std::unique_ptr<Runnable> set_up(const TwinFactory& factory, const RunPlan& plan) {
  const SetUpPhase phase;
  return factory(plan);
}

RunResult result_of(Runnable& twin, const RunPlan& plan, bool complete, const RunTimes& took) {
  RunResult result = twin.result();
  result.version = project_version;
  result.seed = plan.seed;
  result.partial = !complete;
  result.simulated = twin.now() - Instant{};
  result.wall = took.wall;
  result.setup = took.setup;
  return result;
}

}  // namespace streamtwin
