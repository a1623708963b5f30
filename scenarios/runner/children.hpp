// Processes of the operating system, each forked for one errand. What they have to say, how far they are and how they ended,
// they write on a board in memory that all of them share. They end with whoever has forked them.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin {

enum class JobState { waiting, complete, partial, failed };

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

/// What one process tells the others while it runs, and how it ended.
struct Slot {
  std::atomic<double> simulated{0}, total{0};  ///< seconds
  std::atomic<JobState> state{JobState::waiting};
  std::atomic<bool> has_place{false};  ///< one of those that the board has
  int status = 0;                      ///< of one that has failed
  char message[65536] = {};

  void fail(const RunFailed& failure);
  void report(Duration done, Duration whole);
};

/// Memory that a process and all below it share: a slot for each, and so many places for those that work at the same time.
class Board {
 public:
  Board(std::size_t slots, int places);
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  std::atomic<bool>& stop() { return head_->stop; }
  Slot& slot(std::size_t number) { return slots_[number]; }
  /// False while every place is taken.
  bool take_place(Slot& slot);
  void give_place(Slot& slot);

 private:
  struct alignas(64) Head {
    std::atomic<bool> stop{false};
    std::atomic<int> places{0};
  };
  std::size_t size_;
  Head* head_;
  Slot* slots_;
};

class Children {
 public:
  explicit Children(Board& board) : board_(board) {}
  /// Ends those that run.
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  /// Forks one for the errand, after which it ends; an exception fails its slot. Ctrl-C does not reach it. Throws RunFailed when
  /// there is no process for it.
  void begin(std::size_t slot, const std::function<void(Slot&)>& errand);
  /// The slots of those that have ended since; their places are free. The slot of one that was killed has failed.
  std::vector<std::size_t> collect();
  bool empty() const { return running_.empty(); }
  /// Kills those that have nothing to write yet: they would not see that they should stop.
  void end_those_in_set_up();

 private:
  Board& board_;
  std::map<pid_t, std::size_t> running_;
};

}  // namespace streamtwin
