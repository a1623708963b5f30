// When a step of the method happens.
#include "models/chaos/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::chaos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> seconds_of(const Schedule& schedule, Duration run = 1h, std::uint64_t seed = 1) {
  std::vector<double> seconds;
  for (const Duration instant : instants_of(schedule, run, Random(seed, "method", "step"))) seconds.push_back(in_seconds(instant));
  return seconds;
}

std::string fault(const Schedule& schedule, Duration run = 1h) {
  const auto found = fault_of(schedule, run);
  return found ? found->key + ": " + found->message : "";
}

TEST(Schedule, IsOnceWithoutMore) {
  EXPECT_THAT(seconds_of({.at = 5s}), ElementsAre(5));
  EXPECT_FALSE(Schedule{}.repeats());
  EXPECT_FALSE(Schedule{.times = 1}.repeats());
}

TEST(Schedule, IsInEqualPeriods) {
  EXPECT_THAT(seconds_of({.at = 5s, .every = 10s, .times = 3}), ElementsAre(5, 15, 25));
  EXPECT_THAT(seconds_of({.at = 5s, .every = 10s, .until = 35s}), ElementsAre(5, 15, 25)) << "none begins as the repetition ends";
  EXPECT_THAT(seconds_of({.at = 5s, .every = 10s}, 20s), ElementsAre(5, 15)) << "to the end of the run";
  EXPECT_TRUE((Schedule{.every = 10s}.repeats()));
}

TEST(Schedule, IsRandomWithinAWindow) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::vector<double> at = seconds_of({.at = 100s, .within = 60s, .lasts = 600s}, 1h, seed);
    ASSERT_EQ(at.size(), 1u);
    EXPECT_GE(at[0], 100);
    EXPECT_LT(at[0], 160);
    sum += at[0];
  }
  EXPECT_NEAR(sum / 1000, 130, 5 * 60 / std::sqrt(12 * 1000.0));
}

TEST(Schedule, DrawsEachPeriodsDelayByItself) {
  const std::vector<double> at = seconds_of({.at = 0s, .every = 100s, .times = 4, .within = 50s});
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_GE(at[i], 100.0 * static_cast<double>(i));
    EXPECT_LT(at[i], 100.0 * static_cast<double>(i) + 50);
  }
  EXPECT_NE(at[0], at[1] - 100);
}

// The k-th of n points that are uniform in a length has its mean at k / (n + 1) of it.
TEST(Schedule, SeveralWithinAWindowDoNotOverlapAndAreUniform) {
  const Schedule schedule{.at = 10s, .times = 3, .within = 100s, .lasts = 20s};
  std::vector<double> sums(3);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::vector<double> at = seconds_of(schedule, 1h, seed);
    for (std::size_t i = 0; i < 3; ++i) sums[i] += at[i];
    EXPECT_GE(at[1], at[0] + 20);
    EXPECT_GE(at[2], at[1] + 20);
    EXPECT_GE(at[0], 10);
    EXPECT_LE(at[2] + 20, 110);
  }
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(sums[i] / 2000, 10 + 10.0 * static_cast<double>(i + 1) + 20.0 * static_cast<double>(i), 1);
}

TEST(Schedule, IsFixedByTheSeed) {
  const Schedule schedule{.times = 5, .within = 600s};
  EXPECT_EQ(seconds_of(schedule, 1h, 3), seconds_of(schedule, 1h, 3));
  EXPECT_NE(seconds_of(schedule, 1h, 3), seconds_of(schedule, 1h, 4));
}

TEST(Schedule, MustNotOverlapItself) {
  EXPECT_THAT(fault({.every = 10s, .times = 2, .lasts = 11s}), HasSubstr("every: each may last until 11 s"));
  EXPECT_EQ(fault({.every = 10s, .times = 2, .lasts = 10s}), "");
  EXPECT_THAT(fault({.every = 10s, .within = 5s, .lasts = 6s}), HasSubstr("overlap its own end"));
  EXPECT_THAT(fault({.times = 5, .within = 99s, .lasts = 20s}), HasSubstr("within: 5 of 20 s each do not fit into 99 s"));
  EXPECT_EQ(fault({.times = 5, .within = 100s, .lasts = 20s}), "");
  EXPECT_EQ(fault({.within = 10s, .lasts = 20s}), "") << "one may last longer than its window";
}

TEST(Schedule, MustSayWhenAndFitIntoTheRun) {
  EXPECT_THAT(fault({.times = 5}), HasSubstr("times: what happens several times"));
  EXPECT_THAT(fault({.until = 50s}), HasSubstr("until: only what is repeated"));
  EXPECT_THAT(fault({.every = 5s, .times = 3, .until = 50s}), HasSubstr("leave one of both out"));
  EXPECT_THAT(fault({.at = 60s, .every = 5s, .until = 60s}), HasSubstr("ends before it begins"));
  EXPECT_THAT(fault({.at = 60s}, 59s), HasSubstr("at: the run ends before this, 59 s after the warm-up"));
  EXPECT_THAT(fault({.every = 30s, .times = 3}, 59s), HasSubstr("times: the run ends before this"));
  EXPECT_THAT(fault({.at = 50s, .within = 10s}, 59s), HasSubstr("within: the run ends before this"));
  EXPECT_THAT(fault({.every = 1ms}, 1h), HasSubstr("more than 10000 times"));
}

}  // namespace
}  // namespace streamtwin::chaos
