// HDFS by its defaults: who is dead when, where blocks go, how fast replicas are made anew, and when a NameNode takes writes again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "models/stores/hdfs/name_node.hpp"

namespace streamtwin::hdfs {
using namespace literals;
namespace {

using ::testing::ElementsAre;

std::vector<int> racks(int number, int nodes) {
  std::vector<int> racks;
  for (int node = 0; node < nodes; ++node) racks.push_back(node % number);
  return racks;
}

void all_beat(NameNode& names, std::size_t nodes, Instant now, std::set<NodeIndex> silent = {}) {
  for (NodeIndex node = 0; node < nodes; ++node) {
    if (!silent.contains(node)) names.heartbeat(node, now);
  }
}

TEST(HdfsHeartbeats, ADataNodeIsDeadAfterTenAndAHalfMinutes) {
  EXPECT_EQ(HeartbeatProperties{}.dead_after(), 630s);
  NameNode names({}, {}, racks(2, 4), at(0s));
  names.add({0, 1, 3});
  all_beat(names, 4, at(630s), {1});
  EXPECT_EQ(names.look_for_dead(at(630s)), 0);
  EXPECT_TRUE(names.stale(1, at(31s)) && !names.stale(1, at(30s)));
  EXPECT_EQ(names.look_for_dead(at(631s)), 1);
  EXPECT_THAT(names.replicas(0), ElementsAre(0, 3));
  EXPECT_TRUE(names.heartbeat(1, at(700s))) << "it has to report";
  const BlockIndex block = 0;
  names.report(1, std::span(&block, 1));
  EXPECT_EQ(names.under_replicated(), 0u);
}

TEST(HdfsPlacement, OwnNodeThenAnotherRackTwice) {
  const NameNode names({}, {}, racks(3, 12), at(0s));
  Random random(1, "hdfs", "placement");
  std::set<NodeIndex> second;
  for (int i = 0; i < 200; ++i) {
    const std::vector<NodeIndex> chosen = names.choose(4, at(0s), random);
    ASSERT_EQ(chosen.size(), 3u);
    EXPECT_EQ(chosen[0], 4u);
    EXPECT_NE(names.rack(chosen[1]), names.rack(4));
    EXPECT_EQ(names.rack(chosen[2]), names.rack(chosen[1]));
    EXPECT_NE(chosen[2], chosen[1]);
    second.insert(chosen[1]);
  }
  EXPECT_EQ(second.size(), 8u) << "any node of the other racks";
}

TEST(HdfsPlacement, TakesWhatThereIs) {
  const NameNode one_rack({}, {}, racks(1, 2), at(0s));
  Random random(1, "hdfs", "placement");
  EXPECT_EQ(one_rack.choose(std::nullopt, at(0s), random).size(), 2u);
}

TEST(HdfsReads, TheNearestFirstAndStaleOnesLast) {
  NameNode names({.avoid_stale = true}, {}, racks(3, 6), at(0s));
  names.add({1, 3, 4});
  all_beat(names, 6, at(100s), {3});
  EXPECT_THAT(names.locations(0, std::nullopt, 0, at(10s)), ElementsAre(3, 1, 4));
  EXPECT_THAT(names.locations(0, 4, 1, at(10s)), ElementsAre(4, 1, 3));
  EXPECT_THAT(names.locations(0, std::nullopt, 0, at(100s)), ElementsAre(1, 4, 3)) << "3 is stale";
}

// 100 nodes: 200 blocks every 3 s, so that the 78,125 blocks of 10 TB take 1,172 s after the 630 s.
TEST(HdfsReplication, OrdersTwoBlocksForEachNodeAtALook) {
  NameNode names({}, {.streams = 1000, .streams_hard = 1000}, racks(4, 101), at(0s));
  Random random(1, "hdfs", "replication");
  for (int block = 0; block < 1000; ++block)
    names.add({0, static_cast<NodeIndex>(block % 50 + 1), static_cast<NodeIndex>(block % 50 + 51)});
  all_beat(names, 101, at(631s), {0});
  ASSERT_EQ(names.look_for_dead(at(631s)), 1);
  EXPECT_EQ(names.order_copies(at(633s), random).size(), 200u);
  EXPECT_EQ(names.order_copies(at(636s), random).size(), 200u);
  const double looks = 78125.0 / 200, block = 128.0 * 1024 * 1024;
  EXPECT_NEAR(looks * 3, 1172, 0.2);
  EXPECT_NEAR(200 * block / 3 / (1024.0 * 1024 * 1024), 8.3, 0.05) << "GiB a second";
}

TEST(HdfsReplication, ANodeSendsTwoAtOnceAndFourOfWhatItAloneHas) {
  Random random(1, "hdfs", "replication");
  NameNode two_left({}, {.work_multiplier = 100}, racks(2, 4), at(0s));
  NameNode one_left({}, {.work_multiplier = 100}, racks(2, 4), at(0s));
  for (int block = 0; block < 20; ++block) {
    two_left.add({0, 1});
    one_left.add({0});
  }
  EXPECT_EQ(two_left.order_copies(at(3s), random).size(), 4u);
  EXPECT_EQ(one_left.order_copies(at(3s), random).size(), 4u);
}

TEST(HdfsReplication, FirstWhatHasTheFewestReplicas) {
  Random random(1, "hdfs", "replication");
  NameNode names({}, {.work_multiplier = 1, .streams = 1, .streams_hard = 1}, racks(2, 4), at(0s));
  names.add({0, 1});
  names.add({0});
  EXPECT_EQ(names.order_copies(at(3s), random).at(0).block, 1u);
}

TEST(HdfsReplication, OrdersAgainWhatHasNotArrivedInFiveMinutes) {
  Random random(1, "hdfs", "replication");
  NameNode names({}, {.replicas = 2}, racks(2, 4), at(0s));
  names.add({0});
  const std::vector<CopyOrder> first = names.order_copies(at(0s), random);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_NE(names.rack(first[0].to), names.rack(0)) << "all replicas on one rack: the next elsewhere";
  all_beat(names, 4, at(300s));
  EXPECT_TRUE(names.order_copies(at(299s), random).empty());
  ASSERT_EQ(names.order_copies(at(300s), random).size(), 1u);
  names.copied(first[0]);
  EXPECT_EQ(names.under_replicated(), names.replicas(0).size() == 2 ? 0u : 1u);
}

TEST(HdfsSafemode, EndsHalfAMinuteAfterAllButOneInAThousandAreReported) {
  Safemode safemode({}, 1000);
  safemode.reported(998, at(10s));
  EXPECT_TRUE(safemode.on(at(100s)));
  safemode.reported(999, at(100s));
  EXPECT_TRUE(safemode.on(at(129.9s)));
  EXPECT_FALSE(safemode.on(at(130s)));
}

}  // namespace
}  // namespace streamtwin::hdfs
