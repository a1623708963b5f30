// What holds of the judge for any samples.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/delivery/kayenta/judge.hpp"

namespace streamtwin::kayenta {
namespace {

constexpr double solved_to = 3e-4;  // thrice the solver's tolerance

class JudgeProperty : public testing::TestWithParam<std::uint64_t> {
 protected:
  Samples samples(double shift) {
    Samples drawn(5 + random.below(40));
    for (double& x : drawn) x = shift + 10 * random.normal();
    return drawn;
  }
  Random random{GetParam(), "judge", "samples"};
};

TEST_P(JudgeProperty, WhatIsShiftedIsFoundShifted) {
  const Samples control = samples(100), experiment = samples(100 + random.uniform(-20, 20));
  Samples moved = experiment;
  for (double& x : moved) x += 7;
  const auto before = mann_whitney(experiment, control, Fraction{0.98}), after = mann_whitney(moved, control, Fraction{0.98});
  ASSERT_TRUE(before && after);
  EXPECT_NEAR(after->lower, before->lower + 7, solved_to);
  EXPECT_NEAR(after->upper, before->upper + 7, solved_to);
  EXPECT_LE(before->lower, before->upper + solved_to);
}

TEST_P(JudgeProperty, SidesChangedTheIntervalIsTurned) {
  const Samples control = samples(100), experiment = samples(110);
  const auto one = mann_whitney(experiment, control, Fraction{0.95}), other = mann_whitney(control, experiment, Fraction{0.95});
  ASSERT_TRUE(one && other);
  EXPECT_NEAR(one->lower, -other->upper, solved_to);
  EXPECT_NEAR(one->upper, -other->lower, solved_to);
}

TEST_P(JudgeProperty, MoreConfidenceIsAWiderInterval) {
  const Samples control = samples(100), experiment = samples(105);
  const auto narrow = mann_whitney(experiment, control, Fraction{0.8}), wide = mann_whitney(experiment, control, Fraction{0.99});
  ASSERT_TRUE(narrow && wide);
  EXPECT_LE(wide->lower, narrow->lower + solved_to);
  EXPECT_GE(wide->upper, narrow->upper - solved_to);
}

TEST_P(JudgeProperty, ALabelDependsOnNoOrder) {
  const AnalysisSpec analysis;
  Samples control = samples(100), experiment = samples(100 + random.uniform(-30, 30));
  Random noise{1, "canary", "noise"};
  const Label before = classify(JudgeSpec{}, analysis, control, experiment, noise).label;
  std::reverse(control.begin(), control.end());
  std::sort(experiment.begin(), experiment.end());
  EXPECT_EQ(classify(JudgeSpec{}, analysis, control, experiment, noise).label, before);
}

TEST_P(JudgeProperty, AScoreLiesBetweenNothingAndAHundredAndFallsWithEachFailure) {
  std::vector<Judged> metrics(3 + random.below(8));
  for (Judged& metric : metrics) metric.groups = {random.chance(0.5) ? "a" : "b"};
  double last = score(JudgeSpec{}, metrics).score;
  EXPECT_EQ(last, 100);
  for (Judged& metric : metrics) {
    metric.label = random.chance(0.5) ? Label::high : Label::low;
    const double now = score(JudgeSpec{}, metrics).score;
    EXPECT_LT(now, last);
    EXPECT_GE(now, 0);
    last = now;
  }
  EXPECT_EQ(last, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, JudgeProperty, testing::Range<std::uint64_t>(1, 101));

}  // namespace
}  // namespace streamtwin::kayenta
