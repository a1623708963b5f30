// Vectors of HystrixRollingNumberTest and HystrixRollingPercentileTest (Hystrix 1.5.18).
#include <gtest/gtest.h>

#include "models/services/hystrix/rolling_number.hpp"
#include "models/services/hystrix/rolling_percentile.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::hystrix {
namespace {

enum Event : std::size_t { success, failure, timeout, short_circuited, events };

using Number = RollingNumber<events>;

TEST(HystrixRollingNumber, MakesABucketPerIntervalAndNoMoreThanTen) {
  Number number(200ms, 10);
  for (int i = 0; i < 10; ++i) number.increment(success, ms(20 * i));
  EXPECT_EQ(number.buckets(), 10u);
  number.increment(success, ms(200));
  EXPECT_EQ(number.buckets(), 10u);
}

TEST(HystrixRollingNumber, FillsAGapWithEmptyBuckets) {
  Number number(200ms, 10);
  number.increment(success, ms(0));
  EXPECT_EQ(number.buckets(), 1u);
  number.increment(success, ms(60));
  EXPECT_EQ(number.buckets(), 4u);
}

TEST(HystrixRollingNumber, SumsOverBucketsAndForgetsAfterTheWindow) {
  Number number(200ms, 10);
  number.add(success, 4, ms(0));
  number.add(failure, 2, ms(0));
  number.add(timeout, 2, ms(0));
  number.add(short_circuited, 1, ms(0));
  number.add(success, 2, ms(60));
  number.add(failure, 3, ms(60));
  number.add(timeout, 1, ms(60));
  number.add(short_circuited, 1, ms(60));
  EXPECT_EQ(number.latest(success, ms(60)), 2);
  EXPECT_EQ(number.latest(failure, ms(60)), 3);
  EXPECT_EQ(number.latest(timeout, ms(60)), 1);
  EXPECT_EQ(number.latest(short_circuited, ms(60)), 1);
  EXPECT_EQ(number.rolling_sum(success, ms(60)), 6);
  EXPECT_EQ(number.rolling_sum(failure, ms(60)), 5);
  EXPECT_EQ(number.rolling_sum(timeout, ms(60)), 3);
  EXPECT_EQ(number.rolling_sum(short_circuited, ms(60)), 2);
  number.increment(success, ms(260));
  EXPECT_EQ(number.rolling_sum(success, ms(260)), 1);
  EXPECT_EQ(number.rolling_sum(failure, ms(260)), 0);
  EXPECT_EQ(number.rolling_sum(timeout, ms(260)), 0);
}

TEST(HystrixRollingNumber, ReadingMakesTheMissingBuckets) {
  Number number(200ms, 10);
  number.add(success, 4, ms(0));
  number.add(failure, 2, ms(0));
  EXPECT_EQ(number.buckets(), 1u);
  EXPECT_EQ(number.rolling_sum(success, ms(60)), 4);
  EXPECT_EQ(number.rolling_sum(failure, ms(60)), 2);
  EXPECT_EQ(number.buckets(), 4u);
  EXPECT_EQ(number.rolling_sum(success, ms(260)), 0);
  EXPECT_EQ(number.rolling_sum(failure, ms(260)), 0);
  number.increment(success, ms(260));
  EXPECT_EQ(number.rolling_sum(success, ms(260)), 1);
}

TEST(HystrixRollingNumber, KeepsTheMaximumOfTheWindow) {
  Number number(200ms, 10);
  number.update_max(success, 10, ms(0));
  number.update_max(success, 30, ms(60));
  number.update_max(success, 20, ms(61));
  EXPECT_EQ(number.rolling_max(success, ms(61)), 30);
  EXPECT_EQ(number.rolling_max(success, ms(259)), 30);
  EXPECT_EQ(number.rolling_max(success, ms(270)), 0);
}

TEST(HystrixPercentile, OfTheMedianCases) {
  EXPECT_EQ(PercentileSnapshot({100, 100, 100, 100, 200, 200, 200, 300, 300, 300, 300}).percentile(50), 200);
  EXPECT_EQ(PercentileSnapshot({100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 500}).percentile(50), 100);
  EXPECT_EQ(PercentileSnapshot({50, 75, 100, 125, 160, 170, 180, 200, 210, 300, 500}).percentile(50), 175);
  EXPECT_EQ(PercentileSnapshot({300, 75, 125, 500, 100, 160, 180, 200, 210, 50, 170}).percentile(50), 175);
}

TEST(HystrixPercentile, InterpolatesFromRankZeroAndTruncates) {
  EXPECT_EQ(PercentileSnapshot({1, 2, 3}).percentile(50), 2);
  EXPECT_EQ(PercentileSnapshot({1, 2, 3}).percentile(75), 3);
  EXPECT_EQ(PercentileSnapshot({1, 2}).percentile(25), 1);
  EXPECT_EQ(PercentileSnapshot({1, 2}).percentile(75), 2);
  const PercentileSnapshot four({10, 30, 20, 40});
  EXPECT_EQ(four.percentile(30), 22);
  EXPECT_EQ(four.percentile(25), 20);
  EXPECT_EQ(four.percentile(50), 30);
  EXPECT_EQ(four.percentile(75), 40);
  EXPECT_EQ(four.percentile(-1), 10);
  EXPECT_EQ(four.percentile(101), 40);
}

TEST(HystrixRollingPercentile, SeesABucketOnlyWhenItIsComplete) {
  RollingPercentile percentile(60s, 12, 1000);
  for (int value : {1000, 1000, 1000, 2000}) percentile.add(value, ms(0));
  EXPECT_EQ(percentile.percentile(50, ms(0)), 0);
  EXPECT_EQ(percentile.buckets(), 1u);
  EXPECT_EQ(percentile.percentile(50, ms(6000)), 1000);
  EXPECT_EQ(percentile.buckets(), 2u);
  for (int value : {1000, 500, 200, 200, 1600, 200, 1600, 1600}) percentile.add(value, ms(6000));
  EXPECT_EQ(percentile.percentile(50, ms(6000)), 1000);
  const PercentileSnapshot all({1000, 1000, 1000, 2000, 1000, 500, 200, 200, 1600, 200, 1600, 1600});
  for (double p : {0.15, 0.5, 0.9, 0.995, 50.0, 90.0, 99.5}) EXPECT_EQ(percentile.percentile(p, ms(12000)), all.percentile(p));
  EXPECT_EQ(percentile.mean(ms(12000)), 991);
}

TEST(HystrixRollingPercentile, IsZeroWhenTheWindowHasPassedWithoutTraffic) {
  RollingPercentile percentile(60s, 12, 1000);
  for (int value : {1000, 1000, 1000, 2000, 4000}) percentile.add(value, ms(0));
  EXPECT_EQ(percentile.percentile(50, ms(0)), 0);
  EXPECT_EQ(percentile.percentile(50, ms(6000)), 1500);
  EXPECT_EQ(percentile.percentile(50, ms(66000)), 0);
}

TEST(HystrixRollingPercentile, KeepsTheLatestValuesOfAFullBucket) {
  RollingPercentile percentile(60s, 12, 3);
  for (int value : {1, 2, 3, 40, 50}) percentile.add(value, ms(0));
  EXPECT_EQ(percentile.percentile(0, ms(5000)), 3);
  EXPECT_EQ(percentile.percentile(100, ms(5000)), 50);
}

}  // namespace
}  // namespace streamtwin::hystrix
