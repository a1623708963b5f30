// Vectors of MannWhitneySuite, ClassifierSuite, DetectorSuite, ScorerSuite and StatisticSuite of spinnaker/kayenta.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/delivery/kayenta/judge.hpp"
#include "models/delivery/kayenta/outliers.hpp"
#include "tests/conformance/kayenta/samples.hpp"

namespace streamtwin::kayenta {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr double near = 1e-6;

const Samples few_low{1.0, 2.2, 1.1, 2.5, 3.0}, few_high{20, 22, 21, 25, 30}, ones(5, 1), tens(5, 10), zeros(5, 0);

class KayentaJudge : public ::testing::Test {
 protected:
  KayentaJudge() {
    judge.tolerance = Fraction{0.10};
    judge.confidence = Fraction{0.95};
  }
  Classification compare(const Samples& experiment, const Samples& control) {
    return classify(judge, analysis, control, experiment, noise);
  }
  Label label(const Samples& experiment, const Samples& control) { return compare(experiment, control).label; }
  void effect(double decrease, double increase) {
    analysis.effect_size.allowed_decrease = decrease;
    analysis.effect_size.allowed_increase = increase;
  }
  void critical(double decrease, double increase) {
    analysis.critical = true;
    analysis.effect_size.critical_decrease = decrease;
    analysis.effect_size.critical_increase = increase;
  }
  double score_of(std::vector<Judged> metrics, std::map<std::string, double> weights = {}) {
    judge.group_weights = std::move(weights);
    return score(judge, metrics).score;
  }

