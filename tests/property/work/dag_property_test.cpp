// Whatever the tasks and whatever is done again: each is begun once all it comes after is done, and as often as it was asked for.
#include <gtest/gtest.h>

#include <vector>

#include "models/work/dag.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::work {
namespace {

struct RandomDag {
  Dag dag;
  std::vector<std::vector<TaskIndex>> before;
};

RandomDag drawn(Random& random) {
  RandomDag made;
  const auto tasks = static_cast<TaskIndex>(1 + random.below(40));
  const double density = random.uniform(0, 0.5);
  for (TaskIndex task = 0; task < tasks; ++task) {
    std::vector<TaskIndex> before;
    for (TaskIndex earlier = 0; earlier < task; ++earlier) {
      if (random.chance(density)) before.push_back(earlier);
    }
    made.dag.add(before);
    made.before.push_back(before);
  }
  return made;
}

/// Who does the tasks of a Dag in an order of their own, and keeps account.
class Worker {
 public:
  explicit Worker(const RandomDag& tasks) : tasks_(tasks), progress(tasks.dag), begun(tasks.dag.size(), 0), asked(tasks.dag.size(), 1) {}

  void take(const std::vector<TaskIndex>& ready) {
    for (const TaskIndex task : ready) {
      ++begun[task];
      for (const TaskIndex earlier : tasks_.before[task]) EXPECT_EQ(progress.state(earlier), Progress::State::done);
      under_way.push_back(task);
    }
  }
  void end_one(Random& random) {
    const std::size_t place = random.below(under_way.size());
    const TaskIndex task = under_way[place];
    under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(place));
    take(progress.done(task));
  }
  /// All that comes after a task, itself included.
  std::vector<bool> reach(TaskIndex task) const {
    std::vector<bool> reached(tasks_.dag.size(), false);
    reached[task] = true;
    for (TaskIndex later = task; later < reached.size(); ++later) {
      for (const TaskIndex earlier : tasks_.before[later]) reached[later] = reached[later] || reached[earlier];
    }
    return reached;
  }
  void redo_one(Random& random) {
    const auto task = static_cast<TaskIndex>(random.below(tasks_.dag.size()));
    const std::vector<bool> again = reach(task);
    if (progress.state(task) != Progress::State::done) return;
    for (const TaskIndex busy : under_way) {
      if (again[busy]) return;
    }
    for (TaskIndex later = 0; later < again.size(); ++later) {
      if (again[later] && progress.state(later) == Progress::State::done) ++asked[later];
    }
    const TaskIndex bad[] = {task};
    take(progress.redo(bad));
  }

 private:
  const RandomDag& tasks_;

 public:
  Progress progress;
  std::vector<int> begun, asked;
  std::vector<TaskIndex> under_way;
};

TEST(DagProperty, EachTaskIsBegunOnceAfterAllItComesAfter) {
  for (std::uint64_t round = 0; round < 500; ++round) {
    Random random(round, "a dag", "tasks");
    const RandomDag tasks = drawn(random);
    const double redone = random.chance(0.5) ? 0 : 0.2;
    Worker worker(tasks);
    worker.take(worker.progress.begin());
    int redos_left = 60;
    while (!worker.under_way.empty()) {
      worker.end_one(random);
      if (redos_left > 0 && random.chance(redone)) {
        worker.redo_one(random);
        --redos_left;
      }
    }
    EXPECT_TRUE(worker.progress.finished()) << round;
    EXPECT_EQ(worker.begun, worker.asked) << round;
  }
}

}  // namespace
}  // namespace streamtwin::work
