// What tells the breakers of the two releases apart, as the jars of hystrix-core 1.5.18 and 1.5.12 did it when they were run.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "models/services/hystrix/command.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::hystrix {
namespace {

class HystrixRelease : public ::testing::TestWithParam<BreakerVersion> {
 protected:
  HystrixRelease() { properties.circuit_breaker = GetParam(); }
  bool last_release() const { return GetParam() == BreakerVersion::hystrix_1_5_18; }
  void fail(Command& command, int times, Instant now) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(command.decide(now), Decision::run);
      command.on_end(Outcome::failure, now);
    }
  }
  CommandProperties properties;
};

// Fifty calls a second of a dependency that never answers; time-out 1 s. 1.5.18 counts the sleep window of 2 s from a
// probe's admission, 1.5.12 from its end.
TEST_P(HystrixRelease, ProbesAHungDependencyPerWindowOrPerWindowAndTimeOut) {
  properties.sleep_window = 2s;
  properties.request_volume_threshold = 5;
  Command command(properties, nullptr, ms(0));
  std::deque<double> running;  // since when
  std::vector<double> probes;
  double opened = 0;
  for (double t = 5; t < 60'000; t += 20) {
    while (!running.empty() && running.front() + 1000 <= t) {
      command.on_end(Outcome::timeout, ms(running.front() + 1000));
      running.pop_front();
    }
    const bool ran = command.decide(ms(t)) == Decision::run;
    if (ran) running.push_back(t);
    if (opened == 0 && !ran) opened = t;
    if (opened > 0 && ran) probes.push_back(t);
  }
  ASSERT_GE(probes.size(), 15u);
  for (std::size_t i = 1; i < probes.size(); ++i) {
    const double window = last_release() ? 2000 : 3000;
    EXPECT_GT(probes[i] - probes[i - 1], window);
    EXPECT_LE(probes[i] - probes[i - 1], window + 20);
  }
}

TEST_P(HystrixRelease, ACallThatBeganBeforeTheCircuitOpenedClosesItOnlyInTheLast) {
  Command command(properties, nullptr, ms(0));
  ASSERT_EQ(command.decide(ms(50)), Decision::run);  // a slow one
  fail(command, 20, ms(100));
  ASSERT_TRUE(command.breaker().is_open(ms(1200)));
  command.on_end(Outcome::success, ms(3300));
  EXPECT_EQ(command.breaker().is_open(ms(3400)), !last_release());
  EXPECT_EQ(command.breaker().health(ms(3400)).total, last_release() ? 0u : 20u);
}

TEST_P(HystrixRelease, AProbeThatFindsNoPermitIsAnsweredByNobodyUntilARunEnds) {
  properties.isolation = Isolation::semaphore;
  properties.execution_semaphore = 1;
  properties.sleep_window = 2s;
  properties.request_volume_threshold = 5;
  Command command(properties, nullptr, ms(0));
  ASSERT_EQ(command.decide(ms(1500)), Decision::run);  // holds the permit until 8 s
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(command.decide(ms(1600)), Decision::semaphore_rejected);
    command.on_end(Outcome::semaphore_rejected, ms(1600));
  }
  ASSERT_EQ(command.decide(ms(2900)), Decision::short_circuited);
  command.on_end(Outcome::short_circuited, ms(2900));
  ASSERT_EQ(command.decide(ms(5100)), Decision::semaphore_rejected) << "the probe";
  command.on_end(Outcome::semaphore_rejected, ms(5100));
  const Decision one_window_later = command.decide(ms(7300));
  EXPECT_EQ(one_window_later, last_release() ? Decision::semaphore_rejected : Decision::short_circuited);
  command.on_end(outcome_of(one_window_later), ms(7300));
  command.on_end(Outcome::success, ms(8000));
  EXPECT_EQ(command.decide(ms(9500)), Decision::run);
  EXPECT_FALSE(command.breaker().is_open(ms(9500)));
}

