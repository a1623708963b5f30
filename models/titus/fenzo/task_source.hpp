// Where the tasks of an iteration come from. Replays Netflix/Fenzo TaskIterator.
#pragma once

#include <optional>
#include <vector>

#include "models/titus/fenzo/host.hpp"
#include "models/titus/fenzo/task.hpp"

namespace streamtwin::fenzo {

struct NextTask {
  Task task;
  bool no_capacity = false;  ///< the queue guarantees it none: it fails without being tried
};

class TaskSource {
 public:
  virtual ~TaskSource() = default;
  /// What active hosts have in all, before the first task of an iteration.
  virtual void begin(const Host::Size& total, Instant now) = 0;
  virtual std::optional<NextTask> next() = 0;
  /// The iteration has ended with an exception: what it assigned is waiting again.
  virtual void abandon() = 0;
};

class TaskList : public TaskSource {
 public:
  explicit TaskList(std::vector<Task> tasks) : tasks_(std::move(tasks)) {}
  void begin(const Host::Size&, Instant) override { next_ = 0; }
  std::optional<NextTask> next() override {
    if (next_ == tasks_.size()) return std::nullopt;
    return NextTask{tasks_[next_++]};
  }
  void abandon() override { next_ = 0; }

 private:
  std::vector<Task> tasks_;
  std::size_t next_ = 0;
};

}  // namespace streamtwin::fenzo