  JudgeSpec judge;
  AnalysisSpec analysis;
  Random noise{1, "canary", "noise"};
};

void expect_shift(const std::optional<Shift>& shift, double lower, double upper, double within = near) {
  ASSERT_TRUE(shift.has_value());
  EXPECT_NEAR(shift->lower, lower, within);
  EXPECT_NEAR(shift->upper, upper, within);
}

TEST_F(KayentaJudge, IntervalAndEstimateOfAShift) {
  const auto shift = mann_whitney(Samples{10, 20, 30, 40}, Samples{1, 2, 3, 4}, Fraction{0.95});
  expect_shift(shift, 6, 39);
  EXPECT_NEAR(shift->estimate, 22.5, near);
}

TEST_F(KayentaJudge, QuantileOfTheNormal) {
  EXPECT_NEAR(normal_quantile(0.01), -2.326348, near);
  EXPECT_NEAR(normal_quantile(0.025), -1.9599639845400536, 1e-14);
  EXPECT_DOUBLE_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(normal_quantile(1e-30), -11.46402469, 1e-8);
}

TEST_F(KayentaJudge, TiesAreTakenAsRDoes) {
  const auto shift = mann_whitney(tied_experiment, tied_control, Fraction{0.95});
  expect_shift(shift, -0.500002521696696, -3.486287505871302e-5);
  EXPECT_NEAR(shift->estimate, -0.4999393907180323, 1e-4);
  const auto large = mann_whitney(large_experiment, large_control, Fraction{0.98});
  expect_shift(large, -0.4999173250549087, -6.912685789769486e-6);
  EXPECT_NEAR(large->estimate, -3.45044082729315e-5, 1e-4);
}

TEST_F(KayentaJudge, AHigherExperimentIsHigh) {
  effect(0.8, 1.2);
  const Classification found = compare(few_high, few_low);
  EXPECT_EQ(found.label, Label::high);
  expect_shift(found.shift, 17.80004, 27.79994, 1e-5);
  EXPECT_NEAR(found.shift->estimate, 20.0, 1e-4);
  EXPECT_NEAR(found.deviation, 12.0408, 1e-4);
}

TEST_F(KayentaJudge, AWideIntervalPasses) {
  effect(0.5, 1.0);
  const Classification found = compare({10, 12.2, 10.1, 12.5, 23}, few_high);
  EXPECT_EQ(found.label, Label::pass);
  expect_shift(found.shift, -17.79996, 0.99995, 1e-5);
  EXPECT_NEAR(found.shift->estimate, -10.78122, 1e-5);
}

TEST_F(KayentaJudge, ThirtySamplesEach) {
  const Classification pass = compare(unshifted_experiment, unshifted_control);
  EXPECT_EQ(pass.label, Label::pass);
  expect_shift(pass.shift, -1.0591661, 1.0925689);
  const Classification high = compare(higher_experiment, unshifted_control);
  EXPECT_EQ(high.label, Label::high);
  expect_shift(high.shift, 9.3370634, 11.6192029);
  EXPECT_NEAR(high.shift->estimate, 10.6228411, near);
  const Classification low = compare(unshifted_experiment, lower_control);
  EXPECT_EQ(low.label, Label::low);
  expect_shift(low.shift, -11.114987, -8.7997116);
}

TEST_F(KayentaJudge, AChangeInTheOtherDirectionPasses) {
  analysis.direction = Direction::increase;
  EXPECT_EQ(label(unshifted_experiment, lower_control), Label::pass);
  EXPECT_EQ(label(higher_experiment, unshifted_control), Label::high);
  analysis.direction = Direction::decrease;
  EXPECT_EQ(label(higher_experiment, unshifted_control), Label::pass);
  EXPECT_EQ(label(unshifted_experiment, lower_control), Label::low);
}

TEST_F(KayentaJudge, ACriticalDecrease) {
  critical(1.2, 1.0);
  const Classification found = compare({2, 2, 2, 2, 3}, {10, 20.2, 10.1, 20.5, 30});
  EXPECT_EQ(found.label, Label::low);
  EXPECT_TRUE(found.critical);
  expect_shift(found.shift, -27.99994, -7.99995, 1e-5);
  EXPECT_NEAR(found.shift->estimate, -18.0751, 1e-4);
}

TEST_F(KayentaJudge, CriticalThresholdsStandBesidesThoseOfTheEffect) {
  analysis.critical = true;
  EXPECT_TRUE(compare(few_high, few_low).critical);
  critical(1.0, 1.2);
  EXPECT_TRUE(compare(few_high, few_low).critical);
  effect(1, 5);
  critical(1, 13);
  EXPECT_EQ(label(few_high, few_low), Label::high);
  EXPECT_FALSE(compare(few_high, few_low).critical);
  effect(1, 13);
  critical(1, 15);
  EXPECT_EQ(label(few_high, few_low), Label::pass);
  EXPECT_FALSE(compare(few_high, few_low).critical);
}

TEST_F(KayentaJudge, EqualSamplesPass) {
  EXPECT_EQ(label({1, 1, 1}, {1, 1}), Label::pass);
  EXPECT_EQ(label({1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}), Label::pass);
  EXPECT_EQ(label(zeros, zeros), Label::pass);
  EXPECT_EQ(compare(zeros, zeros).deviation, 1);
}

TEST_F(KayentaJudge, OneOutlierAmongEqualSamplesPasses) {
  analysis.direction = Direction::decrease;
  const Classification below = compare({0, 1, 1, 1, 1}, ones);
  EXPECT_EQ(below.label, Label::pass);
  EXPECT_NEAR(below.shift->upper, 0, 1e-4);
  analysis.direction = Direction::either;
  const Classification above = compare({1, 1, 1, 1, 10}, ones);
  EXPECT_EQ(above.label, Label::pass);
  EXPECT_NEAR(above.shift->lower, 0, 1e-4);
}

TEST_F(KayentaJudge, ConstantSamplesAreShaken) {
  EXPECT_EQ(label(tens, ones), Label::high);
  EXPECT_EQ(label(tens, zeros), Label::high);
  EXPECT_EQ(label(zeros, tens), Label::low);
}

TEST_F(KayentaJudge, TheNoiseIsThatOfItsSeed) {
  Random again{1, "canary", "noise"}, other{2, "canary", "noise"};
  const double first = compare(tens, ones).shift->lower;
  EXPECT_EQ(classify(judge, analysis, ones, tens, again).shift->lower, first);
  EXPECT_NE(classify(judge, analysis, ones, tens, other).shift->lower, first);
}

TEST_F(KayentaJudge, AgainstZerosThereIsNoRatio) {
  effect(0.8, 1.2);
  const Samples high{54.9, 54.5, 55.1, 55.6, 57.4};
  EXPECT_EQ(label(high, zeros), Label::high);
  EXPECT_TRUE(std::isnan(compare(high, zeros).deviation));
  EXPECT_EQ(label(zeros, high), Label::low);
  EXPECT_TRUE(std::isnan(compare(zeros, high).deviation));
}

TEST_F(KayentaJudge, AFewErrorsAgainstNone) {
  judge = JudgeSpec{};
  const Classification found = compare({0, 1, 2, 1, 0, 0}, Samples(6, 0));
  EXPECT_EQ(found.label, Label::pass);
  expect_shift(found.shift, 0, 2, 1e-4);
  EXPECT_NEAR(found.shift->estimate, 0.8127, 1e-4);
}

TEST_F(KayentaJudge, WithoutData) {
  EXPECT_EQ(label({}, few_low), Label::no_data);
  EXPECT_FALSE(compare({}, few_low).critical);
  analysis.must_have_data = true;
  EXPECT_EQ(label({}, few_low), Label::no_data_fails);
  analysis.critical = true;
  EXPECT_EQ(label({}, few_low), Label::no_data);
  EXPECT_TRUE(compare({}, few_low).critical);
  analysis.nan_strategy = NanStrategy::replace;
  EXPECT_EQ(label({}, few_low), Label::pass);
}

TEST_F(KayentaJudge, ByTheShareOfPairs) {
  judge.tolerance = Fraction{0.20};
  judge.confidence = Fraction{0.98};
  analysis.effect_size.measure = EffectMeasure::cles;
  effect(0.5, 0.8);
  EXPECT_EQ(label(cles_pass_experiment, cles_pass_control), Label::pass);
  effect(0.2, 0.8);
  EXPECT_EQ(label(cles_high_experiment, cles_high_control), Label::high);
  EXPECT_EQ(label(cles_low_experiment, cles_low_control), Label::low);
}

TEST_F(KayentaJudge, ByMeansAlone) {
  judge.classifier = Classifier::mean_inequality;
  const Samples low{1, 2, 3, 4, 5}, high{10, 20, 30, 40, 50};
  EXPECT_EQ(label(high, low), Label::high);
  EXPECT_EQ(label(low, high), Label::low);
  EXPECT_EQ(label(low, low), Label::pass);
  EXPECT_EQ(compare(high, low).deviation, 10);
}

Judged metric(Label label, std::string group = "a", bool critical = false) { return {{std::move(group)}, label, critical}; }

TEST_F(KayentaJudge, ScoresOfGroups) {
  EXPECT_EQ(score_of({metric(Label::pass)}), 100);
  EXPECT_EQ(score_of({metric(Label::high)}), 0);
  EXPECT_EQ(score_of({metric(Label::no_data)}), 0);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::high)}), 50);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::high), metric(Label::low)}), 33.33);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::no_data_fails)}), 50);
}

