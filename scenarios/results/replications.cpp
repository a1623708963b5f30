// Student's t from Boost.Math: it judges results and is not on the path of any.
#include "scenarios/results/replications.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

namespace streamtwin {

namespace {

double t_quantile(double degrees_of_freedom, Fraction confidence) {
  const boost::math::students_t distribution(degrees_of_freedom);
  return boost::math::quantile(boost::math::complement(distribution, (1 - confidence.value()) / 2));
}

/// Bounds of a probability of which so many trials, not necessarily a whole number, had so many successes.
std::pair<double, double> exact_proportion(double successes, double trials) {
  const double error = (1 - confidence.value()) / 2;
  using Beta = boost::math::beta_distribution<>;
  const double lower = successes <= 0 ? 0 : boost::math::quantile(Beta(successes, trials - successes + 1), error);
  const double upper =
      successes >= trials ? 1 : boost::math::quantile(boost::math::complement(Beta(successes + 1, trials - successes), error));
  return {lower, upper};
}

void combine_kpis(const std::vector<RunResult>& replications, RunResult& into) {
  for (Kpi& kpi : into.kpis) {
    std::vector<double> values;
    for (const RunResult& replication : replications) {
      if (const Kpi* other = find_kpi(replication, kpi.name)) values.push_back(other->value);
    }
    Interval interval = kpi.kind == KpiKind::share ? mean_share(values) : student_t(values);
    // What is never negative has no interval that is.
    const bool signless = std::none_of(values.begin(), values.end(), [](double value) { return value < 0; });
    if (signless && kpi.kind != KpiKind::difference && interval.lower) interval.lower = std::max(0.0, *interval.lower);
    kpi.value = interval.mean;
    kpi.lower = interval.lower;
    kpi.upper = interval.upper;
  }
}

/// Verdicts come from the scenario, so every replication has the same ones in the same order.
void combine_verdicts(const std::vector<RunResult>& replications, RunResult& into) {
  for (std::size_t i = 0; i < into.verdicts.size(); ++i) {
    std::vector<double> observed;
    int held = 0;
    bool failed = false, untold = false;
    for (const RunResult& replication : replications) {
      if (i >= replication.verdicts.size()) continue;
      const Verdict& verdict = replication.verdicts[i];
      observed.push_back(verdict.observed);
      held += verdict.held == true ? 1 : 0;
      failed |= verdict.held == false;
      untold |= !verdict.held;
    }
    Verdict& verdict = into.verdicts[i];
    verdict.observed = student_t(observed).mean;
    verdict.held_in = held;
    // What is to break must break in all, as what is to hold must hold in all.
    if (verdict.breaks_because.empty()) {
      verdict.held = failed ? std::optional(false) : untold ? std::nullopt : std::optional(true);
    } else {
      verdict.held = held > 0 ? std::optional(true) : untold ? std::nullopt : std::optional(false);
    }
  }
}

void combine_histograms(const std::vector<RunResult>& replications, RunResult& into) {
  std::map<std::string, std::map<double, LogHistogram::Bucket>> sums;
  for (const RunResult& replication : replications) {
    for (const HistogramResult& histogram : replication.histograms) {
      for (const auto& bucket : histogram.buckets) {
        auto& sum = sums[histogram.name].try_emplace(bucket.low, LogHistogram::Bucket{bucket.low, bucket.high, 0}).first->second;
        sum.count += bucket.count;
      }
    }
  }
  for (HistogramResult& histogram : into.histograms) {
    histogram.buckets.clear();
    for (const auto& [low, bucket] : sums[histogram.name]) histogram.buckets.push_back(bucket);
  }
}

}  // namespace

Interval student_t(std::span<const double> values, Fraction confidence) {
  double sum = 0;
  int n = 0;
  for (double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++n;
  }
  if (n == 0) return {};
  const double mean = sum / n;
  if (n == 1) return {mean};
  double squares = 0;
  for (double value : values) {
    if (std::isfinite(value)) squares += (value - mean) * (value - mean);
  }
  const double half = t_quantile(n - 1, confidence) * std::sqrt(squares / (n - 1) / n);
  return {mean, mean - half, mean + half};
}

Interval mean_share(std::span<const double> values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known), [](double value) { return std::isfinite(value); });
  const Interval mean = student_t(known);
  const bool shares = std::all_of(known.begin(), known.end(), [](double value) { return value >= 0 && value <= 1; });
  if (known.size() < 2 || !shares) return mean;
  const double n = static_cast<double>(known.size());
  const bool alike = std::equal(known.begin() + 1, known.end(), known.begin());
  if (alike && mean.mean > 0 && mean.mean < 1) return mean;
  double trials = n;
  if (!alike) {
    // With few runs the variance itself is hardly known: fewer trials, by as much as Student's t is wider with so few.
    const double t = t_quantile(n - 1, confidence);
    const double error = (*mean.upper - mean.mean) / t;
    const double wider = boost::math::quantile(boost::math::normal(), (1 + confidence.value()) / 2) / t;
    trials = mean.mean * (1 - mean.mean) / (error * error) * wider * wider;
  }
  const auto [lower, upper] = exact_proportion(mean.mean * trials, trials);
  return {mean.mean, lower, upper};
}

RunResult combined(const std::vector<RunResult>& replications) {
  RunResult result = replications.at(0);
  if (replications.size() == 1) return result;
  Digest digest;
  result.wall = result.setup = Duration::zero();
  result.events = 0;
  result.audit.clear();
  result.audit_errors.clear();
  std::map<std::string, AuditTally> tallies;
  for (const RunResult& replication : replications) {
    result.wall += replication.wall;
    result.setup += replication.setup;
    result.events += replication.events;
    for (std::size_t i = 0; i < result.policies.size() && &replication != &replications.front(); ++i) {
      result.policies[i].calls += replication.policies.at(i).calls;
      result.policies[i].took += replication.policies.at(i).took;
    }
    result.partial |= replication.partial;
    digest.add(replication.digest);
    for (const std::string& error : replication.audit_errors) {
      result.audit_errors.push_back("seed " + std::to_string(replication.seed) + ": " + error);
    }
    for (const auto& [kind, tally] : replication.audit) {
      AuditTally& sum = tallies[kind];
      for (auto member : {&AuditTally::created, &AuditTally::finished, &AuditTally::failed, &AuditTally::abandoned, &AuditTally::alive}) {
        sum.*member += tally.*member;
      }
    }
  }
  for (const auto& [kind, tally] : tallies) result.audit.push_back({kind, tally});
  result.digest = digest.text();
  result.replications = static_cast<int>(replications.size());
  combine_kpis(replications, result);
  combine_verdicts(replications, result);
  combine_histograms(replications, result);
  return result;
}

Interval paired_difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) differences.push_back(b[i] - a[i]);
  return student_t(differences);
}

}  // namespace streamtwin