TEST_P(HystrixRelease, ACancelledProbeBlocks1512ForEver) {
  properties.request_volume_threshold = 1;
  Command command(properties, nullptr, ms(0));
  fail(command, 1, ms(10));
  ASSERT_TRUE(command.breaker().is_open(ms(500)));
  ASSERT_EQ(command.decide(ms(6000)), Decision::run);
  command.on_end(Outcome::cancelled, ms(6001));
  EXPECT_EQ(command.decide(ms(11'001)), last_release() ? Decision::run : Decision::short_circuited);
  EXPECT_EQ(command.decide(ms(3'600'000)), last_release() ? Decision::run : Decision::short_circuited);
}

// Twenty calls a second that take a second each; sleep window 20 s; for a minute. Run: 66 of 1156 short-circuited, 56 changes,
// and 1074 of 1164, 3 changes.
TEST_P(HystrixRelease, CallsOfASecondOfWhichMostFailFlapInTheLast) {
  properties.sleep_window = 20s;
  properties.timeout_enabled = false;
  Command command(properties, nullptr, ms(0));
  std::deque<double> running;
  std::uint64_t state = 1704;
  int short_circuited = 0, changes = 0;
  bool was_open = false;
  for (double t = 5; t < 60'000; t += 50) {
    for (; !running.empty() && running.front() + 1000 <= t; running.pop_front()) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      command.on_end((state >> 33) % 10 < 6 ? Outcome::failure : Outcome::success, ms(running.front() + 1000));
    }
    if (command.decide(ms(t)) == Decision::run) {
      running.push_back(t);
    } else {
      ++short_circuited;
    }
    const bool open = command.breaker().is_open(ms(t));
    changes += open != was_open;
    was_open = open;
  }
  if (last_release()) {
    EXPECT_NEAR(short_circuited, 66, 35);
    EXPECT_NEAR(changes, 56, 25);
  } else {
    EXPECT_GT(short_circuited, 1000);
    EXPECT_LE(changes, 5);
  }
}

INSTANTIATE_TEST_SUITE_P(Releases, HystrixRelease, ::testing::Values(BreakerVersion::hystrix_1_5_18, BreakerVersion::hystrix_1_5_12),
                         [](const auto& version) { return version.param == BreakerVersion::hystrix_1_5_18 ? "v1_5_18" : "v1_5_12"; });

TEST(HystrixLastRelease, JudgesWhenSomebodyAsksAndNotAtTheTick) {
  CommandProperties properties;
  properties.request_volume_threshold = 1;
  CircuitBreaker breaker(properties, ms(0));
  breaker.record(true, ms(10));
  EXPECT_EQ(breaker.status(ms(900)), CircuitStatus::closed);
  EXPECT_FALSE(breaker.allows(ms(900)));
  EXPECT_TRUE(breaker.is_open(ms(1000)));
  EXPECT_FALSE(breaker.attempt(ms(6000))) << "the window counts from the question";
  EXPECT_TRUE(breaker.attempt(ms(6001)));
  EXPECT_FALSE(breaker.attempt(ms(6001)));
  breaker.mark_non_success(ms(6500));
  EXPECT_FALSE(breaker.attempt(ms(11'001)));
  EXPECT_TRUE(breaker.attempt(ms(11'002)));
}

TEST(HystrixLastRelease, HasForgottenWhatLeftTheWindowBeforeAnybodyAsked) {
  CommandProperties properties;
  properties.request_volume_threshold = 1;
  CircuitBreaker breaker(properties, ms(0));
  breaker.record(true, ms(10));
  EXPECT_TRUE(breaker.attempt(ms(20'000)));
  EXPECT_FALSE(breaker.is_open(ms(20'000)));
}

TEST(HystrixLastRelease, HasNoRaceToLose) {
  CommandProperties properties;
  properties.request_volume_threshold = 1;
  properties.lose_close_race = true;
  CircuitBreaker breaker(properties, ms(0));
  breaker.record(true, ms(10));
  ASSERT_TRUE(breaker.is_open(ms(500)));
  breaker.mark_success(ms(600));
  EXPECT_EQ(breaker.status(ms(600)), CircuitStatus::closed);
}

TEST(HystrixLastRelease, JudgesBehindAForcedClose) {
  CommandProperties properties;
  properties.request_volume_threshold = 1;
  properties.force_closed = true;
  CircuitBreaker breaker(properties, ms(0));
  breaker.record(true, ms(10));
  EXPECT_TRUE(breaker.attempt(ms(600)));
  EXPECT_FALSE(breaker.is_open(ms(600)));
  EXPECT_EQ(breaker.status(ms(600)), CircuitStatus::open);
}

}  // namespace
}  // namespace streamtwin::hystrix
