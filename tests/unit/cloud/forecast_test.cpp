// Forecasts of load, against values worked out by hand and by another program, and on days made so that the answer is known.
#include "models/cloud/auto_scaling/forecast.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "models/cloud/auto_scaling/predictive.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::auto_scaling {
namespace {

using std::numbers::pi;

// x_t = 10 + 4 cos(4 pi t/16 - 1) + sin(10 pi t/16) + 0.2 (-1)^t, t = 0..15; by numpy's rfft.
TEST(FourierForecast, GoesOnAsTheStrongestHarmonicsDo) {
  std::vector<double> x;
  for (int t = 0; t < 16; ++t) x.push_back(10 + 4 * std::cos(4 * pi * t / 16 - 1) + std::sin(10 * pi * t / 16) + (t % 2 == 0 ? 0.2 : -0.2));
  const FourierForecast forecast(x, 0, 2);
  EXPECT_NEAR(forecast.at(16), 12.16120922, 1e-8);
  EXPECT_NEAR(forecast.at(17), 14.83212459, 1e-8);
  EXPECT_NEAR(forecast.at(18), 12.65877716, 1e-8);
  EXPECT_NEAR(forecast.at(19), 10.46915023, 1e-8);
}

TEST(FourierForecast, WithAllHarmonicsThePastIsItself) {
  std::vector<double> x;
  Random random(1, "x", "");
  for (int t = 0; t < 32; ++t) x.push_back(random.uniform());
  const FourierForecast forecast(x, 0, 16);
  for (int t = 0; t < 32; ++t) EXPECT_NEAR(forecast.at(t), x[static_cast<std::size_t>(t)], 1e-12);
  EXPECT_NEAR(forecast.at(32), x[0], 1e-12) << "and repeats";
}

// Two weeks of hours that rise by 1 a day, with noise that is not to be taken for harmonics.
TEST(FourierForecast, StandsOnTheLineOfTheDays) {
  std::vector<double> x;
  Random random(2, "x", "");
  for (int t = 0; t < 336; ++t) x.push_back(50 + t / 24 + 10 * std::sin(2 * pi * t / 24) + 0.1 * random.normal());
  const FourierForecast forecast(x, 24);
  for (int t = 336; t < 360; ++t) EXPECT_NEAR(forecast.at(t), 50 + 14 + (t % 24) / 24.0 - 0.5 + 10 * std::sin(2 * pi * t / 24), 0.8) << t;
}

// x = 100, 110, ..., 150, y = 108, 121, 130, 143, 151, 163.
TEST(LeastSquares, FindsTheLine) {
  const std::vector<double> b =
      least_squares({{100}, {110}, {120}, {130}, {140}, {150}}, std::vector<double>{108, 121, 130, 143, 151, 163});
  EXPECT_NEAR(b[0], 1, 1e-8);
  EXPECT_NEAR(b[1], 1.08, 1e-8);
  EXPECT_NEAR(b[0] + b[1] * 160, 173.8, 1e-8);
}

/// Weeks of hours that begin on a Monday: an evening that is higher on Fridays, half of it on weekends, `growth` a week.
LoadHistory weeks(int count, double growth = 1, double noise = 0) {
  LoadHistory history{.slot = 3600s, .values = {}, .begins = 0s};
  Random random(3, "weeks", "");
  for (int hour = 0; hour < count * 168; ++hour) {
    const int day = hour / 24 % 7, of_day = hour % 24;
    double load = of_day >= 20 ? (day == 4 ? 40 : 20) : 10;
    if (day >= 5) load /= 2;
    history.values.push_back(load * std::pow(growth, hour / 168) * (1 + noise * random.normal()));
  }
  return history;
}

TEST(RegressionForecast, KnowsFridaysAndWeekends) {
  const LoadHistory history = weeks(4);
  const RegressionForecast forecast(history);
  const std::size_t next = history.values.size();
  EXPECT_NEAR(forecast.at(next + 12).value(), 10, 1e-6) << "Monday noon";
  EXPECT_NEAR(forecast.at(next + 4 * 24 + 21).value(), 40, 1e-6) << "Friday evening";
  EXPECT_NEAR(forecast.at(next + 5 * 24 + 21).value(), 10, 1e-6) << "Saturday evening, by the median of three";
}

TEST(RegressionForecast, FollowsGrowth) {
  const LoadHistory history = weeks(5, 1.1);
  EXPECT_NEAR(RegressionForecast(history).at(history.values.size() + 21).value(), 20 * std::pow(1.1, 5), 0.5);
}

// It is what the next day's and the next week's row are reckoned from, too.
TEST(RegressionForecast, OneOutlierOf25TimesIsNoRule) {
  LoadHistory history = weeks(5, 1, 0.02);
  history.values[3 * 168 + 24 + 21] = 500;
  EXPECT_NEAR(RegressionForecast(history).at(history.values.size() + 2 * 24 + 21).value(), 20, 5);
}

TEST(RegressionForecast, NeedsAWeekAndAnHour) {
  LoadHistory history = weeks(1);
  EXPECT_EQ(RegressionForecast(history).at(history.values.size()), std::nullopt);
}

TEST(Prediction, LooksAheadAndAddsItsMargin) {
  PredictiveSpec spec;
  spec.predictor = Predictor::regression;
  spec.ahead = 30min;
  PredictivePolicy policy(spec, weeks(4));
  EXPECT_EQ(policy.capacity(at(0s)), 22) << "10 busy ones at half, and a tenth more";
  for (int hour = 1; hour <= 19; ++hour) policy.add(at(hour * Duration{1h}), 10);
  EXPECT_EQ(policy.capacity(at(19h + 20min)), 22);
  EXPECT_EQ(policy.capacity(at(19h + 40min)), 44) << "the evening begins in twenty minutes";
}

// Data points of a minute make slots of an hour.
TEST(Prediction, WhatComesIsHistoryToo) {
  PredictiveSpec spec;
  spec.predictor = Predictor::regression;
  spec.ahead = 1h;
  PredictivePolicy same(spec, weeks(4, 1, 0.05)), half_more(spec, weeks(4, 1, 0.05));
  for (int minute = 1; minute <= 15 * 60; ++minute) {
    same.add(at(minute * Duration{1min}), 10);
    half_more.add(at(minute * Duration{1min}), 15);
  }
  EXPECT_GT(half_more.forecast(at(16h)), same.forecast(at(16h)));
}

}  // namespace
}  // namespace streamtwin::auto_scaling
