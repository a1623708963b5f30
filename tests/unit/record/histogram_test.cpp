// LogHistogram: error bounds, merging and differences against sorted samples.
#include "sim-core/record/log_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim-core/random.hpp"

namespace streamtwin {
namespace {

TEST(LogHistogram, HasNoQuantileWhenEmpty) {
  const LogHistogram histogram;
  EXPECT_TRUE(std::isnan(histogram.quantile(0.5)));
  EXPECT_TRUE(std::isnan(histogram.mean()));
  EXPECT_TRUE(histogram.buckets().empty());
}

TEST(LogHistogram, GivesBackASingleValueExactly) {
  LogHistogram histogram;
  histogram.record(0.123456);
  for (double p : {0.0, 0.5, 0.99, 1.0}) EXPECT_EQ(histogram.quantile(p), 0.123456);
  EXPECT_EQ(histogram.mean(), 0.123456);
}

TEST(LogHistogram, QuantilesOfALognormalAreWithinOnePercentOfTheSortedSample) {
  Random random(1, "test", "lognormal");
  LogHistogram histogram;
  std::vector<double> sample;
  for (int i = 0; i < 200000; ++i) {
    sample.push_back(random.lognormal(0.080, 1.2));
    histogram.record(sample.back());
  }
  std::sort(sample.begin(), sample.end());
  for (double p : {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999}) {
    const double exact = sample[static_cast<std::size_t>(p * static_cast<double>(sample.size()))];
    EXPECT_NEAR(histogram.quantile(p) / exact, 1.0, 0.01) << "p = " << p;
  }
  EXPECT_EQ(histogram.min(), sample.front());
  EXPECT_EQ(histogram.max(), sample.back());
  EXPECT_EQ(histogram.quantile(1), sample.back());
}

TEST(LogHistogram, InterpolatesLinearlyInsideABucket) {
  LogHistogram histogram;
  // One bucket reaches from 1 to 1 + 1/64; a thousand values spread evenly over it.
  for (int i = 0; i < 1000; ++i) histogram.record(1 + (i + 0.5) / 64000);
  ASSERT_EQ(histogram.buckets().size(), 1u);
  EXPECT_NEAR(histogram.quantile(0.25), 1 + 0.25 / 64, 1e-6);
  EXPECT_NEAR(histogram.quantile(0.75), 1 + 0.75 / 64, 1e-6);
}

TEST(LogHistogram, EveryBucketIsAtMostOneSixtyFourthWideAndTheyDoNotOverlap) {
  LogHistogram histogram;
  for (double value = 1e-9; value < 1e9; value *= 1.003) histogram.record(value);
  double last = 0;
  for (const auto& bucket : histogram.buckets()) {
    EXPECT_GE(bucket.low, last);
    EXPECT_LE((bucket.high - bucket.low) / bucket.low, 1.0 / 64 + 1e-12);
    last = bucket.high;
  }
}

TEST(LogHistogram, MergingEqualsRecordingTogetherInAnyOrderOfMagnitude) {
  Random random(2, "test", "merge");
  LogHistogram small, large, together;
  for (int i = 0; i < 1000; ++i) {
    const double tiny = random.uniform(1e-6, 2e-6), huge = random.uniform(1e6, 2e6);
    small.record(tiny);
    large.record(huge);
    together.record(tiny);
    together.record(huge);
  }
  LogHistogram up = small, down = large;
  up += large;
  down += small;
  EXPECT_EQ(up.buckets(), together.buckets());
  EXPECT_EQ(down.buckets(), together.buckets());
  EXPECT_EQ(up.quantile(0.9), together.quantile(0.9));
  EXPECT_EQ(down.count(), 2000u);
}

TEST(LogHistogram, TheDifferenceToAnEarlierCopyHoldsWhatCameLater) {
  LogHistogram histogram, later;
  for (int i = 1; i <= 100; ++i) histogram.record(i);
  const LogHistogram earlier = histogram;
  for (double value : {0.001, 5.0, 1e6}) {
    histogram.record(value);
    later.record(value);
  }
  EXPECT_EQ(histogram.since(earlier).buckets(), later.buckets());
  EXPECT_EQ(histogram.since(earlier).count(), 3u);
  EXPECT_EQ(histogram.since(histogram).count(), 0u);
  EXPECT_TRUE(std::isnan(histogram.since(histogram).quantile(0.5)));
}

TEST(LogHistogram, CountsZerosAndClampsTheImmeasurable) {
  LogHistogram histogram;
  histogram.record(0, 3);
  histogram.record(1e-300);
  histogram.record(HUGE_VAL);
  EXPECT_EQ(histogram.count(), 5u);
  EXPECT_EQ(histogram.quantile(0.5), 0);
  EXPECT_EQ(histogram.buckets().front().count, 3u);
  EXPECT_EQ(histogram.buckets().size(), 3u);
  EXPECT_THROW(histogram.record(std::nan("")), std::logic_error);
}

TEST(LogHistogram, CountsWhatLiesAboveAThreshold) {
  LogHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(i * 0.001);
  EXPECT_NEAR(histogram.count_above(0.9), 100, 10);
  EXPECT_EQ(histogram.count_above(2), 0);
  EXPECT_EQ(histogram.count_above(0), 1000);
}

}  // namespace
}  // namespace streamtwin
