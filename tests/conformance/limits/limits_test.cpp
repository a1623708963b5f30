// Vectors of AIMDLimitTest, VegasLimitTest, ExpAvgMeasurementTest, the window and partition tests of concurrency-limits
// 0.5.4, and sequences produced by compiling and running the original classes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/rpc/limits/limiter.hpp"

namespace streamtwin::limits {
namespace {

using ::testing::ElementsAre;

class Limits : public ::testing::Test {
 protected:
  template <class L>
  int feed(L& limit, Duration round_trip, int in_flight, bool dropped = false) {
    limit.on_sample({Instant{}, round_trip, in_flight, dropped}, random);
    return limit.limit();
  }
  /// Round trips with as many in flight as the limit allows.
  template <class L>
  std::vector<int> feed_full(L& limit, std::vector<double> milliseconds, bool dropped = false) {
    std::vector<int> seen;
    for (double ms : milliseconds) seen.push_back(feed(limit, seconds(ms / 1000), limit.limit(), dropped));
    return seen;
  }
  Random random{1, "limits", "probe"};
};

TEST_F(Limits, AimdGrowsByOneAndFallsByATenth) {
  AimdLimit growing({.initial = 20});
  EXPECT_EQ(feed(growing, 1ms, 10), 21);
  AimdLimit dropping({.initial = 30});
  EXPECT_EQ(feed(dropping, 1ms, 0, true), 27);
  AimdLimit full({.initial = 21, .most = 21});
  EXPECT_EQ(feed(full, 1ms, 21), 21);
}

TEST_F(Limits, AimdSequenceOfTheOriginal) {
  AimdLimit limit({.initial = 100});
  EXPECT_EQ(feed(limit, 1ms, 49), 100);
  EXPECT_EQ(feed(limit, 1ms, 50), 101);
  EXPECT_EQ(feed(limit, 5s, 101), 102);
  EXPECT_EQ(feed(limit, 5s + 1ns, 102), 91);
  EXPECT_THAT(feed_full(limit, std::vector<double>(14, 1), true), ElementsAre(81, 72, 64, 57, 51, 45, 40, 36, 32, 28, 25, 22, 20, 20));
}

TEST_F(Limits, VegasOfTheUpstreamTest) {
  const VegasProperties properties{.initial = 10, .most = 20, .alpha = 3, .beta = 6};
  VegasLimit growing(properties);
  EXPECT_EQ(feed(growing, 10ms, 10), 10);
  EXPECT_EQ(feed(growing, 10ms, 11), 16);
  VegasLimit shrinking(properties);
  feed(shrinking, 10ms, 11);
  EXPECT_EQ(feed(shrinking, 50ms, 11), 9);
  VegasLimit resting(properties);
  feed(resting, 10ms, 10);
  EXPECT_EQ(feed(resting, 14ms, 14), 10);
  VegasLimit large({.initial = 10000, .most = 20000});
  EXPECT_EQ(feed(large, 10s, 5000), 10000);
  EXPECT_EQ(feed(large, 10s, 6000), 10024);
}

TEST_F(Limits, VegasDecreaseIsSmoothed) {
  VegasLimit smoothed({.initial = 100, .most = 200, .smoothing = 0.5, .decrease_factor = 0.5});
  EXPECT_EQ(feed(smoothed, 10ms, 100), 100);
  EXPECT_EQ(feed(smoothed, 20ms, 100), 75);
  EXPECT_EQ(feed(smoothed, 20ms, 100), 56);
  VegasLimit sharp({.initial = 100, .most = 200, .smoothing = 1.0, .decrease_factor = 0.5});
  EXPECT_EQ(feed(sharp, 10ms, 100), 100);
  EXPECT_EQ(feed(sharp, 20ms, 100), 50);
  EXPECT_EQ(feed(sharp, 20ms, 100), 25);
}

TEST_F(Limits, VegasSequenceOfTheOriginal) {
  VegasLimit limit({.initial = 100});
  EXPECT_THAT(feed_full(limit, {10, 10, 11, 12, 13, 14, 15, 20, 10}), ElementsAre(100, 112, 112, 110, 108, 106, 104, 102, 114));
  EXPECT_THAT(feed_full(limit, {10}, true), ElementsAre(112));
}

TEST_F(Limits, VegasMeasuresTheFastestRoundTripAnew) {
  VegasLimit limit({.initial = 10, .most = 10});
  feed(limit, 1ms, 10);
  VegasLimit remembering({.initial = 10, .most = 10, .probe_multiplier = 1'000'000});
  feed(remembering, 1ms, 10);
  // Within 30 * 10 samples at 20 ms the fastest is forgotten; then 20 ms is no queue and the limit grows.
  for (int i = 0; i < 315; ++i) {
    feed(limit, 20ms, limit.limit());
    feed(remembering, 20ms, remembering.limit());
  }
  EXPECT_EQ(limit.limit(), 10);
  EXPECT_EQ(remembering.limit(), 6);
}

TEST_F(Limits, GradientSequenceOfTheOriginal) {
  GradientLimit limit({.probe_interval = 0});
  EXPECT_THAT(feed_full(limit, std::vector<double>(10, 10)), ElementsAre(57, 64, 72, 80, 88, 97, 106, 116, 126, 137));
  EXPECT_THAT(feed_full(limit, std::vector<double>(10, 40)), ElementsAre(125, 115, 105, 97, 89, 82, 75, 69, 64, 59));
  EXPECT_THAT(feed_full(limit, std::vector<double>(5, 40), true), ElementsAre(58, 57, 55, 54, 53));
}

TEST_F(Limits, GradientProbesByCuttingTheLimitToItsQueue) {
  GradientLimit limit({.initial = 100, .most = 100, .probe_interval = 10});
  int lowest = 100;
  for (int i = 0; i < 30; ++i) lowest = std::min(lowest, feed(limit, 10ms, limit.limit()));
  EXPECT_LE(lowest, 12);
}

TEST_F(Limits, Gradient2DoesNotGrowWhileLittleIsUsed) {
  Gradient2Limit limit(Gradient2Properties{});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(feed(limit, 10ms, 9), 20);
}

TEST_F(Limits, Gradient2GrowsOnFastFailures) {
  Gradient2Limit limit(Gradient2Properties{});
  for (int i = 0; i < 50; ++i) feed(limit, 1ms, limit.limit(), true);
  EXPECT_GT(limit.limit(), 40);
}

TEST(LimitsMeasurement, IsAMeanAtFirstAndExponentialThen) {
  ExponentialAverage average(100, 10);
  const double means[] = {10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5};
  for (int i = 0; i < 10; ++i) EXPECT_NEAR(average.add(10 + i), means[i], 1e-9);
  EXPECT_NEAR(average.add(100), 16.193, 0.001);
}

TEST(LimitsFunctions, OfTheUpstreamTests) {
  EXPECT_EQ(log10_root(0), 1);
  EXPECT_EQ(log10_root(100), 2);
  EXPECT_EQ(log10_root(10000), 4);
  EXPECT_EQ(square_root(0), 4);
  EXPECT_EQ(square_root(999), 31);
  EXPECT_EQ(square_root(2500), 50);
}

TEST(LimitsWindow, AveragesWholeNanosecondsWithDropsIncluded) {
  SampleWindow window(WindowProperties{});
  for (double ns : {5000, 500, 10}) window.add(seconds(ns / 1e9), 1, false);
  EXPECT_EQ(window.tracked_ns(), 1836);
  EXPECT_FALSE(window.dropped());
  window.add(5000ns, 1, true);
  EXPECT_EQ(window.tracked_ns(), 2627);
  EXPECT_TRUE(window.dropped());
  EXPECT_EQ(window.fastest_ns(), 10);
}

TEST(LimitsWindow, PercentilesRoundHalfUp) {
  const auto percentile = [](double p, std::vector<double> values) {
    SampleWindow window({.kind = WindowKind::percentile, .percentile = Fraction{p}});
    for (double ns : values) window.add(seconds(ns / 1e9), 1, false);
    return window.tracked_ns();
  };
  EXPECT_EQ(percentile(0.5, {5000, 500, 10}), 500);
  EXPECT_EQ(percentile(0.999, {5000, 500, 10}), 5000);
  EXPECT_EQ(percentile(0.5, {1, 2, 3, 4}), 2);
}

TEST(LimitsWindow, AFullPercentileWindowLearnsNothingFromLateSamples) {
  SampleWindow percentile({.samples = 3, .kind = WindowKind::percentile, .percentile = Fraction{0.5}});
  SampleWindow average({.samples = 3, .kind = WindowKind::average});
  for (SampleWindow* window : {&percentile, &average}) {
    for (int i = 0; i < 3; ++i) window->add(20ns, 4, false);
    window->add(10ns, 9, true);
  }
  EXPECT_EQ(percentile.fastest_ns(), 20);
  EXPECT_EQ(percentile.count(), 3);
  EXPECT_EQ(percentile.most_in_flight(), 4);
  EXPECT_FALSE(percentile.dropped());
  EXPECT_EQ(average.fastest_ns(), 10);
  EXPECT_EQ(average.most_in_flight(), 9);
  EXPECT_TRUE(average.dropped());
}

TEST_F(Limits, OneLateDropDoesNotShrinkALimitOverPercentiles) {
  WindowedLimit limit({.samples = 10, .kind = WindowKind::percentile}, AimdLimit({.initial = 40}));
  const auto sample = [&](double start, bool dropped) {
    limit.on_sample({at(seconds(start)), 10ms, 30, dropped}, random);
    return limit.limit();
  };
  sample(0, false);                                                      // closes a window of one
  for (int i = 1; i <= 10; ++i) ASSERT_EQ(sample(0.01 * i, false), 40);  // the window is full
  ASSERT_EQ(sample(0.5, true), 40);
  EXPECT_EQ(sample(1.5, false), 41);
}

TEST_F(Limits, AWindowPassesOneSampleOnAndAThinOneNone) {
  WindowedLimit limit(WindowProperties{}, AimdLimit({.initial = 20}));
  const auto sample = [&](double start) {
    limit.on_sample({at(seconds(start)), 10ms, 20, false}, random);
    return limit.limit();
  };
  EXPECT_EQ(sample(0), 20);  // closes a window of one
  for (int i = 1; i < 10; ++i) EXPECT_EQ(sample(0.1 * i), 20);
  EXPECT_EQ(sample(1.1), 21);                                 // the tenth of this window, past its end
  EXPECT_EQ(sample(3), 21);                                   // alone in its window
  limit.on_sample({at(seconds(9)), 99us, 20, true}, random);  // too fast to count
  EXPECT_EQ(limit.limit(), 21);
}

TEST_F(Limits, ASimpleLimiterCountsWhoIsInside) {
  Limiter limiter(Limit(FixedLimit(2)));
  const auto first = limiter.acquire(Instant{});
  EXPECT_EQ(first->in_flight, 1);
  EXPECT_EQ(limiter.acquire(Instant{})->in_flight, 2);
  EXPECT_FALSE(limiter.acquire(Instant{}).has_value());
  limiter.release(*first, Ending::ignored, Instant{}, random);
  EXPECT_TRUE(limiter.acquire(Instant{}).has_value());
}

TEST_F(Limits, PartitionsBurstWhileThereIsRoomAndKeepTheirShareAfterwards) {
  Limiter limiter(Limit(FixedLimit(10)), {{Fraction{0.3}}, {Fraction{0.7}}});
  EXPECT_EQ(limiter.partition_limit(0), 3);
  EXPECT_EQ(limiter.partition_limit(1), 7);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.acquire(Instant{}, 0).has_value());
  EXPECT_FALSE(limiter.acquire(Instant{}, 0).has_value());
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(limiter.acquire(Instant{}, 1).has_value());
  EXPECT_EQ(limiter.in_flight(), 17);
  EXPECT_FALSE(limiter.acquire(Instant{}, 1).has_value());
  EXPECT_FALSE(limiter.acquire(Instant{}, 9).has_value());
  EXPECT_TRUE(limiter.acquire(Instant{}, 0, true).has_value());  // the bypass is never counted
  EXPECT_EQ(limiter.in_flight(), 17);
  EXPECT_EQ(limiter.partition_in_flight(0), 10);
  EXPECT_EQ(Limiter(Limit(FixedLimit(20)), {{Fraction{0.3}}}).partition_limit(0), 6);
  EXPECT_EQ(Limiter(Limit(FixedLimit(1)), {{Fraction{0.01}}}).partition_limit(0), 1);
}

// AbstractPartitionedLimiter: a thread is delayed while fewer than 100 are.
TEST_F(Limits, RefusalsOfAPartitionAreHeldBackAHundredAtATime) {
  Limiter limiter(Limit(FixedLimit(1)), {{Fraction{1}, 50ms}, {Fraction{1}}});
  EXPECT_TRUE(limiter.acquire(Instant{}, 0).has_value());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limiter.delay_refusal(0), 50ms);
  EXPECT_EQ(limiter.delayed(), 100);
  EXPECT_EQ(limiter.delay_refusal(0), std::nullopt);
  limiter.delay_over();
  EXPECT_EQ(limiter.delay_refusal(1), std::nullopt) << "without a delay of its own";
  EXPECT_EQ(limiter.delay_refusal(7), std::nullopt) << "unknown";
  EXPECT_EQ(limiter.delay_refusal(0), 50ms);
  EXPECT_EQ(limiter.in_flight(), 1);
}

