// How a service reads and writes an EVCache cluster of three replicas with a node each: the order of reading, what is known of
// nodes that are down, and the latch.
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

constexpr double get = 1, set = 1, stored = 4, own_work = 2;  // ms

std::map<std::string, ServiceSpec> cached(const CacheSpec& client = {}) {
  ServiceSpec owner = service_of(2ms, 100);
  owner.data = DataSpec{.cache = "cache", .store = "store", .writes = Fraction{0}};
  ServiceSpec cache = service_of(1ms, 100);
  cache.cache = client;
  ServiceSpec store = service_of(4ms, 100);
  store.store = stores::CassandraSpec{.replicas = 1};
  return {{"cache", cache}, {"owner", owner}, {"store", store}};
}

class CacheClient : public testing::Test {
 protected:
  void build(const CacheSpec& client = {}) { backend.emplace(cached(client), Seed{1}, MeshSpec{}, 3); }
  Instance& node(ZoneIndex zone) { return *backend->mesh.service("cache").slot(zone, 0); }
  void put(ZoneIndex zone) {
    evcache::shard_of(node(zone)).set(item_key(backend->mesh.service("owner"), 0), Bytes{1000}, 1, Duration{1e6}, now());
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

  std::optional<Backend> backend;
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
  kill(1);
  const double timeout = 2500;
  EXPECT_EQ(took({0s}), (std::vector<double>{own_work + 2 * get + stored + timeout}));
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
