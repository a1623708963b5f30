// Several runs at once, each in a process of its own, forked before any simulation exists. A process hands
// its result over as a results folder and its progress through shared memory. Ctrl-C stops all of them; so
// does one that fails.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/runner/children.hpp"
#include "scenarios/runner/progress.hpp"
#include "scenarios/runner/runnable.hpp"

namespace streamtwin {

struct Job {
  RunPlan plan;
  std::filesystem::path folder;  ///< where the result goes; created by the job
};

/// Runs the jobs, at most `at_once` at a time, and says for each what became of it; waiting means that it was
/// never begun because of an interrupt. Throws RunFailed.
std::vector<JobState> run_jobs(const TwinFactory& factory, const std::vector<Job>& jobs, int at_once, std::optional<Instant> until,
                               ProgressLine& line);

/// Processes that are told apart by their number.
struct Processes {
  std::function<void(std::size_t number, Slot& slot)> run;  ///< in the process
  std::function<std::string(std::size_t number)> name;
  std::function<void(int done)> look;  ///< again and again, while they run
};
/// Begins so many, each when there is a place for it and in the slot of its number, and waits for them. Throws RunFailed of the first
/// that fails, when all have stopped.
void run_processes(Board& board, std::size_t number, const Processes& processes);

/// Fills the folder, and says in the slot whether that is a whole run.
void write_job(const RunResult& result, const std::filesystem::path& folder, Slot& slot);
/// "seed 7, load 1.5"
std::string name_of(const RunPlan& plan);

}  // namespace streamtwin
