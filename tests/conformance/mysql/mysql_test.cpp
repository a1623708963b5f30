// When a MySQL primary tells its client that a transaction is committed, when a replica has applied it, what is lost with a primary, and
// when orchestrator replaces it.
#include <gtest/gtest.h>

#include "models/stores/mysql/cluster.hpp"
#include "models/stores/mysql/group_commit.hpp"
#include "models/stores/mysql/recovery.hpp"

namespace streamtwin::mysql {
using namespace literals;
namespace {

TEST(GroupCommit, SyncsTogetherWhatHasComeMeanwhile) {
  GroupCommit disk;
  EXPECT_EQ(disk.commit(at(0ms), 2ms), at(2ms));
  EXPECT_EQ(disk.commit(at(1ms), 2ms), at(4ms)) << "the sync under way does not have it";
  EXPECT_EQ(disk.commit(at(1.5ms), 2ms), at(4ms));
  EXPECT_EQ(disk.commit(at(3ms), 2ms), at(6ms));
  EXPECT_EQ(disk.commit(at(20ms), 2ms), at(22ms));
}

TEST(LastSync, IsThatOfThisSecond) {
  EXPECT_EQ(last_sync(at(12.999s)), at(12s));
  EXPECT_EQ(last_sync(at(12s)), at(12s));
}

TEST(SemiSync, WaitsForOneReplicaThatHasReceivedIt) {
  SemiSync primary({}, 3);
  primary.committed(1);
  EXPECT_FALSE(primary.released(1));
  primary.received(2, 1);
  EXPECT_TRUE(primary.released(1));
  EXPECT_FALSE(primary.released(2));
}

TEST(SemiSync, WaitsForAsManyAsItIsTold) {
  SemiSync primary({.acks = 2}, 4);
  primary.received(1, 7);
  EXPECT_FALSE(primary.released(1));
  primary.received(3, 5);
  EXPECT_TRUE(primary.released(5));
  EXPECT_FALSE(primary.released(6));
}

TEST(SemiSync, GoesOnWithoutUntilTheyHaveCaughtUp) {
  SemiSync primary({}, 2);
  primary.committed(1);
  EXPECT_TRUE(primary.timed_out(1));
  EXPECT_FALSE(primary.timed_out(1)) << "it is off already";
  EXPECT_TRUE(primary.released(9));
  primary.committed(2);
  primary.received(1, 1);
  EXPECT_FALSE(primary.on());
  primary.received(1, 2);
  EXPECT_TRUE(primary.on());
  EXPECT_FALSE(primary.released(3));
}

TEST(Applier, HasOneThreadBefore8027) {
  Applier applier(1);
  EXPECT_EQ(applier.apply(at(0s), 1s), at(1s));
  EXPECT_EQ(applier.apply(at(0s), 1s), at(2s)) << "the lag is its queue";
  EXPECT_EQ(applier.apply(at(5s), 1s), at(6s));
}

TEST(Applier, CommitsInTheOrderOfThePrimary) {
  Applier applier(4);
  EXPECT_EQ(applier.apply(at(0s), 3s), at(3s));
  EXPECT_EQ(applier.apply(at(0s), 1s), at(3s)) << "it is done earlier, and waits for the one before";
  EXPECT_EQ(applier.apply(at(0s), 1s), at(3s));
  EXPECT_EQ(applier.apply(at(0s), 1s), at(3s));
  EXPECT_EQ(applier.apply(at(0s), 1s), at(3s)) << "the second thread has done its first by then";
}

MysqlSpec applies_in(Duration takes) {
  MysqlSpec spec;
  spec.apply_time = takes;
  return spec;
}

TEST(Cluster, ReplicasHaveATransactionWhenTheyHaveAppliedIt) {
  Cluster cluster(applies_in(2s), 2, 0);
  cluster.receive(1, cluster.commit(7, at(1s), at(1s)), at(2s));
  EXPECT_EQ(cluster.read(0, 7, at(1s)), at(1s));
  EXPECT_EQ(cluster.read(1, 7, at(3s)), stores::never_written);
  EXPECT_EQ(cluster.lag(1, at(3s)), 2s);
  EXPECT_EQ(cluster.read(1, 7, at(4s)), at(1s));
  EXPECT_EQ(cluster.lag(1, at(4s)), 0s);
}

TEST(Cluster, ASuccessorLacksWhatWasNotShipped) {
  Cluster cluster(applies_in(1s), 3, 0);
  for (int i = 1; i <= 4; ++i) cluster.acknowledge(cluster.commit(1, at(seconds(i)), at(seconds(i))));
  cluster.commit(2, at(5s), at(5s));  // of which nobody was told
  cluster.receive(1, 3, at(5s));
  cluster.receive(2, 2, at(5s));
  EXPECT_EQ(cluster.promote(1).acknowledged, 1u);
  EXPECT_EQ(cluster.end(), 3u);
  EXPECT_EQ(cluster.read(1, 1, at(5s)), at(3s)) << "it has applied all that it had received";
  EXPECT_TRUE(cluster.diverged(0));
  EXPECT_FALSE(cluster.diverged(2));
  EXPECT_TRUE(cluster.has(3, 0));
  EXPECT_FALSE(cluster.has(4, 0));
  EXPECT_TRUE(cluster.has(4, 1));
}

TEST(Cluster, APrimaryThatSyncsEachSecondHasLostThatSecond) {
  Cluster cluster(applies_in(0s), 2, 0);
  cluster.acknowledge(cluster.commit(1, at(1s), at(1s)));
  cluster.acknowledge(cluster.commit(1, at(2.1s), at(2.1s)));
  cluster.acknowledge(cluster.commit(1, at(2.2s), at(2.2s)));
  cluster.receive(1, 2, at(2.3s));
  EXPECT_EQ(cluster.lose_since(at(2s)).acknowledged, 2u);
  EXPECT_EQ(cluster.read(0, 1, at(3s)), at(1s));
  EXPECT_TRUE(cluster.diverged(1)) << "its replica has more";
}

TEST(Cluster, APrimaryWithoutItsDiskGetsWhatTheOthersHave) {
  Cluster cluster(applies_in(1s), 3, 0);
  for (int i = 1; i <= 3; ++i) cluster.acknowledge(cluster.commit(1, at(seconds(i)), at(seconds(i))));
  cluster.receive(1, 1, at(3s));
  cluster.receive(2, 2, at(3s));
  cluster.empty(0);
  EXPECT_EQ(cluster.fill_primary().acknowledged, 1u);
  EXPECT_EQ(cluster.read(0, 1, at(3s)), at(2s));
  EXPECT_EQ(cluster.primary(), 0u);
}

Polled replica(bool replicates, Position received = 0) { return {.replicates = replicates, .received = received}; }

TEST(Recovery, APrimaryIsDeadWhenItIsSilentAndNoReplicaHearsOfIt) {
  Recovery recovery(3, 1h);
  recovery.polled(0, {.reachable = false});
  EXPECT_FALSE(recovery.is_dead(0)) << "its replicas still replicate: what is broken is the way to it";
  recovery.polled(1, replica(false));
  EXPECT_FALSE(recovery.is_dead(0));
  recovery.polled(2, replica(false));
  EXPECT_TRUE(recovery.is_dead(0));
  recovery.polled(0, {.reachable = true});
  EXPECT_FALSE(recovery.is_dead(0));
}

TEST(Recovery, WithoutReplicasThereIsNothingToRecoverTo) {
  Recovery recovery(3, 1h);
  for (std::size_t server = 0; server < 3; ++server) recovery.polled(server, {.reachable = false, .replicates = false});
  EXPECT_FALSE(recovery.is_dead(0));
  recovery.polled(2, replica(false));
  EXPECT_TRUE(recovery.is_dead(0)) << "dead, with some of its replicas";
}

TEST(Recovery, PromotesTheMostAdvancedAndOfSeveralTheNearest) {
  Recovery recovery(4, 1h);
  recovery.polled(1, replica(false, 8));
  recovery.polled(2, replica(false, 9));
  recovery.polled(3, replica(false, 9));
  EXPECT_EQ(recovery.successor(0, {0, 1, 2, 3}), 2u);
  EXPECT_EQ(recovery.successor(0, {0, 1, 3, 2}), 3u);
  recovery.polled(3, {.reachable = true, .restored = false, .received = 9});
  EXPECT_EQ(recovery.successor(0, {0, 1, 3, 2}), 2u);
}

TEST(Recovery, ComesOnceInAnHour) {
  Recovery recovery(2, 3600s);
  EXPECT_TRUE(recovery.may_recover(at(0s)));
  recovery.recovered(at(10s));
  EXPECT_FALSE(recovery.may_recover(at(3609s)));
  EXPECT_TRUE(recovery.may_recover(at(3610s)));
}

TEST(Defaults, AreThoseOfTheProducts) {
  const MysqlSpec spec;
  EXPECT_EQ(spec.semi_sync.timeout, 10s);
  EXPECT_EQ(spec.applier_threads, 4);
  EXPECT_EQ(spec.net_timeout, 4s);
  EXPECT_EQ(spec.reconnect_interval, 1s);
  EXPECT_EQ(spec.orchestrator.analysis_interval, 1s);
  EXPECT_EQ(spec.orchestrator.poll_interval, 5s);
  EXPECT_EQ(spec.orchestrator.recovery_block, 3600s);
  EXPECT_EQ(spec.pool.size, 10);
  EXPECT_EQ(spec.pool.acquire_timeout, 30s);
  EXPECT_EQ(spec.pool.lifetime, 1800s);
  EXPECT_EQ(spec.connections_max, 151);
}

}  // namespace
}  // namespace streamtwin::mysql
