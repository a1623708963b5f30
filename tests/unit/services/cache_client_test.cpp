// How a service reads and writes an EVCache cluster of three replicas with a node each: the order of reading, what is known of
// nodes that are down, and the latch.
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

constexpr double get = 1, set = 1, stored = 4, own_work = 2;  // ms

std::map<std::string, ServiceSpec> cached(const CacheSpec& client, int per_zone, double writes, int items) {
  ServiceSpec owner = service_of(2ms, 100);
  owner.data = DataSpec{.cache = "cache", .store = "store", .writes = Fraction{writes}, .items = items};
  ServiceSpec cache = service_of(1ms, 100);
  cache.instances_per_zone = per_zone;
  cache.cache = client;
  ServiceSpec store = service_of(4ms, 100);
  store.store = stores::CassandraSpec{.replicas = 1};
  return {{"cache", cache}, {"owner", owner}, {"store", store}};
}

class CacheClient : public testing::Test {
 protected:
  void build(const CacheSpec& client = {}) { backend.emplace(cached(client, per_zone, writes, items), Seed{1}, MeshSpec{}, 3); }
  Instance& node(ZoneIndex zone) { return *backend->mesh.service("cache").slot(zone, 0); }
  void put(ZoneIndex zone) {
    evcache::shard_of(node(zone)).set(item_key(backend->mesh.service("owner"), 0), Bytes{1000}, 1, Duration{1e6}, now());
  }
  /// In every node of every copy, whosesoever it is.
  void put_in_all(std::uint64_t subject) {
    for (Instance& there : backend->mesh.service("cache").instances())
      evcache::shard_of(there).set(item_key(backend->mesh.service("owner"), subject), Bytes{1000}, 1, Duration{1e6}, now());
  }
  /// Nothing comes through between two zones for so long from now on.
  void cut(ZoneIndex from, ZoneIndex to, Duration lasting) {
    const auto road = backend->mesh.network.roads.add({.from = {from}, .to = {to}, .road = {.cut = true}});
    backend->mesh.network.roads.begin(road);
    scope.spawn("a cut", [](rpc::Roads& roads, rpc::Roads::Number number, Duration wait) -> Task<> {
      co_await delay(wait);
      roads.end(number);
    }(backend->mesh.network.roads, road, lasting));
  }
  void kill(ZoneIndex zone) {
    turn_off(node(zone).machine);
    node(zone).die();
  }
  /// How long each request took of those that begin so long from now, in milliseconds.
  std::vector<double> took(const std::vector<Duration>& when) {
    const double start = in_seconds(backend->simulation.now()) * 1e3;
    backend->ended.clear();
    for (const Duration wait : when) backend->send_at(wait, "owner");
    backend->simulation.run();
    std::vector<double> times = backend->ends_ms();
    for (std::size_t i = 0; i < times.size(); ++i) times[i] = std::round((times[i] - start - in_seconds(when[i]) * 1e3) * 1e2) / 1e2;
    return times;
  }

  int per_zone = 1, items = 1;
  double writes = 0;
  std::optional<Backend> backend;
  Scope scope;
};

TEST_F(CacheClient, ReadsTheCopyOfItsZoneFirstAndOneOtherInTurn) {
  build();
  put(2);
  // The first other is the last zone, the next the one before it: there nothing is, so that the store is asked.
  EXPECT_EQ(took({0s, 1s, 2s}), (std::vector<double>{own_work + 2 * get, own_work + 2 * get + stored, own_work + get}));
  EXPECT_EQ(backend->mesh.measures.cache_reads.total(), 3);
  EXPECT_EQ(backend->mesh.measures.cache_hits.total(), 2);
}

TEST_F(CacheClient, AsksNoOtherCopyWhenToldNotTo) {
  CacheSpec client;
  client.zone_fallback = false;
  build(client);
  put(2);
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + get + stored}));
}

