// Predictive scaling: as many instances as the load of the next minutes will need, before it is there. It only adds to what the
// other policies want, which follow what comes otherwise and take instances away. Facts: Netflix Technology Blog, "Scryer" (2013);
// Amazon EC2 Auto Scaling User Guide, "Predictive scaling" (load metric: the sum of the instances' CPU utilisation).
#pragma once

#include <optional>

#include "models/cloud/auto_scaling/forecast.hpp"
#include "models/cloud/auto_scaling/scaling_spec.hpp"

namespace streamtwin::auto_scaling {

class PredictivePolicy {
 public:
  /// `history` ends when the run begins; its values are loads in instances that are busy all the time.
  PredictivePolicy(const PredictiveSpec& spec, LoadHistory history);
  PredictivePolicy(const PredictivePolicy&) = delete;
  PredictivePolicy& operator=(const PredictivePolicy&) = delete;

  /// The load that has come up to this time of the run since the last such call.
  void add(Instant until, double busy_instances);
  /// The smallest capacity from this time on for which nothing of the near future is above the target.
  int capacity(Instant now) const;
  /// Of the slot in which that time lies, in busy instances; the larger of what the predictors say.
  double forecast(Instant when) const;

 private:
  const PredictiveSpec spec_;
  LoadHistory history_;
  const std::size_t before_the_run_;
  std::optional<FourierForecast> fourier_;
  RegressionForecast regression_;
  double slot_load_ = 0;  ///< of the slot that is not over, in busy instances times seconds
  Instant counted_{};
};

}  // namespace streamtwin::auto_scaling
