// The facade in the order of AbstractCommand.applyHystrixSemantics, thread pools by HystrixThreadPool and the JDK's
// ThreadPoolExecutor, and the vectors of HystrixThreadPoolPropertiesTest and HealthCountsStreamTest.
#include <gtest/gtest.h>

#include "models/services/hystrix/command.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::hystrix {
namespace {

ThreadPoolProperties pool_of(int core, int maximum, bool diverge, int queue = -1, int threshold = 5) {
  ThreadPoolProperties properties;
  properties.core_size = core;
  properties.maximum_size = maximum;
  properties.allow_maximum_to_diverge = diverge;
  properties.max_queue_size = queue;
  properties.queue_rejection_threshold = threshold;
  return properties;
}

TEST(HystrixThreadPoolProperties, TheMaximumCountsOnlyWhenAllowedAndIsNeverBelowTheCoreSize) {
  EXPECT_EQ(pool_of(14, 10, false).effective_maximum(), 14);
  EXPECT_EQ(pool_of(14, 10, true).effective_maximum(), 14);
  EXPECT_EQ(pool_of(10, 3, true).effective_maximum(), 10);
  EXPECT_EQ(pool_of(10, 21, false).effective_maximum(), 10);
  EXPECT_EQ(pool_of(10, 21, true).effective_maximum(), 21);
}

TEST(HystrixThreadPool, WithoutAQueueRejectsWhenEveryThreadIsBusy) {
  ThreadPool pool(pool_of(3, 3, false));
  for (Ticket ticket : {1, 2, 3}) EXPECT_EQ(pool.submit(ticket, ms(0)), Submission::started);
  EXPECT_EQ(pool.submit(4, ms(0)), Submission::rejected);
  EXPECT_EQ(pool.release(ms(1)), std::nullopt);
  EXPECT_EQ(pool.submit(5, ms(1)), Submission::started);
  EXPECT_EQ(pool.most_busy(), 3);
}

TEST(HystrixThreadPool, StartsThreadsAboveTheCoreSizeOnlyWhenTheQueueIsFull) {
  ThreadPool pool(pool_of(1, 3, true, 2));
  EXPECT_EQ(pool.submit(1, ms(0)), Submission::started);
  EXPECT_EQ(pool.submit(2, ms(0)), Submission::queued);
  EXPECT_EQ(pool.submit(3, ms(0)), Submission::queued);
  EXPECT_EQ(pool.submit(4, ms(0)), Submission::started);
  EXPECT_EQ(pool.submit(5, ms(0)), Submission::started);
  EXPECT_EQ(pool.submit(6, ms(0)), Submission::rejected);
  EXPECT_EQ(pool.release(ms(1)), Ticket{2});
  EXPECT_EQ(pool.release(ms(1)), Ticket{3});
  EXPECT_EQ(pool.release(ms(1)), std::nullopt);
}

TEST(HystrixThreadPool, RejectsAtTheThresholdThoughTheQueueIsLonger) {
  ThreadPool pool(pool_of(1, 1, false, 100));
  EXPECT_EQ(pool.submit(0, ms(0)), Submission::started);
  for (Ticket ticket = 1; ticket <= 5; ++ticket) EXPECT_EQ(pool.submit(ticket, ms(0)), Submission::queued);
  EXPECT_EQ(pool.submit(6, ms(0)), Submission::rejected);
  EXPECT_EQ(pool.queued(), 5);
}

TEST(HystrixThreadPool, ATimedOutTaskLeavesTheQueueInOrder) {
  ThreadPool pool(pool_of(1, 1, false, 10));
  EXPECT_EQ(pool.submit(0, ms(0)), Submission::started);
  for (Ticket ticket : {1, 2, 3, 4}) EXPECT_EQ(pool.submit(ticket, ms(0)), Submission::queued);
  EXPECT_EQ(pool.release(ms(1)), Ticket{1});
  EXPECT_EQ(pool.submit(5, ms(1)), Submission::queued);
  EXPECT_EQ(pool.submit(6, ms(1)), Submission::queued);
  EXPECT_TRUE(pool.cancel(3));
  EXPECT_FALSE(pool.cancel(3));
  EXPECT_FALSE(pool.cancel(1));
  for (Ticket ticket : {2, 4, 5, 6}) EXPECT_EQ(pool.release(ms(2)), ticket);
  EXPECT_EQ(pool.release(ms(2)), std::nullopt);
  EXPECT_EQ(pool.busy(), 0);
}

TEST(HystrixThreadPool, ThreadsAboveTheCoreSizeEndAfterTheKeepAlive) {
  ThreadPool pool(pool_of(2, 4, true));
  for (Ticket ticket = 0; ticket < 4; ++ticket) EXPECT_EQ(pool.submit(ticket, ms(0)), Submission::started);
  for (int i = 0; i < 4; ++i) pool.release(ms(1000 * i));
  EXPECT_EQ(pool.threads(ms(59999)), 4);
  EXPECT_EQ(pool.threads(ms(60000)), 3);
  EXPECT_EQ(pool.threads(ms(61000)), 2);
  EXPECT_EQ(pool.threads(ms(3600e3)), 2);
  for (Ticket ticket = 0; ticket < 4; ++ticket) EXPECT_EQ(pool.submit(ticket, ms(3600e3)), Submission::started);
  EXPECT_EQ(pool.submit(9, ms(3600e3)), Submission::rejected);
}

class HystrixCommand : public ::testing::Test {
 protected:
  Command make() { return Command(properties, &pool, ms(0)); }
  void open(Command& command) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(command.decide(ms(10)), Decision::run);
      command.on_end(Outcome::failure, ms(10));
      pool.release(ms(10));
    }
    ASSERT_TRUE(command.breaker().is_open(ms(500)));
  }
  CommandProperties properties;
  ThreadPool pool{ThreadPoolProperties{}};
};

