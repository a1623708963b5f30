// Demand over time, members' devices and retries, and distances.
#include <gtest/gtest.h>

#include "models/clients/demand.hpp"
#include "models/clients/demand_members.hpp"
#include "models/places/globe.hpp"

namespace streamtwin::clients {
namespace {

using namespace literals;

TEST(DiurnalCurve, AveragesToOneOverAWeekdayAndPeaksAtNine) {
  const DiurnalCurve curve{DiurnalSpec{}};
  const WeekTime monday{Weekday::monday, 0s};
  double sum = 0, peak = 0;
  Duration peak_at{0};
  for (int minute = 0; minute < 1440; ++minute) {
    const double weight = curve.at(monday, seconds(minute * 60));
    sum += weight;
    if (weight > peak) {
      peak = weight;
      peak_at = seconds(minute * 60);
    }
  }
  EXPECT_NEAR(sum / 1440, 1, 1e-9);
  EXPECT_EQ(peak_at, 21h);
}

TEST(DiurnalCurve, KnowsTheWeekend) {
  const DiurnalCurve curve{DiurnalSpec{}};
  const WeekTime friday_evening{Weekday::friday, 20h};
  EXPECT_DOUBLE_EQ(curve.at(friday_evening, 16h), 1.25 * curve.at({Weekday::monday, 12h}, 0s));
  EXPECT_DOUBLE_EQ(curve.at(friday_evening, 24h), curve.at({Weekday::monday, 20h}, 0s));
  EXPECT_DOUBLE_EQ(curve.at(friday_evening, 64h), curve.at({Weekday::monday, 12h}, 0s));
}

TEST(DiurnalCurve, RefusesWeightsThatAreNoCurve) {
  for (const auto& weights : {std::vector<double>(2, 1.0), std::vector<double>(24, 0.0), std::vector<double>(24, -1.0)})
    EXPECT_THROW(DiurnalCurve(DiurnalSpec{.hourly_weights = weights}), std::invalid_argument);
}

TEST(RateCurve, ALoadStepMultipliesWhileItLasts) {
  const RateCurve curve = RateCurve::constant(10_per_s).scaled(at(100s), at(200s), 3);
  EXPECT_EQ(curve.at(at(99s)), 10_per_s);
  EXPECT_EQ(curve.at(at(100s)), 30_per_s);
  EXPECT_EQ(curve.at(at(200s)), 10_per_s);
  EXPECT_EQ(curve.peak(), 30_per_s);
  EXPECT_NEAR(curve.expected(at(0s), at(300s)), 5000, 1e-9);
}

TEST(RateCurve, FollowsTheDayAndStepsInsideIt) {
  const DiurnalCurve day{DiurnalSpec{}};
  const RateCurve curve = RateCurve::diurnal(100_per_s, day, {Weekday::monday, 0s}, 48h);
  EXPECT_NEAR(curve.expected(at(0s), at(24h)), 100 * 86400.0, 100);
  const RateCurve stepped = curve.scaled(at(1000s), at(2000s), 2);
  EXPECT_NEAR(stepped.expected(at(0s), at(24h)) - curve.expected(at(0s), at(24h)), curve.expected(at(1000s), at(2000s)), 1e-6);
}

TEST(PoissonArrivals, AreTheSameUpToALoadStepWhateverItIs) {
  const RateCurve curve = RateCurve::diurnal(3_per_s, DiurnalCurve{DiurnalSpec{}}, {Weekday::monday, 17h}, 3h);
  const RateCurve stepped = curve.scaled(at(4321s), at(5000s), 1.7).scaled(at(4700s), never, 0.3);
  Random left(1, "members", "arrivals"), right(1, "members", "arrivals");
  PoissonArrivals plain(curve), changed(stepped);
  int same = 0;
  for (Instant t = plain.next(left); t < at(4321s); t = plain.next(left), ++same) ASSERT_EQ(changed.next(right), t);
  EXPECT_GT(same, 10'000);
  EXPECT_LT(changed.next(right), plain.next(left));
}

TEST(PoissonArrivals, StopWhenTheRateIsZeroForEver) {
  Random random(1, "members", "arrivals");
  const RateCurve curve = RateCurve::constant(1_per_s).scaled(at(100s), never, 0);
  PoissonArrivals arrivals(curve);
  Instant last{};
  int count = 0;
  for (Instant t = arrivals.next(random); t != never; t = arrivals.next(random)) {
    EXPECT_GT(t, last);
    EXPECT_LT(t, at(100s));
    last = t;
    ++count;
  }
  EXPECT_NEAR(count, 100, 40);
}

TEST(Devices, AreDrawnByTheirShares) {
  Random random(1, "members", "device");
  std::array<int, device_kinds> counts{};
  for (int i = 0; i < 100'000; ++i) ++counts[static_cast<std::size_t>(draw_device(DeviceMixSpec{}, random))];
  EXPECT_NEAR(counts[0] / 1e5, 0.70, 0.01);
  EXPECT_NEAR(counts[1] / 1e5, 0.15, 0.01);
  EXPECT_NEAR(counts[2] / 1e5, 0.10, 0.01);
  EXPECT_NEAR(counts[3] / 1e5, 0.05, 0.01);
}

TEST(SessionLength, HasTheConfiguredMedianAndEndsWithTheTitle) {
  Random random(1, "members", "length");
  int above = 0;
  for (int i = 0; i < 20'000; ++i) above += draw_session_length({}, 10h, random) > 35min;
  EXPECT_NEAR(above / 2e4, 0.5, 0.015);
  for (int i = 0; i < 100; ++i) EXPECT_LE(draw_session_length({}, 20min, random), 20min);
}

TEST(PlayRetry, DoublesWithinItsJitterAndThenGivesUp) {
  const RetryPolicy config{.attempts = 10, .back_off_first = 1s, .back_off_max = 30s, .jitter = 50_pct};
  Random random(1, "member", "retry");
  const double longest[] = {1, 2, 4, 8, 16, 30, 30, 30, 30};
  for (int failed = 1; failed < 10; ++failed) {
    const auto wait = wait_before_retry(config, failed, random);
    ASSERT_TRUE(wait);
    EXPECT_LE(wait->count(), longest[failed - 1]);
    EXPECT_GE(wait->count(), longest[failed - 1] / 2);
  }
  EXPECT_FALSE(wait_before_retry(config, 10, random));
}

rpc::Reply shed_with(int retries_max, Duration window) {
  rpc::Reply reply{.status = rpc::Status::overloaded};
  reply.enclosed = rpc::Enclosure(zuul::BackOffDirective{retries_max, window});
  return reply;
}

TEST(BackOffDirective, AllowsSoManyTriesSpreadOverItsWindow) {
  const RetryPolicy eager{.attempts = 10, .back_off_first = 1ms, .back_off_factor = 1, .jitter = 0_pct};
  Random random(1, "member", "directive");
  double longest = 0, sum = 0;
  for (int client = 0; client < 2000; ++client) {
    Heeded heeded;
    for (int failed = 1; failed <= 2; ++failed) {
      const auto wait = heeded.wait_before_retry(eager, failed, shed_with(2, 30s), random);
      ASSERT_TRUE(wait);
      longest = std::max(longest, wait->count());
      sum += wait->count() / 4000;
    }
    EXPECT_FALSE(heeded.wait_before_retry(eager, 3, shed_with(2, 30s), random)) << "two have been allowed";
  }
  EXPECT_LE(longest, 15);
  EXPECT_NEAR(sum, 7.5, 0.3);
}

TEST(BackOffDirective, HoldsBesideTheClientsOwnPolicy) {
  const RetryPolicy patient{.attempts = 2, .back_off_first = 20s, .back_off_max = 20s, .jitter = 0_pct};
  Random random(1, "member", "directive");
  Heeded heeded;
  EXPECT_EQ(heeded.wait_before_retry(patient, 1, shed_with(5, 10s), random), Duration{20s}) << "it would have waited longer";
  EXPECT_FALSE(heeded.wait_before_retry(patient, 2, shed_with(5, 10s), random)) << "it would have given up";
  Heeded refused, unheeded;
  EXPECT_FALSE(refused.wait_before_retry(patient, 1, shed_with(0, 10s), random));
  EXPECT_EQ(unheeded.wait_before_retry(patient, 1, rpc::Reply{.status = rpc::Status::failed}, random), Duration{20s});
  EXPECT_EQ(unheeded.wait_before_retry(patient, 1, std::nullopt, random), Duration{20s}) << "who hears nothing is told nothing";
}

TEST(BackOffDirective, IsRememberedWhenALaterTryEndsOtherwise) {
  const RetryPolicy eager{.attempts = 10, .back_off_first = 1ms, .jitter = 0_pct};
  Random random(1, "member", "directive");
  Heeded heeded;
  EXPECT_TRUE(heeded.wait_before_retry(eager, 1, shed_with(1, 1s), random));
  EXPECT_FALSE(heeded.wait_before_retry(eager, 2, std::nullopt, random));
}

TEST(Geography, DistancesAgreeWithKnownOnes) {
  const places::Place london{51.4700, -0.4543}, new_york{40.6413, -73.7781}, sydney{-33.9399, 151.1753};
  EXPECT_NEAR(places::distance(london, new_york).value(), 5540, 10);
  EXPECT_NEAR(places::distance(london, sydney).value(), 17016, 20);
  EXPECT_EQ(places::distance(london, london).value(), 0);
  EXPECT_NEAR(places::distance({0, 0}, {0, 180}).value(), 20015, 1);
  EXPECT_NEAR(in_milliseconds(places::round_trip(london, new_york, {.path_stretch = 1.4})), 77.6, 1);
}

}  // namespace
}  // namespace streamtwin::clients
