#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "models/titus/eviction/system_quota.hpp"
#include "models/titus/relocation/descheduler.hpp"
#include "models/titus/relocation/refresh.hpp"
#include "sim-core/check.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;

constexpr Instant noon_of_monday = at(Duration{20h});  // of the Pacific standard time

TEST(TitusGridBucket, LosesNoPartOfAnInterval) {
  GridTokenBucket bucket({10, 1, 1s, 0}, at(0s));
  EXPECT_EQ(bucket.tokens(at(0s)), 1);  // of an interval before the start
  EXPECT_TRUE(bucket.try_take(1, at(0s)));
  EXPECT_FALSE(bucket.try_take(1, at(0.9s)));
  EXPECT_TRUE(bucket.try_take(1, at(1.9s)));
  EXPECT_TRUE(bucket.try_take(1, at(2s)));
  EXPECT_EQ(bucket.tokens(at(1e9s)), 10);
  bucket.give_back(5);
  EXPECT_EQ(bucket.tokens(at(1e9s)), 10);
  EXPECT_THROW(bucket.try_take(11, at(1e9s)), ProgrammingError);
}

TEST(TitusGridBucket, RefusesWhatNoBucketIs) {
  EXPECT_THROW(GridTokenBucket({0, 1, 1s, 0}, at(0s)), std::invalid_argument);
  EXPECT_THROW(GridTokenBucket({1, 1, 0s, 0}, at(0s)), std::invalid_argument);
  EXPECT_THROW(GridTokenBucket({1, -1, 1s, 0}, at(0s)), std::invalid_argument);
}

TEST(TitusRollingWindow, ForgetsNothingBeforeItsFirstEndAndThenLateByLessThanAStep) {
  RollingCount count(20s, 20, at(0s));
  count.add(1, at(0.5s));
  EXPECT_EQ(count.count(at(19.999s)), 1);
  EXPECT_EQ(count.count(at(20s)), 0);
  count.add(1, at(20.5s));
  EXPECT_EQ(count.count(at(39.999s)), 1);
  EXPECT_THROW(count.count(at(39s)), ProgrammingError);
  EXPECT_THROW(RollingCount(10ms, 20, at(0s)), std::invalid_argument);
}

/// In no window of the length of 19 steps are there ever more evictions than the rate allows, and the quota is never negative.
TEST(TitusEvictionRate, IsKeptInEveryWindow) {
  constexpr std::int64_t limit = 7;
  EvictionRate rate(60s, limit, at(0s));
  std::deque<Instant> granted;
  Instant now{};
  std::uint32_t state = 99;
  int total = 0;
  for (int i = 0; i < 20000; ++i) {
    state = state * 1664525u + 1013904223u;
    now += Duration{(state >> 8) % 1000 / 400.0};
    ASSERT_GE(rate.quota(now), 0);
    if (!rate.consume(now)) continue;
    granted.push_back(now);
    ++total;
    while (granted.front() <= now - Duration{57}) granted.pop_front();
    ASSERT_LE(granted.size(), static_cast<std::size_t>(limit));
  }
  EXPECT_GT(total, 2000);  // and it is used: 7 a minute of 25,000 s
}

TEST(TitusEvictionRate, ALowerLimitIsNoNegativeQuota) {
  EvictionRate rate(60s, 5, at(0s));
  for (int i = 0; i < 5; ++i) rate.consume(at(0s));
  rate.change(60s, 3, at(1s));
  EXPECT_EQ(rate.quota(at(1s)), 0);
  rate.change(30s, 3, at(2s));  // another interval begins with what the limit lets it hold
  EXPECT_EQ(rate.quota(at(2s)), 0);
  EXPECT_EQ(rate.quota(at(32s)), 3);
}

TEST(TitusEvictionRate, AnotherKindOfRateBeginsAnew) {
  DisruptionBudgetSpec budget;
  budget.policy = BudgetPolicy::none;
  budget.rate = BudgetRate::per_interval;
  budget.evictions_max = 2;
  JobQuota quota(budget, self_managed_fallback(), 10, at(0s));
  EXPECT_EQ(quota.consume({}, 0, WeekClock{}, at(0s)), Refusal::none);
  budget.rate = BudgetRate::percentage_per_hour;
  quota.update(budget, self_managed_fallback(), 10, at(0s));
  EXPECT_EQ(quota.quota({}, WeekClock{}, at(0s)), 2);
}

TEST(TitusBudget, SharesAreCountedInHundredths) {
  EXPECT_EQ(healthy_min_of_share(100, Fraction{0.29}), 29);
  EXPECT_EQ(healthy_min_of_share(10, Fraction{1}), 9);
  DisruptionBudgetSpec budget;
  budget.policy = BudgetPolicy::none;
  budget.rate = BudgetRate::percentage_per_hour;
  budget.share = Fraction{0.29};
  EXPECT_EQ(JobQuota(budget, self_managed_fallback(), 100, at(0s)).quota({}, WeekClock{}, at(0s)), 29);
  EXPECT_EQ(JobQuota(budget, self_managed_fallback(), 2, at(0s)).quota({}, WeekClock{}, at(0s)), 1);
}

