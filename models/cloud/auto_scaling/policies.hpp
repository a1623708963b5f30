// The scaling policies of Amazon EC2 Auto Scaling: from a group's data points to the capacity that each of them wants. Facts: its
// User Guide, "Target tracking scaling policies" and "Step and simple scaling policies".
#pragma once

#include <optional>

#include "models/cloud/auto_scaling/scaling_spec.hpp"
#include "models/cloud/cloudwatch/alarm.hpp"

namespace streamtwin::auto_scaling {

/// A data point of a group's metric: the average over the instances that have warmed up, and how many those were.
struct DataPoint {
  Fraction cpu;
  int instances = 0;
};

/// Alarms of its own: 3 points above the target, or 15 more than 10 % below it.
class TargetTracking {
 public:
  explicit TargetTracking(const TargetTrackingSpec& spec);
  /// The capacity that brings the metric to the target, rounded up, while one of the alarms holds.
  std::optional<int> add(const std::optional<DataPoint>& point);

 private:
  TargetTrackingSpec spec_;
  cloudwatch::Alarm high_, low_;
};

class StepPolicy {
 public:
  explicit StepPolicy(const StepPolicySpec& spec);
  /// The capacity after the step that the last point asks for, while the alarm holds.
  std::optional<int> add(const std::optional<DataPoint>& point);

 private:
  double adjustment(const DataPoint& point) const;
  int changed(int instances, double by) const;

  StepPolicySpec spec_;
  double threshold_;
  cloudwatch::Alarm alarm_;
};

}  // namespace streamtwin::auto_scaling
