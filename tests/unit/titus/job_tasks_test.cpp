#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "models/titus/jobs/capacity.hpp"
#include "models/titus/jobs/job_tasks.hpp"
#include "models/titus/jobs/timeouts.hpp"
#include "sim-core/check.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Instant second(double value) { return at(seconds(value)); }

RetrySpec retries(int number, RetryPolicy policy = RetryPolicy::immediate, Duration delay = 1s, Duration delay_max = 30s) {
  return {policy, number, delay, delay_max};
}

class TitusJob : public ::testing::Test {
 protected:
  static JobTasks batch(int size, const RetrySpec& retry = {}) { return {{JobKind::batch, size, retry, false}, JobManagerSpec{}}; }
  static JobTasks service(int size, const RetrySpec& retry = {}) { return {{JobKind::service, size, retry, false}, JobManagerSpec{}}; }
  static void start(JobTasks& job, Slot slot, Instant now) {
    job.launch(slot, 1, 0, now);
    job.move(slot, TaskState::start_initiated, ReasonCode::normal, now);
    job.move(slot, TaskState::started, ReasonCode::normal, now);
  }
  static void start_all(JobTasks& job, Instant now) {
    for (const Slot slot : std::vector<Slot>(job.reconcile(now).created)) start(job, slot, now);
  }
};

TEST_F(TitusJob, StatesGoForwardsOverAnyNumber) {
  EXPECT_TRUE(may_move(TaskState::accepted, TaskState::finished));
  EXPECT_TRUE(may_move(TaskState::launched, TaskState::kill_initiated));
  EXPECT_FALSE(may_move(TaskState::started, TaskState::launched));
  EXPECT_FALSE(may_move(TaskState::finished, TaskState::disconnected));
  EXPECT_FALSE(is_before(TaskState::started, TaskState::disconnected));
  EXPECT_FALSE(is_after(TaskState::finished, TaskState::disconnected));
  EXPECT_TRUE(may_move(TaskState::disconnected, TaskState::started));
  EXPECT_FALSE(is_running(TaskState::accepted));
  EXPECT_TRUE(is_running(TaskState::disconnected));
}

TEST_F(TitusJob, ABatchJobEndsWhenAllItsTasksHave) {
  JobTasks job = batch(2);
  EXPECT_THAT(job.reconcile(second(0)).created, ElementsAre(0, 1));
  start(job, 0, second(1));
  start(job, 1, second(1));
  job.finish(0, ReasonCode::normal, second(5));
  EXPECT_FALSE(job.reconcile(second(5)).completed);
  job.finish(1, ReasonCode::failed, second(6));
  EXPECT_TRUE(job.reconcile(second(6)).completed);
  EXPECT_EQ(job.state(), JobState::finished);
}

TEST_F(TitusJob, AReplacementTakesTheIndexAfterTheWait) {
  JobTasks job = batch(2, retries(1));
  start_all(job, second(0));
  job.finish(1, ReasonCode::failed, second(10));
  EXPECT_THAT(job.reconcile(second(10)).created, IsEmpty());
  EXPECT_EQ(job.next_turn(second(10)), second(11));
  EXPECT_THAT(job.reconcile(second(11)).created, ElementsAre(1));
  EXPECT_EQ(job.task(1).resubmits, 1u);
  start(job, 1, second(12));
  job.finish(1, ReasonCode::failed, second(13));
  EXPECT_EQ(job.waiting(), 0);
  EXPECT_EQ(job.done(), 1);
}

TEST_F(TitusJob, WaitsDoubleUntilATaskRanLongEnough) {
  JobTasks job = batch(1, retries(100, RetryPolicy::exponential, 4s, 10s));
  Instant now{};
  std::vector<double> waits;
  start_all(job, now);
  for (const Duration ran : {Duration{1}, Duration{1}, Duration{1}, Duration{300}, Duration{1}}) {
    now += ran;
    job.finish(0, ReasonCode::failed, now);
    waits.push_back(in_seconds(job.task(0).retry_at - now));
    now = job.task(0).retry_at;
    start_all(job, now);
  }
  EXPECT_THAT(waits, ElementsAre(4, 8, 10, 0, 4));
}