TEST_F(KayentaJudge, AGroupWithoutDataCountsAsWhole) {
  const std::vector<Judged> metrics{metric(Label::pass, "a"), metric(Label::pass, "a"), metric(Label::no_data, "b")};
  const Score found = score(judge, metrics);
  EXPECT_EQ(found.score, 100);
  EXPECT_EQ(found.groups.at("a").score, 100);
  EXPECT_EQ(found.groups.at("b").score, 0);
  EXPECT_TRUE(found.groups.at("b").no_data);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::no_data), metric(Label::high, "b")}, {{"a", 50}, {"b", 50}}), 50);
}

TEST_F(KayentaJudge, WeightsOfGroups) {
  const std::vector<Judged> three{metric(Label::pass), metric(Label::pass), metric(Label::high, "b")};
  EXPECT_EQ(score_of(three, {{"a", 75}, {"b", 25}}), 75);
  EXPECT_EQ(score_of(three, {{"a", 75}}), 75);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::high), metric(Label::high, "b")}, {{"a", 50}, {"b", 50}}), 25);
  EXPECT_EQ(score_of({metric(Label::high), metric(Label::low), metric(Label::pass), metric(Label::high, "b")}, {{"a", 15}, {"b", 85}}), 5);
}

TEST_F(KayentaJudge, ACriticalMetricFailsTheCanary) {
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::high, "a", true)}), 0);
  EXPECT_EQ(score_of({metric(Label::low), metric(Label::pass, "a", true)}), 50);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::no_data, "a", true)}), 0);
}

TEST_F(KayentaJudge, AnErrorIsLeftOut) {
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::error)}), 100);
  EXPECT_EQ(score_of({metric(Label::pass), metric(Label::error), metric(Label::error)}), 100);
}

TEST_F(KayentaJudge, VerdictsByThresholds) {
  judge.pass_at = 75;
  judge.marginal_at = 50;
  const auto verdict = [&](int passed) {
    std::vector<Judged> metrics;
    for (int i = 0; i < 4; ++i) metrics.push_back(metric(i < passed ? Label::pass : Label::high));
    return score(judge, metrics).verdict;
  };
  EXPECT_EQ(verdict(3), Verdict::pass);
  EXPECT_EQ(verdict(2), Verdict::marginal);
  EXPECT_EQ(verdict(1), Verdict::fail);
}

