// Two regions of two zones, with a cache of a node in each zone. What is read and set in the first is carried to the second: to its
// leader's broker, a follower, the relay, the other region's proxy, its nodes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "models/cache/replication/relay.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::evcache {
namespace {

using ::testing::IsEmpty;

std::map<std::string, services::ServiceSpec> cached(double writes) {
  services::ServiceSpec owner, cache, store;
  for (services::ServiceSpec* const spec : {&owner, &cache, &store}) {
    spec->instances_per_zone = 1;
    spec->cores = 100;
    spec->cost = {0.1ms, 0};
  }
  owner.data = services::DataSpec{.cache = "cache", .store = "store", .writes = Fraction{writes}};
  cache.cache.emplace().eviction = Eviction::lru;
  store.store.emplace().replicas = 2;
  return {{"cache", cache}, {"owner", owner}, {"store", store}};
}

class CacheReplication : public testing::Test {
 protected:
  CacheReplication() : simulation(Seed{1}), geography({{"here", 39, -77, 2}, {"there", 53, -6, 2}}, {}), mesh(geography, recorder) {}

  void build(ReplicatedCacheSpec replicated = {}, double writes = 0) {
    mesh.add(cached(writes));
    for (services::Service& service : mesh.services()) {
      for (ZoneIndex zone = 0; zone < 4; ++zone) {
        Host& machine = platform.add_host(service.name + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9});
        mesh.lives.launch(service, machine, zone, 0);
      }
    }
    measures = ReplicationMeasures(recorder);
    replicated.partitions = 2;
    std::vector<Replicator::Way> ways;
    for (const RegionIndex region : {0, 1}) {
      std::vector<kafka::Cluster::Broker> brokers;
      for (const ZoneIndex zone : geography.zones_in(region)) {
        Host& machine = platform.add_host("kafka" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9});
        brokers.push_back({.machine = &machine, .zone = zone});
      }
      clusters.emplace_back(spec.kafka, std::move(brokers), mesh.network.roads);
      ways.push_back({&clusters.back(), &clusters.back().add_topic(replicated.partitions, replicated.copies, measures.logs)});
    }
    platform.seal();
    Cluster& cache = *mesh.service("cache").cluster;
    replicator.emplace(replicated, spec, std::move(ways), geography, mesh.written, measures);
    cache.listen(*replicator);
    relays.emplace_back(spec.relay, *replicator, cache, mesh.network, mesh.written, RegionIndex{0}, RegionIndex{1}, measures);
    relays.emplace_back(spec.relay, *replicator, cache, mesh.network, mesh.written, RegionIndex{1}, RegionIndex{0}, measures);
    for (kafka::Cluster& cluster : clusters) cluster.start();
    for (Relay& relay : relays) relay.start();
    replicator->start(mesh.lives);
  }
  Shard& shard(ZoneIndex zone) { return shard_of(*mesh.service("cache").slot(zone, 0)); }
  std::uint64_t key() { return services::item_key(mesh.service("owner"), 0); }
  /// A request at the owner in a zone, which reads the item of member 0.
  void ask(ZoneIndex zone) { mesh.network.send(*mesh.service("owner").slot(zone, 0), {}, {}, {}); }
  void cut(bool begin) {
    if (!road) road = mesh.network.roads.add({.from = {0, 1}, .to = {2, 3}, .road = {.cut = true}});
    begin ? mesh.network.roads.begin(*road) : mesh.network.roads.end(*road);
  }
  void run(Duration until) { simulation.run_until(at(until)); }
  std::vector<std::string> audit() {
    measures.producers.audit.census(replicator->waiting());
    double in_logs = 0;
    for (const kafka::Cluster& cluster : clusters) in_logs += cluster.unsettled();
    measures.logs.audit.census(in_logs);
    return recorder.audit().check();
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  services::Mesh mesh;
  CacheReplicationSpec spec;
  ReplicationMeasures measures;
  std::deque<kafka::Cluster> clusters;
  std::optional<Replicator> replicator;
  std::deque<Relay> relays;
  std::optional<rpc::Roads::Number> road;
};

TEST_F(CacheReplication, WhatIsSetInOneRegionIsSoonInTheOther) {
  build();
  ask(0);
  run(10s);
  for (ZoneIndex zone = 0; zone < 4; ++zone) EXPECT_EQ(shard(zone).entries(), 1u) << static_cast<int>(zone);
  EXPECT_EQ(measures.applied.total(), 1);
  const double way = in_seconds(geography.one_way(0, 2));
  EXPECT_GT(measures.lag.all().quantile(0.5), way);
  EXPECT_LT(measures.lag.all().quantile(0.5), way + 0.02);
  const auto here = shard(0).get(key(), now()), there = shard(2).get(key(), now());
  EXPECT_NEAR(in_seconds(here->expiry), in_seconds(there->expiry), 0.02) << "it lives as long, not longer";
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(CacheReplication, AnInvalidationMakesTheOtherRegionForget) {
  build({.mode = ReplicationMode::invalidations}, 1);
  for (const ZoneIndex zone : {2, 3}) shard(zone).set(key(), Bytes{1000}, word_of(before_the_run), 1h, now());
  ask(0);
  run(10s);
  EXPECT_EQ(shard(0).entries(), 1u);
  EXPECT_EQ(shard(2).entries(), 0u);
  EXPECT_EQ(shard(3).entries(), 0u);
}

TEST_F(CacheReplication, TheRelaySendsTheValueAsItIsByThen) {
  spec.relay.rate = Rate{1};  // a second for each message
  build({.in_order = true}, 1);
  shard(0).set(key(), Bytes{1000}, word_of(before_the_run), 48h, now());
  ask(0);
  run(100ms);
  ask(0);
  run(20s);
  EXPECT_EQ(measures.superseded.total(), 1) << "the first write's value has been replaced";
  EXPECT_EQ(measures.applied.total(), 1);
  EXPECT_EQ(version_of(shard(2).get(key(), now())->version), version_of(shard(0).get(key(), now())->version));
}

TEST_F(CacheReplication, WhatIsGoneByThenIsNotSent) {
  spec.relay.rate = Rate{1};
  build();
  ask(0);
  run(500ms);
  for (const ZoneIndex zone : {0, 1}) shard(zone).clear();
  run(20s);
  EXPECT_EQ(measures.gone.total(), 1);
  EXPECT_EQ(shard(2).entries(), 0u);
}

TEST_F(CacheReplication, ACutMakesItLateAndALongOneIsTooMuch) {
  spec.relay.patience = 30s;
  build({}, 1);
  cut(true);
  ask(0);
  run(20s);
  cut(false);
  run(25s);
  EXPECT_EQ(shard(2).entries(), 1u);
  EXPECT_GT(measures.lag.all().quantile(0.5), 19);
  cut(true);
  ask(0);
  run(100s);
  EXPECT_GT(measures.given_up.total(), 0);
  const auto has = version_of(shard(2).get(key(), now())->version);
  const auto stale = mesh.written.judge(key(), has, 2, now());
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->cause, StaleCause::replication_lost);
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(CacheReplication, WhileItIsOnItsWayTheOtherRegionIsStale) {
  build({}, 1);
  shard(2).set(key(), Bytes{1000}, word_of(before_the_run), 1h, now());
  cut(true);
  ask(0);
  run(10s);
  const auto stale = mesh.written.judge(key(), before_the_run, 2, now());
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->cause, StaleCause::replication_lag);
  EXPECT_NEAR(in_seconds(stale->age), 10, 0.1);
}

}  // namespace
}  // namespace streamtwin::evcache
