// Two results side by side, KPI by KPI, with an interval on the difference where replications allow one.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/results/replications.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

struct ComparedKpi {
  std::string name;
  KpiKind kind = KpiKind::count;
  double a = unknown, b = unknown;  ///< unknown where only the other result has the KPI
  Interval difference;              ///< b - a, over pairs with the same seed (common random numbers) where there are some

  /// Zero lies outside the interval.
  bool significant() const { return difference.lower && difference.upper && (*difference.lower > 0 || *difference.upper < 0); }
};

/// KPIs in the order of `a`, then those that only `b` has. `pairs` are replications with equal seeds, may be
/// empty.
std::vector<ComparedKpi> compared(const RunResult& a, const RunResult& b, const std::vector<std::pair<RunResult, RunResult>>& pairs);

struct PairedReplications {
  std::vector<std::pair<RunResult, RunResult>> pairs;
  std::vector<std::string> left_out;  ///< what else lies among the replications, with the reason: a sentence each
};

/// The replications of two results folders that have the same seed, from their `replications/` folders.
PairedReplications paired_replications(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace streamtwin
