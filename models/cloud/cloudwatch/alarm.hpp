// A metric alarm of CloudWatch: whether enough of the latest data points are beyond a threshold. Facts: Amazon CloudWatch User
// Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data" (the treatment `missing`, its default).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace streamtwin::cloudwatch {

enum class AlarmState : std::uint8_t { insufficient_data, ok, alarm };

enum class Comparison : std::uint8_t { above, at_least, below, at_most };

struct AlarmProperties {
  double threshold = 0;  ///< in the metric's unit
  Comparison comparison = Comparison::above;
  int evaluation_periods = 3;   ///< the latest data points that are looked at
  int datapoints_to_alarm = 3;  ///< how many of those must breach, at most all
};

class Alarm {
 public:
  explicit Alarm(const AlarmProperties& properties) : properties_(properties) {}

  /// The data point of the next period, or that there is none; the state after it.
  AlarmState add(std::optional<double> datapoint);
  AlarmState state() const { return state_; }
  bool breaches(double value) const;

 private:
  AlarmState evaluate() const;

  AlarmProperties properties_;
  std::deque<std::optional<double>> range_;  ///< the evaluation range, the oldest first
  AlarmState state_ = AlarmState::insufficient_data;
};

}  // namespace streamtwin::cloudwatch
