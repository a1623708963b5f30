// MD5 (RFC 1321), spymemcached's hash algorithms, ketama locator and node names, EVCache's ring, read order and latch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/cache/evcache/ketama.hpp"
#include "models/cache/evcache/md5.hpp"
#include "models/cache/evcache/replicas.hpp"

namespace streamtwin::evcache {
namespace {

using ::testing::ElementsAre;

std::string hex(const Md5Digest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::uint8_t byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

TEST(Md5, OfTheTestSuiteOfRfc1321) {
  EXPECT_EQ(hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(md5("a")), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hex(md5("abcdefghijklmnopqrstuvwxyz")), "c3fcd3d76192e4007dfb496cca67e13b");
  EXPECT_EQ(hex(md5("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")), "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(hex(md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890")),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(KetamaHash, OfTheUpstreamTest) {
  const std::pair<const char*, std::uint32_t> vectors[] = {{"26", 3979113294},    {"1404", 2065000984},  {"4177", 1125759251},
                                                           {"9315", 3302915307},  {"14745", 2580083742}, {"105106", 3986458246},
                                                           {"355107", 3611074310}};
  for (const auto& [key, hash] : vectors) EXPECT_EQ(hash_of(HashAlgorithm::ketama, key), hash) << key;
}

TEST(OtherHashes, OfTheUpstreamTest) {
  EXPECT_EQ(hash_of(HashAlgorithm::crc, "Test1"), 19315u);
  EXPECT_EQ(hash_of(HashAlgorithm::crc, "Test2"), 21114u);
  EXPECT_EQ(hash_of(HashAlgorithm::crc, "Test3"), 9597u);
  EXPECT_EQ(hash_of(HashAlgorithm::crc, "Test4"), 15129u);
  EXPECT_EQ(hash_of(HashAlgorithm::fnv1a_32, ""), 0x811c9dc5u);
  EXPECT_EQ(hash_of(HashAlgorithm::fnv1a_32, " "), 0x250c8f7fu);
  EXPECT_EQ(hash_of(HashAlgorithm::fnv1a_32, "hello world!"), 0xb034fff2u);
  EXPECT_EQ(hash_of(HashAlgorithm::fnv1a_32, "wd:com.google"), 0xaa90fcc6u);
}

KetamaRing spymemcached_ring(const std::vector<NodeName>& nodes) {
  std::vector<std::vector<std::string>> points(nodes.size());
  for (std::size_t node = 0; node < nodes.size(); ++node)
    for (int i = 0; i < 40; ++i) points[node].push_back(spymemcached_point(nodes[node], i));
  return KetamaRing(points);
}

std::vector<NodeName> local_nodes(int count) {
  std::vector<NodeName> nodes;
  for (int i = 0; i < count; ++i) nodes.push_back({"", "127.0.0.1", 10000 + i});
  return nodes;
}

TEST(KetamaLocator, OfFourAndFiveNodes) {
  const KetamaRing four = spymemcached_ring(local_nodes(4));
  EXPECT_EQ(four.node_of("dustin"), 0u);
  EXPECT_EQ(four.node_of("noelani"), 2u);
  EXPECT_EQ(four.node_of("some other key"), 0u);
  const KetamaRing five = spymemcached_ring(local_nodes(5));
  EXPECT_EQ(five.node_of("dustin"), 0u);
  EXPECT_EQ(five.node_of("noelani"), 2u);
  EXPECT_EQ(five.node_of("some other key"), 4u);
}

TEST(KetamaLocator, AgreesWithLibketama) {
  const KetamaRing five = spymemcached_ring(local_nodes(5));
  EXPECT_EQ(five.node_of("36"), 2u);
  EXPECT_EQ(five.node_of("10037"), 3u);
  EXPECT_EQ(five.node_of("22051"), 1u);
  EXPECT_EQ(five.node_of("49044"), 4u);
  std::vector<NodeName> nodes;
  for (int i = 1; i <= 8; ++i) nodes.push_back({"", "10.0.1." + std::to_string(i), 11211});
  const KetamaRing eight = spymemcached_ring(nodes);
  const std::pair<const char*, NodeIndex> vectors[] = {{"137470", 2}, {"137703", 3}, {"137936", 1}, {"138169", 6},
                                                       {"138402", 8}, {"138635", 7}, {"138868", 2}, {"139101", 4},
                                                       {"139334", 7}, {"139567", 6}, {"141664", 5}, {"202244", 7}};
  for (const auto& [key, last_octet] : vectors) EXPECT_EQ(eight.node_of(key) + 1, last_octet) << key;
}

TEST(KetamaNames, OfSpymemcachedLibmemcachedAndEvcache) {
  EXPECT_EQ(spymemcached_point({"localhost", "127.0.0.1", 11211}, 1), "localhost/127.0.0.1:11211-1");
  EXPECT_EQ(spymemcached_point({"", "1.2.3.4", 11211}, 1), "1.2.3.4:11211-1");
  EXPECT_EQ(libmemcached_point({"localhost", "127.0.0.1", 11211}, 1), "localhost-1");
  EXPECT_EQ(libmemcached_point({"localhost", "127.0.0.1", 11212}, 1), "localhost:11212-1");
  EXPECT_EQ(evcache_point({"host1", "10.0.0.1", 7001}, 0), "host1/10.0.0.1:11211-0");
}

TEST(KetamaRing, TakesTheFirstPointAtOrAfterTheHashAndWraps) {
  const KetamaRing ring = KetamaRing::of_points({{10, 1}, {20, 2}, {30, 3}});
  const std::pair<std::uint64_t, NodeIndex> vectors[] = {{10, 1}, {15, 2}, {25, 3}, {35, 1}, {0, 1}, {INT64_MAX, 1}};
  for (const auto& [hash, node] : vectors) EXPECT_EQ(ring.node_at(hash), node) << hash;
}

TEST(KetamaRing, AtACollisionTheLastInsertedNodeWins) {
  EXPECT_EQ(KetamaRing::of_points({{10, 1}, {10, 2}}).node_at(10), 2u);
  EXPECT_EQ(KetamaRing::of_points({{10, 2}, {10, 1}}).points(), 1u);
}

TEST(EvcacheRing, OfFourNodes) {
  std::vector<NodeName> nodes;
  for (int i = 1; i <= 4; ++i) nodes.push_back({"host" + std::to_string(i), "10.0.0." + std::to_string(i), 11211});
  const KetamaRing ring = KetamaRing::of_group(nodes);
  const std::pair<const char*, NodeIndex> vectors[] = {{"a", 2},          {"b", 3},          {"c", 3},
                                                       {"customer:1", 2}, {"customer:2", 1}, {"customer:3", 1}};
  for (const auto& [key, host] : vectors) EXPECT_EQ(ring.node_of(key) + 1, host) << key;
  std::vector<int> keys(4);
  for (int i = 0; i < 10000; ++i) ++keys[ring.node_of("k" + std::to_string(i))];
  EXPECT_THAT(keys, ElementsAre(2782, 2315, 2605, 2298));
}

TEST(EvcacheRing, AnotherAlgorithmHasAQuarterOfThePoints) {
  const std::vector<NodeName> nodes{{"host1", "10.0.0.1", 11211}};
  EXPECT_EQ(KetamaRing::of_group(nodes).points(), 160u);
  EXPECT_EQ(KetamaRing::of_group(nodes, 160, HashAlgorithm::fnv1a_32).points(), 40u);
}

TEST(EvcacheRing, ANodeMoreMovesAboutItsShareOfTheKeys) {
  std::vector<NodeName> nodes;
  for (int i = 1; i <= 9; ++i) nodes.push_back({"host" + std::to_string(i), "10.0.0." + std::to_string(i), 11211});
  const KetamaRing before = KetamaRing::of_group(nodes);
  nodes.push_back({"host10", "10.0.0.10", 11211});
  const KetamaRing after = KetamaRing::of_group(nodes);
  int moved = 0;
  for (int i = 0; i < 10000; ++i) {
    const std::uint32_t hash = hash_of(HashAlgorithm::ketama, "k" + std::to_string(i));
    if (before.node_at(hash) == after.node_at(hash)) continue;
    ++moved;
    EXPECT_EQ(after.node_at(hash), 9u);
  }
  EXPECT_NEAR(moved / 10000.0, 0.1, 0.03);
}

TEST(KetamaRetries, AddTheHashOfTheNumberedKey) {
  KetamaRetries retries("key");
  EXPECT_EQ(retries.hash(), hash_of(HashAlgorithm::ketama, "key"));
  retries.next();
  std::uint32_t expected = hash_of(HashAlgorithm::ketama, "key") + hash_of(HashAlgorithm::ketama, "0key");
  EXPECT_EQ(retries.hash(), expected);
  retries.next();
  expected += hash_of(HashAlgorithm::ketama, "1key");
  EXPECT_EQ(retries.hash(), expected);
}

TEST(EvcacheLatch, CountsOfThePolicies) {
  const auto counts = [](LatchPolicy policy) {
    std::vector<int> list;
    for (int replicas = 0; replicas <= 5; ++replicas) list.push_back(latch_count(policy, replicas));
    return list;
  };
  EXPECT_THAT(counts(LatchPolicy::all_minus_1), ElementsAre(0, 1, 1, 2, 3, 4));
  EXPECT_THAT(counts(LatchPolicy::quorum), ElementsAre(0, 1, 2, 2, 3, 3));
  EXPECT_THAT(counts(LatchPolicy::all), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(counts(LatchPolicy::one), ElementsAre(1, 1, 1, 1, 1, 1));
  EXPECT_THAT(counts(LatchPolicy::none), ElementsAre(0, 0, 0, 0, 0, 0));
}

TEST(EvcacheIterator, VisitsBackwardsFromTheLast) {
  CircularIterator<int> order({1, 2, 3});
  EXPECT_EQ(order.next(), 3);
  EXPECT_EQ(order.next(), 2);
  EXPECT_EQ(order.next(), 1);
  EXPECT_EQ(order.next(), 3);
}

TEST(EvcacheIterator, PassesOverTheIgnoredWithoutAdvancingAgain) {
  CircularIterator<int> order({1, 2, 3});
  EXPECT_EQ(order.next(3), 2);  // landed on 3, answered its successor
  EXPECT_EQ(order.next(3), 2);  // advances to 2 only now
  EXPECT_EQ(order.next(3), 1);
  EXPECT_EQ(order.next(3), 2);
}

class EvcacheReadOrder : public ::testing::Test {
 protected:
  CacheProperties properties;
  std::vector<Group> groups{{.zone = 0, .active_nodes = 3}, {.zone = 1, .active_nodes = 3}, {.zone = 2, .active_nodes = 3}};
};

TEST_F(EvcacheReadOrder, ReadsItsOwnZoneAndFallsBackOnce) {
  ReadOrder order(properties, 1);
  order.update(groups);
  for (int i = 0; i < 10; ++i) {
    const auto first = order.first();
    EXPECT_EQ(first, 1u);
    const auto second = order.fallback(*first, 0);
    ASSERT_TRUE(second.has_value());
    EXPECT_NE(*second, 1u);
    EXPECT_EQ(order.fallback(*second, 1), std::nullopt);
  }
}

TEST_F(EvcacheReadOrder, LeavesOutAReplicaWithMoreDeadThanLivingNodes) {
  groups[1] = {.zone = 1, .active_nodes = 1, .inactive_nodes = 2};
  ReadOrder order(properties, 1);
  order.update(groups);
  for (int i = 0; i < 10; ++i) EXPECT_NE(order.first(), 1u);
  groups[1].active_nodes = 2;
  order.update(groups);
  EXPECT_EQ(order.first(), 1u);
}

// EVCacheClientPool.updateMemcachedReadInstancesByZone leaves the iterators as they are, but asks its map for what they name.
TEST_F(EvcacheReadOrder, DoesNotReadWhatBecameUnreadableWhileAnotherCameBack) {
  groups[2].write_only = true;
  ReadOrder order(properties, 1);
  order.update(groups);  // the iterators name 0 and 1
  groups[2].write_only = false;
  groups[1].write_only = true;
  order.update(groups);                           // as many as before
  EXPECT_EQ(order.first(), std::nullopt);         // the zone's own is not readable, and the next of all is 1, too
  EXPECT_EQ(order.first(), 0u);                   // the next of all
  EXPECT_EQ(order.fallback(0, 0), std::nullopt);  // 1 again
  EXPECT_EQ(order.fallback(0, 0), std::nullopt);  // 0 is passed over for 1
  groups[0].write_only = true;
  order.update(groups);  // one fewer: from now on 2 is known
  EXPECT_EQ(order.first(), 2u);
}

TEST_F(EvcacheReadOrder, FallsBackAsOftenAsToldAndThereAreOthers) {
  properties.fallbacks_max = 16;
  ReadOrder order(properties, 1);
  order.update(groups);
  EXPECT_EQ(order.fallback(1, 0), 2u);
  EXPECT_EQ(order.fallback(1, 1), 0u);  // lands on 1 and answers its successor
  EXPECT_EQ(order.fallback(1, 2), std::nullopt);
}

TEST_F(EvcacheReadOrder, TakesTheReplicasOfItsZoneInTurn) {
  groups[2].zone = 1;
  ReadOrder order(properties, 1);
  order.update(groups);
  EXPECT_EQ(order.first(), 2u);
  EXPECT_EQ(order.first(), 1u);
  order.update(groups);  // as many readable as before: nothing begins anew
  EXPECT_EQ(order.first(), 2u);
  EXPECT_EQ(order.fallback(2, 0), 1u);  // the fallback's turn begins with the last, too, and passes over it
  EXPECT_EQ(order.fallback(2, 0), 1u);
  EXPECT_EQ(order.fallback(2, 0), 0u);
}

TEST_F(EvcacheReadOrder, HasNothingToFallBackToAloneOrWhenToldNotTo) {
  ReadOrder alone(properties, 0);
  alone.update({groups[0]});
  EXPECT_EQ(alone.first(), 0u);
  EXPECT_EQ(alone.fallback(0, 0), std::nullopt);
  properties.zone_fallback = false;
  ReadOrder strict(properties, 0);
  strict.update(groups);
  EXPECT_EQ(strict.fallback(0, 0), std::nullopt);
  ReadOrder nothing(properties, 0);
  nothing.update({});
  EXPECT_EQ(nothing.first(), std::nullopt);
}

}  // namespace
}  // namespace streamtwin::evcache