TEST_F(HystrixCommand, TwentyFailuresShortCircuitFromTheNextTickOn) {
  Command command = make();
  open(command);
  EXPECT_EQ(command.decide(ms(500)), Decision::short_circuited);
  EXPECT_EQ(command.decide(ms(5500)), Decision::short_circuited);
  EXPECT_EQ(command.decide(ms(5501)), Decision::run);
}

TEST_F(HystrixCommand, ShortCircuitedBadAndCancelledCallsAreNotCounted) {
  Command command = make();
  for (Outcome outcome : {Outcome::failure, Outcome::failure, Outcome::failure, Outcome::short_circuited, Outcome::short_circuited,
                          Outcome::bad_request, Outcome::cancelled})
    command.command_ended(outcome, ms(10));
  EXPECT_EQ(command.breaker().health(ms(500)), (HealthCounts{3, 3}));
}

TEST_F(HystrixCommand, RejectionsCountAsErrors) {
  {
    Command command = make();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(command.decide(ms(10)), Decision::run);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(command.decide(ms(10)), Decision::thread_pool_rejected);
      command.on_end(Outcome::thread_pool_rejected, ms(10));
    }
    for (int i = 0; i < 10; ++i) {
      command.on_end(Outcome::success, ms(20));
      pool.release(ms(20));
    }
    EXPECT_EQ(command.breaker().health(ms(500)), (HealthCounts{12, 2}));
  }
  properties.isolation = Isolation::semaphore;
  Command command = make();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(command.decide(ms(10)), Decision::run);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(command.decide(ms(10)), Decision::semaphore_rejected);
    command.on_end(Outcome::semaphore_rejected, ms(10));
  }
  for (int i = 0; i < 10; ++i) command.on_end(Outcome::success, ms(20));
  EXPECT_EQ(command.breaker().health(ms(500)), (HealthCounts{12, 2}));
  EXPECT_EQ(command.running(), 0);
}

TEST_F(HystrixCommand, AFailureIsCountedWhenItsFallbackHasEnded) {
  Command command = make();
  ASSERT_EQ(command.decide(ms(100)), Decision::run);
  command.run_ended(Outcome::failure, ms(200));
  ASSERT_EQ(command.begin_fallback(), Fallback::run);
  command.end_fallback();
  command.command_ended(Outcome::failure, ms(600));
  EXPECT_EQ(command.breaker().health(ms(999)).total, 0u);
  EXPECT_EQ(command.breaker().health(ms(1000)), (HealthCounts{1, 1}));
}

