// The family as libCacheSim (commit aa0fc409) does it at its default parameters: hits of short sequences, request by request, the
// queues they leave, and counts over a longer one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "models/eviction/arc.hpp"
#include "models/eviction/policy.hpp"
#include "models/eviction/sketch.hpp"

namespace streamtwin::eviction {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<Key> sequence_a{1, 2, 3, 4, 1, 5, 6, 2, 1, 7, 8, 9, 1, 2, 10, 3, 4, 1, 11, 12, 2, 5, 1, 13, 3, 14, 1, 2, 15, 5};
Size size_z(Key key) { return 1 + 7 * key % 10; }
Size unit(Key) { return 1; }

std::vector<Key> sequence_b() {
  std::vector<Key> keys{1, 1, 1, 2, 2};
  for (Key key = 3; key <= 22; ++key) keys.push_back(key);
  for (const Key key : {3, 1, 2, 4, 23}) keys.push_back(key);
  return keys;
}

/// One request, as who uses a cache makes it; its time is its position, in seconds.
bool hits(Policy& policy, Key key, Size size, std::size_t position) {
  const Instant now = at(seconds(static_cast<double>(position)));
  if (policy.use(key, now) != nowhere) return true;
  policy.put(key, size, now);
  return false;
}

std::string pattern(Policy& policy, const std::vector<Key>& keys, Size (*size)(Key) = unit) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) text += hits(policy, keys[i], size(keys[i]), i) ? 'H' : '.';
  return text;
}

std::string pattern(Kind kind, Size capacity, const std::vector<Key>& keys, Size (*size)(Key) = unit, const Options& options = {}) {
  return pattern(*make_policy(kind, capacity, options), keys, size);
}

TEST(Sequence, OfUnitSizesInFive) {
  constexpr Size c = 5;
  EXPECT_EQ(pattern(Kind::fifo, c, sequence_a), "....H..H....H.........H.......");
  for (const int bits : {1, 2})
    EXPECT_EQ(pattern(Kind::clock, c, sequence_a, unit, {.clock_bits = bits}), "....H...H...HH...H....H...H...");
  EXPECT_EQ(pattern(Kind::lru, c, sequence_a), "....H...H...HH...H....H...H...");
  for (const Kind kind : {Kind::sieve, Kind::lfu, Kind::arc}) EXPECT_EQ(pattern(kind, c, sequence_a), "....H...H...HH...H..H.H...HH..");
  EXPECT_EQ(pattern(Kind::twoq, c, sequence_a), "....H..H....H....H....H...HH..");
  EXPECT_EQ(pattern(Kind::s3fifo, c, sequence_a), std::string(30, '.'));
  EXPECT_EQ(pattern(Kind::lru_ttl, c, sequence_a, unit, {.time_to_live = 8s}), "....H...H....H...H........H...");
}

TEST(Sequence, OfUnitSizesInTen) {
  constexpr Size c = 10;
  for (const Kind kind : {Kind::fifo, Kind::twoq}) EXPECT_EQ(pattern(kind, c, sequence_a), "....H..HH...HH.HHH...H....HH..");
  for (const Kind kind : {Kind::lru, Kind::clock, Kind::sieve, Kind::lfu, Kind::arc})
    EXPECT_EQ(pattern(kind, c, sequence_a), "....H..HH...HH.HHH..H.H.H.HH.H");
  EXPECT_EQ(pattern(Kind::s3fifo, c, sequence_a), std::string(30, '.')) << "small holds one, and what is as large as small is not stored";
}

TEST(Sequence, OfSizesInForty) {
  constexpr Size c = 40;
  EXPECT_EQ(pattern(Kind::fifo, c, sequence_a, size_z), "....H..HH........H..H...H.H..H");
  for (const Kind kind : {Kind::lru, Kind::clock, Kind::sieve, Kind::lfu})
    EXPECT_EQ(pattern(kind, c, sequence_a, size_z), "....H..HH...HH...H..H.H...HH.H");
  EXPECT_EQ(pattern(Kind::arc, c, sequence_a, size_z), "....H..HH...HH...H..H.H...HH..");
  EXPECT_EQ(pattern(Kind::twoq, c, sequence_a, size_z), "....H..HH........H..H.H.H.HH.H");
  EXPECT_EQ(pattern(Kind::s3fifo, c, sequence_a, size_z), "...............H........H.....");
}

TEST(Sequence, OfOneScanInTwenty) {
  for (const Kind kind : {Kind::fifo, Kind::lru, Kind::twoq}) EXPECT_EQ(pattern(kind, 20, sequence_b()), ".HH.H....................H....");
  for (const Kind kind : {Kind::clock, Kind::sieve, Kind::lfu, Kind::arc})
    EXPECT_EQ(pattern(kind, 20, sequence_b()), ".HH.H.....................HH..");
  const auto s3fifo = make_policy(Kind::s3fifo, 20);
  EXPECT_EQ(pattern(*s3fifo, sequence_b()), ".HH.H.....................H...");
  const std::vector<Part> parts = s3fifo->parts();
  EXPECT_THAT(parts[0].keys, ElementsAre(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23));
  EXPECT_THAT(parts[1].keys, ElementsAre(1, 3, 2, 4));
  EXPECT_THAT(parts[2].keys, ElementsAre(5, 6, 7));
}