TEST_F(Limits, AnUnknownPartitionGetsOnlyWhatIsSpare) {
  Limiter limiter(Limit(FixedLimit(2)), {{Fraction{1}}});
  EXPECT_TRUE(limiter.acquire(Instant{}, 7).has_value());
  EXPECT_TRUE(limiter.acquire(Instant{}, 7).has_value());
  EXPECT_FALSE(limiter.acquire(Instant{}, 7).has_value());
  EXPECT_TRUE(limiter.acquire(Instant{}, 0).has_value());
}

TEST_F(Limits, TheBacklogAdmitsTheLatestFirstAndHoldsAHundred) {
  Limiter limiter(Limit(FixedLimit(1)));
  const auto inside = limiter.acquire(Instant{});
  LifoBacklog backlog;
  for (std::uint64_t ticket = 0; ticket < 100; ++ticket) EXPECT_TRUE(backlog.park(ticket));
  EXPECT_FALSE(backlog.park(100));
  EXPECT_FALSE(backlog.unblock(limiter, Instant{}).has_value());
  EXPECT_TRUE(backlog.timed_out(99));
  limiter.release(*inside, Ending::success, Instant{}, random);
  EXPECT_EQ(backlog.unblock(limiter, Instant{})->ticket, 98u);
  EXPECT_FALSE(backlog.unblock(limiter, Instant{}).has_value());
  EXPECT_FALSE(backlog.timed_out(98));
  EXPECT_EQ(backlog.waiting(), 98u);
}

TEST_F(Limits, AReleasedRequestTeachesTheLimitWithWhatWasInFlight) {
  Limiter limiter(Limit(AimdLimit({.initial = 20})));
  std::vector<Grant> grants;
  for (int i = 0; i < 10; ++i) grants.push_back(*limiter.acquire(Instant{}));
  limiter.release(grants[0], Ending::success, at(10ms), random);  // one in flight: less than half
  EXPECT_EQ(limiter.limit(), 20);
  limiter.release(grants[9], Ending::success, at(10ms), random);
  EXPECT_EQ(limiter.limit(), 21);
  limiter.release(grants[5], Ending::dropped, at(10ms), random);
  EXPECT_EQ(limiter.limit(), 20);
}

}  // namespace
}  // namespace streamtwin::limits
