// Vectors of UnhealthyTasksLimitTrackerTest, JobPercentagePerHourRelocationRateControllerTest, JobQuotaControllerTest,
// SystemQuotaControllerTest, RollingCountTest, DefaultImmutableTokenBucketTest and TimeWindowFunctionsTest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/titus/eviction/system_quota.hpp"
#include "models/titus/token_bucket.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::titus {
namespace {

DisruptionBudgetSpec budget_of(BudgetPolicy policy, BudgetRate rate = BudgetRate::unlimited, Fraction share = Fraction{1}) {
  DisruptionBudgetSpec budget;
  budget.policy = policy;
  budget.rate = rate;
  budget.share = share;
  return budget;
}

constexpr Duration day_hours(Day day, int hour) { return Duration{24h} * static_cast<int>(day) + Duration{1h} * hour; }

bool is_open_at(std::span<const TimeWindowSpec> windows, Day day, int hour) {
  return is_open(windows, WeekClock{}, at(day_hours(day, hour)));
}

TEST(TitusHealthyTasks, AreAShareOfTheWantedAndNeverAll) {
  const Fraction share{0.8};
  EXPECT_EQ(healthy_min_of_share(0, share), 0);
  EXPECT_EQ(healthy_min_of_share(1, share), 0);
  EXPECT_EQ(healthy_min_of_share(2, share), 1);
  EXPECT_EQ(healthy_min_of_share(10, share), 8);
}

TEST(TitusHealthyTasks, AreAllButANumberAndNeverAll) {
  EXPECT_EQ(healthy_min_of_limit(0, 10), 0);
  EXPECT_EQ(healthy_min_of_limit(1, 10), 0);
  EXPECT_EQ(healthy_min_of_limit(1, 2), 0);
  EXPECT_EQ(healthy_min_of_limit(10, 5), 5);
}

TEST(TitusHealthyTasks, LimitTheQuota) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::availability);
  budget.healthy = Fraction{0.8};
  JobQuota share(budget, self_managed_fallback(), 10, s(0));
  budget.policy = BudgetPolicy::unhealthy_tasks;
  budget.unhealthy_max = 2;
  JobQuota number(budget, self_managed_fallback(), 10, s(0));
  for (JobQuota* quota : {&share, &number}) {
    EXPECT_EQ(quota->quota({0}, WeekClock{}, s(0)), 0);
    EXPECT_EQ(quota->quota({10}, WeekClock{}, s(0)), 2);
    EXPECT_EQ(quota->quota({9}, WeekClock{}, s(0)), 1);
  }
}

TEST(TitusHealthyTasks, DoNotHoldTheOnlyOne) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::availability);
  JobQuota quota(budget, self_managed_fallback(), 1, s(0));
  EXPECT_EQ(quota.quota({0}, WeekClock{}, s(0)), 1);
  EXPECT_EQ(quota.quota({1}, WeekClock{}, s(0)), 1);
}

class TitusHourlyRate : public ::testing::Test {
 protected:
  bool consume_after(Duration wait) {
    now += wait;
    return quota.consume({10}, 0, WeekClock{}, now) == Refusal::none;
  }
  std::int64_t left() { return quota.quota({10, 10}, WeekClock{}, now); }

  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::none, BudgetRate::percentage_per_hour, Fraction{0.5});
  Instant now{};
  JobQuota quota{budget, self_managed_fallback(), 10, now};
};

TEST_F(TitusHourlyRate, IsARollingHour) {
  EXPECT_EQ(left(), 5);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(consume_after(10min));
  EXPECT_EQ(left(), 0);
  EXPECT_TRUE(consume_after(20min));
  now += 2h;
  EXPECT_EQ(left(), 5);
}

TEST_F(TitusHourlyRate, KeepsItsHistoryUnderAnotherShare) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(consume_after(10min));
  budget.share = Fraction{0.8};
  quota.update(budget, self_managed_fallback(), 10, now);
  EXPECT_EQ(left(), 3);
}

