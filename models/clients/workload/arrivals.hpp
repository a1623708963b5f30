// When the requests of a workload come: along a rate curve, at random or evenly spaced, or at the times of a file. Pure:
// the next time of arrival, and nothing else.
#pragma once

#include <optional>
#include <vector>

#include "models/clients/workload/workload_spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::workload {

/// A factor on the arrivals of some time: a step of the method.
struct LoadStep {
  Instant from, to;
  double factor;
};

class Arrivals {
 public:
  /// `zero`: the end of the warm-up, from which course and file count. `scale` multiplies all arrivals.
  Arrivals(const WorkloadSpec& spec, Instant zero, std::vector<LoadStep> steps, double scale);
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  /// The next arrival, not before the last one; `never` when there is none.
  Instant next(Random& random);
  /// Of a file of times: the line of the last arrival, from 0.
  std::size_t line() const { return read_ - 1; }
  /// The rate at a time; of a file, its mean.
  Rate rate_at(Instant time) const;

 private:
  Instant next_known(Random& random);
  std::optional<Instant> next_time();
  double factor_at(Instant time) const;
  Instant end_of_silence(Instant from) const;
  void pass_over_until(Instant time);

  const Spacing spacing_;
  const std::vector<LoadStep> steps_;
  const double scale_;
  const clients::RateCurve curve_;
  clients::CurveWalk walk_;
  std::vector<Instant> times_;  ///< of the file
  std::size_t read_ = 0;        ///< of those
  std::optional<Bursts> bursts_;
  Instant zero_;
  Instant known_{};     ///< the last one of file or bursts
  double repeats_ = 0;  ///< how often that still comes
  int left_of_burst_ = 0;
};

}  // namespace streamtwin::workload
