// What a canary is judged by, as a scenario describes it: a metric's analysis, and how metrics make a score.
// Facts: spinnaker/kayenta NetflixACAJudge, docs/canary-config.md.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::kayenta {

enum class Direction : unsigned char { increase, decrease, either };
enum class NanStrategy : unsigned char { remove, replace };
enum class Outliers : unsigned char { keep, remove, remove_by_deviation };
enum class EffectMeasure : unsigned char { mean_ratio, cles };
enum class Classifier : unsigned char { mann_whitney, mean_inequality };

/// Sizes of an effect; below or above which it matters. If absent: 1 of a ratio, 0.5 of a share of pairs.
struct EffectSpec {
  EffectMeasure measure = EffectMeasure::mean_ratio;
  std::optional<double> allowed_increase, allowed_decrease, critical_increase, critical_decrease;

  double no_effect() const { return measure == EffectMeasure::cles ? 0.5 : 1; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.measure, {.name = "measure", .doc = "How large an effect is", .source = "spinnaker/kayenta NetflixACAJudge: meanRatio"});
    visit(self.allowed_increase,
          {.name = "allowed_increase", .doc = "An effect of less is no increase; no effect at all if absent", .min = 0, .max = 1e9});
    visit(self.allowed_decrease,
          {.name = "allowed_decrease", .doc = "An effect of more is no decrease; no effect at all if absent", .min = 0, .max = 1e9});
    visit(self.critical_increase, {.name = "critical_increase",
                                   .doc = "A critical metric's increase of less does not fail the canary at once; any does if absent",
                                   .min = 0,
                                   .max = 1e9});
    visit(self.critical_decrease,
          {.name = "critical_decrease", .doc = "The same of a decrease of more; any does if absent", .min = 0, .max = 1e9});
  }
};

/// How a metric is analysed.
struct AnalysisSpec {
  Direction direction = Direction::either;
  NanStrategy nan_strategy = NanStrategy::remove;
  Outliers outliers = Outliers::keep;
  double outlier_factor = 3;
  bool critical = false;
  bool must_have_data = false;
  bool muted = false;
  EffectSpec effect_size;
  std::vector<std::string> groups;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.direction, {.name = "direction", .doc = "Which change is a bad one", .source = "spinnaker/kayenta NetflixACAJudge: either"});
    visit(self.nan_strategy, {.name = "nan_strategy",
                              .doc = "What becomes of samples that are no number",
                              .source = "spinnaker/kayenta NetflixACAJudge: remove"});
    visit(self.outliers,
          {.name = "outliers", .doc = "What becomes of samples far out", .source = "spinnaker/kayenta NetflixACAJudge: keep"});
    visit(self.outlier_factor, {.name = "outlier_factor",
                                .doc = "How far out is far: interquartile ranges beyond the quartiles, or standard deviations",
                                .source = "spinnaker/kayenta NetflixACAJudge outlierFactor: 3",
                                .min = 1e-6,
                                .max = 1e6});
    visit(self.critical,
          {.name = "critical", .doc = "Whether the canary fails if this metric does", .source = "spinnaker/kayenta NetflixACAJudge: no"});
    visit(self.must_have_data, {.name = "must_have_data",
                                .doc = "Whether a metric without data fails that is not critical",
                                .source = "spinnaker/kayenta NetflixACAJudge mustHaveData: no"});
    visit(self.muted,
          {.name = "muted", .doc = "Whether it is looked at without being counted", .source = "spinnaker/kayenta NetflixACAJudge: no"});
    visit(self.effect_size, {.name = "effect_size", .doc = "How large a change must be to matter"});
    visit(self.groups, {.name = "groups", .doc = "The groups of metrics in which it counts; one of all metrics that name none"});
  }
};

/// How metrics make a score, and which score is a good one.
struct JudgeSpec {
  Classifier classifier = Classifier::mann_whitney;
  Fraction tolerance{0.25};
  Fraction confidence{0.98};
  double pass_at = 95;
  double marginal_at = 75;
  std::map<std::string, double> group_weights;

  void check(Checker& checker) const {
    checker.require(marginal_at <= pass_at, "marginal_at", "expected no more than `pass_at`");
    checker.require(confidence > Fraction{0} && confidence < Fraction{1}, "confidence", "expected a confidence between 0 % and 100 %");
    double sum = 0;
    for (const auto& [name, weight] : group_weights) sum += weight;
    checker.require(sum <= 100, "group_weights", "expected weights of 100 together at most");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.classifier,
          {.name = "classifier", .doc = "How a metric is compared", .source = "spinnaker/kayenta NetflixACAJudge: MannWhitneyClassifier"});
    visit(self.tolerance, {.name = "tolerance",
                           .doc = "A shift whose interval stays within this share of its estimate is none",
                           .source = "spinnaker/kayenta NetflixACAJudge: 0.25"});
    visit(self.confidence, {.name = "confidence", .doc = "Of that interval", .source = "spinnaker/kayenta NetflixACAJudge: 0.98"});
    visit(self.pass_at, {.name = "pass_at",
                         .doc = "A score from this on passes",
                         .source = "spinnaker.io, canary configuration: 95 as an example; no default upstream",
                         .min = 0,
                         .max = 100});
    visit(self.marginal_at, {.name = "marginal_at",
                             .doc = "A score from this on goes on to the next look; one below fails the canary",
                             .source = "spinnaker.io, canary configuration: 75 as an example; no default upstream",
                             .min = 0,
                             .max = 100});
    visit(
        self.group_weights,
        {.name = "group_weights", .doc = "What groups of metrics weigh, in per cent; the others share what is left", .min = 0, .max = 100});
  }
};

}  // namespace streamtwin::kayenta

namespace streamtwin {
template <>
inline constexpr auto enum_names<kayenta::Direction> = std::to_array<EnumName<kayenta::Direction>>({
    {kayenta::Direction::increase, "increase", "more is worse"},
    {kayenta::Direction::decrease, "decrease", "less is worse"},
    {kayenta::Direction::either, "either", "any change"},
});
template <>
inline constexpr auto enum_names<kayenta::NanStrategy> = std::to_array<EnumName<kayenta::NanStrategy>>({
    {kayenta::NanStrategy::remove, "remove", "they are left out"},
    {kayenta::NanStrategy::replace, "replace", "they are zeros; a metric without data passes"},
});
template <>
inline constexpr auto enum_names<kayenta::Outliers> = std::to_array<EnumName<kayenta::Outliers>>({
    {kayenta::Outliers::keep, "keep", "they count"},
    {kayenta::Outliers::remove, "remove", "left out by the quartiles, but nothing between the first and the 99th per cent"},
    {kayenta::Outliers::remove_by_deviation, "remove_by_deviation", "left out by standard deviations from the mean"},
});
template <>
inline constexpr auto enum_names<kayenta::EffectMeasure> = std::to_array<EnumName<kayenta::EffectMeasure>>({
    {kayenta::EffectMeasure::mean_ratio, "mean_ratio", "the experiment's mean over the control's"},
    {kayenta::EffectMeasure::cles, "cles", "share of pairs in which the experiment's sample is the higher one"},
});
template <>
inline constexpr auto enum_names<kayenta::Classifier> = std::to_array<EnumName<kayenta::Classifier>>({
    {kayenta::Classifier::mann_whitney, "mann_whitney", "by the shift of the whole samples"},
    {kayenta::Classifier::mean_inequality, "mean_inequality", "by their means alone: any difference counts"},
});
}  // namespace streamtwin
