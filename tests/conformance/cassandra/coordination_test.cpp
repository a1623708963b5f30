// Whom a coordinator waits for, whom it takes for dead, whom it asks first, and when it asks another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/stores/cassandra/consistency.hpp"
#include "models/stores/cassandra/failure_detector.hpp"
#include "models/stores/cassandra/gossip.hpp"
#include "models/stores/cassandra/hints.hpp"
#include "models/stores/cassandra/snitch.hpp"
#include "models/stores/cassandra/speculative_retry.hpp"

namespace streamtwin::cassandra {
namespace {

using ::testing::ElementsAre;

ByDatacenter of(const std::vector<int>& values) { return ByDatacenter(values); }

TEST(ConsistencyLevel, AsksForSoManyOfThreeAndThree) {
  const ByDatacenter copies = of({3, 3});
  const std::pair<Consistency, int> answers[] = {{Consistency::one, 1},          {Consistency::local_one, 1},   {Consistency::quorum, 4},
                                                 {Consistency::local_quorum, 2}, {Consistency::each_quorum, 4}, {Consistency::all, 6}};
  for (const auto& [level, number] : answers) EXPECT_EQ(Needed(level, copies, 0).answers(), number) << static_cast<int>(level);
}

TEST(ConsistencyLevel, LocalOnesCountTheirOwnDatacenterAlone) {
  const ByDatacenter copies = of({3, 3});
  EXPECT_FALSE(Needed(Consistency::local_quorum, copies, 0).met_by(of({1, 3})));
  EXPECT_TRUE(Needed(Consistency::local_quorum, copies, 0).met_by(of({2, 0})));
  EXPECT_FALSE(Needed(Consistency::local_one, copies, 1).met_by(of({3, 0})));
  EXPECT_TRUE(Needed(Consistency::one, copies, 1).met_by(of({1, 0})));
  EXPECT_TRUE(Needed(Consistency::quorum, copies, 0).met_by(of({1, 3})));
  EXPECT_FALSE(Needed(Consistency::each_quorum, copies, 0).met_by(of({3, 1})));
  EXPECT_FALSE(Needed(Consistency::each_quorum, copies, 0).lacks(of({2, 1}), 0));
  EXPECT_TRUE(Needed(Consistency::each_quorum, copies, 0).lacks(of({2, 1}), 1));
}

TEST(ConsistencyLevel, WritesWaitForPendingReplicasToo) {
  const ByDatacenter copies = of({3, 3}), pending = of({1, 0});
  EXPECT_EQ(Needed(Consistency::local_quorum, copies, 0, pending).answers(), 3);
  EXPECT_EQ(Needed(Consistency::local_quorum, copies, 1, pending).answers(), 2) << "the other datacenter's";
  EXPECT_EQ(Needed(Consistency::quorum, copies, 1, pending).answers(), 5);
  EXPECT_EQ(Needed(Consistency::each_quorum, copies, 1, pending).answers(), 5);
}

Duration convicted_after(int regular, double threshold = 8) {
  DetectorProperties properties{.phi_convict_threshold = threshold};
  ArrivalWindow window;
  Instant last{};
  for (int i = 0; i <= regular; ++i) window.heard(last = at(seconds(i)), properties);
  Duration silent{0};
  while (window.phi(last + silent) <= threshold) silent += 1ms;
  return silent;
}

TEST(PhiDetector, ConvictsAfterEighteenMeanIntervals) {
  EXPECT_NEAR(in_seconds(convicted_after(1)), 27.6, 0.05);
  EXPECT_NEAR(in_seconds(convicted_after(9)), 20.3, 0.05);
  EXPECT_NEAR(in_seconds(convicted_after(99)), 18.6, 0.05);
  EXPECT_NEAR(in_seconds(convicted_after(5000)), 18.42, 0.01) << "the first is forgotten";
  EXPECT_NEAR(in_seconds(convicted_after(5000, 12)), 27.6, 0.05);
}

TEST(PhiDetector, LeavesLongIntervalsOutOfTheMean) {
  const DetectorProperties properties;
  ArrivalWindow window;
  for (const double when : {0.0, 1.0, 4.0, 5.0}) window.heard(at(seconds(when)), properties);
  EXPECT_DOUBLE_EQ(in_seconds(window.mean()), 4.0 / 3);
}

TEST(PhiDetector, WhoHasPausedItselfConvictsNobody) {
  FailureDetector detector(1, {}, at(0s));
  for (int i = 0; i < 10; ++i) detector.heard(0, at(seconds(i)));
  EXPECT_TRUE(detector.look(at(1s)));
  EXPECT_FALSE(detector.look(at(100s)));
  EXPECT_FALSE(detector.look(at(104s)));
  EXPECT_TRUE(detector.look(at(105s)));
  EXPECT_TRUE(detector.convicts(0, at(105s)));
}

/// Rounds of all nodes, one a second, whose messages all arrive.
struct Cluster {
  explicit Cluster(std::size_t size) : down(size, false) {
    const std::vector<NodeIndex> seeds{0, 1};
    for (std::size_t i = 0; i < size; ++i) nodes.emplace_back(static_cast<NodeIndex>(i), size, seeds, DetectorProperties{}, 0, at(0s));
  }
  void round() {
    now += 1s;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (down[i]) continue;
      nodes[i].beat();
      for (const NodeIndex target : nodes[i].choose(random)) {
        if (!down[target]) Gossiper::exchange(nodes[i], nodes[target], now, [this](NodeIndex, NodeIndex asked) { return !down[asked]; });
      }
      nodes[i].look(now);
    }
  }
  std::vector<Gossiper> nodes;
  std::vector<bool> down;
  Instant now{};
  Random random{1, "cluster", "gossip"};
};

TEST(Gossip, NewsReachesAllWithinLogarithmicallyManyRounds) {
  Cluster cluster(64);
  int rounds = 0;
  const auto all_met = [&] {
    for (const Gossiper& node : cluster.nodes) {
      if (node.live() < 63) return false;
    }
    return true;
  };
  for (; !all_met() && rounds < 100; ++rounds) cluster.round();
  EXPECT_LE(rounds, 12) << "log2 of 64 and a few";
  EXPECT_GE(rounds, 3);
}

TEST(Gossip, ADeadNodeIsConvictedByAllAndMetAgain) {
  Cluster cluster(12);
  for (int i = 0; i < 300; ++i) cluster.round();
  cluster.down[5] = true;
  const Instant died = cluster.now;
  while (cluster.nodes[0].alive(5)) cluster.round();
  EXPECT_NEAR(in_seconds(cluster.now - died), 20, 5) << "18.4 mean intervals, and rounds until the last news was heard";
  for (int i = 0; i < 10; ++i) cluster.round();
  for (std::size_t i = 0; i < 12; ++i) EXPECT_TRUE(i == 5 || !cluster.nodes[i].alive(5)) << i;
  EXPECT_EQ(cluster.nodes[0].live(), 10u);
  cluster.down[5] = false;
  cluster.nodes[5] = Gossiper(5, 12, std::vector<NodeIndex>{0, 1}, DetectorProperties{}, 1, cluster.now);
  for (int i = 0; i < 12; ++i) cluster.round();
  for (const Gossiper& node : cluster.nodes) EXPECT_TRUE(node.alive(5));
}

std::vector<NodeIndex> sorted(const std::vector<double>& scores, double badness_threshold, std::vector<NodeIndex> near = {0, 1, 2}) {
  sort_by_score(near, scores, badness_threshold);
  return near;
}

TEST(DynamicEndpointSnitch, SortsByScoreAsInTheUpstreamTest) {
  EXPECT_THAT(sorted({1, 1, 1}, 0), ElementsAre(0, 1, 2));
  EXPECT_THAT(sorted({2, 1, 1}, 0), ElementsAre(1, 2, 0));
  EXPECT_THAT(sorted({2, 2, 1}, 0), ElementsAre(2, 0, 1));
  EXPECT_THAT(sorted({2, 2, 3}, 0), ElementsAre(0, 1, 2));
}

TEST(DynamicEndpointSnitch, KeepsTheNearestUntilItIsTwiceAsBad) {
  EXPECT_THAT(sorted({0.9, 0.5, 1}, 1), ElementsAre(0, 1, 2));
  EXPECT_THAT(sorted({1, 0.4, 0.5}, 1), ElementsAre(1, 2, 0));
  EXPECT_THAT(sorted({0.5, 0, 0.5}, 1), ElementsAre(1, 0, 2)) << "one that nobody knows is tried first";
}

TEST(DynamicEndpointSnitch, LooksEveryTenthOfASecondAndForgetsEveryTenMinutes) {
  DynamicSnitch snitch(2, {}, at(0s));
  Random random;
  snitch.heard(0, 10ms, at(10ms), random);
  snitch.heard(1, 5ms, at(10ms), random);
  EXPECT_EQ(snitch.score(0, at(99ms)), 0);
  EXPECT_EQ(snitch.score(0, at(100ms)), 1);
  EXPECT_EQ(snitch.score(1, at(100ms)), 0.5);
  EXPECT_EQ(snitch.score(0, at(601s)), 0);
}

TEST(DynamicEndpointSnitch, TheMedianIsThatOfTheLastSeconds) {
  LatencySample sample;
  Random random(1, "snitch", "test");
  for (int i = 0; i < 1000; ++i) sample.add(10, at(1s), random);
  EXPECT_EQ(sample.median(), 10);
  for (int i = 0; i < 20; ++i) sample.add(50, at(10s), random);
  EXPECT_EQ(sample.median(), 50) << "nine seconds old, the thousand count for less than one";
}

TEST(SpeculativeRetry, WaitsHalfTheTimeOutUntilItKnowsBetter) {
  SpeculativeRetry retry({}, 5s, at(0s));
  EXPECT_EQ(retry.wait(at(0s)), 2.5s);
  for (int i = 0; i < 100; ++i) retry.answered(i < 98 ? 2ms : 40ms, at(1s));
  EXPECT_EQ(retry.wait(at(4s)), 2.5s);
  const Duration learnt = retry.wait(at(5s));
  EXPECT_GE(learnt, 40ms);
  EXPECT_LE(learnt, 48ms) << "buckets grow by a fifth";
}

TEST(SpeculativeRetry, OldLatenciesFade) {
  DecayingLatencies latencies;
  for (int i = 0; i < 1000; ++i) latencies.add(100ms, at(0s));
  for (int i = 0; i < 100; ++i) latencies.add(1ms, at(1200s));
  EXPECT_LT(latencies.percentile(Fraction{0.95}), 2ms) << "after twenty half-lives a thousand count for less than one";
}

TEST(Hints, AreKeptForThreeHoursAndHandedOverByAllTogether) {
  EXPECT_TRUE(should_hint({}, 3h));
  EXPECT_FALSE(should_hint({}, 3h + 1s));
  EXPECT_FALSE(should_hint({.enabled = false}, 1s));
  const Bytes an_hour_of_writes{3600.0 * 1024 * 1024};
  EXPECT_NEAR(in_seconds(hand_over_time({}, an_hour_of_writes, 12)) / 3600, 11, 1e-9) << "on one coordinator";
  EXPECT_NEAR(in_seconds(hand_over_time({}, an_hour_of_writes / 11, 12)) / 3600, 1, 1e-9) << "spread over eleven";
}

}  // namespace
}  // namespace streamtwin::cassandra