TEST(TitusJobQuota, KeepsWhatWasEvictedInAnotherInterval) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::none, BudgetRate::per_interval);
  budget.interval = 60s;
  budget.evictions_max = 5;
  JobQuota quota(budget, self_managed_fallback(), 10, s(0));
  ASSERT_EQ(quota.consume({10}, 0, WeekClock{}, s(0)), Refusal::none);
  EXPECT_EQ(quota.quota({10}, WeekClock{}, s(0)), 4);
  budget.interval = 30s;
  quota.update(budget, self_managed_fallback(), 10, s(0));
  EXPECT_EQ(quota.quota({10}, WeekClock{}, s(0)), 4);
}

TEST(TitusJobQuota, IsTheSmallestOfPolicyRateAndWindows) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::availability, BudgetRate::percentage_per_hour, Fraction{0.5});
  budget.healthy = Fraction{0.8};
  budget.windows = {office_hours()};
  JobQuota quota(budget, self_managed_fallback(), 10, s(0));
  EXPECT_EQ(quota.quota({10}, WeekClock{}, at(day_hours(Day::monday, 17))), 2);
  EXPECT_EQ(quota.quota({10}, WeekClock{}, at(day_hours(Day::saturday, 17))), 0);
}

TEST(TitusJobQuota, IsConsumedUntilTheRateSaysNo) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::availability, BudgetRate::percentage_per_hour, Fraction{0.2});
  budget.healthy = Fraction{0.8};
  JobQuota quota(budget, self_managed_fallback(), 10, s(0));
  EXPECT_EQ(quota.consume({10}, 0, WeekClock{}, s(0)), Refusal::none);
  EXPECT_EQ(quota.consume({10}, 0, WeekClock{}, s(0)), Refusal::none);
  EXPECT_EQ(quota.quota({10}, WeekClock{}, s(0)), 0);
  EXPECT_EQ(quota.consume({10}, 0, WeekClock{}, s(0)), Refusal::rate_exceeded);
}

TEST(TitusJobQuota, GivesBackWhatATaskAtItsLimitConsumedOfTheRate) {
  DisruptionBudgetSpec budget = budget_of(BudgetPolicy::relocation_limit, BudgetRate::percentage_per_hour, Fraction{0.2});
  budget.relocations_max = 2;
  JobQuota quota(budget, self_managed_fallback(), 10, s(0));
  EXPECT_EQ(quota.consume({10, 10}, 0, WeekClock{}, s(0)), Refusal::none);
  EXPECT_EQ(quota.consume({10, 10}, 2, WeekClock{}, s(0)), Refusal::relocation_limit);
  EXPECT_EQ(quota.quota({10, 10}, WeekClock{}, s(0)), 1);
  budget.relocations_max = 3;
  budget.share = Fraction{0.8};
  quota.update(budget, self_managed_fallback(), 20, s(0));
  EXPECT_EQ(quota.quota({20, 20}, WeekClock{}, s(0)), 15);
}

TEST(TitusJobQuota, OfASelfManagedJobIsThatOfTheFallback) {
  JobQuota quota(budget_of(BudgetPolicy::self_managed), self_managed_fallback(), 10, s(0));
  EXPECT_EQ(quota.quota({10}, WeekClock{}, s(0)), 1);
  EXPECT_EQ(quota.consume({9}, 0, WeekClock{}, s(0)), Refusal::not_enough_healthy);
}

TEST(TitusSystemQuota, IsThereAtOnceAndClosedOutsideItsWindows) {
  SystemBudgetSpec budget;
  budget.capacity = budget.refill = 1;
  budget.windows = {{{Day::monday, Day::tuesday, Day::wednesday, Day::thursday, Day::friday}, {{8, 16}}, Duration{0}}};
  SystemQuota quota(budget, s(0));
  EXPECT_EQ(quota.consume(WeekClock{}, s(0)), Refusal::outside_system_window);
  EXPECT_EQ(quota.quota(WeekClock{}, s(0)), 0);
  const Instant morning = at(day_hours(Day::monday, 10));
  EXPECT_EQ(quota.quota(WeekClock{}, morning), 1);
  EXPECT_EQ(quota.consume(WeekClock{}, morning), Refusal::none);
  EXPECT_EQ(quota.consume(WeekClock{}, morning), Refusal::system_quota);
}