TEST(TitusBudget, AJobOfBeforeThereWereBudgetsIsNotEvicted) {
  DisruptionBudgetSpec budget;
  budget.policy = BudgetPolicy::none;
  JobQuota quota(budget, self_managed_fallback(), 10, at(0s));
  EXPECT_EQ(quota.quota({10, 10}, WeekClock{}, at(0s)), 0);
  EXPECT_EQ(quota.consume({10, 10}, 0, WeekClock{}, at(0s)), Refusal::legacy_job);
  EXPECT_THROW(JobQuota({}, {}, 10, at(0s)), ProgrammingError);
}

TEST(TitusBudget, OfAJobThatSaysNoneIsSelfManaged) {
  EXPECT_EQ(budget_of_batch(1000s).policy, BudgetPolicy::self_managed);
  EXPECT_EQ(budget_of_batch(1000s).relocation_time, Duration{1200});
  EXPECT_EQ(budget_of_batch(5s).relocation_time, Duration{60});
  EXPECT_EQ(budget_of_service(false).relocation_time, Duration{60});
  EXPECT_EQ(budget_of_service(true).relocation_time, Duration{604800});
}

TEST(TitusBudget, HoursThatEndBeforeTheyBeginAreAllHours) {
  const TimeWindowSpec window{{}, {{20, 4}}, Duration{0}};
  EXPECT_TRUE(is_open(window, WeekClock{}, at(Duration{12h})));
  const TimeWindowSpec hour{{}, {{8, 16}}, Duration{0}};
  EXPECT_TRUE(is_open(hour, WeekClock{}, at(Duration{17h} - 1s)));
  EXPECT_FALSE(is_open(hour, WeekClock{}, at(Duration{17h})));
}

TEST(TitusBudget, TheWeekGoesRound) {
  const WeekClock::Local late = WeekClock{Duration{24h} * 6.5}.local(at(Duration{13h}), Duration{0});
  EXPECT_EQ(late.day, Day::monday);
  EXPECT_EQ(late.hour, 1);
  EXPECT_EQ(WeekClock{}.local(at(0s), Duration{-8h}).day, Day::sunday);
}

class TitusTwoQuotas : public ::testing::Test {
 protected:
  TitusTwoQuotas() {
    budget.policy = BudgetPolicy::none;
    budget.rate = BudgetRate::per_interval;
    budget.evictions_max = 3;
  }
  DisruptionBudgetSpec budget;
  SystemBudgetSpec system{2, 0, 2, {office_hours()}};
  WeekClock clock;
};

TEST_F(TitusTwoQuotas, WhatOneRefusesIsGivenBackToTheOther) {
  JobQuota job(budget, self_managed_fallback(), 10, noon_of_monday);
  SystemQuota of_system(system, noon_of_monday);
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::none);
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::none);
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::system_quota);
  EXPECT_EQ(job.quota({}, clock, noon_of_monday), 1);
  of_system.give_back();
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::none);
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::system_and_job);
  of_system.give_back();
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, noon_of_monday), Refusal::rate_exceeded);
  EXPECT_EQ(of_system.quota(clock, noon_of_monday), 1);
}

TEST_F(TitusTwoQuotas, AnExemptJobPassesClosedWindowsAndMayLeaveATokenTooMany) {
  const Instant night = at(0s);
  JobQuota job(budget, self_managed_fallback(), 10, night);
  system.initial = 0;
  SystemQuota of_system(system, night);
  EXPECT_EQ(consume(of_system, job, {}, 0, false, clock, night), Refusal::outside_system_window);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(consume(of_system, job, {}, 0, true, clock, night), Refusal::none);
  EXPECT_EQ(of_system.quota(clock, noon_of_monday), 0);
  EXPECT_EQ(consume(of_system, job, {}, 0, true, clock, night), Refusal::rate_exceeded);
  EXPECT_EQ(of_system.quota(clock, noon_of_monday), 1);
}

class TitusRelocation : public ::testing::Test {
 protected:
  RelocationTask task(std::uint64_t id, std::uint32_t job, std::uint32_t agent) {
    return {id, job, agent, at(0s), true, false, false, false};
  }
  RelocationView view() const { return {agents, jobs, tasks}; }

  std::vector<RelocationAgent> agents;
  std::vector<RelocationJob> jobs;
  std::vector<RelocationTask> tasks;
  RelocationPlans plans;
};

TEST_F(TitusRelocation, SelfManagedTasksAreToldAndKeepTheirDeadline) {
  agents = {{1, true, false, false, false}, {2, false, false, false, false}};
  jobs = {{true, 60s, false, false, {}, {}}, {}};
  tasks = {task(10, 0, 0), task(11, 0, 1), task(12, 1, 0)};
  plans.collect(view(), at(5s));
  ASSERT_NE(plans.find(10), nullptr);
  EXPECT_EQ(plans.find(10)->relocate_at, at(65s));
  EXPECT_EQ(plans.size(), 1u);  // neither on an agent that stays, nor of a job with another policy
  plans.collect(view(), at(35s));
  EXPECT_EQ(plans.find(10)->relocate_at, at(65s));
  tasks[0].starts_or_runs = false;
  plans.collect(view(), at(40s));
  EXPECT_EQ(plans.size(), 0u);
}

