// Vectors of budgets for retries and of adaptive throttling: Envoy, the AWS SDKs, Finagle, the SRE book; computed from their rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/services/budgets/adaptive_throttle.hpp"
#include "models/services/budgets/concurrency.hpp"
#include "models/services/budgets/deposits.hpp"
#include "models/services/budgets/quota.hpp"
#include "models/services/hedging.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::budgets {
namespace {

TEST(EnvoyRetryBudget, IsAShareOfWhatIsUnderWayOrAFew) {
  const RetryConcurrencySpec spec;
  const RetryConcurrency budget(spec);
  const std::pair<int, int> known[] = {{0, 3}, {15, 3}, {19, 3}, {20, 4}, {50, 10}, {100, 20}};
  for (const auto& [under_way, allowed] : known) EXPECT_EQ(budget.allowed(under_way), allowed) << under_way;
}

TEST(EnvoyRetryBudget, AdmitsFewerThanThatAtATime) {
  const RetryConcurrencySpec spec{.share = Fraction{0}, .least = 3};  // max_retries
  RetryConcurrency budget(spec);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.allows(1000));
    budget.begun();
  }
  EXPECT_FALSE(budget.allows(1000));
  budget.over();
  EXPECT_TRUE(budget.allows(1000));
}

int retries_of_an_outage(const RetryQuotaSpec& spec, bool timeouts) {
  RetryQuota quota(spec);
  int retries = 0;
  while (quota.allows(quota.cost(timeouts))) {
    quota.take(quota.cost(timeouts));
    ++retries;
  }
  return retries;
}

TEST(AwsRetryQuota, LastsForAHundredRetriesAndHalfAsManyAfterTimeOuts) {
  EXPECT_EQ(retries_of_an_outage({}, false), 100);
  EXPECT_EQ(retries_of_an_outage({}, true), 50);
  EXPECT_EQ(retries_of_an_outage({.retry_cost = 14}, false), 35) << "as it may be had since 2026";
}

TEST(AwsRetryQuota, IsEarnedByAnswers) {
  const RetryQuotaSpec spec;
  RetryQuota quota(spec);
  while (quota.allows(5)) quota.take(5);
  for (int i = 0; i < 4; ++i) quota.answered(0);
  EXPECT_FALSE(quota.allows(5));
  quota.answered(0);
  EXPECT_TRUE(quota.allows(5)) << "five answers to first tries earn one";
  quota.take(5);
  quota.answered(5);
  EXPECT_EQ(quota.tokens(), 5) << "what the call's last retry took";
  for (int i = 0; i < 1000; ++i) quota.answered(10);
  EXPECT_EQ(quota.tokens(), 500);
}

TEST(FinagleRetryBudget, HasAReserveAndAFifthOfTheCalls) {
  const RetryDepositsSpec spec;
  RetryDeposits budget(spec);
  EXPECT_EQ(budget.balance(s(1)), 100);
  for (int i = 0; i < 1000; ++i) budget.called(s(1 + i * 0.009));
  EXPECT_EQ(budget.balance(s(10)), 300);
}

TEST(FinagleRetryBudget, ForgetsWhatWasWithdrawn) {
  const RetryDepositsSpec spec;
  RetryDeposits budget(spec);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(budget.allows(s(1)));
    budget.take(s(1));
  }
  EXPECT_EQ(budget.balance(s(1)), 0);
  EXPECT_FALSE(budget.allows(s(9)));
  EXPECT_EQ(budget.balance(s(11.5)), 100);
}

TEST(AdaptiveThrottling, HoldsBackWhatIsBeyondAFactorOfWhatIsAccepted) {
  EXPECT_EQ(throttling_probability(100, 50, 2), 0);
  EXPECT_NEAR(throttling_probability(100, 40, 2), 0.198, 5e-4);
  EXPECT_NEAR(throttling_probability(100, 10, 2), 0.792, 5e-4);
  EXPECT_NEAR(throttling_probability(1000, 0, 2), 0.999, 5e-4);
  EXPECT_NEAR(throttling_probability(100, 50, 1.1), 0.446, 5e-4);
}

TEST(AdaptiveThrottling, CountsWhatItHeldBackAndForgetsAfterTwoMinutes) {
  const AdaptiveThrottleSpec spec;
  AdaptiveThrottle throttle(spec);
  Random random(1, 2, 3);
  int sent = 0;
  for (int i = 0; i < 1000; ++i) sent += throttle.sends(s(1), random) ? 1 : 0;
  EXPECT_NEAR(throttle.probability(s(1)), 1000.0 / 1001, 1e-12);
  EXPECT_LT(sent, 20) << "of which none was accepted";
  EXPECT_EQ(throttle.probability(s(130)), 0);
}

TEST(GrpcHedging, SendsAtMultiplesOfTheDelayOrAtOnceAfterAFailure) {
  const services::HedgingSpec spec{.after = 100ms, .at_most = 4};
  services::HedgingPlan plan(spec, 5s);
  plan.sent(s(0));
  EXPECT_EQ(plan.due(), ms(100));
  plan.sent(ms(100));
  EXPECT_EQ(plan.due(), ms(200));
  plan.failed(ms(130));
  EXPECT_EQ(plan.due(), ms(130));
  plan.sent(ms(130));
  EXPECT_TRUE(plan.more());
  plan.sent(ms(230));
  EXPECT_FALSE(plan.more());
}

TEST(EnvoyHedging, SendsWhenATryHasLastedAsLongAsItMay) {
  const services::HedgingSpec spec;
  services::HedgingPlan plan(spec, 500ms);
  plan.sent(s(0));
  EXPECT_EQ(plan.due(), ms(500));
  plan.sent(ms(500));
  EXPECT_FALSE(plan.more()) << "one retry, as the policy has it";
}

}  // namespace
}  // namespace streamtwin::budgets