TEST(TitusRollingCount, ForgetsStepAfterStepOnceTheFirstWindowHasPassed) {
  const auto step = [](int number) { return ms(1000 + number * 25); };
  RollingCount count(100ms, 4, step(0));
  EXPECT_EQ(count.count(step(0)), 0);
  EXPECT_EQ(count.add(1, step(0)), 1);
  EXPECT_EQ(count.add(1, step(1)), 2);
  EXPECT_EQ(count.add(1, step(2)), 3);
  EXPECT_EQ(count.add(1, step(3)), 4);
  EXPECT_EQ(count.add(1, step(4)), 4);
  EXPECT_EQ(count.add(1, step(5)), 4);
  EXPECT_EQ(count.add(1, step(7)), 3);
  EXPECT_EQ(count.count(step(1000)), 0);
}

TEST(TitusTokenBucket, RefillsAfterAnInterval) {
  TokenBucket bucket(5, 2, 100ms, s(0));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(bucket.try_take(1, 1, s(0)), 1);
  EXPECT_EQ(bucket.try_take(1, 1, s(0)), std::nullopt);
  EXPECT_EQ(bucket.try_take(2, 2, ms(100)), 2);
  EXPECT_EQ(bucket.try_take(1, 1, ms(100)), std::nullopt);
}

TEST(TitusTokenBucket, GivesWhatItHasAndHoldsNoMoreThanItsSize) {
  TokenBucket bucket(5, 2, 100ms, s(0));
  EXPECT_EQ(bucket.try_take(1, 6, s(0)), 5);
  EXPECT_EQ(bucket.try_take(1, 1, s(0)), std::nullopt);
  EXPECT_EQ(bucket.try_take(1, 6, s(1)), 5);
  EXPECT_EQ(bucket.try_take(1, 1, s(1)), std::nullopt);
}

TEST(TitusTimeWindow, WithoutDaysAndHoursIsAlwaysOpen) {
  EXPECT_TRUE(is_open(TimeWindowSpec{}, WeekClock{}, s(0)));
  EXPECT_TRUE(is_open_at({}, Day::sunday, 3));
}

TEST(TitusTimeWindow, ClosesAfterItsLastHour) {
  const std::vector<TimeWindowSpec> windows{{{Day::monday}, {{8, 16}}, Duration{0}}};
  EXPECT_FALSE(is_open_at(windows, Day::monday, 7));
  EXPECT_TRUE(is_open_at(windows, Day::monday, 11));
  EXPECT_FALSE(is_open_at(windows, Day::monday, 17));
}

TEST(TitusTimeWindow, IsMeasuredInItsZone) {
  const std::vector<TimeWindowSpec> windows{{{Day::monday}, {{8, 16}}, Duration{-8h}}};
  EXPECT_FALSE(is_open_at(windows, Day::monday, 10));
  EXPECT_TRUE(is_open_at(windows, Day::monday, 16));
  EXPECT_TRUE(is_open_at(windows, Day::monday, 20));
}

TEST(TitusTimeWindow, IsOneOfSeveral) {
  const std::vector<TimeWindowSpec> windows{
      {{Day::monday, Day::tuesday, Day::wednesday, Day::thursday}, {{8, 11}, {13, 16}}, Duration{0}},
      {{Day::friday}, {{8, 13}}, Duration{0}},
  };
  const auto open_at = [&windows](Day day, std::vector<int> hours) {
    std::vector<bool> open;
    for (const int hour : hours) open.push_back(is_open_at(windows, day, hour));
    return open;
  };
  EXPECT_THAT(open_at(Day::wednesday, {7, 10, 12, 15, 18}), ::testing::ElementsAre(false, true, false, true, false));
  EXPECT_THAT(open_at(Day::friday, {7, 12, 15}), ::testing::ElementsAre(false, true, false));
}

}  // namespace
}  // namespace streamtwin::titus
