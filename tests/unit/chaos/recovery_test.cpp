// Times to mitigate and to recover, by cases that are computed by hand. Windows of ten seconds.
#include "models/chaos/recovery.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace streamtwin::chaos {
namespace {

Watch watch_of(std::vector<double> values, double at_least = 0.9) {
  Watch watch{.ends = {}, .begins = at(0s), .objectives = {}};
  for (std::size_t i = 0; i < values.size(); ++i) watch.ends.push_back(at(10s * static_cast<double>(i + 1)));
  watch.objectives.push_back({std::move(values), at_least, std::nullopt});
  return watch;
}

double seconds(const std::optional<Duration>& time) { return time ? in_seconds(*time) : -1; }

TEST(Aftermath, IsOverWithTheFirstOfThreeGoodWindows) {
  //                                         10 20 30 | 40   50   60   70   80   90  100
  const auto found = aftermath(watch_of({1, 1, 1, 0.5, 0.5, 0.92, 0.5, 0.92, 0.92, 0.92, 1, 1, 1}), at(34s), never);
  ASSERT_TRUE(found);
  EXPECT_EQ(seconds(found->mitigated), 70 - 34) << "one good window between bad ones is no end";
  EXPECT_EQ(seconds(found->recovered), 100 - 34) << "0.92 is enough, but less than before";
}

TEST(Aftermath, IsNothingWhereNothingBroke) {
  const auto found = aftermath(watch_of({1, 1, 1, 1, 1, 1}), at(35s), never);
  EXPECT_EQ(seconds(found->mitigated), 0);
  EXPECT_EQ(seconds(found->recovered), 0);
}

TEST(Aftermath, MayNotEndWithinTheRun) {
  const auto found = aftermath(watch_of({1, 1, 1, 0.5, 1, 1}), at(30s), never);
  EXPECT_FALSE(found->mitigated) << "two good windows are not three";
  EXPECT_FALSE(found->recovered);
}

TEST(Aftermath, BeginsWhenItIsFelt) {
  const auto found = aftermath(watch_of({1, 1, 1, 1, 1, 0.5, 1, 1, 1}), at(30s), never);
  EXPECT_EQ(seconds(found->mitigated), 30) << "slow faults are felt late";
  const auto another = aftermath(watch_of({1, 1, 1, 1, 1, 0.5, 1, 1, 1}), at(30s), at(45s));
  EXPECT_EQ(seconds(another->mitigated), 0) << "what breaks after the next step is its doing";
}

TEST(Aftermath, IsAsBeforeWithinWhatWasUsual) {
  const auto steady = aftermath(watch_of({0.98, 0.98, 0.98, 0.5, 0.93, 0.95, 0.96, 0.97}), at(30s), never);
  EXPECT_EQ(seconds(steady->recovered), 20) << "95 % of the mean are 0.931: 0.93 is less";
  const auto varying = aftermath(watch_of({0.96, 1, 0.92, 0.5, 0.87, 0.95, 0.96, 0.97}), at(30s), never);
  EXPECT_EQ(seconds(varying->recovered), 10) << "three deviations of 0.0327 below the mean of 0.96 are 0.862";
}

TEST(Aftermath, IsUnknownWithoutAGoodPast) {
  EXPECT_FALSE(aftermath(watch_of({1, 1, 0.5, 1, 1, 1}), at(20s), never)) << "two windows before it";
  EXPECT_FALSE(aftermath(watch_of({1, 0.5, 1, 0.5, 1, 1, 1}), at(30s), never)) << "it did not hold before";
}

TEST(Aftermath, IsUnknownOfWhatWasNotSeenBefore) {
  const double nothing = std::nan("");
  EXPECT_FALSE(aftermath(watch_of({nothing, nothing, nothing, 0.5, 1, 1, 1}), at(30s), never));
  EXPECT_TRUE(aftermath(watch_of({1, nothing, nothing, nothing, 0.5, 1, 1, 1}), at(40s), never)) << "one window says what is usual";
}

TEST(Aftermath, SkipsWindowsWithoutAnything) {
  const auto found = aftermath(watch_of({1, 1, 1, 0.5, std::nan(""), std::nan(""), 1}), at(30s), never);
  EXPECT_EQ(seconds(found->mitigated), 10);
}

TEST(Aftermath, OfSeveralObjectivesIsThatOfTheLast) {
  Watch watch = watch_of({1, 1, 1, 0.5, 1, 1, 1, 1, 1});
  watch.objectives.push_back({{0.1, 0.1, 0.1, 2, 2, 0.3, 0.1, 0.1, 0.1}, std::nullopt, 0.5});
  const auto found = aftermath(watch, at(30s), never);
  EXPECT_EQ(seconds(found->mitigated), 20) << "latency is at most 0.5 from the sixth window on";
  EXPECT_EQ(seconds(found->recovered), 30);
}

TEST(BrokenTime, IsThatOfTheWindows) {
  const Watch watch = watch_of({1, 0.5, 1, 0.5, 0.5});
  EXPECT_EQ(in_seconds(broken_time(watch, watch.objectives.front())), 30);
}

}  // namespace
}  // namespace streamtwin::chaos
