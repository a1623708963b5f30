// The order of things in a study: runs in processes first, then whatever is run inside this process (a single
// run, the traced run), because a process that has held a simulation is not forked.
#include "scenarios/runner/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/branches.hpp"
#include "scenarios/runner/collecting.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/jobs.hpp"
#include "scenarios/runner/slices.hpp"
#include "sim-core/set_up.hpp"

namespace streamtwin {

namespace fs = std::filesystem;

namespace {

RunResult run_here(const TwinFactory& factory, const RunPlan& plan, std::optional<Instant> until, ProgressLine& line) {
  const auto began = std::chrono::steady_clock::now();
  try {
    RunResult result = run_once(factory, plan, until, [&](Instant now, Instant end) {
      line.show({.simulated = now - Instant{}, .total = end - Instant{}, .wall = std::chrono::steady_clock::now() - began});
      return !InterruptWatch::interrupted();
    });
    line.clear();
    return result;
  } catch (const SetUpEnded&) {
    line.clear();
    throw;
  } catch (...) {
    line.clear();
    throw describe_failure(std::current_exception());
  }
}

fs::path folder_of_load(const fs::path& folder, const StudyOptions& options, std::size_t load) {
  return load == 0 ? folder : folder / fmt::format("scale-{}", options.loads[load]);
}

/// Where the result of one replication at one load is written.
fs::path folder_of_run(const fs::path& folder, const StudyOptions& options, std::size_t load, int replication) {
  const fs::path place = folder_of_load(folder, options, load);
  if (options.replications == 1) return place;
  return place / "replications" / fmt::format("seed-{}", options.seed + static_cast<std::uint64_t>(replication));
}

/// Reads back what the runs at one load have left.
std::optional<RunResult> collect(const fs::path& folder, const StudyOptions& options, std::size_t load,
                                 const std::vector<JobState>& states) {
  std::vector<FolderOfRun> runs;
  for (int replication = 0; replication < options.replications; ++replication) {
    const JobState state = states[load * static_cast<std::size_t>(options.replications) + static_cast<std::size_t>(replication)];
    runs.emplace_back(folder_of_run(folder, options, load, replication), state);
  }
  return collected(runs);
}

/// One load, with more replications after each look at the half-widths. Looks are few and fixed: what stops it does not depend on who is
/// faster.
StudyResult run_until_narrow(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, ProgressLine& line) {
  std::vector<FolderOfRun> runs;
  StudyResult study;
  std::optional<RunResult> found;
  while (static_cast<int>(runs.size()) < options.replications && !InterruptWatch::interrupted()) {
    std::vector<Job> jobs;
    for (int at = static_cast<int>(runs.size()); at < std::min(next_look(static_cast<int>(runs.size())), options.replications); ++at)
      jobs.push_back({{options.seed + static_cast<std::uint64_t>(at), options.loads.front()}, folder_of_run(folder, options, 0, at)});
    const std::vector<JobState> states = run_jobs(factory, jobs, jobs_at_once(options), options.until, line);
    for (std::size_t i = 0; i < jobs.size(); ++i) runs.emplace_back(jobs[i].folder, states[i]);
    found = collected(runs);
    const auto reached = [&](const HalfWidth& wanted) { return found && is_reached(wanted, *found); };
    study.too_wide = !std::all_of(options.half_widths.begin(), options.half_widths.end(), reached);
    if (!study.too_wide) break;
  }
  study.interrupted = InterruptWatch::interrupted();
  if (!found) return study;
  study.loads.push_back({options.loads.front(), std::move(*found)});
  study.remarks.push_back(study.too_wide ? fmt::format("{} replications are spent, and the half-width is not reached", runs.size())
                                         : fmt::format("the half-width is reached after {} replications", runs.size()));
  return study;
}

/// All runs of the study in processes of their own.
StudyResult run_in_processes(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, ProgressLine& line) {
  std::vector<Job> jobs;
  for (std::size_t load = 0; load < options.loads.size(); ++load) {
    for (int replication = 0; replication < options.replications; ++replication) {
      jobs.push_back({{options.seed + static_cast<std::uint64_t>(replication), options.loads[load]},
                      folder_of_run(folder, options, load, replication)});
    }
  }
  const auto states = run_jobs(factory, jobs, jobs_at_once(options), options.until, line);
  StudyResult study;
  for (std::size_t load = 0; load < options.loads.size(); ++load) {
    if (auto result = collect(folder, options, load, states)) {
      study.loads.push_back({options.loads[load], std::move(*result)});
    } else {
      study.remarks.push_back(fmt::format("load {} was not run", options.loads[load]));
    }
  }
  study.interrupted = InterruptWatch::interrupted();
  return study;
}

/// The second run, with spans. Deterministic: it is the first one again.
void trace(const TwinFactory& factory, const StudyOptions& options, StudyResult& study, ProgressLine& line) {
  RunResult& result = study.loads.front().result;
  std::optional<std::uint64_t> request;
  if (const auto* id = std::get_if<std::uint64_t>(&*options.trace)) {
    request = *id;
  } else {
    const bool slowest = std::get<TraceWish>(*options.trace) == TraceWish::slowest;
    request = slowest ? result.slowest_request : result.failed_request;
    if (!request) {
      study.remarks.push_back(slowest ? "no play ended after the warm-up: there is nothing to trace"
                                      : "no play failed after the warm-up: there is nothing to trace");
      return;
    }
  }
  RunResult traced = run_here(factory, {options.seed, options.loads.front(), request}, options.until, line);
  if (traced.spans.empty()) {
    study.trace_missing = !traced.partial;
    study.remarks.push_back(fmt::format("request {} {}: nothing to trace", *request,
                                        traced.partial ? "did not come before the interruption" : "does not exist in this run"));
  } else {
    result.traced_request = request;
    result.spans = std::move(traced.spans);
  }
  study.interrupted |= traced.partial;
}

}  // namespace

int jobs_at_once(const StudyOptions& options) {
  return options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

StudyResult run_study(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, ProgressLine& line) {
  StudyResult study;
  if (options.branches) {
    study = run_branched(factory, options, folder, line);
  } else if (!options.half_widths.empty()) {
    study = run_until_narrow(factory, options, folder, line);
  } else if (options.loads.size() * static_cast<std::size_t>(options.replications) > 1) {
    study = run_in_processes(factory, options, folder, line);
  } else {
    try {
      study.loads.push_back({options.loads.front(), run_here(factory, {options.seed, options.loads.front()}, options.until, line)});
      study.interrupted = study.result().partial;
    } catch (const SetUpEnded&) {
      study.interrupted = true;
    }
  }
  if (study.loads.empty()) return study;
  try {
    if (options.trace && !study.interrupted) trace(factory, options, study, line);
  } catch (const SetUpEnded&) {
    study.interrupted = true;
  }
  for (std::size_t load = 0; load < study.loads.size(); ++load) {
    const fs::path place = load == 0 ? folder : folder / fmt::format("scale-{}", study.loads[load].load);
    fs::create_directories(place);
    for (const char* file : {"summary.json", "run.sqlite"}) fs::remove(place / file);
    write_results(study.loads[load].result, place);
  }
  if (options.loads.size() > 1) write_file(folder / "headroom.json", headroom_json(study.loads));
  return study;
}

std::string limiting_tier(const RunResult& result) {
  const TierResult* fullest = nullptr;
  const auto fullness = [](const TierResult& tier) {
    const double bound = tier.bound_rps > 0 && std::isfinite(tier.rps) ? tier.rps / tier.bound_rps : 0;
    return std::max(std::isfinite(tier.utilisation) ? tier.utilisation : 0, bound);
  };
  for (const TierResult& tier : result.tiers) {
    if (!fullest || fullness(tier) > fullness(*fullest)) fullest = &tier;
  }
  return fullest ? fullest->name : "";
}

const StationResult* first_to_saturate(const RunResult& result) {
  const StationResult* first = nullptr;
  for (const StationResult& station : result.stations) {
    if (station.bound_plays > 0 && (!first || station.bound_plays < first->bound_plays)) first = &station;
  }
  return first;
}

std::string headroom_json(const std::vector<LoadResult>& loads) {
  using json = nlohmann::ordered_json;
  const auto number = [](double value) { return std::isfinite(value) ? json(value) : json(nullptr); };
  json list = json::array();
  for (const LoadResult& run : loads) {
    const json summary = json::parse(summary_json(run.result));
    json kpis = summary["kpis"];
    for (const TierResult& tier : run.result.tiers) {
      kpis["tier." + tier.name + ".utilisation"] = {
          {"value", number(tier.utilisation)}, {"unit", ""}, {"kind", name_of(KpiKind::share)}, {"lower", nullptr}, {"upper", nullptr}};
    }
    const std::string tier = limiting_tier(run.result);
    const StationResult* bound = first_to_saturate(run.result);
    list.push_back(
        {{"scale", run.load},
         {"kpis", kpis},
         {"verdicts", summary["verdicts"]},
         {"limiting_tier", all_held(run.result) || tier.empty() ? json(nullptr) : json(tier)},
         {"bound", bound ? json{{"tier", bound->tier}, {"region", bound->region}, {"play_requests_per_second", number(bound->bound_plays)}}
                         : json(nullptr)}});
  }
  return list.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace streamtwin
