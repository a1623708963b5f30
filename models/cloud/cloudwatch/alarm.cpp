#include "models/cloud/cloudwatch/alarm.hpp"

#include <algorithm>

namespace streamtwin::cloudwatch {
namespace {

// Where data points are missing, CloudWatch looks at more than the evaluation periods: at 5 for 3 in its guide's examples.
constexpr int more_than_the_periods = 2;

}  // namespace

bool Alarm::breaches(double value) const {
  switch (properties_.comparison) {
    case Comparison::above: return value > properties_.threshold;
    case Comparison::at_least: return value >= properties_.threshold;
    case Comparison::below: return value < properties_.threshold;
    case Comparison::at_most: return value <= properties_.threshold;
  }
  return false;
}

AlarmState Alarm::add(std::optional<double> datapoint) {
  range_.push_back(datapoint);
  if (range_.size() > static_cast<std::size_t>(properties_.evaluation_periods + more_than_the_periods)) range_.pop_front();
  return state_ = evaluate();
}

// The latest real points of the range, as many as there are evaluation periods, decide. With fewer of them none may be in
// order, and the oldest that breaches must be as old as the alarm needs points: an alarm that is too early would be none.
AlarmState Alarm::evaluate() const {
  int real = 0, breaching = 0, oldest_breaching = 0, age = 0;
  for (auto point = range_.rbegin(); point != range_.rend() && real < properties_.evaluation_periods; ++point) {
    ++age;
    if (!*point) continue;
    ++real;
    if (!breaches(**point)) continue;
    ++breaching;
    oldest_breaching = age;
  }
  if (real == 0) return AlarmState::insufficient_data;
  const bool alarms = breaching >= properties_.datapoints_to_alarm;
  if (real == properties_.evaluation_periods) return alarms ? AlarmState::alarm : AlarmState::ok;
  if (breaching < real) return AlarmState::ok;
  return oldest_breaching >= properties_.datapoints_to_alarm ? AlarmState::alarm : state_;
}

}  // namespace streamtwin::cloudwatch
