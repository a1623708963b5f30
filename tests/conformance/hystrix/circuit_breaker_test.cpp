// Vectors of HystrixCircuitBreakerTest (of the repository, whose breaker is that of 1.5.12), HystrixCommandMetricsTest and
// HealthCountsStreamTest, with the tests' sleeps turned into simulated time.
#include <gtest/gtest.h>

#include <string_view>

#include "models/services/hystrix/circuit_breaker.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::hystrix {
namespace {

class Breaker : public ::testing::Test {
 protected:
  Breaker() {
    properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
    properties.request_volume_threshold = 1;
    properties.error_threshold = Fraction{0.4};
    properties.sleep_window = 200ms;
  }
  /// One ended execution per letter: S succeeds, F fails.
  void execute(CircuitBreaker& breaker, std::string_view results, Instant now) {
    for (char result : results) {
      if (result == 'S') {
        breaker.mark_success(now);
      } else {
        breaker.mark_non_success(now);
      }
      breaker.record(result != 'S', now);
    }
  }
  CommandProperties properties;
};

TEST_F(Breaker, TripsWhenHalfOfTheCallsFail) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "SSSS", ms(10));
  EXPECT_TRUE(breaker.allows(ms(510)));
  EXPECT_FALSE(breaker.is_open(ms(510)));
  execute(breaker, "FFFF", ms(520));
  EXPECT_TRUE(breaker.is_open(ms(1020)));
  EXPECT_FALSE(breaker.allows(ms(1020)));
}

TEST_F(Breaker, TripsOnFailuresAtOrAboveTheThreshold) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "SSFSFSFF", ms(10));
  EXPECT_TRUE(breaker.is_open(ms(500)));
  EXPECT_EQ(breaker.health(ms(500)).error_percentage(), 50);
}

TEST_F(Breaker, StaysClosedBelowTheThreshold) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "SSFSSFSF", ms(10));
  EXPECT_FALSE(breaker.is_open(ms(500)));
  EXPECT_EQ(breaker.health(ms(500)).error_percentage(), 37);
}

TEST_F(Breaker, TripsOnTimeouts) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  EXPECT_TRUE(breaker.is_open(ms(500)));
}

TEST_F(Breaker, LetsASingleProbeThroughAfterTheSleepWindow) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  EXPECT_TRUE(breaker.is_open(ms(500)));
  EXPECT_FALSE(breaker.attempt(ms(500)));
  EXPECT_TRUE(breaker.attempt(ms(750)));
  EXPECT_TRUE(breaker.is_open(ms(750)));
  EXPECT_FALSE(breaker.attempt(ms(750)));
  EXPECT_FALSE(breaker.attempt(ms(60000)));
}

TEST_F(Breaker, TheSleepWindowMustBeExceeded) {
  CircuitBreaker breaker(properties, ms(100));
  execute(breaker, "FFFF", ms(110));
  EXPECT_TRUE(breaker.is_open(ms(600)));  // opened by the tick at 600
  EXPECT_FALSE(breaker.attempt(ms(800)));
  EXPECT_TRUE(breaker.attempt(ms(801)));
}

TEST_F(Breaker, ClosesWhenTheProbeSucceedsAndStartsAnew) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  ASSERT_TRUE(breaker.is_open(ms(500)));
  ASSERT_TRUE(breaker.attempt(ms(760)));
  breaker.mark_success(ms(770));
  breaker.record(false, ms(770));
  EXPECT_FALSE(breaker.is_open(ms(770)));
  EXPECT_EQ(breaker.health(ms(770)), HealthCounts{});
  EXPECT_EQ(breaker.health(ms(1269)), HealthCounts{});  // the old phase would have ticked at 1000
  EXPECT_EQ(breaker.health(ms(1270)), (HealthCounts{1, 0}));
}