TEST_F(TitusRelocation, AnAgentThatStaysDoesNotLeaveWithItsGroup) {
  EXPECT_FALSE(is_evacuated({1, true, false, false, true}));
  EXPECT_TRUE(is_evacuated({1, false, true, false, true}));
}

TEST_F(TitusRelocation, ATurnEvictsWithinTheQuotasAndSaysWhyOthersStay) {
  agents = {{1, true, false, false, false}, {2, false, false, true, false}};
  jobs = {{}, {true, 60s, false, false, {}, {}}};
  tasks = {task(1, 0, 0), task(2, 0, 0), task(3, 1, 0), task(4, 0, 1)};
  plans.collect(view(), at(0s));
  std::vector<std::pair<std::uint64_t, Held>> decisions;
  // The one that leaves at once uses up quota of its job, too.
  for (const Descheduling& decision : deschedule(view(), plans, {100, true, {2, 5}}, at(1s)))
    decisions.emplace_back(decision.task, decision.held);
  EXPECT_THAT(decisions,
              ElementsAre(std::pair{std::uint64_t{4}, Held::no}, std::pair{std::uint64_t{1}, Held::no},
                          std::pair{std::uint64_t{2}, Held::no_job_quota}, std::pair{std::uint64_t{3}, Held::deadline_not_reached}));
}

TEST_F(TitusRelocation, ALaterTurnFollowsAfterTheInterval) {
  EXPECT_FALSE(deschedules(at(0s), at(120s), RelocationSpec{}));
  EXPECT_TRUE(deschedules(at(0s), at(150s), RelocationSpec{}));
}

/// The heap finds what looking at every agent in each step would.
TEST_F(TitusRelocation, TheBestMatchIsThatOfAFullSearch) {
  std::uint32_t state = 7;
  const auto draw = [&state](std::uint32_t below) { return (state = state * 1664525u + 1013904223u) / 65536u % below; };
  for (int round = 0; round < 20; ++round) {
    agents.assign(12, {0, true, false, false, false});
    jobs.assign(5, {});
    tasks.clear();
    for (std::uint64_t id = 0; id < 60; ++id) tasks.push_back(task(id, draw(5), draw(12)));
    EvictionQuotas quotas{static_cast<std::int64_t>(10 + draw(40)), true, {}};
    for (int job = 0; job < 5; ++job) quotas.of_job.push_back(draw(12));
    Descheduler lazy(view(), plans, quotas, at(0s));
    std::vector<char> gone(tasks.size(), 0);
    while (true) {
      std::vector<std::uint32_t> best;
      double best_fitness = 0;
      std::uint32_t best_agent = 0;
      for (std::uint32_t agent = 0; agent < agents.size(); ++agent) {
        std::vector<std::uint32_t> chosen;
        std::vector<std::int64_t> used(jobs.size(), 0);
        std::size_t there = 0;
        for (std::uint32_t i = 0; i < tasks.size(); ++i) {
          if (tasks[i].agent != agent || gone[i]) continue;
          ++there;
          if (static_cast<std::int64_t>(chosen.size()) >= quotas.system || used[tasks[i].job] >= quotas.of_job[tasks[i].job]) continue;
          ++used[tasks[i].job];
          chosen.push_back(i);
        }
        const double fitness = chosen.empty() ? 0 : std::max(1 - static_cast<double>(there - chosen.size()) / 64, 0.01);
        if (fitness <= best_fitness) continue;
        best_fitness = fitness;
        best_agent = agent;
        best = chosen;
      }
      const std::optional<Descheduler::Match> match = lazy.next_best_match();
      ASSERT_EQ(match.has_value(), best_fitness > 0);
      if (!match) break;
      ASSERT_EQ(match->agent, best_agent);
      ASSERT_EQ(match->tasks, best);
      for (const std::uint32_t i : best) {
        gone[i] = 1;
        --quotas.system;
        --quotas.of_job[tasks[i].job];
      }
    }
    for (const std::int64_t left : lazy.quotas().of_job) EXPECT_GE(left, 0);
    EXPECT_GE(lazy.quotas().system, 0);
  }
}

TEST(Refresh, TheNextLeaveWhenThoseBeforeThemHaveBeenReplaced) {
  EXPECT_EQ(may_leave(3, {.leaving = 0, .desired = 10, .serving = 10}), 3);
  EXPECT_EQ(may_leave(3, {.leaving = 2, .desired = 10, .serving = 10}), 1);
  EXPECT_EQ(may_leave(3, {.leaving = 1, .desired = 10, .serving = 9}), 1) << "one is not there yet";
  EXPECT_EQ(may_leave(3, {.leaving = 0, .desired = 10, .serving = 5}), 0);
  EXPECT_EQ(may_leave(3, {.leaving = 3, .desired = 10, .serving = 12}), 0) << "two too many make no room";
}

}  // namespace
}  // namespace streamtwin::titus
