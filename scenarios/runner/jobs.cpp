// Forking, watching and collecting.
#include "scenarios/runner/jobs.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <new>
#include <thread>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/slices.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {

namespace {

/// What a job tells the parent while it runs, and how it ended.
struct Slot {
  std::atomic<double> simulated{0}, total{0};
  std::atomic<int> state{static_cast<int>(JobState::waiting)};
  int status = 0;
  char message[65536] = {};
};

/// Memory that parent and children share.
class Board {
 public:
  explicit Board(std::size_t jobs) : size_(sizeof(Head) + jobs * sizeof(Slot)) {
    void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    head_ = new (memory) Head;
    slots_ = reinterpret_cast<Slot*>(head_ + 1);
    for (std::size_t i = 0; i < jobs; ++i) new (slots_ + i) Slot;
  }
  ~Board() { munmap(head_, size_); }
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  std::atomic<bool>& stop() { return head_->stop; }
  Slot& slot(std::size_t job) { return slots_[job]; }

 private:
  struct alignas(64) Head {
    std::atomic<bool> stop{false};
  };
  std::size_t size_;
  Head* head_;
  Slot* slots_;
};

[[noreturn]] void run_job(const TwinFactory& factory, const Job& job, std::optional<Instant> until, Board& board, std::size_t number,
                          pid_t parent) {
  std::signal(SIGINT, SIG_IGN);  // the parent decides
  std::signal(SIGTERM, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  Slot& slot = board.slot(number);
  try {
    const RunResult result = run_once(factory, job.plan, until, [&](Instant now, Instant end) {
      slot.total = in_seconds(end);
      slot.simulated = in_seconds(now);
      return !board.stop();
    });
    std::filesystem::create_directories(job.folder);
    write_results(result, job.folder);
    slot.state = static_cast<int>(result.partial ? JobState::partial : JobState::complete);
    _exit(0);
  } catch (...) {
    const RunFailed failure = describe_failure(std::current_exception());
    slot.status = failure.status();
    std::strncpy(slot.message, failure.what(), sizeof slot.message - 1);
    _exit(1);
  }
}

std::string name_of(const Job& job) {
  return job.plan.load == 1 ? fmt::format("seed {}", job.plan.seed) : fmt::format("seed {}, load {}", job.plan.seed, job.plan.load);
}

RunFailed failure_of(const Job& job, const Slot& slot, int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return {fmt::format("{}: the run was ended by signal {} ({}){}", name_of(job), signal, strsignal(signal),
                        signal == SIGKILL ? "; if memory was short, try --jobs 1" : ""),
            70};
  }
  return {fmt::format("{}: {}", name_of(job), slot.message), slot.status == 0 ? 70 : slot.status};
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

RunFailed describe_failure(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const RunFailed& failure) {
    return failure;
  } catch (const Hang& hang) {
    return {hang.what(), 3};
  } catch (const ResultsError& error) {
    return {error.what(), 2};
  } catch (const std::filesystem::filesystem_error& error) {
    return {error.what(), 2};
  } catch (const std::invalid_argument& error) {  // what only the composition can find out about a scenario
    return {error.what(), 2};
  } catch (const std::bad_alloc&) {
    return {"the machine has too little memory for this scenario; a smaller one, or --jobs 1, may fit", 70};
  } catch (const std::exception& error) {
    return {fmt::format("{} (this is a bug in the simulator, not in the scenario)", error.what()), 70};
  } catch (...) {
    return {"an exception of an unknown kind (this is a bug in the simulator)", 70};
  }
}

std::vector<JobState> run_jobs(const TwinFactory& factory, const std::vector<Job>& jobs, int at_once, std::optional<Instant> until,
                               ProgressLine& line) {
  Board board(jobs.size());
  const auto began = std::chrono::steady_clock::now();
  std::map<pid_t, std::size_t> running;
  std::optional<RunFailed> failure;
  std::size_t next = 0;
  int done = 0;
  const auto stop = [&] { board.stop() = true; };
  const auto begin_one = [&] {
    std::fflush(nullptr);
    const pid_t parent = getpid(), child = fork();
    if (child == 0) run_job(factory, jobs[next], until, board, next, parent);
    if (child < 0) {
      failure = RunFailed(fmt::format("no process for another run: {}", std::strerror(errno)), 70);
      stop();
      return;
    }
    running.emplace(child, next++);
  };
  // Whoever has simulated nothing yet does not see that it should stop, and has nothing to write.
  const auto end_those_in_set_up = [&] {
    for (const auto& [child, job] : running) {
      if (board.slot(job).total == 0) kill(child, SIGKILL);
    }
  };
  const auto collect = [&](pid_t child, int status) {
    const auto found = running.find(child);
    const std::size_t job = found->second;
    running.erase(found);
    ++done;
    Slot& slot = board.slot(job);
    slot.simulated = slot.total.load();
    const bool ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const bool ended_in_set_up = board.stop() && slot.total == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if (ended_well || failure || ended_in_set_up) return;
    failure = failure_of(jobs[job], slot, status);
    stop();
  };

  while (!running.empty() || (next < jobs.size() && !board.stop())) {
    if (InterruptWatch::interrupted()) stop();
    if (board.stop()) end_those_in_set_up();
    while (!board.stop() && next < jobs.size() && running.size() < static_cast<std::size_t>(at_once)) begin_one();
    bool collected = false;
    for (auto child = running.begin(); child != running.end();) {
      const pid_t pid = (child++)->first;
      int status = 0;
      if (waitpid(pid, &status, WNOHANG) == pid) {
        collect(pid, status);
        collected = true;
      }
    }
    Progress progress = progress_of(board, jobs.size(), done);
    progress.wall = std::chrono::steady_clock::now() - began;
    line.show(progress);
    if (!collected) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  line.clear();
  if (failure) throw *failure;
  std::vector<JobState> states;
  for (std::size_t i = 0; i < jobs.size(); ++i) states.push_back(static_cast<JobState>(board.slot(i).state.load()));
  return states;
}

}  // namespace streamtwin
