// What fills a cache's copy, or a node of one, that starts empty: from which copy, when it is read again, and what it leaves alone.
#include "models/services/cache_warmer.hpp"

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

constexpr int subjects = 20;

std::map<std::string, ServiceSpec> warmed(int items = 1) {
  ServiceSpec owner = service_of(2ms, 100);
  owner.data = DataSpec{.cache = "cache", .store = "store", .writes = Fraction{0}};
  owner.data->items = items;
  ServiceSpec cache = service_of(1ms, 100);
  cache.cache = CacheSpec{};
  cache.cache->warmer = evcache::WarmerSpec{};
  cache.instances_per_zone = 2;
  ServiceSpec store = service_of(4ms, 100);
  store.store = stores::CassandraSpec{.replicas = 1};
  return {{"cache", cache}, {"owner", owner}, {"store", store}};
}

class WarmedCache : public testing::Test {
 protected:
  Service& cache() { return backend.mesh.service("cache"); }
  std::uint64_t key(std::uint64_t subject) { return item_key(backend.mesh.service("owner"), subject); }
  evcache::Shard& shard_of(ZoneIndex zone, std::uint64_t subject) {
    return evcache::shard_of(*cache().cluster->instance_of(zone, ring_hash(backend.mesh.service("owner"), subject)));
  }
  void put(ZoneIndex zone, std::uint64_t version) {
    for (std::uint64_t subject = 0; subject < subjects; ++subject)
      shard_of(zone, subject).set(key(subject), Bytes{1000}, version, 1h, now());
  }
  /// Subjects whose item a zone's copy has, of that version.
  int has(ZoneIndex zone, std::uint64_t version) {
    int items = 0;
    for (std::uint64_t subject = 0; subject < subjects; ++subject) {
      const auto stored = shard_of(zone, subject).peek(key(subject), now());
      items += stored && stored->value.version == version;
    }
    return items;
  }

  Backend backend{warmed(), Seed{1}, MeshSpec{}, 3};
  CacheWarmer warmer{backend.mesh, cache()};
};

TEST_F(WarmedCache, FillsANewCopyBeforeItIsRead) {
  put(0, 1);
  put(1, 2);
  warmer.renew(0);
  EXPECT_TRUE(cache().cluster->is_read(0));
  backend.simulation.run_until(at(59s));
  EXPECT_FALSE(cache().cluster->is_read(0)) << "clients are to see that at their next look at the pool";
  EXPECT_EQ(has(0, 1), subjects) << "the old copy serves meanwhile";
  backend.simulation.run_until(at(60100ms));
  EXPECT_EQ(has(0, 1) + has(0, 2), 0);
  EXPECT_FALSE(cache().cluster->is_read(0));
  const std::uint64_t written_meanwhile = 7;
  shard_of(0, 3).set(key(3), Bytes{1000}, 9, 1h, now());
  shard_of(0, written_meanwhile).set(key(written_meanwhile), Bytes{1000}, 9, 1h, now());
  backend.simulation.run();
  EXPECT_TRUE(cache().cluster->is_read(0));
  EXPECT_EQ(has(0, 2), subjects - 2);
  EXPECT_EQ(has(0, 9), 2) << "a warmer adds, and never overwrites";
  EXPECT_EQ(backend.mesh.measures.warmers.items.total(), subjects - 2);
  EXPECT_EQ(backend.mesh.measures.warmers.time.all().count(), 1u);
}

TEST_F(WarmedCache, TakesNoCopyForItsSourceThatIsNewItself) {
  put(1, 1);
  put(2, 2);
  cache().cluster->read_from(1, false);
  warmer.renew(0);
  backend.simulation.run();
  EXPECT_EQ(has(0, 2), subjects);
}

TEST_F(WarmedCache, FillsASingleNodeWithWhatBelongsToItWhileItIsRead) {
  put(0, 1);
  put(1, 2);
  Instance& node = *cache().slot(0, 1);
  evcache::shard_of(node).clear();
  const int left = has(0, 1);
  ASSERT_GT(left, 0);
  ASSERT_LT(left, subjects);
  warmer.refill(node);
  backend.simulation.run();
  EXPECT_TRUE(cache().cluster->is_read(0));
  EXPECT_EQ(has(0, 1), left);
  EXPECT_EQ(has(0, 2), subjects - left);
}

TEST_F(WarmedCache, BringsNoMoreOfANodeThatHasGone) {
  put(1, 2);
  warmer.renew(0);
  backend.simulation.run_until(at(60s));
  Instance& lost = *cache().slot(1, 0);
  const auto of_lost = static_cast<int>(evcache::shard_of(lost).entries());
  ASSERT_GT(of_lost, 0);
  backend.mesh.lives.stop(lost);
  backend.simulation.run();
  EXPECT_EQ(has(0, 2), subjects - of_lost);
  EXPECT_TRUE(cache().cluster->is_read(0));
}

TEST(WarmedCacheOfManyItems, BringsEachOfASubjectsToItsNode) {
  Backend backend{warmed(2), Seed{1}, MeshSpec{}, 3};
  Service& cache = backend.mesh.service("cache");
  const Service& owner = backend.mesh.service("owner");
  CacheWarmer warmer{backend.mesh, cache};
  const std::uint64_t subject = 5;
  const auto shard_of = [&](ZoneIndex zone, int item) -> evcache::Shard& {
    return evcache::shard_of(*cache.cluster->instance_of(zone, ring_hash(owner, subject, item)));
  };
  for (int item : {0, 1}) shard_of(1, item).set(evcache::key_of_item(item_key(owner, subject), item), Bytes{1000}, 1, 1h, now());
  warmer.renew(0);
  backend.simulation.run();
  for (int item : {0, 1}) EXPECT_TRUE(shard_of(0, item).peek(evcache::key_of_item(item_key(owner, subject), item), now())) << item;
}

}  // namespace
}  // namespace streamtwin::services