TEST_F(CacheClient, WaitsForANodeUntilItSeesThatItIsDown) {
  build();
  put(0);
  put(1);
  put(2);
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + get}));
  kill(0);
  const double waited = 20;
  EXPECT_EQ(took({100ms, 61s}), (std::vector<double>{own_work + waited + get, own_work + get}));
}

TEST_F(CacheClient, WaitsForNoWriteUnlessToldTo) {
  build();
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + 2 * get + stored}));
}

TEST_F(CacheClient, WaitsForAsManyWritesAsItsLatchSays) {
  CacheSpec client;
  client.await_writes = true;
  build(client);
  took({0s});
  kill(1);
  for (ZoneIndex zone : {0, 2}) evcache::shard_of(node(zone)).clear();
  EXPECT_EQ(took({61s}), (std::vector<double>{own_work + 2 * get + stored + set})) << "all but one are two";
}

TEST_F(CacheClient, GivesAWriteUpAfterItsTimeOut) {
  CacheSpec client;
  client.await_writes = true;
  client.latch = evcache::LatchPolicy::all;
  build(client);
  took({0s});
  kill(1);
  for (ZoneIndex zone : {0, 2}) evcache::shard_of(node(zone)).clear();
  const double timeout = 2500, waited = 20;
  EXPECT_EQ(took({1s}), (std::vector<double>{own_work + get + waited + stored + timeout})) << "whose node is not known to be down";
  EXPECT_EQ(backend->mesh.measures.cache_client.write_timeouts.total(), 1);
}

TEST_F(CacheClient, WhatIsNotSentCountsForTheLatch) {
  CacheSpec client;
  client.await_writes = true;
  client.latch = evcache::LatchPolicy::all;
  build(client);
  kill(1);
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + 2 * get + stored + set}));
  EXPECT_EQ(backend->mesh.measures.cache_client.write_timeouts.total(), 0);
}

TEST_F(CacheClient, EachPolicyOfALatchHasAWaitOfItsOwn) {
  using evcache::LatchPolicy;
  const std::pair<LatchPolicy, double> waits[] = {{LatchPolicy::none, 0},
                                                  {LatchPolicy::one, set},
                                                  {LatchPolicy::quorum, 10 + set},
                                                  {LatchPolicy::all_minus_1, 10 + set},
                                                  {LatchPolicy::all, 100 + set}};
  for (const auto& [policy, wait] : waits) {
    CacheSpec client;
    client.await_writes = true;
    client.latch = policy;
    client.zone_fallback = false;
    build(client);
    const rpc::Trouble slow{.latency = 10ms}, slower{.latency = 100ms};
    node(1).trouble = &slow;
    node(2).trouble = &slower;
    EXPECT_EQ(took({0s}), (std::vector<double>{own_work + get + stored + wait})) << static_cast<int>(policy);
    backend.reset();
  }
}

TEST_F(CacheClient, FailsAtOnceWhereTooManyReadsWaitForANode) {
  CacheSpec client;
  client.read_queue = 1;
  build(client);
  backend->ail("cache", {.latency = 1s});
  const double waited = 20;
  // The first waits for two copies, the second for the one that has not been asked, the third for none.
  EXPECT_EQ(took({0s, 100ms, 200ms}), (std::vector<double>{own_work + 2 * waited + stored, own_work + waited + stored, own_work + stored}));
  EXPECT_EQ(backend->mesh.measures.cache_client.read_queue_full.total(), 3);
  EXPECT_EQ(backend->mesh.measures.cache_client.read_timeouts.total(), 3);
  EXPECT_EQ(took({5s}), (std::vector<double>{own_work + 2 * waited + stored})) << "they have been answered since";
}

TEST_F(CacheClient, EachClientOfAPoolHasAQueueOfItsOwn) {
  CacheSpec client;
  client.read_queue = 1;
  client.pool_size = 4;
  build(client);
  backend->ail("cache", {.latency = 1s});
  const double waited = 20;
  EXPECT_EQ(took({0s, 100ms}), (std::vector<double>(2, own_work + 2 * waited + stored)));
}

