// Vectors of Envoy's outlier detection and panic threshold, read from source/common/upstream/outlier_detection_impl.cc and
// load_balancer_impl.cc or computed from their rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/services/outlier/outlier_detector.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::outlier {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Outliers : public testing::Test {
 protected:
  OutlierDetector& of(int hosts) {
    detector.emplace(properties, s(0));
    std::vector<Host> all;
    for (int host = 0; host < hosts; ++host) all.push_back(static_cast<Host>(host));
    detector->follow(all);
    return *detector;
  }
  /// So many answers of a kind; whether the host was ejected by one of them.
  bool hear(Host host, Answer answer, int times = 1, double when = 1) {
    bool ejected = false;
    for (int i = 0; i < times; ++i) ejected |= detector->heard(host, answer, s(when), random).has_value();
    return ejected;
  }
  /// Who is ejected at the first sweep, after an interval with these percentages of success.
  std::vector<Host> ejected_by_rates(const std::vector<int>& percent, int requests = 100) {
    of(static_cast<int>(percent.size()));
    properties.consecutive_errors = 1'000'000;
    for (Host host = 0; host < percent.size(); ++host) {
      hear(host, Answer::good, requests * percent[host] / 100);
      hear(host, Answer::error, requests - requests * percent[host] / 100);
    }
    std::vector<Host> ejected;
    for (const Change& change : detector->sweep(s(10), random)) ejected.push_back(change.host);
    return ejected;
  }
  int ejectable(int hosts, double percent, bool always_one) {
    properties.max_ejected = Fraction{percent / 100};
    properties.always_eject_one = always_one;
    of(hosts);
    for (Host host = 0; host < static_cast<Host>(hosts); ++host) hear(host, Answer::error, 5);
    return detector->ejected();
  }

  OutlierSpec properties;
  std::optional<OutlierDetector> detector;
  Random random{1, "outlier", "test"};
};

TEST_F(Outliers, FiveFailuresInARowEjectAtOnceAndAGoodAnswerBeginsAnew) {
  of(10);
  EXPECT_FALSE(hear(0, Answer::error, 4));
  EXPECT_FALSE(hear(0, Answer::good));
  EXPECT_FALSE(hear(0, Answer::error, 4));
  EXPECT_TRUE(hear(0, Answer::gateway_failure));
  EXPECT_TRUE(detector->ejected(0));
  EXPECT_FALSE(detector->ejected(1));
}

TEST_F(Outliers, GatewayFailuresAreNotEnforcedByDefaultAndBrokenByAnotherError) {
  properties.consecutive_errors = 1000;
  of(10);
  EXPECT_FALSE(hear(0, Answer::gateway_failure, 50));
  properties.enforced_gateway_failures = Fraction{1};
  of(10);
  EXPECT_FALSE(hear(0, Answer::gateway_failure, 4));
  EXPECT_FALSE(hear(0, Answer::error));
  EXPECT_FALSE(hear(0, Answer::gateway_failure, 4));
  EXPECT_TRUE(hear(0, Answer::gateway_failure));
}

TEST_F(Outliers, ACounterBeginsAnewThoughNothingWasEnforced) {
  properties.enforced_errors = Fraction{0};
  of(10);
  EXPECT_FALSE(hear(0, Answer::error, 5));
  properties.enforced_errors = Fraction{1};
  EXPECT_FALSE(hear(0, Answer::error, 4));
  EXPECT_TRUE(hear(0, Answer::error));
}

TEST_F(Outliers, AreAtMostAShareOfTheHostsStrictlyOrWithOneAlways) {
  struct Known {
    int hosts;
    double percent;
    int strict, always_one;
  };
  for (const Known& known :
       {Known{3, 10, 0, 1}, {9, 10, 0, 1}, {10, 10, 1, 1}, {20, 10, 2, 2}, {3, 50, 1, 1}, {3, 67, 2, 2}, {4, 50, 2, 2}}) {
    EXPECT_EQ(ejectable(known.hosts, known.percent, false), known.strict) << known.hosts << " " << known.percent;
    EXPECT_EQ(ejectable(known.hosts, known.percent, true), known.always_one) << known.hosts << " " << known.percent;
  }
  ejectable(3, 10, false);
  EXPECT_EQ(detector->overflowed(), 3u);
}

TEST_F(Outliers, StayOutLongerFromTimeToTime) {
  of(10);
  std::vector<double> lasted;
  double now = 1;
  for (int i = 0; i < 12; ++i) {
    std::optional<Change> change;
    for (int failure = 0; failure < 5; ++failure) change = detector->heard(0, Answer::error, s(now), random);
    ASSERT_TRUE(change);
    lasted.push_back(in_seconds(change->lasts));
    while (detector->ejected(0)) detector->sweep(s(now += 1), random);
  }
  EXPECT_THAT(lasted, ElementsAre(30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300));
}

TEST_F(Outliers, ComeBackAtASweepOnly) {
  of(10);
  hear(0, Answer::error, 5, 1);
  EXPECT_THAT(detector->sweep(s(30), random), IsEmpty()) << "29 s are over";
  EXPECT_THAT(detector->sweep(s(39.9), random), IsEmpty()) << "38.9 s are over, but nobody looks";
  const std::vector<Change> back = detector->sweep(s(40), random);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].when, s(40));
  EXPECT_FALSE(back[0].cause);
}

