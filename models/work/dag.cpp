#include "models/work/dag.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::work {

TaskIndex Dag::add(std::span<const TaskIndex> before) {
  const auto task = static_cast<TaskIndex>(size());
  for (const TaskIndex earlier : before) {
    check(earlier < task, "a task comes after tasks that are there");
    after_[earlier].push_back(task);
  }
  before_.push_back(static_cast<std::uint32_t>(before.size()));
  after_.emplace_back();
  return task;
}

Progress::Progress(const Dag& dag) : dag_(&dag), state_(dag.size(), State::waits), left_(dag.size()) {
  for (TaskIndex task = 0; task < dag.size(); ++task) missing_.push_back(dag.before(task));
}

std::vector<TaskIndex> Progress::begin_those_that_can(std::span<const TaskIndex> tasks) {
  std::vector<TaskIndex> begun;
  for (const TaskIndex task : tasks) {
    if (missing_[task] > 0 || state_[task] != State::waits) continue;
    state_[task] = State::under_way;
    begun.push_back(task);
  }
  return begun;
}

std::vector<TaskIndex> Progress::begin() {
  std::vector<TaskIndex> all(dag_->size());
  for (TaskIndex task = 0; task < all.size(); ++task) all[task] = task;
  return begin_those_that_can(all);
}

std::vector<TaskIndex> Progress::done(TaskIndex task) {
  check(state_[task] == State::under_way, "a task that is under way can be done");
  state_[task] = State::done;
  --left_;
  for (const TaskIndex later : dag_->after(task)) --missing_[later];
  return begin_those_that_can(dag_->after(task));
}

std::vector<TaskIndex> Progress::redo(std::span<const TaskIndex> tasks) {
  std::vector<TaskIndex> undone(tasks.begin(), tasks.end());
  for (std::size_t i = 0; i < undone.size(); ++i) {
    const TaskIndex task = undone[i];
    check(state_[task] != State::under_way, "what is under way is not done again");
    if (state_[task] == State::waits) continue;
    state_[task] = State::waits;
    ++left_;
    for (const TaskIndex later : dag_->after(task)) {
      ++missing_[later];
      if (state_[later] != State::waits) undone.push_back(later);
    }
  }
  std::sort(undone.begin(), undone.end());
  return begin_those_that_can(undone);
}

}  // namespace streamtwin::work
