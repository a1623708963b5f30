#include "scenarios/runner/branches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/collecting.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/jobs.hpp"
#include "scenarios/runner/slices.hpp"

namespace streamtwin {

namespace fs = std::filesystem;

namespace {

using WallClock = std::chrono::steady_clock;

fs::path folder_of_branch(const fs::path& folder, const std::string& name) { return folder / "branches" / name; }

/// The processes of all runs. Those that are forked by this one come first, one for each replication; then come what becomes of
/// each: the run itself, and its branches.
class Tree {
 public:
  explicit Tree(const StudyOptions& options) : options_(options) {}
  std::size_t trunks() const { return static_cast<std::size_t>(options_.replications); }
  std::size_t lanes() const { return 1 + options_.branches->names.size(); }
  std::size_t all() const { return trunks() * (1 + lanes()); }
  std::size_t of_lane(std::size_t trunk, std::size_t lane) const { return trunks() + trunk * lanes() + lane; }
  RunPlan plan(std::size_t trunk) const { return {.seed = options_.seed + trunk, .load = options_.loads.front()}; }
  /// Null of the run itself.
  const std::string* branch(std::size_t lane) const { return lane == 0 ? nullptr : &options_.branches->names[lane - 1]; }
  fs::path folder_of_lane(const fs::path& folder, std::size_t lane) const {
    return lane == 0 ? folder : folder_of_branch(folder, *branch(lane));
  }
  fs::path folder_of(const fs::path& folder, std::size_t trunk, std::size_t lane) const {
    const fs::path place = folder_of_lane(folder, lane);
    return trunks() == 1 ? place : place / "replications" / fmt::format("seed-{}", plan(trunk).seed);
  }

 private:
  const StudyOptions& options_;
};

/// What happens at the instant itself is different in the branches.
Instant just_before(Instant time) { return Instant{Duration{std::nextafter(in_seconds(time), -std::numeric_limits<double>::infinity())}}; }

/// One replication, in its own process.
class Trunk {
 public:
  Trunk(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, Board& board, std::size_t number)
      : factory_(factory), options_(options), folder_(folder), board_(board), processes_(options), number_(number) {}

  void run(Slot& slot) {
    const auto began = WallClock::now();
    twin_ = set_up(factory_, processes_.plan(number_));
    took_.setup = WallClock::now() - began;
    const Instant branching = options_.branches->at;
    end_ = std::min(options_.until.value_or(never), twin_->end());
    for (std::size_t lane = 0; lane < processes_.lanes(); ++lane) slot_of(lane).report(Duration{0}, end_ - branching);
    const bool complete = run_in_slices(*twin_, just_before(branching), [&](Instant now) {
      slot.report(now - Instant{}, branching - Instant{});
      return !board_.stop();
    });
    took_.wall = WallClock::now() - began;
    if (!complete) return write(0, false);
    board_.give_place(slot);
    branch_out();
  }

 private:
  Slot& slot_of(std::size_t lane) { return board_.slot(processes_.of_lane(number_, lane)); }