TEST_F(TitusJob, TheSystemRetryerCountsForAllOnlyWhereSaid) {
  JobTask task;
  task.state = TaskState::finished;
  task.retries = 3;
  JobManagerSpec manager;
  EXPECT_EQ(replacement_delay(task, retries(9), manager), Duration{1});
  manager.system_retryer_always = true;
  EXPECT_EQ(replacement_delay(task, retries(9), manager), Duration{8});
  task.retries = 4000000000;
  EXPECT_EQ(replacement_delay(task, retries(9), manager), Duration{30});
  EXPECT_EQ(policy_delay(retries(9, RetryPolicy::exponential, 0s, 10s), 5), Duration{0});
}

TEST_F(TitusJob, TasksThatANewMasterReadAreReplacedByTheSystemRetryer) {
  JobTask task;
  task.state = TaskState::finished;
  task.restored = true;
  const JobManagerSpec manager;
  std::vector<double> waits;
  for (int i = 0; i < 3; ++i) {
    waits.push_back(in_seconds(replacement_delay(task, retries(9), manager)));
    task = replacement_of(task, manager, second(0));
    task.state = TaskState::finished;
  }
  EXPECT_THAT(waits, ElementsAre(1, 1, 2));
  task.ran = 300s;
  EXPECT_FALSE(replacement_of(task, manager, second(0)).has_system_retryer);
}

TEST_F(TitusJob, ErrorsOfTheSystemUseUpNoRetries) {
  JobTasks job = batch(1);
  Instant now{};
  for (const ReasonCode reason : {ReasonCode::crashed, ReasonCode::local_system_error, ReasonCode::transient_system_error}) {
    start_all(job, now);
    job.finish(0, reason, now += 1s);
    EXPECT_EQ(job.waiting(), 1);
    now += 1s;
  }
  start_all(job, now);
  EXPECT_EQ(job.task(0).system_resubmits, 3u);
  job.finish(0, ReasonCode::lost, now);
  EXPECT_EQ(job.done(), 1);
}

TEST_F(TitusJob, AnEvictionIsNoUsersRetryButNeedsOneLeft) {
  JobTasks job = batch(1, retries(1));
  start_all(job, second(0));
  ASSERT_TRUE(job.kill(0, ReasonCode::evicted, second(1)));
  EXPECT_FALSE(job.kill(0, ReasonCode::killed, second(1)));
  job.finish(0, ReasonCode::killed, second(2));
  start_all(job, second(3));
  EXPECT_EQ(job.task(0).eviction_resubmits, 1u);
  job.finish(0, ReasonCode::failed, second(4));
  start_all(job, second(5));
  EXPECT_EQ(job.task(0).resubmits, 2u);
  job.kill(0, ReasonCode::evicted, second(6));
  job.finish(0, ReasonCode::killed, second(7));
  EXPECT_EQ(job.done(), 1);
}

TEST_F(TitusJob, ARuntimeLimitEndsATaskForGoodUnlessSaidOtherwise) {
  for (const bool retried : {false, true}) {
    JobTasks job({JobKind::batch, 1, retries(1), retried}, JobManagerSpec{});
    start_all(job, second(0));
    job.kill(0, ReasonCode::runtime_limit_exceeded, second(60));
    job.finish(0, ReasonCode::killed, second(61));
    EXPECT_EQ(job.waiting(), retried ? 1 : 0);
  }
}

TEST_F(TitusJob, NoMoreThan300AreActiveAndNotStarted) {
  JobTasks job = batch(1000);
  EXPECT_THAT(job.reconcile(second(0)).created, SizeIs(300));
  EXPECT_THAT(job.reconcile(second(0)).created, IsEmpty());
  for (Slot slot = 0; slot < 100; ++slot) start(job, slot, second(1));
  EXPECT_THAT(job.reconcile(second(1)).created, SizeIs(100));
  // Those being killed count, too.
  for (Slot slot = 0; slot < 50; ++slot) job.kill(slot, ReasonCode::killed, second(2));
  EXPECT_EQ(job.active_not_started(), 350);
  EXPECT_THAT(job.reconcile(second(2)).created, IsEmpty());
}