TEST_F(Outliers, AreForgivenStepByStep) {
  properties.base_ejection_time = 10s;
  of(10);
  double now = 0;
  const auto eject = [&] {
    hear(0, Answer::error, 5, now);
    while (detector->ejected(0)) detector->sweep(s(now += 10), random);
  };
  for (int i = 0; i < 3; ++i) eject();  // three times the base time by now, and just back
  detector->sweep(s(now += 10), random);
  detector->sweep(s(now += 10), random);
  detector->sweep(s(now += 10), random);
  std::optional<Change> change;
  for (int failure = 0; failure < 5; ++failure) change = detector->heard(0, Answer::error, s(now), random);
  EXPECT_EQ(change.value().lasts, 10s) << "2, 1, 0 after three sweeps: the next is the first";
}

TEST_F(Outliers, OfSuccessRatesLieBelowTheMeanByMuchOfTheDeviation) {
  properties.max_ejected = Fraction{1};
  EXPECT_THAT(ejected_by_rates({50, 100, 100, 100, 100}), ElementsAre(0u));
  EXPECT_THAT(ejected_by_rates({90, 100, 100, 100, 100}), ElementsAre(0u));
  EXPECT_THAT(ejected_by_rates({50, 50, 100, 100, 100}), IsEmpty());
  EXPECT_THAT(ejected_by_rates({0, 100, 100, 100, 100, 100, 100, 100, 100, 100}), ElementsAre(0u));
  EXPECT_THAT(ejected_by_rates({80, 99, 99, 99, 99, 99}), ElementsAre(0u));
}

TEST_F(Outliers, AreComparedWhereEnoughHostsHaveRequestsEnough) {
  properties.max_ejected = Fraction{1};
  EXPECT_THAT(ejected_by_rates({50, 100, 100, 100}), IsEmpty()) << "four hosts";
  EXPECT_THAT(ejected_by_rates({50, 100, 100, 100, 100}, 98), IsEmpty()) << "98 requests each";
}

TEST_F(Outliers, AreThoseOfTheIntervalThatHasJustEnded) {
  properties.max_ejected = Fraction{1};
  ejected_by_rates({100, 100, 100, 100, 100});
  for (Host host = 0; host < 5; ++host) hear(host, Answer::good, 10, 11);
  hear(0, Answer::error, 10, 11);
  EXPECT_THAT(detector->sweep(s(20), random), IsEmpty()) << "too few, as those of the interval before do not count";
}

TEST_F(Outliers, ByTheirShareOfFailuresAreNotEnforcedByDefault) {
  properties.max_ejected = Fraction{1};
  properties.enforced_success_rate = Fraction{0};
  EXPECT_THAT(ejected_by_rates({10, 100, 100, 100, 100}), IsEmpty());
  properties.enforced_failure_share = Fraction{1};
  EXPECT_THAT(ejected_by_rates({16, 100, 100, 100, 100}), IsEmpty());
  EXPECT_THAT(ejected_by_rates({14, 100, 100, 100, 100}), ElementsAre(0u));
  EXPECT_THAT(ejected_by_rates({10, 100, 100, 100, 100}, 40), IsEmpty()) << "fewer than 50 requests each";
}

TEST_F(Outliers, HaveAJitterOfWholeMilliseconds) {
  properties.max_jitter = 2ms;
  std::vector<int> seen(3);
  for (int i = 0; i < 100; ++i) {
    of(10);
    std::optional<Change> change;
    for (int failure = 0; failure < 5; ++failure) change = detector->heard(0, Answer::error, s(1), random);
    const double jitter_ms = (change.value().lasts - 30s) / 1ms;
    EXPECT_NEAR(jitter_ms, std::round(jitter_ms), 1e-6);
    ++seen.at(static_cast<std::size_t>(std::round(jitter_ms)));
  }
  for (const int times : seen) EXPECT_GT(times, 10);
}

TEST_F(Outliers, AreForgottenWithTheirHosts) {
  of(10);
  hear(0, Answer::error, 5);
  detector->follow(std::vector<Host>{1, 2, 3});
  EXPECT_EQ(detector->ejected(), 0);
  detector->follow(std::vector<Host>{0, 1, 2, 3});
  EXPECT_FALSE(detector->ejected(0));
}

TEST(Panic, BeginsBelowTheThreshold) {
  EXPECT_TRUE(panics(25, 100, Fraction{0.5}));
  EXPECT_TRUE(panics(49, 100, Fraction{0.5}));
  EXPECT_FALSE(panics(50, 100, Fraction{0.5}));
  EXPECT_FALSE(panics(0, 100, Fraction{0})) << "never";
}

TEST(Panic, IsIgnoredWhileWhatIsLeftIsEnough) {
  EXPECT_FALSE(panics(72, 100, Fraction{0.9})) << "1.4 x 72 is 100";
  EXPECT_TRUE(panics(71, 100, Fraction{0.9})) << "and 1.4 x 71 is 99";
}

}  // namespace
}  // namespace streamtwin::outlier
