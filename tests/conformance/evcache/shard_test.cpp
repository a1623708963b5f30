// A node as EVCache uses it: expiry, eviction, add-if-absent, finite memory.
#include <gtest/gtest.h>

#include <set>

#include "models/cache/evcache/shard.hpp"
#include "sim-core/random.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::evcache {
namespace {

using namespace literals;

TEST(EvcacheShard, KeepsAValueUntilItsAbsoluteExpiry) {
  Shard shard(1_MB);
  EXPECT_TRUE(shard.set(1, 100_B, 7, 900s, s(10)));
  EXPECT_EQ(shard.get(1, s(909.9))->version, 7u);
  EXPECT_FALSE(shard.get(1, s(910)).has_value());
  EXPECT_EQ(shard.entries(), 0u);
  EXPECT_EQ(shard.used(), 0_B);
}

TEST(EvcacheShard, ATimeToLiveOfZeroNeverExpires) {
  Shard shard(1_MB);
  shard.set(1, 100_B, 1, 0s, s(0));
  EXPECT_TRUE(shard.get(1, s(1e9)).has_value());
}

TEST(EvcacheShard, EvictsTheLeastRecentlyUsed) {
  Shard shard(300_B, Eviction::lru);
  for (std::uint64_t key : {1, 2, 3}) shard.set(key, 100_B, 1, 0s, s(0));
  shard.get(1, s(1));
  shard.set(4, 100_B, 1, 0s, s(2));
  EXPECT_TRUE(shard.get(1, s(3)).has_value());
  EXPECT_FALSE(shard.get(2, s(3)).has_value());
  EXPECT_TRUE(shard.get(3, s(3)).has_value());
  EXPECT_EQ(shard.evictions(), 1u);
  EXPECT_FALSE(shard.set(5, 301_B, 1, 0s, s(3)));
}

TEST(EvcacheShard, EvictsAsItsPolicySays) {
  const auto left_of_four = [](Eviction eviction) {
    Shard shard(300_B, eviction);
    for (std::uint64_t key : {1, 2, 3}) shard.set(key, 100_B, key, 0s, s(0));
    shard.get(1, s(1));
    shard.get(1, s(1));
    shard.get(2, s(1));
    shard.set(4, 100_B, 4, 0s, s(2));
    shard.set(5, 100_B, 5, 0s, s(3));
    std::set<std::uint64_t> left;
    for (std::uint64_t key : {1, 2, 3, 4, 5}) {
      if (const auto hit = shard.get(key, s(4))) left.insert(hit->version);
    }
    EXPECT_EQ(shard.evictions(), 2u);
    return left;
  };
  EXPECT_EQ(left_of_four(Eviction::lru), (std::set<std::uint64_t>{2, 4, 5}));
  EXPECT_EQ(left_of_four(Eviction::fifo), (std::set<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(left_of_four(Eviction::lfu), (std::set<std::uint64_t>{1, 2, 5}));
}

// In 1000 bytes S3-FIFO stores nothing of more than a tenth, 2Q nothing of more than a quarter.
TEST(EvcacheShard, SaysWhatItsPolicyDoesNotAdmit) {
  Shard s3fifo(1000_B, Eviction::s3fifo), twoq(1000_B, Eviction::twoq);
  EXPECT_TRUE(s3fifo.set(1, 99_B, 1, 0s, s(0)));
  EXPECT_FALSE(s3fifo.set(2, 101_B, 1, 0s, s(0)));
  EXPECT_TRUE(twoq.set(1, 250_B, 1, 0s, s(0)));
  EXPECT_FALSE(twoq.set(1, 251_B, 1, 0s, s(0)));
  EXPECT_FALSE(twoq.get(1, s(0))) << "the old value is not what was set last";
}

TEST(EvcacheShard, AWarmerNeverOverwritesWhatIsLive) {
  Shard shard(1_MB);
  shard.set(1, 10_B, 2, 10s, s(0));
  EXPECT_FALSE(shard.add(1, 10_B, 1, 100s, s(9)));
  EXPECT_EQ(shard.get(1, s(9))->version, 2u);
  EXPECT_TRUE(shard.add(1, 10_B, 1, 100s, s(10)));
  EXPECT_EQ(shard.get(1, s(11))->version, 1u);
}

TEST(EvcacheShard, TouchingMovesTheExpiryAndErasingFreesTheMemory) {
  Shard shard(1_MB);
  shard.set(1, 10_B, 2, 10s, s(0));
  EXPECT_TRUE(shard.touch(1, 100s, s(5)));
  EXPECT_TRUE(shard.get(1, s(100)).has_value());
  EXPECT_TRUE(shard.erase(1));
  EXPECT_FALSE(shard.erase(1));
  EXPECT_FALSE(shard.touch(1, 100s, s(5)));
  EXPECT_EQ(shard.used(), 0_B);
}

TEST(EvcacheShard, KnowsWhyItHasNotWhatItHad) {
  Shard shard(300_B, Eviction::lru);
  EXPECT_EQ(shard.why_absent(1, s(0)), Absence::lost) << "it is new";
  shard.settle();
  EXPECT_EQ(shard.why_absent(1, s(0)), Absence::cold);
  for (std::uint64_t key : {1, 2, 3, 4}) shard.set(key, 100_B, 1, 10s, s(0));
  EXPECT_EQ(shard.why_absent(1, s(9)), Absence::evicted);
  EXPECT_EQ(shard.why_absent(1, s(10)), Absence::expired) << "with more room it would not be there either";
  shard.get(2, s(10));
  EXPECT_EQ(shard.why_absent(2, s(10)), Absence::expired);
  shard.set(1, 100_B, 1, 10s, s(11));
  shard.erase(1);
  EXPECT_EQ(shard.why_absent(1, s(11)), Absence::erased);
  shard.clear();
  EXPECT_EQ(shard.why_absent(1, s(11)), Absence::lost);
}

TEST(EvcacheShard, DumpsWhatItHasWithoutUsingIt) {
  Shard shard(300_B, Eviction::s3fifo);
  for (std::uint64_t key : {1, 2, 3}) shard.set(key, 20_B, key, 10s, s(0));
  EXPECT_EQ(shard.keys(), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(shard.peek(2, s(1))->value.version, 2u);
  EXPECT_EQ(shard.peek(2, s(1))->size, 20_B);
  EXPECT_FALSE(shard.peek(2, s(10)));
  for (std::uint64_t key = 10; key < 40; ++key) shard.set(key, 20_B, key, 10s, s(1));
  for (const std::uint64_t key : shard.keys()) EXPECT_TRUE(shard.peek(key, s(1))) << "ghosts are no items";
}

// Against a plain list ordered by use: same hits, same evictions, same memory.
TEST(EvcacheShard, BehavesAsAListOrderedByUse) {
  struct Model {
    std::uint64_t key;
    double size;
    std::uint64_t version;
    Instant expiry;
  };
  Shard shard(2000_B, Eviction::lru);
  std::vector<Model> model;  // newest last
  double used = 0;
  Random random(4, "shard", "model");
  const auto find = [&](std::uint64_t key) {
    return std::find_if(model.begin(), model.end(), [key](const Model& m) { return m.key == key; });
  };
  for (int step = 0; step < 50000; ++step) {
    const Instant now = s(step * 0.1);
    const std::uint64_t key = random.below(150);
    const auto choice = random.below(10);
    auto known = find(key);
    if (choice < 6) {
      const auto hit = shard.get(key, now);
      if (known != model.end() && known->expiry <= now) {
        used -= known->size;
        model.erase(known);
        known = model.end();
      }
      ASSERT_EQ(hit.has_value(), known != model.end()) << "step " << step;
      if (hit) {
        ASSERT_EQ(hit->version, known->version);
        std::rotate(known, known + 1, model.end());
      }
    } else if (choice < 9) {
      const double size = static_cast<double>(1 + random.below(60));
      shard.set(key, Bytes{size}, static_cast<std::uint64_t>(step), 60s, now);
      if (known != model.end()) {
        used -= known->size;
        model.erase(known);
      }
      while (used + size > 2000) {
        used -= model.front().size;
        model.erase(model.begin());
      }
      model.push_back({key, size, static_cast<std::uint64_t>(step), now + Duration{60}});
      used += size;
    } else {
      ASSERT_EQ(shard.erase(key), known != model.end());
      if (known != model.end()) {
        used -= known->size;
        model.erase(known);
      }
    }
    ASSERT_EQ(shard.entries(), model.size());
    ASSERT_EQ(shard.used(), Bytes{used});
  }
  EXPECT_GT(shard.evictions(), 1000u);
}

}  // namespace
}  // namespace streamtwin::evcache
