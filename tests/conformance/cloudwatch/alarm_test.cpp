// The examples of the Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", in the column
// `missing`: five data points, of which X breaches and 0 does not; how the alarm stands after them.
#include "models/cloud/cloudwatch/alarm.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace streamtwin::cloudwatch {
namespace {

AlarmState after(std::string_view points, int evaluation_periods, int datapoints_to_alarm) {
  Alarm alarm({.threshold = 1,
               .comparison = Comparison::at_least,
               .evaluation_periods = evaluation_periods,
               .datapoints_to_alarm = datapoints_to_alarm});
  for (const char point : points) alarm.add(point == '-' ? std::nullopt : std::optional(point == 'X' ? 1.0 : 0.0));
  return alarm.state();
}

TEST(CloudWatchAlarm, ThreeOfThree) {
  EXPECT_EQ(after("0-X-X", 3, 3), AlarmState::ok);
  EXPECT_EQ(after("0----", 3, 3), AlarmState::ok);
  EXPECT_EQ(after("-----", 3, 3), AlarmState::insufficient_data);
  EXPECT_EQ(after("0XX-X", 3, 3), AlarmState::alarm);
  EXPECT_EQ(after("--X--", 3, 3), AlarmState::alarm);
}

TEST(CloudWatchAlarm, TwoOfThree) {
  EXPECT_EQ(after("0-X-X", 3, 2), AlarmState::alarm);
  EXPECT_EQ(after("00X0X", 3, 2), AlarmState::alarm);
  EXPECT_EQ(after("0-X--", 3, 2), AlarmState::ok);
  EXPECT_EQ(after("----0", 3, 2), AlarmState::ok);
  EXPECT_EQ(after("---X-", 3, 2), AlarmState::alarm);
}

// "Avoiding premature transitions to alarm state": a point that breaches, new after a gap, waits for more.
TEST(CloudWatchAlarm, AYoungPointDoesNotAlarmYet) {
  EXPECT_EQ(after("----X", 3, 2), AlarmState::insufficient_data);
  EXPECT_EQ(after("X", 3, 3), AlarmState::insufficient_data);
  EXPECT_EQ(after("XX", 3, 3), AlarmState::insufficient_data);
  EXPECT_EQ(after("XXX", 3, 3), AlarmState::alarm);
}

TEST(CloudWatchAlarm, ComparesAsItIsTold) {
  const auto breaches = [](Comparison comparison, double value) {
    return Alarm({.threshold = 2, .comparison = comparison}).breaches(value);
  };
  EXPECT_TRUE(!breaches(Comparison::above, 2) && breaches(Comparison::above, 2.1));
  EXPECT_TRUE(breaches(Comparison::at_least, 2) && !breaches(Comparison::at_least, 1.9));
  EXPECT_TRUE(!breaches(Comparison::below, 2) && breaches(Comparison::below, 1.9));
  EXPECT_TRUE(breaches(Comparison::at_most, 2) && !breaches(Comparison::at_most, 2.1));
}

}  // namespace
}  // namespace streamtwin::cloudwatch