  void branch_out() {
    Children children(board_);
    std::size_t next = 0;
    const auto may_begin = [&] { return next < processes_.lanes() && !board_.stop(); };
    while (!children.empty() || may_begin()) {
      while (may_begin() && board_.take_place(slot_of(next))) {
        children.begin(processes_.of_lane(number_, next), [&](Slot& slot) { go_on(next, slot); });
        ++next;
      }
      if (children.collect().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// In a process of the lane's own, which nobody else is forked from.
  void go_on(std::size_t lane, Slot& slot) {
    const auto began = WallClock::now();
    const Instant from = options_.branches->at;
    if (const std::string* branch = processes_.branch(lane)) twin_->take(*branch);
    const bool complete = run_in_slices(*twin_, end_, [&](Instant now) {
      slot.report(std::max(now - from, Duration{0}), end_ - from);
      return !board_.stop();
    });
    took_.wall += WallClock::now() - began;
    write(lane, complete);
  }

  void write(std::size_t lane, bool complete) {
    write_job(result_of(*twin_, processes_.plan(number_), complete, took_), processes_.folder_of(folder_, number_, lane), slot_of(lane));
  }

  const TwinFactory& factory_;
  const StudyOptions& options_;
  const fs::path& folder_;
  Board& board_;
  const Tree processes_;
  const std::size_t number_;
  std::unique_ptr<Runnable> twin_;
  Instant end_{};
  RunTimes took_{};
};

Progress progress_of(Board& board, const Tree& processes, int done) {
  Progress progress{.runs = static_cast<int>(processes.trunks()), .runs_done = done};
  for (std::size_t i = 0; i < processes.all(); ++i) {
    progress.simulated += seconds(board.slot(i).simulated);
    progress.total += seconds(board.slot(i).total);
  }
  return progress;
}

/// Throws the failure of the run itself.
void run_trunks(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, Board& board, ProgressLine& line) {
  const Tree processes(options);
  const auto began = WallClock::now();
  const auto look = [&](int done) {
    Progress progress = progress_of(board, processes, done);
    progress.wall = WallClock::now() - began;
    line.show(progress);
  };
  run_processes(board, processes.trunks(),
                {.run = [&](std::size_t trunk, Slot& slot) { Trunk(factory, options, folder, board, trunk).run(slot); },
                 .name = [&](std::size_t trunk) { return name_of(processes.plan(trunk)); },
                 .look = look});
  for (std::size_t trunk = 0; trunk < processes.trunks(); ++trunk) {
    const Slot& slot = board.slot(processes.of_lane(trunk, 0));
    if (slot.state == JobState::failed) throw RunFailed(fmt::format("{}: {}", name_of(processes.plan(trunk)), slot.message), slot.status);
  }
}

std::vector<FolderOfRun> runs_of_lane(const StudyOptions& options, const fs::path& folder, Board& board, std::size_t lane) {
  const Tree processes(options);
  std::vector<FolderOfRun> runs;
  for (std::size_t trunk = 0; trunk < processes.trunks(); ++trunk) {
    runs.emplace_back(processes.folder_of(folder, trunk, lane), board.slot(processes.of_lane(trunk, lane)).state);
  }
  return runs;
}

std::optional<RunFailed> failure_of(const StudyOptions& options, Board& board, std::size_t lane) {
  const Tree processes(options);
  for (std::size_t trunk = 0; trunk < processes.trunks(); ++trunk) {
    const Slot& slot = board.slot(processes.of_lane(trunk, lane));
    if (slot.state == JobState::failed) return RunFailed(fmt::format("{}: {}", name_of(processes.plan(trunk)), slot.message), slot.status);
  }
  return std::nullopt;
}

BranchResult result_of_branch(const StudyOptions& options, const fs::path& folder, Board& board, std::size_t lane,
                              const RunResult& itself) {
  BranchResult branch{.name = options.branches->names[lane - 1], .result = {}, .failure = failure_of(options, board, lane), .kpis = {}};
  const fs::path place = folder_of_branch(folder, branch.name);
  if (branch.failure) {
    fs::remove_all(place);
    return branch;
  }
  branch.result = collected(runs_of_lane(options, folder, board, lane));
  if (!branch.result) return branch;
  branch.kpis = compared(itself, *branch.result, paired_replications(folder, place).pairs);
  if (options.replications > 1) write_results(*branch.result, place);
  return branch;
}

}  // namespace

StudyResult run_branched(const TwinFactory& factory, const StudyOptions& options, const fs::path& folder, ProgressLine& line) {
  const Tree processes(options);
  Board board(processes.all(), jobs_at_once(options));
  try {
    run_trunks(factory, options, folder, board, line);
  } catch (...) {
    line.clear();
    throw;
  }
  line.clear();
  StudyResult study;
  study.interrupted = InterruptWatch::interrupted();
  std::optional<RunResult> itself = collected(runs_of_lane(options, folder, board, 0));
  if (!itself) return study;
  study.loads.push_back({options.loads.front(), std::move(*itself)});
  for (std::size_t lane = 1; lane < processes.lanes(); ++lane) {
    study.branches.push_back(result_of_branch(options, folder, board, lane, study.result()));
  }
  write_file(folder / "branches.json", branches_json(study, options.branches->at));
  return study;
}

std::string branches_json(const StudyResult& study, Instant at) {
  using json = nlohmann::ordered_json;
  const auto number = [](std::optional<double> value) { return value && std::isfinite(*value) ? json(*value) : json(nullptr); };
  const auto run = [](const RunResult& result) {
    const json summary = json::parse(summary_json(result));
    json some = json::object();
    for (const char* key : {"scenario", "scenario_digest", "digest", "partial", "kpis", "verdicts"}) some[key] = summary[key];
    return some;
  };
  json branches = json::object();
  for (const BranchResult& branch : study.branches) {
    json& out = branches[branch.name];
    if (branch.failure) out = {{"failed", branch.failure->what()}};
    if (!branch.result) continue;
    out = run(*branch.result);
    for (const ComparedKpi& row : branch.kpis) {
      out["differences"][row.name] = {{"unit", traits_of(row.kind).unit},
                                      {"kind", name_of(row.kind)},
                                      {"run", number(row.a)},
                                      {"branch", number(row.b)},
                                      {"difference", number(row.difference.mean)},
                                      {"lower", number(row.difference.lower)},
                                      {"upper", number(row.difference.upper)},
                                      {"significant", row.significant()}};
    }
  }
  const json out{
      {"at", in_seconds(at - Instant{}) - in_seconds(study.result().warm_up)}, {"run", run(study.result())}, {"branches", branches}};
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace streamtwin
