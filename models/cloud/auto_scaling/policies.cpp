#include "models/cloud/auto_scaling/policies.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::auto_scaling {
namespace {

using cloudwatch::AlarmState;
using cloudwatch::Comparison;

// Target tracking's alarms, which it makes itself.
constexpr int points_to_scale_out = 3;
constexpr int points_to_scale_in = 15;
constexpr double scale_in_below = 0.9;  // of the target

/// What is above a whole number by no more than rounding is that number.
constexpr double rounding = 1e-9;

std::optional<double> cpu_of(const std::optional<DataPoint>& point) { return point ? std::optional(point->cpu.value()) : std::nullopt; }

cloudwatch::AlarmProperties alarm_of(const StepPolicySpec& spec) {
  return {.threshold = spec.above.value_or(spec.below.value_or(Fraction{0})).value(),
          .comparison = spec.above ? Comparison::above : Comparison::below,
          .evaluation_periods = spec.periods,
          .datapoints_to_alarm = spec.periods_to_alarm.value_or(spec.periods)};
}

}  // namespace

TargetTracking::TargetTracking(Metric metric, double target, bool scale_in)
    : metric_(metric),
      target_(target),
      scale_in_(scale_in),
      high_({target, Comparison::above, points_to_scale_out, points_to_scale_out}),
      low_({target * scale_in_below, Comparison::below, points_to_scale_in, points_to_scale_in}) {}

TargetTracking::TargetTracking(const TargetTrackingSpec& spec)
    : TargetTracking([](const DataPoint& point) { return point.cpu.value(); }, spec.cpu.value(), spec.scale_in) {}

TargetTracking::TargetTracking(const RequestTrackingSpec& spec)
    : TargetTracking([](const DataPoint& point) { return point.requests.value(); }, spec.requests.value(), spec.scale_in) {}

std::optional<int> TargetTracking::add(const std::optional<DataPoint>& point) {
  const std::optional<double> metric = point ? std::optional(metric_(*point)) : std::nullopt;
  const bool too_high = high_.add(metric) == AlarmState::alarm;
  const bool too_low = low_.add(metric) == AlarmState::alarm;
  if (!point || !(too_high || (too_low && scale_in_))) return std::nullopt;
  return static_cast<int>(std::ceil(point->instances * (*metric / target_) - rounding));
}

std::optional<int> TargetTrackings::add(const std::optional<DataPoint>& point) {
  std::optional<int> wanted;
  bool all_ready = true;
  for (TargetTracking& policy : policies_) {
    const std::optional<int> capacity = policy.add(point);
    if (capacity) wanted = std::max(wanted.value_or(*capacity), *capacity);
    if (!capacity && policy.scales_in()) all_ready = false;
  }
  return wanted && *wanted < point->instances && !all_ready ? std::nullopt : wanted;
}

StepPolicy::StepPolicy(const StepPolicySpec& spec) : spec_(spec), threshold_(alarm_of(spec).threshold), alarm_(alarm_of(spec)) {}

std::optional<int> StepPolicy::add(const std::optional<DataPoint>& point) {
  if (alarm_.add(cpu_of(point)) != AlarmState::alarm || !point || !alarm_.breaches(point->cpu.value())) return std::nullopt;
  const double by = adjustment(*point);
  return by == 0 && spec_.adjustment != Adjustment::exact ? std::nullopt : std::optional(changed(point->instances, by));
}

double StepPolicy::adjustment(const DataPoint& point) const {
  const double distance = std::abs(point.cpu.value() - threshold_);
  double by = 0;
  for (const StepSpec& step : spec_.steps) {
    if (distance >= step.beyond.value()) by = step.by;
  }
  return by;
}

// A share of the capacity is rounded towards none, but is one instance at least.
int StepPolicy::changed(int instances, double by) const {
  switch (spec_.adjustment) {
    case Adjustment::exact: return static_cast<int>(by);
    case Adjustment::change: return instances + static_cast<int>(by);
    case Adjustment::percent: {
      const int share = static_cast<int>(std::abs(instances * by / 100) + rounding);
      const int change = std::max(share, spec_.adjustment_min);
      return by > 0 ? instances + change : instances - change;
    }
  }
  return instances;
}

}  // namespace streamtwin::auto_scaling
