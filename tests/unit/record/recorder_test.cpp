// Recorder: windows, warm-up, series, and what the digest does and does not depend on.
#include "sim-core/record/recorder.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace streamtwin {
namespace {

TEST(Recorder, GivesTheSameMetricForTheSameName) {
  Recorder recorder;
  ++recorder.counter("play.started", "plays");
  recorder.counter("play.started", "plays").add(2);
  EXPECT_EQ(recorder.counter("play.started", "plays").total(), 3);
  EXPECT_THROW(recorder.counter("play.started", "s"), std::logic_error);
}

TEST(Recorder, AHandleThatNobodyMadeRecordsNothing) {
  Counter counter;
  Gauge gauge;
  Histogram histogram;
  ++counter;
  gauge.set(at(1s), 5);
  histogram.record(1s);
  EXPECT_EQ(counter.total(), 0);
  EXPECT_EQ(gauge.value(), 0);
  EXPECT_EQ(histogram.all().count(), 0u);
}

TEST(Recorder, ExcludesTheWarmUpFromWhatIsMeasuredButNotFromSeries) {
  Recorder recorder;
  Counter plays = recorder.counter("plays");
  Histogram delay = recorder.histogram("delay");
  recorder.count_series("plays.count", plays);
  plays.add(10);
  delay.record(9s);
  recorder.begin_measurement(at(60s));
  plays.add(3);
  delay.record(1s);
  recorder.turn_window(at(120s));
  EXPECT_EQ(plays.total(), 13);
  EXPECT_EQ(plays.measured(), 3);
  EXPECT_EQ(delay.measured().count(), 1u);
  EXPECT_NEAR(delay.measured().quantile(0.99), 1, 0.02);
  EXPECT_EQ(recorder.series().at("plays.count").values, (std::vector<double>{10, 3}));
  EXPECT_EQ(recorder.window_ends(), (std::vector<Instant>{at(60s), at(120s)}));
}

TEST(Recorder, WeighsAGaugeByTime) {
  Recorder recorder;
  Gauge queue = recorder.gauge("queue");
  recorder.mean_series("queue.mean", queue);
  recorder.max_series("queue.max", queue);
  recorder.last_series("queue.last", queue);
  queue.set(at(0s), 100);
  recorder.begin_measurement(at(10s));
  queue.set(at(10s), 4);
  queue.set(at(16s), 0);  // 4 for 6 s of 10
  recorder.turn_window(at(20s));
  queue.add(at(25s), 8);  // 8 for 5 s of 10
  const GaugeReading reading = recorder.measured(queue, at(30s));
  recorder.turn_window(at(30s));
  EXPECT_DOUBLE_EQ(reading.mean, (4 * 6 + 8 * 5) / 20.0);
  EXPECT_EQ(reading.max, 100);  // the level in the first instant of the measurement
  EXPECT_EQ(reading.last, 8);
  EXPECT_EQ(recorder.series().at("queue.mean").values, (std::vector<double>{100, 2.4, 4}));
  EXPECT_EQ(recorder.series().at("queue.max").values, (std::vector<double>{100, 100, 8}));
  EXPECT_EQ(recorder.series().at("queue.last").values, (std::vector<double>{100, 0, 8}));
}

TEST(Recorder, RefusesAGaugeThatGoesBackInTime) {
  Recorder recorder;
  Gauge queue = recorder.gauge("queue");
  queue.set(at(5s), 1);
  EXPECT_THROW(queue.set(at(4s), 2), std::logic_error);
}

TEST(Recorder, DerivesRatesRatiosAndQuantilesWindowByWindow) {
  Recorder recorder;
  Counter asked = recorder.counter("asked"), failed = recorder.counter("failed");
  Histogram delay = recorder.histogram("delay");
  recorder.rate_series("rps", "/s", asked);
  recorder.ratio_series("failing", share_unit, failed, asked);
  recorder.quantile_series("delay.p50", delay, 0.5);
  recorder.quantile_series("delay.p99", delay, 0.99);
  asked.add(20);
  failed.add(5);
  for (int i = 0; i < 100; ++i) delay.record(2s);
  recorder.turn_window(at(10s));
  recorder.turn_window(at(20s));  // a window in which nothing happened
  delay.record(8s);
  asked.add(1);
  recorder.turn_window(at(30s));
  EXPECT_EQ(recorder.series().at("rps").values, (std::vector<double>{2, 0, 0.1}));
  EXPECT_EQ(recorder.series().at("failing").values[0], 0.25);
  EXPECT_TRUE(std::isnan(recorder.series().at("failing").values[1]));
  EXPECT_EQ(recorder.series().at("failing").values[2], 0);
  EXPECT_NEAR(recorder.series().at("delay.p99").values[0], 2, 0.02);
  EXPECT_TRUE(std::isnan(recorder.series().at("delay.p50").values[1]));
  EXPECT_NEAR(recorder.series().at("delay.p50").values[2], 8, 0.08);
}

TEST(Recorder, ASeriesDeclaredLaterBeginsInItsOwnWindow) {
  Recorder recorder;
  recorder.turn_window(at(10s));
  double level = 7;
  recorder.sampled_series("pool.size", "instances", [&] { return level; });
  recorder.turn_window(at(20s));
  EXPECT_EQ(recorder.series().at("pool.size").first_window, 1u);
  EXPECT_EQ(recorder.series().at("pool.size").values, std::vector<double>{7});
  EXPECT_THROW(recorder.sampled_series("pool.size", "", [] { return 0.0; }), std::logic_error);
}

TEST(Recorder, SkipsAWindowWithoutLength) {
  Recorder recorder;
  recorder.turn_window(at(0s));
  recorder.turn_window(at(10s));
  recorder.begin_measurement(at(10s));
  EXPECT_EQ(recorder.window_ends().size(), 1u);
}

void fill(Recorder& recorder, bool other_order) {
  if (other_order) recorder.histogram("z");
  Counter a = recorder.counter("a");
  Counter b = recorder.counter("b");
  Histogram z = recorder.histogram("z");
  recorder.count_series("a.count", a);
  ++a;
  b.add(2);
  z.record(0.5);
  recorder.outcome(1, 0, at(3s));
  recorder.event(at(4s), "kill", "zone us-east-1a", "the zone fails");
  recorder.turn_window(at(10s));
}

TEST(RecorderDigest, DoesNotDependOnTheOrderOfDeclarationsOrOnTracing) {
  Recorder first, second, traced;
  traced.trace_request(7);
  fill(first, false);
  fill(second, true);
  fill(traced, false);
  traced.trace(7, "play", "client", at(1s)).end(at(2s));
  EXPECT_EQ(first.digest(), second.digest());
  EXPECT_EQ(first.digest(), traced.digest());
  EXPECT_EQ(first.digest().text().size(), 32u);
}

TEST(RecorderDigest, ChangesWithEveryKindOfOutcome) {
  Recorder reference;
  fill(reference, false);
  const auto changed = [&](auto change) {
    Recorder recorder;
    fill(recorder, false);
    change(recorder);
    return recorder.digest() != reference.digest();
  };
  EXPECT_FALSE(changed([](Recorder&) {}));
  EXPECT_TRUE(changed([](Recorder& r) { ++r.counter("a"); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.gauge("g").set(at(11s), 1); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.histogram("z").record(0.5); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.turn_window(at(20s)); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.event(at(5s), "a", "b", "c"); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.outcome(2, 0, at(3s)); }));
  EXPECT_TRUE(changed([](Recorder& r) { r.audit().kind("request").created(); }));
}

TEST(Digest, UsesCanonicalBits) {
  Digest minus, plus, quiet, other_nan, ab_c, a_bc;
  minus.add(-0.0);
  plus.add(0.0);
  quiet.add(std::nan("1"));
  other_nan.add(-std::nan("2"));
  ab_c.add("ab");
  ab_c.add("c");
  a_bc.add("a");
  a_bc.add("bc");
  EXPECT_EQ(minus, plus);
  EXPECT_EQ(quiet, other_nan);
  EXPECT_NE(ab_c, a_bc);
}

TEST(Digest, DependsOnTheOrder) {
  Digest forward, backward;
  forward.add(std::uint64_t{1});
  forward.add(std::uint64_t{2});
  backward.add(std::uint64_t{2});
  backward.add(std::uint64_t{1});
  EXPECT_NE(forward, backward);
}

TEST(Recorder, RemembersTheSlowestAndTheFirstFailedRequestOfTheMeasurement) {
  Recorder recorder;
  recorder.request_ended(1, 100s, true);
  recorder.request_ended(2, 1s, false);
  recorder.begin_measurement(at(0s));
  EXPECT_FALSE(recorder.slowest_request());
  recorder.request_ended(3, 2s, true);
  recorder.request_ended(4, 5s, true);
  recorder.request_ended(5, 5s, true);
  recorder.request_ended(6, 9s, false);
  recorder.request_ended(7, 9s, false);
  EXPECT_EQ(recorder.slowest_request(), 4u);
  EXPECT_EQ(recorder.failed_request(), 6u);
}

}  // namespace
}  // namespace streamtwin
