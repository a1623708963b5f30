#include "scenarios/runner/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/slices.hpp"

namespace streamtwin {

namespace {

void run_job(const TwinFactory& factory, const Job& job, std::optional<Instant> until, Board& board, Slot& slot) {
  const RunResult result = run_once(factory, job.plan, until, [&](Instant now, Instant end) {
    slot.report(now - Instant{}, end - Instant{});
    return !board.stop();
  });
  write_job(result, job.folder, slot);
}

Progress progress_of(Board& board, std::size_t jobs, int done) {
  Progress progress{.runs = static_cast<int>(jobs), .runs_done = done};
  Duration known{0};
  for (std::size_t i = 0; i < jobs; ++i) {
    progress.simulated += seconds(board.slot(i).simulated);
    known = std::max(known, seconds(board.slot(i).total));
  }
  progress.total = known * static_cast<double>(jobs);
  return progress;
}

}  // namespace

std::string name_of(const RunPlan& plan) {
  return plan.load == 1 ? fmt::format("seed {}", plan.seed) : fmt::format("seed {}, load {}", plan.seed, plan.load);
}

void write_job(const RunResult& result, const std::filesystem::path& folder, Slot& slot) {
  std::filesystem::create_directories(folder);
  write_results(result, folder);
  slot.state = result.partial ? JobState::partial : JobState::complete;
}

void run_processes(Board& board, std::size_t number, const Processes& processes) {
  Children children(board);
  std::optional<RunFailed> failure;
  std::size_t next = 0;
  int done = 0;
  const auto may_begin = [&] { return next < number && !board.stop(); };
  while (!children.empty() || may_begin()) {
    if (InterruptWatch::interrupted()) board.stop() = true;
    if (board.stop()) children.end_those_in_set_up();
    while (may_begin() && board.take_place(board.slot(next))) {
      children.begin(next, [&](Slot& slot) { processes.run(next, slot); });
      ++next;
    }
    const std::vector<std::size_t> ended = children.collect();
    done += static_cast<int>(ended.size());
    for (const std::size_t one : ended) {
      const Slot& slot = board.slot(one);
      if (slot.state != JobState::failed || failure) continue;
      failure = RunFailed(fmt::format("{}: {}", processes.name(one), slot.message), slot.status);
      board.stop() = true;
    }
    processes.look(done);
    if (ended.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (failure) throw *failure;
}

std::vector<JobState> run_jobs(const TwinFactory& factory, const std::vector<Job>& jobs, int at_once, std::optional<Instant> until,
                               ProgressLine& line) {
  Board board(jobs.size(), at_once);
  const auto began = std::chrono::steady_clock::now();
  const auto look = [&](int done) {
    Progress progress = progress_of(board, jobs.size(), done);
    progress.wall = std::chrono::steady_clock::now() - began;
    line.show(progress);
  };
  try {
    run_processes(board, jobs.size(),
                  {.run = [&](std::size_t job, Slot& slot) { run_job(factory, jobs[job], until, board, slot); },
                   .name = [&](std::size_t job) { return name_of(jobs[job].plan); },
                   .look = look});
  } catch (...) {
    line.clear();
    throw;
  }
  line.clear();
  std::vector<JobState> states;
  for (std::size_t i = 0; i < jobs.size(); ++i) states.push_back(board.slot(i).state);
  return states;
}

}  // namespace streamtwin
