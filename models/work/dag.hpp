// Tasks of which some come after others, and how far somebody is who carries them out. Each task comes after tasks that are there
// already, so that no circle can be drawn, and their numbers are an order in which they can be done.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace streamtwin::work {

using TaskIndex = std::uint32_t;

class Dag {
 public:
  /// O(before).
  TaskIndex add(std::span<const TaskIndex> before = {});
  TaskIndex add(std::initializer_list<TaskIndex> before) { return add(std::span<const TaskIndex>(before.begin(), before.size())); }

  std::size_t size() const { return before_.size(); }
  /// How many it waits for.
  std::uint32_t before(TaskIndex task) const { return before_[task]; }
  const std::vector<TaskIndex>& after(TaskIndex task) const { return after_[task]; }

 private:
  std::vector<std::uint32_t> before_;
  std::vector<std::vector<TaskIndex>> after_;
};

/// Who can be begun when. A Dag that outlives it.
class Progress {
 public:
  enum class State : std::uint8_t { waits, under_way, done };

  explicit Progress(const Dag& dag);

  /// Those that come after nothing: under way from now on.
  std::vector<TaskIndex> begin();
  /// One that was under way is done. Those that only waited for it are under way.
  std::vector<TaskIndex> done(TaskIndex task);
  /// Some that were done are to be done again, and all that came after them. None of these is under way. Returns those that are now.
  std::vector<TaskIndex> redo(std::span<const TaskIndex> tasks);

  State state(TaskIndex task) const { return state_[task]; }
  std::size_t left() const { return left_; }
  bool finished() const { return left_ == 0; }

 private:
  std::vector<TaskIndex> begin_those_that_can(std::span<const TaskIndex> tasks);

  const Dag* dag_;
  std::vector<std::uint32_t> missing_;  ///< tasks before it that are not done
  std::vector<State> state_;
  std::size_t left_;
};

}  // namespace streamtwin::work
