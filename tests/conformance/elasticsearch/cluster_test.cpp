// What nodes of a cluster do by their defaults: whom coordinators ask, how much they take at once, and what becomes of the shards of a node
// that is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/stores/elasticsearch/allocation.hpp"
#include "models/stores/elasticsearch/fault_detection.hpp"
#include "models/stores/elasticsearch/pools.hpp"
#include "models/stores/elasticsearch/replica_selection.hpp"
#include "models/stores/elasticsearch/searchable.hpp"

namespace streamtwin::elasticsearch {
using namespace literals;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(ReplicaSelection, RanksByTheCubeOfTheQueue) {
  const NodeStatistics node{.response = 10ms, .service = 4ms, .queue = 2};
  EXPECT_DOUBLE_EQ(rank_of(node, 1, 3), 870);
  EXPECT_DOUBLE_EQ(earlier_rank_of(node, 1, 3), 63.75);
}

TEST(ReplicaSelection, AveragesWhatAnswersSay) {
  ReplicaSelection selection(2);
  EXPECT_FALSE(selection.statistics(0));
  selection.heard(0, 10, 100ms, 8ms);
  selection.heard(0, 0, 200ms, 4ms);
  EXPECT_DOUBLE_EQ(in_seconds(selection.statistics(0)->response), 0.130);
  EXPECT_EQ(selection.statistics(0)->queue, 7);
  EXPECT_EQ(selection.statistics(0)->service, 4ms) << "which nodes average themselves";
}

TEST(ReplicaSelection, AsksFirstWhomItDoesNotKnowAndThenTheFastest) {
  ReplicaSelection selection(3);
  selection.heard(0, 0, 5ms, 1ms);
  selection.heard(1, 0, 50ms, 40ms);
  std::vector<int> outstanding(3);
  std::vector<NodeIndex> copies{1, 0, 2};
  selection.sort(copies, outstanding);
  EXPECT_THAT(copies, ElementsAre(2, 0, 1));
  EXPECT_EQ(outstanding[2], 0) << "its statistics are not known yet";
  selection.heard(2, 0, 500ms, 400ms);
  copies = {1, 0, 2};
  selection.sort(copies, outstanding);
  EXPECT_THAT(copies, ElementsAre(0, 1, 2));
  EXPECT_EQ(outstanding[0], 1);
}

TEST(ReplicaSelection, TheLoserComesNearerToTheWinner) {
  ReplicaSelection selection(2);
  selection.heard(0, 10, 10ms, 1ms);
  selection.heard(1, 18, 90ms, 9ms);
  std::vector<int> outstanding(2);
  std::vector<NodeIndex> copies{0, 1};
  selection.sort(copies, outstanding);
  const NodeStatistics loser = *selection.statistics(1);
  EXPECT_EQ(loser.queue, 16) << "a further value of 14, at 0.3";
  EXPECT_DOUBLE_EQ(in_seconds(loser.response), 0.078);
  EXPECT_DOUBLE_EQ(in_seconds(loser.service), 0.0078);
}

TEST(ThreadPools, AreAsLargeAsTheCoresSay) {
  EXPECT_EQ(search_threads(8), 13);
  EXPECT_EQ(search_threads(16), 25);
  EXPECT_EQ(write_threads(8), 8);
  const PoolProperties defaults;
  EXPECT_EQ(defaults.search_queue, 1000);
  EXPECT_EQ(defaults.write_queue, 10000);
}

TEST(ThreadPools, RejectWhatFindsTheQueueFull) {
  Pool pool(2, 1);
  EXPECT_TRUE(pool.enter(0) && pool.enter(1) && pool.enter(2));
  EXPECT_EQ(pool.queued(), 1);
  EXPECT_FALSE(pool.enter(3));
  pool.leave();
  EXPECT_TRUE(pool.enter(2));
  EXPECT_TRUE(pool.enter(1)) << "two have got lost";
}

TEST(FaultDetection, ASilentNodeIsOutAfterThreeChecks) {
  const CheckProperties properties;
  EXPECT_EQ(properties.longest(), 33s);
  Checks checks;
  EXPECT_FALSE(checks.failed(properties));
  EXPECT_FALSE(checks.failed(properties));
  checks.answered();
  EXPECT_FALSE(checks.failed(properties));
  EXPECT_FALSE(checks.failed(properties));
  EXPECT_TRUE(checks.failed(properties));
}

TEST(Searchable, IsFoundAfterTheNextRefresh) {
  Searchable copy(1s, 250ms);
  copy.write(7, at(5s), at(5s));
  EXPECT_EQ(copy.get(7), at(5s));
  EXPECT_EQ(copy.search(7, at(5.2s)), never_written);
  EXPECT_EQ(copy.search(7, at(5.25s)), at(5s));
  copy.write(7, at(6s), at(6s));
  EXPECT_EQ(copy.search(7, at(6.2s)), at(5s)) << "the one before";
  EXPECT_FALSE(copy.write(7, at(4s), at(6.1s)));
  EXPECT_EQ(copy.search(7, at(6.3s)), at(6s));
}

// Six nodes in three zones: node n in zone n / 2.
Allocation six_nodes(int shards, int replicas, Bytes shard = 1_GB) { return {{}, shards, replicas, shard, {0, 0, 1, 1, 2, 2}}; }

TEST(Allocation, CopiesAreInDifferentZonesAndEvenOnNodes) {
  const Allocation index = six_nodes(6, 1);
  std::vector<int> held(6);
  for (int shard = 0; shard < 6; ++shard) {
    const auto copies = index.copies(shard);
    EXPECT_NE(copies[0].node / 2, copies[1].node / 2) << shard;
    for (const auto& copy : copies) ++held[copy.node];
  }
  EXPECT_THAT(held, testing::Each(2));
  EXPECT_EQ(index.health(), Health::green);
}

TEST(Allocation, ACopyInSyncIsPrimaryAtOnce) {
  Allocation index = six_nodes(1, 1);
  const NodeIndex before = *index.primary(0), other = index.written(0)[0];
  EXPECT_EQ(index.left(before, at(10s)), 1);
  EXPECT_EQ(index.primary(0), other);
  EXPECT_EQ(index.health(), Health::yellow);
  EXPECT_THAT(index.written(0), IsEmpty());
}

TEST(Allocation, AnotherCopyIsMadeAfterAMinute) {
  Allocation index = six_nodes(1, 1, Bytes{40.0 * 1024 * 1024 * 10});
  index.left(*index.primary(0), at(10s));
  EXPECT_THAT(index.advance(1s, at(69s)), IsEmpty());
  EXPECT_THAT(index.written(0), IsEmpty());
  index.advance(1s, at(70s));
  EXPECT_EQ(index.written(0).size(), 1u) << "it takes writes from then on";
  EXPECT_EQ(index.searchable(0).size(), 1u);
  EXPECT_THAT(index.advance(9s, at(79s)), IsEmpty());
  EXPECT_EQ(index.advance(1s, at(80s)).size(), 1u) << "ten seconds at 40 MB/s";
  EXPECT_EQ(index.health(), Health::green);
}

TEST(Allocation, AnotherMasterBeginsTheMinuteAnew) {
  Allocation index = six_nodes(1, 1);
  index.left(*index.primary(0), at(10s));
  index.master_changed(at(60s));
  index.advance(1s, at(100s));
  EXPECT_THAT(index.written(0), IsEmpty());
  index.advance(1s, at(120s));
  EXPECT_EQ(index.written(0).size(), 1u);
}

TEST(Allocation, WhoComesBackWithinTheMinuteHasItsCopyAgain) {
  Allocation index = six_nodes(1, 1);
  const NodeIndex lost = *index.primary(0);
  index.left(lost, at(10s));
  EXPECT_EQ(index.joined(lost, true, at(40s)).size(), 1u);
  EXPECT_THAT(index.written(0), ElementsAre(lost)) << "who has taken over stays the primary";
  EXPECT_EQ(index.health(), Health::green);
}

TEST(Allocation, WithoutACopyInSyncAShardIsRed) {
  Allocation index = six_nodes(1, 1);
  const NodeIndex first = *index.primary(0), second = index.written(0)[0];
  index.left(second, at(10s));
  index.left(first, at(20s));
  EXPECT_EQ(index.health(), Health::red);
  EXPECT_THAT(index.searchable(0), IsEmpty());
  index.joined(second, true, at(30s));
  EXPECT_EQ(index.health(), Health::red) << "it has not heard what the other has acknowledged since";
  index.joined(first, true, at(40s));
  EXPECT_EQ(index.primary(0), first);
  EXPECT_THAT(index.searchable(0), UnorderedElementsAre(first, second));
  EXPECT_EQ(index.health(), Health::green);
}

TEST(Allocation, AnEmptyDiskBringsNothingBack) {
  Allocation index = six_nodes(1, 0);
  const NodeIndex only = *index.primary(0);
  index.left(only, at(10s));
  index.joined(only, false, at(20s));
  EXPECT_EQ(index.health(), Health::red);
}

TEST(Allocation, ANodeSendsAndTakesInTwoAtOnce) {
  Allocation index({}, 6, 1, 1_GB, {0, 1});
  index.left(1, at(0s));
  index.joined(1, false, at(1s));
  int initializing = 0;
  index.advance(1s, at(60s));
  for (int shard = 0; shard < 6; ++shard) initializing += static_cast<int>(index.written(shard).size());
  EXPECT_EQ(initializing, 2);
}

TEST(Allocation, MoreCopiesThanNodesStayUnassigned) {
  const Allocation index({}, 1, 2, 1_GB, {0, 1});
  EXPECT_EQ(index.health(), Health::yellow);
  EXPECT_EQ(index.searchable(0).size(), 2u);
}

}  // namespace
}  // namespace streamtwin::elasticsearch
