// Tasks that come after others, and how far somebody is with them.
#include "models/work/dag.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim-core/check.hpp"

namespace streamtwin::work {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// One before two, which are before a last one.
Dag diamond() {
  Dag dag;
  const TaskIndex first = dag.add();
  const TaskIndex left = dag.add({first}), right = dag.add({first});
  dag.add({left, right});
  return dag;
}

TEST(Dag, ATaskComesAfterTasksThatAreThere) {
  Dag dag;
  EXPECT_THROW(dag.add({0}), ProgrammingError);
  EXPECT_EQ(dag.add(), 0u);
  EXPECT_EQ(dag.add({0}), 1u);
  EXPECT_THAT(dag.after(0), ElementsAre(1));
}

TEST(Progress, BeginsWhatComesAfterNothingMore) {
  const Dag dag = diamond();
  Progress progress(dag);
  EXPECT_THAT(progress.begin(), ElementsAre(0));
  EXPECT_THAT(progress.done(0), ElementsAre(1, 2));
  EXPECT_THAT(progress.done(2), IsEmpty());
  EXPECT_THAT(progress.done(1), ElementsAre(3));
  EXPECT_FALSE(progress.finished());
  EXPECT_THAT(progress.done(3), IsEmpty());
  EXPECT_TRUE(progress.finished());
}

TEST(Progress, WhatIsDoneAgainTakesWithItWhatCameAfter) {
  const Dag dag = diamond();
  Progress progress(dag);
  progress.begin();
  for (const TaskIndex task : {0u, 1u, 2u, 3u}) progress.done(task);
  const TaskIndex bad[] = {1};
  EXPECT_THAT(progress.redo(bad), ElementsAre(1)) << "the last one waits for it";
  EXPECT_EQ(progress.left(), 2u);
  EXPECT_EQ(progress.state(2), Progress::State::done);
  EXPECT_THAT(progress.done(1), ElementsAre(3));
  progress.done(3);
  EXPECT_TRUE(progress.finished());
}

TEST(Progress, WhatIsUnderWayIsNotDoneAgain) {
  const Dag dag = diamond();
  Progress progress(dag);
  progress.begin();
  progress.done(0);
  const TaskIndex first[] = {0};
  EXPECT_THROW(progress.redo(first), ProgrammingError) << "the two after it are under way";
  EXPECT_THROW(progress.done(3), ProgrammingError) << "nor done before it is";
}

}  // namespace
}  // namespace streamtwin::work
