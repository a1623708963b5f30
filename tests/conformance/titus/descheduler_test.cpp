// Vectors of TaskMigrationDeschedulerTest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/titus/relocation/descheduler.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

/// Two agents that are removed, one that stays active, and a job that moves its tasks itself within 30 s.
class TitusDescheduler : public ::testing::Test {
 protected:
  enum Agents : std::uint32_t { removable_1, removable_2, active };

  TitusDescheduler() {
    agents[removable_1].group_leaves = agents[removable_2].group_leaves = true;
    jobs[0] = {true, 30s, false, false, std::nullopt, std::nullopt};
  }
  RelocationTask& place(Agents agent) {
    tasks.push_back({tasks.size() + 1, 0, agent, created, true, false, false, false});
    return tasks.back();
  }
  Descheduler descheduler() { return {{agents, jobs, tasks}, plans, quotas, now}; }

  std::vector<RelocationAgent> agents = std::vector<RelocationAgent>(3);
  std::vector<RelocationJob> jobs = std::vector<RelocationJob>(1);
  std::vector<RelocationTask> tasks;
  RelocationPlans plans;
  EvictionQuotas quotas{1000, true, {1}};
  Instant created = s(10), now = s(11);
};

TEST_F(TitusDescheduler, TasksThatMustLeaveAtOnceAreFoundWhereverTheyAre) {
  place(active);
  jobs[0].leave_by_now = s(10.001);
  EXPECT_THAT(descheduler().immediate(), ElementsAre(0));
}

TEST_F(TitusDescheduler, ATaskStaysUntilItsPlansDeadline) {
  plans.set(place(removable_1).id, {now, s(1e6)});
  EXPECT_FALSE(descheduler().next_best_match().has_value());
}

TEST_F(TitusDescheduler, ATaskGoesAfterItsPlansDeadline) {
  plans.set(place(removable_1).id, {created, s(10.999)});
  EXPECT_TRUE(descheduler().next_best_match().has_value());
}

TEST_F(TitusDescheduler, TheAgentOnWhichFewestAreLeftIsEmptiedFirst) {
  place(removable_1);
  place(removable_1);
  place(removable_2);
  const auto agent_of_match = [this]() -> std::optional<std::uint32_t> {
    const std::optional<Descheduler::Match> match = descheduler().next_best_match();
    if (!match) return std::nullopt;
    return match->agent;
  };
  EXPECT_THAT(agent_of_match(), Optional(removable_2));
  quotas.system = 0;
  EXPECT_EQ(agent_of_match(), std::nullopt);
  quotas.system_window_open = false;
  EXPECT_EQ(agent_of_match(), std::nullopt);
  jobs[0].exempt = true;
  EXPECT_THAT(agent_of_match(), Optional(removable_2));
}

TEST_F(TitusDescheduler, SaysThatTheJobsQuotaHeldATask) {
  place(removable_1);
  quotas.of_job[0] = 0;
  EXPECT_EQ(name_of(descheduler().why_held(tasks[0])), "Not enough job quota");
}

TEST_F(TitusDescheduler, AJobMayAskThatItsOldTasksLeave) {
  place(active);
  jobs[0].leave_by = s(10);
  EXPECT_THAT(descheduler().requested(), ElementsAre(0));
  jobs[0].leave_by = s(9.999);
  EXPECT_THAT(descheduler().requested(), IsEmpty());
}

TEST_F(TitusDescheduler, ATaskMayAskToLeave) {
  place(active).leaves = true;
  EXPECT_THAT(descheduler().requested(), ElementsAre(0));
}

TEST_F(TitusDescheduler, AnExemptJobsTasksLeaveWhileTheSystemsWindowIsClosed) {
  place(active).leaves = true;
  quotas.system = 0;
  quotas.system_window_open = false;
  EXPECT_THAT(descheduler().requested(), IsEmpty());
  jobs[0].exempt = true;
  EXPECT_THAT(descheduler().requested(), ElementsAre(0));
  quotas.system_window_open = true;
  EXPECT_THAT(descheduler().requested(), IsEmpty());
}

TEST_F(TitusDescheduler, ATaggedAgentIsEmptied) {
  place(active);
  agents[active].leaves = true;
  EXPECT_TRUE(descheduler().next_best_match().has_value());
}

}  // namespace
}  // namespace streamtwin::titus
