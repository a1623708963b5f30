// Statistics over replications: runs of one scenario with different seeds are independent, so their KPIs may
// be averaged and given a Student-t interval. Events within one run are not, and get none.
#pragma once

#include <span>
#include <vector>

#include "scenarios/results/result.hpp"

namespace streamtwin {

inline constexpr Fraction confidence{0.95};

struct Interval {
  double mean = unknown;
  std::optional<double> lower = std::nullopt, upper = std::nullopt;  ///< none for fewer than two values
};

/// Mean and Student-t interval of independent values; those that are not finite are left out.
Interval student_t(std::span<const double> values, Fraction confidence = streamtwin::confidence);

/// The mean of shares, each between 0 and 1, with an interval that stays there: Clopper and Pearson's of as many trials as would have
/// spread as much (Korn and Graubard, 1998).
Interval mean_share(std::span<const double> values);

/// One result for all replications. KPIs and observations are means, verdicts hold when they held in every
/// replication, histograms are added up, wall times, events and uses of policies too; the timeline is that of the first
/// replication.
RunResult combined(const std::vector<RunResult>& replications);

/// The mean difference b - a over pairs of replications with the same seed (common random numbers).
Interval paired_difference(std::span<const double> a, std::span<const double> b);

}  // namespace streamtwin