TEST_F(TitusJob, WaitingReplacementsTakeOfThe300) {
  JobTasks job = batch(400, retries(1, RetryPolicy::delayed, 600s));
  start_all(job, second(0));
  for (Slot slot = 0; slot < 250; ++slot) job.finish(slot, ReasonCode::failed, second(1));
  EXPECT_THAT(job.reconcile(second(1)).created, SizeIs(50));
}

TEST_F(TitusJob, AServiceIsReplacedWithoutEnd) {
  JobTasks job = service(1);
  Instant now{};
  for (int round = 0; round < 5; ++round) {
    start_all(job, now);
    ASSERT_EQ(job.started(), 1);
    job.finish(0, ReasonCode::normal, now += 1s);
    now += 1s;
  }
}

TEST_F(TitusJob, AServiceThatShrinksKillsAndForgets) {
  JobTasks job = service(4);
  start_all(job, second(0));
  job.desire(2);
  const std::vector<Slot> killed = job.reconcile(second(1)).killed;
  EXPECT_THAT(killed, SizeIs(2));
  EXPECT_THAT(job.reconcile(second(1)).killed, IsEmpty());
  for (const Slot slot : killed) {
    EXPECT_EQ(job.task(slot).kill_reason, ReasonCode::scaled_down);
    job.finish(slot, ReasonCode::killed, second(2));
  }
  EXPECT_EQ(job.occupied_slots(), 2);
  job.desire(3);
  EXPECT_THAT(job.reconcile(second(3)).created, ElementsAre(killed[1]));
}

TEST_F(TitusJob, AServiceWithEnoughRunningForgetsWhoWaits) {
  JobTasks job = service(3, retries(0, RetryPolicy::delayed, 60s));
  start_all(job, second(0));
  job.finish(2, ReasonCode::failed, second(1));
  job.desire(2);
  EXPECT_THAT(job.reconcile(second(1)).killed, IsEmpty());
  EXPECT_EQ(job.waiting(), 0);
  EXPECT_EQ(job.occupied_slots(), 2);
}

TEST_F(TitusJob, AKilledJobsTasksAreKilled300InATurnAndItEndsWithTheLast) {
  JobTasks job = service(500);
  start_all(job, second(0));
  start_all(job, second(0));
  ASSERT_EQ(job.started(), 500);
  job.finish(7, ReasonCode::failed, second(1));
  job.kill();
  EXPECT_THAT(job.reconcile(second(2)).killed, SizeIs(300));
  EXPECT_EQ(job.next_turn(second(2)), second(2));
  EXPECT_THAT(job.reconcile(second(2)).killed, SizeIs(199));
  EXPECT_EQ(job.state(), JobState::kill_initiated);
  for (Slot slot = 0; slot < job.slots(); ++slot) {
    if (job.occupied(slot)) job.finish(slot, ReasonCode::killed, second(3));
  }
  EXPECT_TRUE(job.reconcile(second(3)).completed);
  EXPECT_THAT(job.reconcile(second(4)).created, IsEmpty());
}

TEST_F(TitusJob, TheTimeStartedGoesOnWhileItsAgentIsNotHeardOf) {
  JobTasks job = batch(1, retries(3));
  start_all(job, second(0));
  job.move(0, TaskState::disconnected, ReasonCode::normal, second(100));
  job.move(0, TaskState::started, ReasonCode::normal, second(250));
  job.finish(0, ReasonCode::failed, second(300));
  EXPECT_EQ(job.task(0).retry_at, second(300));
}

TEST_F(TitusJob, WhatIsNotThereIsNotMoved) {
  JobTasks job = batch(1);
  EXPECT_THROW(job.launch(0, 1, 0, second(0)), ProgrammingError);
  job.reconcile(second(0));
  EXPECT_THROW(job.desire(2), ProgrammingError);
  job.finish(0, ReasonCode::failed, second(1));
  EXPECT_THROW(job.finish(0, ReasonCode::failed, second(1)), ProgrammingError);
}