TEST_F(Breaker, EachFailingProbeStartsAFullWindowUntilOneSucceeds) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  EXPECT_FALSE(breaker.allows(ms(500)));
  EXPECT_TRUE(breaker.attempt(ms(750)));
  breaker.mark_non_success(ms(751));
  EXPECT_FALSE(breaker.attempt(ms(951)));
  EXPECT_TRUE(breaker.attempt(ms(952)));
  breaker.mark_non_success(ms(953));
  EXPECT_FALSE(breaker.attempt(ms(1153)));
  EXPECT_TRUE(breaker.attempt(ms(1154)));
  breaker.mark_success(ms(1155));
  EXPECT_FALSE(breaker.is_open(ms(1155)));
  EXPECT_TRUE(breaker.attempt(ms(1155)));
}

TEST_F(Breaker, ALowVolumeDoesNotTrip) {
  properties.request_volume_threshold = 5;
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  EXPECT_TRUE(breaker.attempt(ms(600)));
  EXPECT_FALSE(breaker.is_open(ms(600)));
  EXPECT_EQ(breaker.health(ms(600)), (HealthCounts{4, 4}));
}

TEST_F(Breaker, ACancelledProbeDoesNotLeaveTheCircuitHalfOpen) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  ASSERT_TRUE(breaker.attempt(ms(750)));
  breaker.mark_non_success(ms(760));
  EXPECT_EQ(breaker.status(ms(760)), CircuitStatus::open);
  EXPECT_FALSE(breaker.attempt(ms(960)));
  EXPECT_TRUE(breaker.attempt(ms(961)));
}

TEST_F(Breaker, OpensAtTheTickEvenWhenNobodyLooksBeforeMuchLater) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  // Opened at 500, so that the window ended at 700: the first call after a long silence is the probe.
  EXPECT_TRUE(breaker.attempt(ms(3600e3)));
  EXPECT_EQ(breaker.status(ms(3600e3)), CircuitStatus::half_open);
  EXPECT_FALSE(breaker.attempt(ms(3600e3)));
}

TEST_F(Breaker, TicksNeitherCloseNorTouchAHalfOpenCircuit) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  ASSERT_TRUE(breaker.attempt(ms(750)));
  for (int t = 800; t < 20000; t += 100) EXPECT_EQ(breaker.status(ms(t)), CircuitStatus::half_open);
}

TEST_F(Breaker, MayBeToldToLoseTheRaceOfItsFirstClose) {
  for (const bool loses : {false, true}) {
    properties.lose_close_race = loses;
    CircuitBreaker breaker(properties, ms(0));
    execute(breaker, "FFFF", ms(10));
    ASSERT_TRUE(breaker.attempt(ms(750)));
    breaker.mark_success(ms(760));
    execute(breaker, "FFFFFFFF", ms(770));
    EXPECT_EQ(breaker.status(ms(1500)), CircuitStatus::open);
    EXPECT_EQ(breaker.is_open(ms(1500)), !loses);
  }
}

TEST_F(Breaker, ALostCloseRaceLeavesACircuitThatNeverTripsAgain) {
  CircuitBreaker breaker(properties, ms(0));
  execute(breaker, "FFFF", ms(10));
  ASSERT_TRUE(breaker.attempt(ms(750)));
  breaker.lose_next_close_race();
  breaker.mark_success(ms(760));
  execute(breaker, "FFFFFFFF", ms(770));
  for (int t = 800; t < 20000; t += 100) EXPECT_TRUE(breaker.attempt(ms(t)));
  EXPECT_EQ(breaker.status(ms(20000)), CircuitStatus::open);
}

