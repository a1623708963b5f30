// Kayenta's judge: metrics of a canary against those of a baseline are each classified, and together make a score. Metrics are
// taken as independent samples: no carry-over between looks, no correction for many comparisons.
// Facts: spinnaker/kayenta NetflixACAJudge, MannWhitneyClassifier, MeanInequalityClassifier, WeightedSumScorer,
// ThresholdScoreClassifier.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/delivery/kayenta/judge_spec.hpp"
#include "models/delivery/kayenta/mann_whitney.hpp"
#include "models/delivery/kayenta/statistics.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::kayenta {

enum class Label : std::uint8_t {
  pass,
  high,
  low,
  no_data,
  no_data_fails,  ///< it had to have data
  error,          ///< all samples are tied
};

/// What is found of a metric.
struct Classification {
  Label label = Label::pass;
  bool critical = false;  ///< it fails the canary
  double deviation = 1;   ///< ratio of the means; NaN where one is 0
  std::optional<Shift> shift;
};

/// Samples that count, by what the analysis says of those that are no number and of those far out.
Samples prepared(const AnalysisSpec& analysis, Samples samples);

/// Compares samples that are prepared. `noise`: for two samples that are constant each, whose ranks would be tied.
Classification classify(const JudgeSpec& judge, const AnalysisSpec& analysis, const Samples& control, const Samples& experiment,
                        Random& noise);

/// A metric that was classified.
struct Judged {
  std::vector<std::string> groups;
  Label label = Label::pass;
  bool critical = false;
};

struct GroupScore {
  double score = 0;
  bool no_data = false;
};

enum class Verdict : std::uint8_t { pass, marginal, fail };

struct Score {
  double score = 0;
  Verdict verdict = Verdict::fail;
  std::map<std::string, GroupScore> groups;
};

/// Of metrics that are not muted.
Score score(const JudgeSpec& judge, std::span<const Judged> metrics);

}  // namespace streamtwin::kayenta

namespace streamtwin {
template <>
inline constexpr auto enum_names<kayenta::Label> = std::to_array<EnumName<kayenta::Label>>({
    {kayenta::Label::pass, "Pass"},
    {kayenta::Label::high, "High"},
    {kayenta::Label::low, "Low"},
    {kayenta::Label::no_data, "Nodata"},
    {kayenta::Label::no_data_fails, "NodataFailMetric"},
    {kayenta::Label::error, "Error"},
});
template <>
inline constexpr auto enum_names<kayenta::Verdict> = std::to_array<EnumName<kayenta::Verdict>>({
    {kayenta::Verdict::pass, "Pass"},
    {kayenta::Verdict::marginal, "Marginal"},
    {kayenta::Verdict::fail, "Fail"},
});
}  // namespace streamtwin