/// Whatever happens to a service's tasks, it comes back to its size, and the counts are those of its tasks.
TEST_F(TitusJob, AServiceConvergesAfterAnything) {
  JobTasks job = service(20);
  std::uint32_t state = 12345;
  const auto draw = [&state](std::uint32_t below) { return (state = state * 1664525u + 1013904223u) / 65536u % below; };
  Instant now{};
  for (int step = 0; step < 3000; ++step) {
    now += 1s;
    if (draw(50) == 0) job.desire(static_cast<int>(draw(40)));
    job.reconcile(now);
    const Slot slot = draw(std::max<Slot>(1, job.slots()));
    if (!job.occupied(slot)) continue;
    const TaskState present = job.task(slot).state;
    if (present == TaskState::finished) continue;
    if (draw(4) == 0) {
      job.kill(slot, ReasonCode::evicted, now);
    } else if (present == TaskState::accepted) {
      job.launch(slot, draw(5), draw(3), now);
    } else {
      job.finish(slot, draw(2) == 0 ? ReasonCode::failed : ReasonCode::normal, now);
    }
    int not_started = 0, occupied = 0;
    for (Slot i = 0; i < job.slots(); ++i) {
      occupied += job.occupied(i) ? 1 : 0;
      not_started += job.occupied(i) && is_active_not_started(job.task(i).state) ? 1 : 0;
    }
    ASSERT_EQ(job.occupied_slots(), occupied);
    ASSERT_EQ(job.active_not_started(), not_started);
  }
  for (int round = 0; round < 5; ++round) {
    now += 100s;
    job.reconcile(now);
    for (Slot slot = 0; slot < job.slots(); ++slot) {
      if (!job.occupied(slot)) continue;
      if (job.task(slot).state == TaskState::accepted) job.launch(slot, 0, 0, now);
      if (job.task(slot).state == TaskState::launched) job.move(slot, TaskState::started, ReasonCode::normal, now);
      if (job.task(slot).state == TaskState::kill_initiated) job.finish(slot, ReasonCode::killed, now);
    }
  }
  EXPECT_EQ(job.started(), job.desired());
  EXPECT_EQ(job.occupied_slots(), job.desired());
}

TEST(TitusTimeouts, OfEachStateAndKind) {
  const JobManagerSpec manager;
  EXPECT_EQ(state_timeout(JobKind::batch, TaskState::launched, manager), Duration{300});
  EXPECT_EQ(state_timeout(JobKind::batch, TaskState::start_initiated, manager), Duration{720});
  EXPECT_EQ(state_timeout(JobKind::service, TaskState::start_initiated, manager), Duration{300});
  EXPECT_EQ(state_timeout(JobKind::service, TaskState::kill_initiated, manager), Duration{600});
  EXPECT_EQ(state_timeout(JobKind::service, TaskState::accepted, manager), std::nullopt);
  EXPECT_EQ(state_timeout(JobKind::service, TaskState::started, manager), std::nullopt);
  EXPECT_EQ(runtime_limit(std::nullopt, JobLimitsSpec{}), Duration{432000});
  EXPECT_EQ(runtime_limit(Duration{1}, JobLimitsSpec{}), Duration{5});
  EXPECT_EQ(runtime_limit(Duration{1e9}, JobLimitsSpec{}), Duration{864000});
}

