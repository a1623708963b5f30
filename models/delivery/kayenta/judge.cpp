#include "models/delivery/kayenta/judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/delivery/kayenta/outliers.hpp"

namespace streamtwin::kayenta {
namespace {

/// Deviation of the noise, as a share of the value. spinnaker/kayenta MannWhitneyClassifier
constexpr double noise_of_value = 1e-5;
/// From this share of metrics without data on a canary fails. spinnaker/kayenta WeightedSumScorer NODATA_THRESHOLD
constexpr double no_data_max = 50;

bool constant(const Samples& samples) {
  return std::all_of(samples.begin(), samples.end(), [&](double x) { return x == samples.front(); });
}

bool same(Samples a, Samples b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

Samples with_noise(Samples samples, Random& random) {
  const double deviation = samples.front() * noise_of_value;
  for (double& x : samples) x += random.normal() * deviation;
  return samples;
}

std::optional<Classification> without_data(const AnalysisSpec& analysis, const Samples& control, const Samples& experiment) {
  if (!control.empty() && !experiment.empty()) return std::nullopt;
  if (analysis.nan_strategy == NanStrategy::replace) return Classification{};
  if (analysis.must_have_data && !analysis.critical) return Classification{.label = Label::no_data_fails, .shift = {}};
  return Classification{.label = Label::no_data, .critical = analysis.critical, .shift = {}};
}

/// An effect that cannot be computed is as large as you like.
bool at_least(double effect, double threshold) { return std::isnan(effect) || effect >= threshold; }
bool at_most(double effect, double threshold) { return std::isnan(effect) || effect <= threshold; }

Classification by_shift(const JudgeSpec& judge, const AnalysisSpec& analysis, const Samples& control, const Samples& experiment) {
  Classification found;
  found.deviation = mean_ratio(control, experiment);
  found.shift = mann_whitney(experiment, control, judge.confidence);
  if (!found.shift) return {.label = Label::error, .shift = {}};
  const EffectSpec& size = analysis.effect_size;
  const double effect = size.measure == EffectMeasure::cles ? cles(control, experiment) : found.deviation;
  const double bound = judge.tolerance.value() * std::abs(found.shift->estimate);
  const bool high = analysis.direction != Direction::decrease && found.shift->lower > bound;
  const bool low = analysis.direction != Direction::increase && found.shift->upper < -bound;
  if (high && at_least(effect, size.allowed_increase.value_or(size.no_effect()))) {
    found.label = Label::high;
    found.critical = analysis.critical && at_least(effect, size.critical_increase.value_or(size.no_effect()));
  } else if (low && at_most(effect, size.allowed_decrease.value_or(size.no_effect()))) {
    found.label = Label::low;
    found.critical = analysis.critical && at_most(effect, size.critical_decrease.value_or(size.no_effect()));
  }
  return found;
}

Classification by_means(const AnalysisSpec& analysis, const Samples& control, const Samples& experiment) {
  const double below = mean(control), above = mean(experiment);
  if (analysis.direction != Direction::decrease && above > below) return {Label::high, analysis.critical, above / below, {}};
  if (analysis.direction != Direction::increase && above < below) return {Label::low, analysis.critical, above / below, {}};
  return {};
}

std::map<std::string, GroupScore> group_scores(std::span<const Judged> metrics) {
  std::map<std::string, std::pair<int, int>> counts;  // passed, and all that have data
  for (const Judged& metric : metrics) {
    for (const std::string& group : metric.groups) {
      auto& [passed, all] = counts[group];
      passed += metric.label == Label::pass ? 1 : 0;
      all += metric.label == Label::no_data || metric.label == Label::error ? 0 : 1;
    }
  }
  std::map<std::string, GroupScore> scores;
  for (const auto& [group, count] : counts) {
    const auto& [passed, all] = count;
    scores[group] = {all == 0 ? 0 : static_cast<double>(passed) / all * 100, all == 0};
  }
  return scores;
}

double weighted_sum(const std::map<std::string, double>& weights, const std::map<std::string, GroupScore>& groups) {
  double given = 0;
  for (const auto& [name, weight] : weights) given += weight;
  const auto without = std::count_if(groups.begin(), groups.end(), [&](const auto& group) { return !weights.contains(group.first); });
  const double share = without > 0 ? (100 - given) / static_cast<double>(without) : 0;
  double sum = 0;
  for (const auto& [name, group] : groups) {
    const auto weight = weights.find(name);
    sum += (group.no_data ? 100 : group.score) * ((weight == weights.end() ? share : weight->second) / 100);
  }
  return std::round(sum * 100) / 100;
}

bool too_little_data(std::span<const Judged> metrics) {
  const auto missing = std::count_if(metrics.begin(), metrics.end(), [](const Judged& metric) { return metric.label == Label::no_data; });
  return static_cast<double>(missing) / static_cast<double>(metrics.size()) * 100 >= no_data_max;
}

}  // namespace

Samples prepared(const AnalysisSpec& analysis, Samples samples) {
  if (analysis.nan_strategy == NanStrategy::remove) {
    std::erase_if(samples, [](double x) { return std::isnan(x); });
  } else {
    std::replace_if(
        samples.begin(), samples.end(), [](double x) { return std::isnan(x); }, 0.0);
  }
  if (analysis.outliers == Outliers::keep) return samples;
  const std::vector<bool> out = analysis.outliers == Outliers::remove ? beyond_quartiles(samples, analysis.outlier_factor, true)
                                                                      : beyond_deviations(samples, analysis.outlier_factor);
  Samples kept;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!out[i]) kept.push_back(samples[i]);
  }
  return kept;
}

Classification classify(const JudgeSpec& judge, const AnalysisSpec& analysis, const Samples& control, const Samples& experiment,
                        Random& noise) {
  if (const auto nothing = without_data(analysis, control, experiment)) return *nothing;
  if (judge.classifier == Classifier::mean_inequality) return by_means(analysis, control, experiment);
  if (same(control, experiment)) return {};
  if (!constant(control) || !constant(experiment)) return by_shift(judge, analysis, control, experiment);
  if (control.front() == experiment.front()) return {};
  const Samples shaken = with_noise(experiment, noise);
  return by_shift(judge, analysis, with_noise(control, noise), shaken);
}

Score score(const JudgeSpec& judge, std::span<const Judged> metrics) {
  Score result{.groups = group_scores(metrics)};
  const bool critical =
      std::any_of(metrics.begin(), metrics.end(), [](const Judged& metric) { return metric.critical && metric.label != Label::pass; });
  if (!critical && !too_little_data(metrics)) result.score = weighted_sum(judge.group_weights, result.groups);
  result.verdict = result.score >= judge.pass_at ? Verdict::pass : result.score >= judge.marginal_at ? Verdict::marginal : Verdict::fail;
  return result;
}

}  // namespace streamtwin::kayenta
