// Several runs at once, each in a process of its own, forked before any simulation exists. A process hands
// its result over as a results folder and its progress through shared memory. Ctrl-C stops all of them; so
// does one that fails.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/runner/progress.hpp"
#include "scenarios/runner/runnable.hpp"

namespace streamtwin {

struct Job {
  RunPlan plan;
  std::filesystem::path folder;  ///< where the result goes; created by the job
};

enum class JobState { waiting, complete, partial };

/// A run that ended with an exception; carries the exit status that the program should end with.
class RunFailed : public std::runtime_error {
 public:
  RunFailed(const std::string& message, int status) : std::runtime_error(message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// The exit status for an exception, and its message: 2 for bad input and results that cannot be written, 3
/// for a hang, 70 for anything else (a bug).
RunFailed describe_failure(std::exception_ptr exception);

/// Runs the jobs, at most `at_once` at a time, and says for each what became of it; waiting means that it was
/// never begun because of an interrupt. Throws RunFailed.
std::vector<JobState> run_jobs(const TwinFactory& factory, const std::vector<Job>& jobs, int at_once, std::optional<Instant> until,
                               ProgressLine& line);

}  // namespace streamtwin