TEST_F(CacheClient, WritesAndDoesNotReadACopyThatIsWriteOnly) {
  CacheSpec client;
  client.write_only = {"regiona"};
  client.await_writes = true;
  client.latch = evcache::LatchPolicy::all;
  client.zone_fallback = false;
  build(client);
  const rpc::Trouble slow{.latency = 100ms};
  node(0).trouble = &slow;
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + get + stored + set})) << "it is not waited for";
  EXPECT_EQ(evcache::shard_of(node(0)).entries(), 1u);
  EXPECT_EQ(took({1s}), (std::vector<double>{own_work + get})) << "of another zone's copy";
  EXPECT_EQ(node(0).requests, 1u) << "the write";
}

TEST_F(CacheClient, LeavesACopyOutOfWhichMoreNodesAreDownThanUp) {
  per_zone = 3;
  build();
  put_in_all(0);
  const Service& cache = backend->mesh.service("cache");
  const auto keeps = *cache.cluster->node_of(0, ring_hash(backend->mesh.service("owner"), 0));
  for (evcache::NodeIndex down = 0; down < 3; ++down) {
    if (down == keeps) continue;
    Instance& there = *cache.cluster->instance(0, down);
    turn_off(there.machine);
    there.die();
  }
  Instance& kept = *cache.cluster->instance(0, keeps);
  EXPECT_EQ(took({61s}), (std::vector<double>{own_work + get}));
  EXPECT_EQ(kept.requests, 0u);
}

TEST_F(CacheClient, AWriteWaitsWhileTheWayIsCutAndComesLate) {
  build();
  cut(0, 1, 500ms);
  took({0s});
  EXPECT_EQ(evcache::shard_of(node(1)).entries(), 1u) << "by TCP's third try, after 600 ms";
  EXPECT_EQ(backend->mesh.measures.cache_client.write_timeouts.total(), 0);
}

TEST_F(CacheClient, AWriteThatWaitsTooLongIsDroppedAndTheCopyStaysStale) {
  writes = 1;
  build();
  for (ZoneIndex zone : {0, 1, 2}) put(zone);
  cut(0, 1, 3s);
  took({0s});
  EXPECT_EQ(backend->mesh.measures.cache_client.write_timeouts.total(), 1);
  const std::uint64_t key = item_key(backend->mesh.service("owner"), 0);
  const auto stale = backend->mesh.written.judge(key, evcache::before_the_run, 1, at(20s));
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->cause, evcache::StaleCause::lost_write);
  EXPECT_NEAR(in_seconds(stale->age), 20, 0.1);
}

TEST_F(CacheClient, WhoWritesWaitsWhereTooManyWritesDo) {
  writes = 1;
  CacheSpec client;
  client.write_queue = 1;
  build(client);
  cut(0, 1, 10s);
  // The answer of the store fills the queue; the write that follows waits five times 25 ms, and closes the connection.
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + 2 * get + 2 * stored + 125}));
  EXPECT_EQ(backend->mesh.measures.cache_client.write_queue_full.total(), 1);
  EXPECT_EQ(took({1s}), (std::vector<double>{own_work + get + stored})) << "which nobody waits for any more";
}

TEST_F(CacheClient, ReadsSeveralItemsAtOnceAndAsksTheStoreForThoseThatAreMissing) {
  per_zone = 2;
  items = 8;
  build();
  EXPECT_EQ(took({0s, 1s}), (std::vector<double>{own_work + 2 * get + stored, own_work + get})) << "nodes are asked side by side";
  EXPECT_EQ(backend->mesh.measures.cache_reads.total(), 16);
  EXPECT_EQ(backend->mesh.measures.cache_hits.total(), 8);
  const Service& cache = backend->mesh.service("cache");
  const std::uint64_t asked = cache.cluster->instance(0, 0)->requests + cache.cluster->instance(0, 1)->requests;
  EXPECT_EQ(asked, 2u + 8u + 2u) << "two reads in bulk, each of both nodes, and a write of each item";
}

