#include "scenarios/runner/children.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <new>

#include "scenarios/results/folder.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

RunFailed killed_by(int signal) {
  return {fmt::format("the run was ended by signal {} ({}){}", signal, strsignal(signal),
                      signal == SIGKILL ? "; if memory was short, try --jobs 1" : ""),
          70};
}

// _exit() leaves buffers alone that were filled before the fork, and would be written twice.
[[noreturn]] void run_errand(const std::function<void(Slot&)>& errand, Slot& slot, pid_t parent) {
  std::signal(SIGINT, SIG_IGN);  // the parent decides
  std::signal(SIGTERM, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  try {
    errand(slot);
    _exit(0);
  } catch (...) {
    slot.fail(describe_failure(std::current_exception()));
    _exit(1);
  }
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

void Slot::fail(const RunFailed& failure) {
  status = failure.status();
  std::strncpy(message, failure.what(), sizeof message - 1);
  state = JobState::failed;
}

void Slot::report(Duration done, Duration whole) {
  total = in_seconds(whole);
  simulated = in_seconds(done);
}

Board::Board(std::size_t slots, int places) : size_(sizeof(Head) + slots * sizeof(Slot)) {
  void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  head_ = new (memory) Head;
  head_->places = places;
  slots_ = reinterpret_cast<Slot*>(head_ + 1);
  for (std::size_t i = 0; i < slots; ++i) new (slots_ + i) Slot;
}

Board::~Board() { munmap(head_, size_); }

bool Board::take_place(Slot& slot) {
  if (head_->places.fetch_sub(1) > 0) return slot.has_place = true;
  ++head_->places;
  return false;
}

void Board::give_place(Slot& slot) {
  if (slot.has_place.exchange(false)) ++head_->places;
}

Children::~Children() {
  for (const auto& [child, slot] : running_) kill(child, SIGKILL);
  for (const auto& [child, slot] : running_) waitpid(child, nullptr, 0);
}

void Children::begin(std::size_t slot, const std::function<void(Slot&)>& errand) {
  std::fflush(nullptr);
  const pid_t parent = getpid(), child = fork();
  if (child == 0) run_errand(errand, board_.slot(slot), parent);
  if (child < 0) throw RunFailed(fmt::format("no process for another run: {}", std::strerror(errno)), 70);
  running_.emplace(child, slot);
}

std::vector<std::size_t> Children::collect() {
  std::vector<std::size_t> ended;
  for (auto child = running_.begin(); child != running_.end();) {
    const auto here = child++;
    int status = 0;
    if (waitpid(here->first, &status, WNOHANG) != here->first) continue;
    Slot& slot = board_.slot(here->second);
    const bool ended_in_set_up = board_.stop() && slot.total == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if (WIFSIGNALED(status) && !ended_in_set_up) slot.fail(killed_by(WTERMSIG(status)));
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && slot.state != JobState::failed) slot.fail({"the run ended without a word", 70});
    slot.simulated = slot.total.load();
    board_.give_place(slot);
    ended.push_back(here->second);
    running_.erase(here);
  }
  return ended;
}

void Children::end_those_in_set_up() {
  for (const auto& [child, slot] : running_) {
    if (board_.slot(slot).total == 0) kill(child, SIGKILL);
  }
}

}  // namespace streamtwin
