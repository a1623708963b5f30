// A unit of work: a title, a screener, a night's report, a change. It has a plan, tasks that come after one another; its kind
// decides what follows when one of them has ended. Pure: who runs the tasks, and when, is not known here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/work/dag.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::work {

using StageIndex = std::uint32_t;  ///< into the names of a kind's stages

struct TaskPlan {
  StageIndex stage = 0;
  Duration work{0};  ///< of one processor
  Bytes in{0};       ///< read from the object store before
  Bytes out{0};      ///< written there after
};

struct Plan {
  Dag dag;
  std::vector<TaskPlan> tasks;

  TaskIndex add(const TaskPlan& task, std::span<const TaskIndex> before = {}) {
    tasks.push_back(task);
    return dag.add(before);
  }
  TaskIndex add(const TaskPlan& task, std::initializer_list<TaskIndex> before) {
    return add(task, std::span<const TaskIndex>(before.begin(), before.size()));
  }
};

/// What follows from a task's end.
struct Verdict {
  std::vector<TaskIndex> again;  ///< done before, to be done again
  bool failed = false;           ///< the unit will not end well
  bool stop = false;             ///< and nothing more of it is worth doing
};

/// A kind of work. What it draws depends on the unit's number, the task and how often that has been done, on nothing else.
class Kind {
 public:
  virtual ~Kind() = default;
  virtual const std::vector<std::string>& stages() const = 0;
  virtual Plan plan(std::uint64_t number) const = 0;
  /// `tries`: how often each task has been done, this time included.
  virtual Verdict verdict(std::uint64_t, const Plan&, TaskIndex, const std::vector<std::uint16_t>& /*tries*/) const { return {}; }
};

class Unit {
 public:
  Unit(const Kind& kind, std::uint64_t number);
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  std::uint64_t number() const { return number_; }
  const Plan& plan() const { return plan_; }
  const TaskPlan& task(TaskIndex index) const { return plan_.tasks[index]; }
  const Progress& progress() const { return progress_; }

  /// The tasks that can be begun.
  std::vector<TaskIndex> begin() { return progress_.begin(); }
  /// A task has been done: those that can be begun now.
  std::vector<TaskIndex> done(TaskIndex task);
  /// Whether the task has been done before.
  bool again(TaskIndex task) const { return tries_[task] > 0; }
  bool failed() const { return failed_; }
  bool stopped() const { return stopped_; }
  bool over() const { return stopped_ || progress_.finished(); }

 private:
  const Kind& kind_;
  std::uint64_t number_;
  Plan plan_;
  Progress progress_;
  std::vector<std::uint16_t> tries_;
  bool failed_ = false, stopped_ = false;
};

/// How long a task takes whom nothing holds up.
struct Pace {
  std::vector<int> cores;      ///< by stage
  std::vector<Duration> lead;  ///< by stage, before a task begins
  BitRate network;             ///< of a machine

  Duration of(const TaskPlan& task) const { return lead[task.stage] + (task.in + task.out) / network + task.work / cores[task.stage]; }
};

/// A task that is found under way, and the part of it that is left.
struct FoundTask {
  TaskIndex task = 0;
  double left = 1;
};

/// Carries a unit on to what it is after `age`, if nobody ever had to wait. What is under way then; nothing when it is over.
std::vector<FoundTask> carry_on(Unit& unit, const Pace& pace, Duration age);
/// How long a unit takes so.
Duration time_of(Unit& unit, const Pace& pace);

}  // namespace streamtwin::work
