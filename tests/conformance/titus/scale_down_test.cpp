// Vectors of ScaleDownEvaluatorTest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "models/titus/jobs/scale_down.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

enum Zone : std::uint32_t { zone_a, zone_b, zone_c };

class TitusScaleDown : public ::testing::Test {
 protected:
  void add(Zone zone, TaskState state, int count = 1, Instant since = Instant{}) {
    for (; count > 0; --count) tasks.push_back({static_cast<Slot>(tasks.size()), state, zone, zone, since});
  }
  std::map<TaskState, int> states_given_up(std::size_t size) const {
    std::map<TaskState, int> states;
    for (const Slot slot : tasks_to_give_up(tasks, size)) ++states[tasks[slot].state];
    return states;
  }
  std::vector<ScaleDownCandidate> tasks;
};

TEST_F(TitusScaleDown, BeginsWithTasksThatAreBeingKilled) {
  add(zone_a, TaskState::accepted);
  add(zone_a, TaskState::kill_initiated);
  add(zone_b, TaskState::started);
  add(zone_b, TaskState::kill_initiated);
  EXPECT_THAT(states_given_up(3), ElementsAre(Pair(TaskState::kill_initiated, 1)));
  EXPECT_THAT(states_given_up(2), ElementsAre(Pair(TaskState::kill_initiated, 2)));
}

TEST_F(TitusScaleDown, GoesOnWithTheAccepted) {
  for (const Zone zone : {zone_a, zone_b}) {
    add(zone, TaskState::accepted);
    add(zone, TaskState::started);
    add(zone, TaskState::kill_initiated);
  }
  EXPECT_THAT(states_given_up(3), UnorderedElementsAre(Pair(TaskState::kill_initiated, 2), Pair(TaskState::accepted, 1)));
  EXPECT_THAT(states_given_up(2), UnorderedElementsAre(Pair(TaskState::kill_initiated, 2), Pair(TaskState::accepted, 2)));
}

TEST_F(TitusScaleDown, PrefersTasksThatHaveNotStarted) {
  add(zone_a, TaskState::launched);
  add(zone_a, TaskState::started);
  add(zone_b, TaskState::start_initiated);
  add(zone_b, TaskState::started);
  EXPECT_THAT(states_given_up(2), UnorderedElementsAre(Pair(TaskState::launched, 1), Pair(TaskState::start_initiated, 1)));
}

TEST_F(TitusScaleDown, ToZeroTakesAll) {
  add(zone_a, TaskState::launched);
  add(zone_a, TaskState::start_initiated);
  add(zone_b, TaskState::started);
  add(zone_b, TaskState::kill_initiated);
  EXPECT_THAT(tasks_to_give_up(tasks, 0), UnorderedElementsAre(0, 1, 2, 3));
}

TEST_F(TitusScaleDown, TakesLargeGroupsOnAnAgentFirst) {
  add(zone_a, TaskState::launched);
  add(zone_b, TaskState::launched, 2);
  add(zone_b, TaskState::start_initiated, 3);
  add(zone_c, TaskState::launched);
  std::map<std::uint32_t, int> zones;
  for (const Slot slot : tasks_to_give_up(tasks, 3)) ++zones[tasks[slot].zone];
  EXPECT_THAT(zones, ElementsAre(Pair(zone_b, 4)));
}

}  // namespace
}  // namespace streamtwin::titus
