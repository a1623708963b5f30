// What the scaling policies make of data points.
#include <gtest/gtest.h>

#include <vector>

#include "models/cloud/auto_scaling/policies.hpp"

namespace streamtwin::auto_scaling {
namespace {

template <class Policy>
std::vector<int> answers(Policy policy, std::vector<DataPoint> points) {
  std::vector<int> capacities;
  for (const DataPoint& point : points) capacities.push_back(policy.add(point).value_or(0));
  return capacities;
}

std::vector<DataPoint> times(int count, double cpu, int instances) {
  return std::vector<DataPoint>(static_cast<std::size_t>(count), {Fraction{cpu}, instances});
}

StepPolicy steps(std::optional<double> above, std::optional<double> below, Adjustment adjustment, std::vector<StepSpec> by, int least = 1) {
  StepPolicySpec spec;
  if (above) spec.above = Fraction{*above};
  if (below) spec.below = Fraction{*below};
  spec.periods = 1;
  spec.adjustment = adjustment;
  spec.steps = std::move(by);
  spec.adjustment_min = least;
  return StepPolicy(spec);
}

TEST(TargetTracking, ActsOnTheThirdPointAboveAndRoundsUp) {
  EXPECT_EQ(answers(TargetTracking({Fraction{0.5}}), times(4, 0.61, 10)), (std::vector{0, 0, 13, 13}));
  EXPECT_EQ(answers(TargetTracking({Fraction{0.5}}), times(3, 0.6, 10)).back(), 12) << "12 exactly";
}

TEST(TargetTracking, ActsOnTheFifteenthPointThatIsATenthBelow) {
  const std::vector<int> low = answers(TargetTracking({Fraction{0.5}}), times(15, 0.44, 10));
  EXPECT_EQ(low[13], 0);
  EXPECT_EQ(low[14], 9) << "of 8.8";
  EXPECT_EQ(answers(TargetTracking({Fraction{0.5}}), times(20, 0.46, 10)).back(), 0) << "not a tenth below";
  EXPECT_EQ(answers(TargetTracking({Fraction{0.5}, false}), times(20, 0.1, 10)).back(), 0) << "it only scales out";
}

TEST(RequestTracking, KeepsTheRequestsOfAnInstanceWhateverTheCpuDoes) {
  const TargetTracking policy(RequestTrackingSpec{Rate{10}});
  EXPECT_EQ(answers(policy, std::vector<DataPoint>(3, {Fraction{0.05}, 10, Rate{12.1}})), (std::vector{0, 0, 13}));
  EXPECT_EQ(answers(policy, std::vector<DataPoint>(15, {Fraction{0.95}, 10, Rate{8.9}})).back(), 9);
}

// "Scales out if any of the policies are ready for scale out, and in only if all of them that may are ready to scale in."
TEST(TargetTrackings, OneAddsAndAllTakeAway) {
  const auto wanted = [](double cpu, double requests, bool cpu_takes_away = true) {
    TargetTrackings policies;
    policies.include(TargetTracking(TargetTrackingSpec{Fraction{0.5}, cpu_takes_away}));
    policies.include(TargetTracking(RequestTrackingSpec{Rate{10}}));
    std::optional<int> last;
    for (int points = 0; points < 15; ++points) last = policies.add(DataPoint{Fraction{cpu}, 10, Rate{requests}});
    return last;
  };
  EXPECT_EQ(wanted(0.75, 5), 15);
  EXPECT_EQ(wanted(0.1, 20), 20);
  EXPECT_EQ(wanted(0.75, 20), 20) << "the larger";
  EXPECT_EQ(wanted(0.1, 10), std::nullopt) << "the requests are where they should be";
  EXPECT_EQ(wanted(0.1, 5), 5) << "the larger of what either can do with";
  EXPECT_EQ(wanted(0.5, 5, false), 5) << "who only adds has no say";
}

// "For example, when the metric is 65 %": the step whose interval holds the breach.
TEST(StepScaling, TakesTheStepThatTheBreachReaches) {
  const std::vector<StepSpec> by{{Fraction{0}, 10}, {Fraction{0.15}, 30}, {Fraction{0.25}, 40}};
  const auto after = [&](double cpu) { return steps(0.6, {}, Adjustment::change, by).add(DataPoint{Fraction{cpu}, 10}); };
  EXPECT_EQ(after(0.6), std::nullopt);
  EXPECT_EQ(after(0.7), 20);
  EXPECT_EQ(after(0.75), 40);
  EXPECT_EQ(after(0.9), 50);
}

// +30 % of 11 are 3, -10 % of 14 are 1, and what rounds to none is one.
TEST(StepScaling, SharesAreRoundedTowardsNone) {
  EXPECT_EQ(steps(0.6, {}, Adjustment::percent, {{Fraction{0}, 30}}).add(DataPoint{Fraction{0.7}, 11}), 14);
  EXPECT_EQ(steps({}, 0.4, Adjustment::percent, {{Fraction{0}, -10}}).add(DataPoint{Fraction{0.2}, 14}), 13);
  EXPECT_EQ(steps({}, 0.4, Adjustment::percent, {{Fraction{0}, -10}}).add(DataPoint{Fraction{0.2}, 4}), 3);
  EXPECT_EQ(steps(0.6, {}, Adjustment::percent, {{Fraction{0}, 10}}, 5).add(DataPoint{Fraction{0.7}, 10}), 15);
  EXPECT_EQ(steps(0.6, {}, Adjustment::exact, {{Fraction{0}, 7}}).add(DataPoint{Fraction{0.7}, 10}), 7);
}

}  // namespace
}  // namespace streamtwin::auto_scaling
