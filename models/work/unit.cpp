#include "models/work/unit.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace streamtwin::work {

Unit::Unit(const Kind& kind, std::uint64_t number)
    : kind_(kind), number_(number), plan_(kind.plan(number)), progress_(plan_.dag), tries_(plan_.tasks.size(), 0) {}

std::vector<TaskIndex> Unit::done(TaskIndex task) {
  ++tries_[task];
  std::vector<TaskIndex> ready = progress_.done(task);
  const Verdict verdict = kind_.verdict(number_, plan_, task, tries_);
  failed_ |= verdict.failed;
  stopped_ |= verdict.stop;
  if (stopped_) return {};
  if (!verdict.again.empty()) {
    const std::vector<TaskIndex> more = progress_.redo(verdict.again);
    ready.insert(ready.end(), more.begin(), more.end());
  }
  return ready;
}

namespace {

struct End {
  Duration at;
  TaskIndex task;
  Duration takes;
  bool operator>(const End& other) const { return std::pair(at, task) > std::pair(other.at, other.task); }
};
using Ends = std::priority_queue<End, std::vector<End>, std::greater<>>;

/// Up to `age`, or to the end; when the last task ended before it.
Duration replay(Unit& unit, const Pace& pace, Duration age, Ends& ends) {
  const auto begin = [&](const std::vector<TaskIndex>& tasks, Duration at) {
    for (const TaskIndex task : tasks) {
      const Duration takes = pace.of(unit.task(task));
      ends.push({at + takes, task, takes});
    }
  };
  begin(unit.begin(), Duration{0});
  Duration last{0};
  while (!ends.empty() && ends.top().at <= age && !unit.over()) {
    const End end = ends.top();
    ends.pop();
    last = end.at;
    begin(unit.done(end.task), end.at);
  }
  return last;
}

}  // namespace

std::vector<FoundTask> carry_on(Unit& unit, const Pace& pace, Duration age) {
  Ends ends;
  replay(unit, pace, age, ends);
  std::vector<FoundTask> found;
  if (unit.over()) return found;
  for (; !ends.empty(); ends.pop()) {
    const End& end = ends.top();
    found.push_back({end.task, end.takes > Duration{0} ? std::clamp((end.at - age) / end.takes, 0.0, 1.0) : 0.0});
  }
  return found;
}

Duration time_of(Unit& unit, const Pace& pace) {
  Ends ends;
  return replay(unit, pace, Duration{HUGE_VAL}, ends);
}

}  // namespace streamtwin::work