TEST(ArcQueues, AfterTenTwentyAndThirtyRequests) {
  Arc arc(5);
  const auto go = [&](std::size_t from) {
    for (std::size_t i = from; i < from + 10; ++i) hits(arc, sequence_a[i], 1, i);
    return arc.parts();
  };
  std::vector<Part> parts = go(0);
  EXPECT_THAT(parts[0].keys, ElementsAre(5, 6, 7));
  EXPECT_THAT(parts[1].keys, ElementsAre(2, 1));
  EXPECT_THAT(parts[2].keys, ElementsAre(3, 4));
  EXPECT_THAT(parts[3].keys, IsEmpty());
  EXPECT_EQ(arc.target(), 1);
  parts = go(10);
  EXPECT_THAT(parts[0].keys, ElementsAre(4, 11, 12));
  EXPECT_THAT(parts[1].keys, ElementsAre(2, 1));
  EXPECT_THAT(parts[2].keys, ElementsAre(10, 3));
  EXPECT_EQ(arc.target(), 1);
  parts = go(20);
  EXPECT_THAT(parts[0].keys, ElementsAre(14, 15));
  EXPECT_THAT(parts[1].keys, ElementsAre(1, 2, 5));
  EXPECT_THAT(parts[2].keys, ElementsAre(13, 3));
  EXPECT_THAT(parts[3].keys, IsEmpty());
  EXPECT_EQ(arc.target(), 2);
}

/// 5000 keys of a linear congruential generator, of which small numbers come more often.
std::vector<Request> sequence_d() {
  std::vector<Request> requests;
  std::uint32_t x = 12345;
  for (int i = 0; i < 5000; ++i) {
    x = (1103515245u * x + 12345u) & 0x7fffffffu;
    const Key key = static_cast<Key>(std::pow(4000.0, x / 2147483648.0));
    requests.push_back({key, size_z(key), at(seconds(i))});
  }
  return requests;
}

TEST(SequenceD, IsThatOfTheReference) {
  std::set<Key> keys;
  Key sum = 0;
  Size sizes = 0;
  for (const Request& request : sequence_d()) {
    keys.insert(request.key);
    sum += request.key;
    sizes += request.size;
  }
  EXPECT_EQ(keys.size(), 1441u);
  EXPECT_EQ(sum, 2423991u);
  EXPECT_EQ(sizes, 28127u);
}

struct Expected {
  Kind kind;
  std::uint64_t unit_hits, hits;
  Size hit_size;
  Options options{};
};

TEST(SequenceD, HitsAsInTheReference) {
  const Expected all[] = {
      {Kind::fifo, 2216, 2149, 12492},   {Kind::lru, 2469, 2412, 13961},
      {Kind::clock, 2550, 2482, 14373},  {Kind::clock, 2612, 2539, 14660, {.clock_bits = 2}},
      {Kind::sieve, 2780, 2737, 15743},  {Kind::lfu, 2780, 2737, 15743},
      {Kind::s3fifo, 2785, 2732, 15729}, {Kind::s3fifo, 2816, 2780, 15920, {.s3fifo_fills = true}},
      {Kind::arc, 2825, 2787, 15986},    {Kind::twoq, 2656, 2612, 15005},
  };
  for (const Expected& expected : all) {
    const Tally units = make_policy(expected.kind, 200, expected.options)->play(sequence_d(), Weight::one);
    EXPECT_EQ(units.requests - units.misses, expected.unit_hits) << name_of(expected.kind);
    const Tally sizes = make_policy(expected.kind, 1000, expected.options)->play(sequence_d(), Weight::recorded);
    EXPECT_EQ(sizes.requests - sizes.misses, expected.hits) << name_of(expected.kind);
    EXPECT_EQ(sizes.size - sizes.missed_size, expected.hit_size) << name_of(expected.kind);
  }
  const auto unit_hits = [](Kind kind, const Options& options) {
    const Tally tally = make_policy(kind, 200, options)->play(sequence_d(), Weight::one);
    return tally.requests - tally.misses;
  };
  EXPECT_EQ(unit_hits(Kind::wtinylfu, {}), 2741u);
  EXPECT_EQ(unit_hits(Kind::lru_ttl, {.time_to_live = 500s}), 2292u);
}

TEST(Sketch, HashesKeysAsXxh64) {
  EXPECT_EQ(xxh64(0, 0), 0x34c96acdcadb1bbbu);
  EXPECT_EQ(xxh64(0, 0x12345678), 0x67bb774d39f5d473u);
  EXPECT_EQ(xxh64(12345, 0x12345678), 0xd580abe2e1f3f1eau);
  EXPECT_EQ(xxh64(12345, 0x12344321), 0x17961751b717f515u);
  EXPECT_EQ(xxh64(UINT64_MAX, 0x12344321), 0xcead0a48b29d4d47u);
}

TEST(Sketch, EstimatesAtLeastWhatCameAndHalvesIt) {
  Sketch sketch(100);
  for (Key key = 0; key < 100; ++key) {
    for (Key i = 0; i <= key; ++i) sketch.add(key);
  }
  for (Key key = 0; key < 100; ++key) EXPECT_GE(sketch.estimate(key), key + 1);
  EXPECT_LE(sketch.estimate(1000), 3u) << "that many others share none of its counters, or few of them";
  const std::uint32_t before = sketch.estimate(99);
  sketch.halve();
  EXPECT_EQ(sketch.estimate(99), before / 2);
}

TEST(LruTtl, ExpiresOnlyAfterItsTimeAndIsNotProlongedByUse) {
  const auto policy = make_policy(Kind::lru_ttl, 3, {.time_to_live = 10s});
  policy->put(1, 1, at(0s));
  EXPECT_NE(policy->use(1, at(6s)), nowhere);
  EXPECT_NE(policy->use(1, at(10s)), nowhere) << "expired is what lies before now";
  EXPECT_EQ(policy->use(1, at(11s)), nowhere);
  EXPECT_EQ(policy->items(), 0u) << "what has been found expired is gone";
}

}  // namespace
}  // namespace streamtwin::eviction
