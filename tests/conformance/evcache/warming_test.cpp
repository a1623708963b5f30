// The course of a cache's warming: how a dump is cut into chunks, when each is there, and who adds it when.
#include "models/cache/evcache/warming.hpp"

#include <gtest/gtest.h>

#include "tests/conformance/instants.hpp"

namespace streamtwin::evcache {
namespace {

using namespace literals;

TEST(CacheWarming, CutsADumpIntoChunksAsFastAsANodeMayDump) {
  Shard shard(1_MB, Eviction::lru);
  for (std::uint64_t key = 0; key < 10; ++key) shard.set(key, 100_B, 1, 0s, s(0));
  shard.set(10, 100_B, 1, 5s, s(0));
  WarmerSpec spec;
  spec.dump = Rate{2};
  spec.chunk = 400_B;
  const auto chunks = dump_of(
      shard, [](std::uint64_t key) { return key != 3; }, spec, s(6));
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[0].keys, (std::vector<std::uint64_t>{0, 1, 2, 4})) << "the oldest first, and only what is wanted";
  EXPECT_EQ(chunks[0].dumped, s(8));
  EXPECT_EQ(chunks[1].dumped, s(10));
  EXPECT_EQ(chunks[2].keys, (std::vector<std::uint64_t>{9})) << "what has expired is in no dump";
  EXPECT_EQ(chunks[2].dumped, s(10.5));
}

TEST(CacheWarming, CarriesAChunkAtTheSpeedOfAConnection) {
  WarmerSpec spec;
  spec.connection = 80_Mbps;
  spec.first_byte = 100ms;
  EXPECT_EQ(transfer_time(spec, 20_MB), Duration{2.1});
}

TEST(CacheWarming, GivesEachPopulatorOneChunkAtATime) {
  Populators two(2);
  EXPECT_EQ(two.take(s(0), 10s), s(10));
  EXPECT_EQ(two.take(s(1), 5s), s(6));
  EXPECT_EQ(two.take(s(2), 3s), s(9)) << "the one that is free first";
  EXPECT_EQ(two.take(s(2), 3s), s(12));
  EXPECT_EQ(two.take(s(20), 1s), s(21));
}

}  // namespace
}  // namespace streamtwin::evcache