TEST_F(CacheClient, ReadsFromAnotherCopyWhatOneHasNot) {
  per_zone = 2;
  items = 8;
  build();
  took({0s});
  const Service& cache = backend->mesh.service("cache");
  evcache::Shard& half = evcache::shard_of(*cache.cluster->instance(0, 0));
  ASSERT_GT(half.entries(), 0u);
  ASSERT_LT(half.entries(), 8u);
  half.clear();
  EXPECT_EQ(took({1s}), (std::vector<double>{own_work + 2 * get}));
  EXPECT_EQ(backend->mesh.measures.cache_hits.total(), 8);
}

/// How often reads have missed for each reason: expired, cold, erased, evicted, lost, queue_full, timed_out.
std::vector<double> missed(const Backend& backend) {
  std::vector<double> by_reason;
  for (const Counter& counter : backend.mesh.measures.cache_missed_when) by_reason.push_back(counter.total());
  return by_reason;
}

TEST_F(CacheClient, TellsWhatWasNeverStoredFromWhatAnEmptyNodeHasLost) {
  build();
  took({0s});
  EXPECT_EQ(missed(*backend), (std::vector<double>{0, 0, 0, 0, 1, 0, 0})) << "nodes that are new";
  for (ZoneIndex zone : {0, 1, 2}) {
    evcache::shard_of(node(zone)).clear();
    evcache::shard_of(node(zone)).settle();
  }
  took({1s});
  EXPECT_EQ(missed(*backend), (std::vector<double>{0, 1, 0, 0, 1, 0, 0}));
}

TEST_F(CacheClient, TakesWhatSaysMostOfTheItemForTheReason) {
  build();
  const std::uint64_t key = item_key(backend->mesh.service("owner"), 0);
  put(2);
  evcache::shard_of(node(2)).touch(key, 1s, now());
  took({2s});
  EXPECT_EQ(missed(*backend), (std::vector<double>{1, 0, 0, 0, 0, 0, 0})) << "lost at the first copy, expired at the other";
  for (ZoneIndex zone : {0, 1, 2}) evcache::shard_of(node(zone)).erase(key);
  took({1s});
  EXPECT_EQ(missed(*backend), (std::vector<double>{1, 0, 1, 0, 0, 0, 0}));
}

TEST_F(CacheClient, TellsWhatHadToMakeRoom) {
  CacheSpec client;
  client.memory = Bytes{3000};
  client.eviction = evcache::Eviction::lru;
  build(client);
  for (ZoneIndex zone : {0, 1, 2}) put(zone);
  for (ZoneIndex zone : {0, 1, 2})
    for (std::uint64_t other : {1, 2, 3}) evcache::shard_of(node(zone)).set(other, Bytes{1000}, 1, Duration{1e6}, now());
  took({0s});
  EXPECT_EQ(missed(*backend), (std::vector<double>{0, 0, 0, 1, 0, 0, 0}));
}

TEST_F(CacheClient, TellsANodeThatIsSilentAndOneThatIsKnownToBeDown) {
  CacheSpec client;
  client.zone_fallback = false;
  build(client);
  for (ZoneIndex zone : {0, 1, 2}) put(zone);
  took({0s});
  kill(0);
  took({100ms});
  EXPECT_EQ(missed(*backend), (std::vector<double>{0, 0, 0, 0, 0, 0, 1}));
}

TEST_F(CacheClient, CountsWhatAnotherCopyHad) {
  build();
  put(2);
  took({0s});
  EXPECT_EQ(backend->mesh.measures.cache_other_copies.total(), 1);
  put(0);
  took({0s});
  EXPECT_EQ(backend->mesh.measures.cache_other_copies.total(), 1);
}

}  // namespace
}  // namespace streamtwin::services