TEST_F(HystrixCommand, ASaturatedPoolUsesUpTheProbe) {
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  Command command = make();
  open(command);
  for (Ticket ticket = 0; ticket < 10; ++ticket) ASSERT_EQ(pool.submit(ticket, ms(5000)), Submission::started);
  EXPECT_EQ(command.decide(ms(5600)), Decision::thread_pool_rejected);
  command.on_end(Outcome::thread_pool_rejected, ms(5600));
  pool.release(ms(5601));
  EXPECT_EQ(command.decide(ms(10600)), Decision::short_circuited);
  EXPECT_EQ(command.decide(ms(10601)), Decision::run);
}

TEST_F(HystrixCommand, ASemaphoreRejectionOfTheProbeReOpensWhenTheCommandEndsAt7c03baf) {
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  properties.isolation = Isolation::semaphore;
  properties.any_end_answers_probe = true;
  properties.execution_semaphore = 1;
  properties.request_volume_threshold = 1;
  Command command = make();
  command.command_ended(Outcome::semaphore_rejected, ms(10));
  EXPECT_EQ(command.decide(ms(11)), Decision::run);  // stays in flight
  EXPECT_EQ(command.decide(ms(5501)), Decision::semaphore_rejected);
  command.run_ended(Outcome::semaphore_rejected, ms(5501));
  EXPECT_EQ(command.breaker().status(ms(5501)), CircuitStatus::half_open);
  command.command_ended(Outcome::semaphore_rejected, ms(5510));
  EXPECT_EQ(command.breaker().status(ms(5510)), CircuitStatus::open);
}

TEST_F(HystrixCommand, ABadRequestAsProbeReOpens) {
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  Command command = make();
  open(command);
  ASSERT_EQ(command.decide(ms(5600)), Decision::run);
  command.on_end(Outcome::bad_request, ms(5610));
  EXPECT_EQ(command.breaker().status(ms(5610)), CircuitStatus::open);
}

TEST_F(HystrixCommand, FallbacksAreLimitedUnderEitherIsolation) {
  Command command = make();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(command.begin_fallback(), Fallback::run);
  EXPECT_EQ(command.begin_fallback(), Fallback::rejected);
  command.end_fallback();
  EXPECT_EQ(command.begin_fallback(), Fallback::run);
  properties.fallback_enabled = false;
  EXPECT_EQ(command.begin_fallback(), Fallback::disabled);
}

TEST_F(HystrixCommand, AThreadThatIgnoresInterruptsStaysBusy) {
  Command command = make();
  EXPECT_FALSE(command.frees_thread_at_once()) << "as most blocking clients do";
  properties.honours_interrupt = true;
  EXPECT_TRUE(command.frees_thread_at_once());
}

TEST_F(HystrixCommand, TheEndOfAShortCircuitedCallReOpensWhileTheProbeIsInFlight) {
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  properties.any_end_answers_probe = true;
  Command command = make();
  open(command);
  ASSERT_EQ(command.decide(ms(5600)), Decision::run);
  ASSERT_EQ(command.decide(ms(5700)), Decision::short_circuited);
  command.on_end(Outcome::short_circuited, ms(5700));
  EXPECT_EQ(command.breaker().status(ms(5700)), CircuitStatus::open);
  command.on_end(Outcome::success, ms(5800));  // too late: the probe's success finds no half-open circuit
  EXPECT_EQ(command.breaker().status(ms(5800)), CircuitStatus::open);
  EXPECT_EQ(command.decide(ms(10701)), Decision::run);
}

TEST_F(HystrixCommand, WithoutTheQuirkOnlyRunsAnswerTheProbe) {
  properties.circuit_breaker = BreakerVersion::hystrix_1_5_12;
  properties.any_end_answers_probe = false;
  Command command = make();
  open(command);
  ASSERT_EQ(command.decide(ms(5600)), Decision::run);
  ASSERT_EQ(command.decide(ms(5700)), Decision::short_circuited);
  command.on_end(Outcome::short_circuited, ms(5700));
  EXPECT_EQ(command.breaker().status(ms(5700)), CircuitStatus::half_open);
  command.on_end(Outcome::success, ms(5800));
  EXPECT_EQ(command.breaker().status(ms(5800)), CircuitStatus::closed);
}

}  // namespace
}  // namespace streamtwin::hystrix
