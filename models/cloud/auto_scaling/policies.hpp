// The scaling policies of Amazon EC2 Auto Scaling: from a group's data points to the capacity that each of them wants. Facts: its
// User Guide, "Target tracking scaling policies" and "Step and simple scaling policies".
#pragma once

#include <optional>
#include <vector>

#include "models/cloud/auto_scaling/scaling_spec.hpp"
#include "models/cloud/cloudwatch/alarm.hpp"

namespace streamtwin::auto_scaling {

/// A data point of a group's metrics: the averages over the instances that have warmed up, and how many those were.
struct DataPoint {
  Fraction cpu;
  int instances = 0;
  Rate requests{0};  ///< that one of them gets
};

/// What a group's scaling is decided by, once a period.
struct ScalingQuestion {
  Instant now{};
  std::optional<DataPoint> point;  ///< nothing: nobody has warmed up
  int desired = 0, in_service = 0;
  int min = 0, max = 0;
};

/// Decides as a program says that runs a scenario, in the place of the scaling policies of a service in a region.
class PluggedScaling {
 public:
  virtual ~PluggedScaling() = default;
  /// The capacity that it wants; nothing: as it is.
  virtual std::optional<int> add(const ScalingQuestion& question) = 0;
};

/// Alarms of its own: 3 points above the target, or 15 more than 10 % below it.
class TargetTracking {
 public:
  explicit TargetTracking(const TargetTrackingSpec& spec);
  explicit TargetTracking(const RequestTrackingSpec& spec);
  /// The capacity that brings the metric to the target, rounded up, while one of the alarms holds.
  std::optional<int> add(const std::optional<DataPoint>& point);

  bool scales_in() const { return scale_in_; }

 private:
  using Metric = double (*)(const DataPoint&);
  TargetTracking(Metric metric, double target, bool scale_in);

  Metric metric_;
  double target_;
  bool scale_in_;
  cloudwatch::Alarm high_, low_;
};

/// Those of a group: each may add instances; taken away are those that all that may take away can do without.
class TargetTrackings {
 public:
  void include(const TargetTracking& policy) { policies_.push_back(policy); }
  std::optional<int> add(const std::optional<DataPoint>& point);

 private:
  std::vector<TargetTracking> policies_;
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
