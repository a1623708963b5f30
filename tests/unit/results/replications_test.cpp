// Student-t intervals against table values, and the combination of replications.
#include "scenarios/results/replications.hpp"

#include <gtest/gtest.h>

#include "sim-core/random.hpp"
#include "tests/unit/results/example.hpp"

namespace streamtwin {
namespace {

TEST(StudentT, AgreesWithTheTextbook) {
  // Mean 10, standard deviation 2, five values: t(0.975, 4) = 2.776.
  const std::vector<double> values{8, 8.5857864376269049, 10, 11.414213562373095, 12};
  const Interval interval = student_t(values);
  EXPECT_DOUBLE_EQ(interval.mean, 10);
  const double deviation = std::sqrt((4 + 2 + 0 + 2 + 4) / 4.0);
  EXPECT_NEAR(*interval.upper - 10, 2.77645 * deviation / std::sqrt(5), 1e-5);
  EXPECT_NEAR(10 - *interval.lower, *interval.upper - 10, 1e-12);
}

TEST(StudentT, GivesNoIntervalForASingleValue) {
  EXPECT_EQ(student_t(std::vector{3.0}).mean, 3);
  EXPECT_FALSE(student_t(std::vector{3.0}).lower);
  EXPECT_TRUE(std::isnan(student_t({}).mean));
}

TEST(StudentT, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(student_t(std::vector{1.0, unknown, 3.0}).mean, 2);
  EXPECT_TRUE(student_t(std::vector{1.0, unknown, 3.0}).lower.has_value());
}

TEST(StudentT, CoversTheTrueMeanAsOftenAsItPromises) {
  int covered = 0;
  Random random(11, "test", "coverage");
  for (int experiment = 0; experiment < 20000; ++experiment) {
    std::vector<double> values(5);
    for (double& value : values) value = random.normal(5, 3);
    const Interval interval = student_t(values);
    covered += *interval.lower <= 5 && 5 <= *interval.upper ? 1 : 0;
  }
  EXPECT_NEAR(covered / 20000.0, 0.95, 0.006);
}

TEST(MeanShare, HasAnIntervalThatStaysBetweenNoneAndAll) {
  const Interval most = mean_share(std::vector{1.0, 0.9999, 1.0, 0.9995, 1.0, 1.0, 0.999, 1.0});
  EXPECT_NEAR(*most.lower, 0.9991888525, 1e-9);
  EXPECT_NEAR(*most.upper, 0.9999828824, 1e-9);
  EXPECT_GT(*student_t(std::vector{1.0, 0.9999, 1.0, 0.9995, 1.0, 1.0, 0.999, 1.0}).upper, 1);
  const Interval all = mean_share(std::vector<double>(20, 1.0));
  EXPECT_NEAR(*all.lower, std::pow(0.025, 1.0 / 20), 1e-12) << "as many runs without a failure";
  EXPECT_EQ(*all.upper, 1);
  EXPECT_FALSE(mean_share(std::vector{0.5}).lower);
  EXPECT_NEAR(*mean_share(std::vector{0.5, 0.6, 0.55}).lower, 0.4179641215, 1e-9);
}

TEST(MeanShare, IsWhatReplicationsOfAShareHave) {
  std::vector<RunResult> runs{example_result(1), example_result(2)};
  for (RunResult& run : runs)
    run.kpis = {{.name = "a", .value = 1, .kind = KpiKind::share}, {.name = "b", .value = 1, .kind = KpiKind::rate}};
  runs[1].kpis[1].value = 9;
  const RunResult result = combined(runs);
  EXPECT_LT(*result.kpis[0].lower, 0.2);
  EXPECT_EQ(*result.kpis[1].lower, 0) << "no rate is below zero";
}

TEST(Replications, ASingleRunIsLeftAsItIs) {
  const RunResult result = combined({example_result()});
  EXPECT_FALSE(result.kpis[0].lower);
  EXPECT_EQ(result.replications, 1);
  EXPECT_EQ(result.digest, "00ff");
  EXPECT_FALSE(result.verdicts[0].held_in);
}

TEST(Replications, AverageKpisAndAddUpHistogramsAndAudit) {
  std::vector<RunResult> runs{example_result(1), example_result(2), example_result(3)};
  runs[1].kpis[0].value = 1100;
  runs[2].kpis[0].value = 1200;
  runs[2].histograms[0].buckets = {{2, 2.03125, 4}};
  const RunResult result = combined(runs);
  EXPECT_EQ(result.replications, 3);
  EXPECT_EQ(result.seed, 1u);
  EXPECT_EQ(result.wall, 3 * runs[0].wall);
  EXPECT_EQ(result.setup, 3 * runs[0].setup);
  EXPECT_DOUBLE_EQ(result.kpis[0].value, 1100);
  EXPECT_NEAR(*result.kpis[0].upper - 1100, 4.302653 * 100 / std::sqrt(3), 1e-3);
  EXPECT_FALSE(result.kpis[2].lower) << "unknown in every replication";
  const std::vector<LogHistogram::Bucket> expected{{0, 0, 2}, {1, 1.015625, 10}, {2, 2.03125, 4}};
  EXPECT_EQ(result.histograms[0].buckets, expected);
  EXPECT_EQ(result.audit[0].tally.created, 15);
  EXPECT_EQ(result.audit_errors[1], "seed 2: session: 1 disappeared without an end");
  EXPECT_EQ(result.events, 3 * 123456789012u);
}

TEST(Replications, AVerdictHoldsOnlyWhenItHeldInEveryReplication) {
  std::vector<RunResult> runs{example_result(1), example_result(2), example_result(3)};
  EXPECT_EQ(combined(runs).verdicts[0].held, true);
  EXPECT_EQ(combined(runs).verdicts[0].held_in, 3);
  EXPECT_EQ(combined(runs).verdicts[1].held, std::nullopt);
  runs[1].verdicts[0].held = false;
  EXPECT_EQ(combined(runs).verdicts[0].held, false);
  EXPECT_EQ(combined(runs).verdicts[0].held_in, 2);
  EXPECT_FALSE(all_held(combined(runs)));
  for (RunResult& run : runs) run.verdicts[0].breaks_because = "overload";
  EXPECT_FALSE(combined(runs).verdicts[0].as_expected()) << "what is to break has held in some";
  for (RunResult& run : runs) run.verdicts[0].held = false;
  EXPECT_TRUE(combined(runs).verdicts[0].as_expected());
}

TEST(Replications, AnInterruptedReplicationMakesTheWholePartial) {
  std::vector<RunResult> runs{example_result(1), example_result(2)};
  runs[1].partial = true;
  EXPECT_TRUE(combined(runs).partial);
}

TEST(Difference, OfPairsThatMoveTogetherIsNarrow) {
  const std::vector<double> a{10, 20, 30, 40}, b{11, 21.2, 30.8, 41};
  const Interval paired = paired_difference(a, b);
  EXPECT_NEAR(paired.mean, 1, 1e-12);
  EXPECT_LT(*paired.upper - *paired.lower, 1);
}

TEST(Records, AreTakenFromTheRecorder) {
  Recorder recorder;
  Counter plays = recorder.counter("plays", "plays");
  Histogram delay = recorder.histogram("delay");
  recorder.count_series("plays.count", plays);
  delay.record(5s);
  recorder.begin_measurement(at(10s));
  recorder.rate_series("plays.rate", "/s", plays);
  plays.add(30);
  delay.record(1s);
  recorder.event(at(12s), "kill", "zone", "text");
  recorder.turn_window(at(20s));
  recorder.audit().kind("request").created();
  RunResult result;
  take_records(recorder, result);
  ASSERT_EQ(result.series.size(), 2u);
  EXPECT_EQ(result.series[0].times, (std::vector<Instant>{at(10s), at(20s)}));
  EXPECT_EQ(result.series[1].times, std::vector<Instant>{at(20s)});
  EXPECT_EQ(result.series[1].values, std::vector<double>{3});
  ASSERT_EQ(result.histograms[0].buckets.size(), 1u) << "the warm-up does not count";
  EXPECT_EQ(result.timeline.size(), 1u);
  EXPECT_EQ(result.audit_errors.size(), 1u);
  EXPECT_EQ(result.digest, recorder.digest().text());
}

}  // namespace
}  // namespace streamtwin