TEST(TitusTimeouts, ATaskThatCannotBeKilledCountsAsEndedAfterTheSecondAttempt) {
  const JobManagerSpec manager;
  JobTasks job({JobKind::batch, 1, retries(1), false}, manager);
  StateDeadlines deadlines(manager);
  job.reconcile(second(0));
  job.launch(0, 1, 0, second(0));
  deadlines.enter(3, 0, job.task(0).version, JobKind::batch, TaskState::launched, second(0));
  std::vector<std::pair<double, TaskState>> seen;
  for (int round = 0; round < 4 && deadlines.next() != never; ++round) {
    const Instant now = deadlines.next();
    deadlines.expire(now, [&](const StateDeadlines::Entry& entry) {
      if (job.task(entry.slot).version != entry.version) return true;
      switch (stuck_action(job.task(0).state, job.task(0).kill_attempts, manager)) {
        case StuckAction::kill: job.kill(0, ReasonCode::stuck_in_state, now); break;
        case StuckAction::kill_again: job.kill_again(0, now); break;
        case StuckAction::finish: job.finish(0, ReasonCode::stuck_in_killing_state, now); break;
      }
      deadlines.enter(3, 0, job.task(0).version, JobKind::batch, job.task(0).state, now);
      seen.emplace_back(in_seconds(now), job.task(0).state);
      return true;
    });
  }
  EXPECT_THAT(seen, ElementsAre(std::pair{300.0, TaskState::kill_initiated}, std::pair{900.0, TaskState::kill_initiated},
                                std::pair{1500.0, TaskState::finished}));
  EXPECT_EQ(job.task(0).kill_reason, ReasonCode::stuck_in_state);
  EXPECT_EQ(job.waiting(), 1);
}

JobTask ended_before_it_ran(std::uint32_t failures_before) {
  JobTask task;
  task.state = TaskState::finished;
  task.reason = ReasonCode::crashed;
  task.failed_starts = failures_before;
  return task;
}

// "Up to 15 minutes"; how it grows is ours.
TEST(TitusStartThrottle, GrowsToAQuarterOfAnHourAndNeverGivesUp) {
  std::vector<double> waits;
  for (std::uint32_t before = 0; before < 11; ++before) waits.push_back(in_seconds(throttle_delay(ended_before_it_ran(before), {})));
  EXPECT_EQ(waits, (std::vector<double>{0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900}));
  EXPECT_EQ(throttle_delay(ended_before_it_ran(1'000'000), {}), Duration{15min});
  EXPECT_EQ(throttle_delay(ended_before_it_ran(50), {.enabled = false}), Duration{0});
}

TEST(TitusStartThrottle, CountsOnlyTasksThatNeverRanAndThatNobodyKilled) {
  JobTask ran = ended_before_it_ran(7), killed = ran, failed = ran;
  ran.started = second(1);
  killed.kill_reason = ReasonCode::killed;
  for (const JobTask& task : {ran, killed}) {
    EXPECT_EQ(throttle_delay(task, {}), Duration{0});
    EXPECT_EQ(replacement_of(task, {}, second(9)).failed_starts, 0u);
  }
  EXPECT_EQ(replacement_of(failed, {}, second(9)).failed_starts, 8u);
}

TEST(TitusStartThrottle, HoldsServicesTasksBackThatHaveOne) {
  const auto waits_of = [](const std::optional<StartThrottleSpec>& throttle) {
    JobTasks job({.kind = JobKind::service, .size = 1, .retry = {}, .throttle = throttle}, JobManagerSpec{});
    job.reconcile(second(0));
    std::vector<double> waits;
    Instant now = second(0);
    for (int failure = 0; failure < 4; ++failure) {
      job.launch(0, 0, 0, now);
      job.finish(0, ReasonCode::crashed, now);
      EXPECT_EQ(job.task(0).held_back, throttle && failure >= 1);
      waits.push_back(in_seconds(job.task(0).retry_at - now));
      job.reconcile(now = job.task(0).retry_at);
    }
    return waits;
  };
  EXPECT_EQ(waits_of(StartThrottleSpec{.failures = 2, .first = 5s}), (std::vector<double>{1, 5, 10, 20}));
  EXPECT_EQ(waits_of(std::nullopt), (std::vector<double>{1, 1, 1, 1}));
}

TEST(TitusTimeouts, WhatIsNotDealtWithStaysDue) {
  StateDeadlines deadlines{JobManagerSpec{}};
  for (Slot slot = 0; slot < 3; ++slot) deadlines.enter(0, slot, 0, JobKind::batch, TaskState::launched, second(slot));
  EXPECT_EQ(deadlines.next(), second(300));
  int tokens = 1;
  deadlines.expire(second(400), [&tokens](const StateDeadlines::Entry&) { return tokens-- > 0; });
  EXPECT_EQ(deadlines.size(), 2u);
  EXPECT_EQ(deadlines.next(), second(301));
}

}  // namespace
}  // namespace streamtwin::titus