TEST_F(Breaker, ObeysForceOpenBeforeForceClosedAndNotWhenDisabled) {
  properties.force_closed = true;
  {
    CircuitBreaker breaker(properties, ms(0));
    execute(breaker, "FFFF", ms(10));
    EXPECT_TRUE(breaker.attempt(ms(600)));
    EXPECT_FALSE(breaker.is_open(ms(600)));
    EXPECT_EQ(breaker.health(ms(600)).total, 4u);
  }
  properties.force_open = true;
  {
    CircuitBreaker breaker(properties, ms(0));
    EXPECT_FALSE(breaker.attempt(ms(600)));
    EXPECT_TRUE(breaker.is_open(ms(600)));
  }
  properties.circuit_breaker_enabled = false;
  CircuitBreaker breaker(properties, ms(0));
  EXPECT_TRUE(breaker.attempt(ms(600)));
}

TEST(HystrixHealth, ErrorPercentageOfTheMetricsTest) {
  CommandProperties properties;
  properties.statistics_window = 5s;
  properties.health_snapshot_interval = 100ms;
  CircuitBreaker breaker(properties, ms(0));
  const auto percentage_after = [&](std::string_view results, double t) {
    for (char result : results) breaker.record(result != 'S', ms(t));
    return breaker.health(ms(t + 100)).error_percentage();
  };
  EXPECT_EQ(percentage_after("S", 1), 0);
  EXPECT_EQ(percentage_after("F", 101), 50);
  EXPECT_EQ(percentage_after("SS", 201), 25);
  EXPECT_EQ(percentage_after("FF", 301), 50);
  EXPECT_EQ(percentage_after("SSSS", 401), 30);
  EXPECT_EQ(breaker.health(ms(501)).total, 10u);
}

TEST(HystrixHealth, TheBucketBeingFilledIsNeverSeen) {
  const CommandProperties properties;
  CircuitBreaker breaker(properties, ms(0));
  breaker.record(true, ms(0));
  EXPECT_EQ(breaker.health(ms(499)), HealthCounts{});
  EXPECT_EQ(breaker.health(ms(500)), (HealthCounts{1, 1}));
  EXPECT_EQ(breaker.health(ms(10499)), (HealthCounts{1, 1}));
  EXPECT_EQ(breaker.health(ms(10500)), HealthCounts{});
}

TEST(HystrixHealth, ThePercentageIsTruncatedInTheOrderOfTheOriginal) {
  EXPECT_EQ((HealthCounts{3, 2}.error_percentage()), 66);
  EXPECT_EQ((HealthCounts{100, 29}.error_percentage()), 28);  // 0.29 * 100 is 28.999999999999996
  EXPECT_EQ((HealthCounts{0, 0}.error_percentage()), 0);
  EXPECT_EQ((HealthCounts{7, 7}.error_percentage()), 100);
}

// The lazily advanced stream against one that ticks at every multiple of the interval.
TEST(HystrixHealth, CatchingUpEqualsTicking) {
  CommandProperties properties;
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  properties.request_volume_threshold = 3;
  CircuitBreaker lazy(properties, ms(123));
  CircuitBreaker eager(properties, ms(123));
  std::uint64_t state = 7;
  std::int64_t t = 123;
  std::int64_t eager_t = 123;
  for (int step = 0; step < 20000; ++step) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto roll = state >> 33;
    t += roll % 50 == 0 ? static_cast<std::int64_t>(roll % 40000) : static_cast<std::int64_t>(roll % 400);
    for (; eager_t <= t; ++eager_t) eager.health(ms(static_cast<double>(eager_t)));
    const Instant now = ms(static_cast<double>(t));
    const bool admitted = lazy.attempt(now);
    ASSERT_EQ(admitted, eager.attempt(now)) << "at " << t << " ms";
    ASSERT_EQ(lazy.status(now), eager.status(now));
    ASSERT_EQ(lazy.health(now), eager.health(now));
    if (!admitted) continue;
    const bool error = roll % 7 < 4;
    for (CircuitBreaker* breaker : {&lazy, &eager}) {
      if (error) {
        breaker->mark_non_success(now);
      } else {
        breaker->mark_success(now);
      }
      breaker->record(error, now);
    }
  }
}

}  // namespace
}  // namespace streamtwin::hystrix