TEST(KayentaStatistics, Summaries) {
  const Summary list = summary(Samples{1, 1, 1, 10, 10, 10});
  EXPECT_EQ(list.min, 1);
  EXPECT_EQ(list.max, 10);
  EXPECT_EQ(list.mean, 5.5);
  EXPECT_NEAR(list.deviation, 4.9295, 1e-4);
  EXPECT_EQ(list.count, 6u);
  EXPECT_EQ(summary(Samples{4}).deviation, 0);
  EXPECT_EQ(summary({}).max, 0);
}

TEST(KayentaStatistics, Percentiles) {
  const Samples halves{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5};
  EXPECT_NEAR(percentile(halves, 5), 0.175, 1e-12);
  EXPECT_EQ(percentile(halves, 50), 1.75);
  EXPECT_EQ(percentile(halves, 100), 3.5);
  const Samples nist{95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610, 95.1591, 95.1195, 95.1772, 95.0925, 95.1990, 95.1682};
  EXPECT_NEAR(percentile(nist, 90), 95.19568, 1e-9);
  EXPECT_EQ(percentile(Samples{1}, 100), 1);
  EXPECT_TRUE(std::isnan(percentile({}, 50)));
}

TEST(KayentaStatistics, SizesOfAnEffect) {
  EXPECT_EQ(mean_ratio(ones, ones), 1);
  EXPECT_EQ(mean_ratio(ones, tens), 10);
  EXPECT_EQ(mean_ratio(Samples(5, 100), tens), 0.1);
  EXPECT_TRUE(std::isnan(mean_ratio(zeros, tens)));
  EXPECT_NEAR(cohen_d(summary(Samples{1, 1, 1, 2, 2, 2}), summary(Samples{5, 5, 5, 10, 10, 10})), 3.03821, 1e-5);
  EXPECT_EQ(cles(Samples{1, 2, 3, 4, 5}, Samples{1, 2, 3, 4, 5}), 0.5);
  EXPECT_EQ(cles(higher_experiment, Samples{1, 2, 3}), 0);
}

TEST(KayentaStatistics, SamplesFarOut) {
  const Samples both{1, 1, 1, 5, -1, -1, -1, -5};
  const std::vector<bool> ends{false, false, false, true, false, false, false, true};
  EXPECT_EQ(beyond_deviations(both, 1), ends);
  EXPECT_EQ(beyond_quartiles(both, 1.5, false), ends);
  Samples spike(11, 1);
  spike[5] = 20;
  std::vector<bool> sixth(11);
  sixth[5] = true;
  EXPECT_EQ(beyond_deviations(spike, 3), sixth);
  EXPECT_THAT(beyond_quartiles(Samples{21, 23, 24, 25, 50, 29, 23, 21}, 1.5, false),
              ElementsAre(false, false, false, false, true, false, false, false));
  EXPECT_TRUE(beyond_quartiles({}, 1.5, false).empty());
}

TEST(KayentaStatistics, ReducedSensitivityKeepsWhatLiesBetweenTheOutermostPerCents) {
  Samples hundred;
  for (int i = 0; i <= 100; ++i) hundred.push_back(50 + i % 2);
  hundred.insert(hundred.end(), 20, 500.0);
  EXPECT_THAT(beyond_quartiles(Samples(hundred.end() - 20, hundred.end()), 1.5, true), Each(false));
  const std::vector<bool> plain = beyond_quartiles(hundred, 3, false), reduced = beyond_quartiles(hundred, 3, true);
  EXPECT_EQ(std::count(plain.begin(), plain.end(), true), 20);
  EXPECT_EQ(std::count(reduced.begin(), reduced.end(), true), 0);
}

TEST(KayentaStatistics, SamplesArePrepared) {
  const double nothing = std::nan("");
  AnalysisSpec analysis;
  EXPECT_THAT(prepared(analysis, {1, nothing, 3}), ElementsAre(1, 3));
  analysis.nan_strategy = NanStrategy::replace;
  EXPECT_THAT(prepared(analysis, {1, nothing, 3}), ElementsAre(1, 0, 3));
  analysis.outliers = Outliers::remove_by_deviation;
  Samples spike(11, 1);
  spike[5] = 20;
  EXPECT_THAT(prepared(analysis, spike), Each(1));
}

}  // namespace
}  // namespace streamtwin::kayenta
