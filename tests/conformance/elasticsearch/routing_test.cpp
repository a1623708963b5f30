// Which shard a document is in: elastic/elasticsearch Murmur3HashFunctionTests, OperationRoutingTests, MetadataCreateIndexServiceTests.
#include <gtest/gtest.h>

#include "models/stores/elasticsearch/routing.hpp"

namespace streamtwin::elasticsearch {
namespace {

TEST(ElasticsearchRouting, HashesTextAsUpstreamDoes) {
  const std::pair<const char*, std::uint32_t> known[] = {{"", 0x00000000},
                                                         {"h", 0x3fb8ba02},
                                                         {"he", 0xce30a49f},
                                                         {"hel", 0x0c7cee6b},
                                                         {"hell", 0x5a0cb7c3},
                                                         {"hello", 0xd7c31989},
                                                         {"hello w", 0x22ab2984},
                                                         {"hello wo", 0xdf0ca123},
                                                         {"hello wor", 0xe7744d61},
                                                         {"hello world!", 0xda1575e5},
                                                         {"Γειά σου Κόσμε", 0x8ded82be},
                                                         {"Supplementary planes too 🙂", 0x8274606c},
                                                         {"The quick brown fox jumps over the lazy dog", 0xe07db09c},
                                                         {"The quick brown fox jumps over the lazy cog", 0x4e63d2ad}};
  for (const auto& [text, hash] : known) EXPECT_EQ(hash_of(text), static_cast<std::int32_t>(hash)) << text;
}

TEST(ElasticsearchRouting, AnIndexOfEightSlotsAsBefore) {
  const std::pair<const char*, int> known[] = {{"sEERfFzPSI", 1}, {"cNRiIrjzYd", 7}, {"BgfLBXUyWT", 5}, {"cnepjZhQnb", 3},
                                               {"OKCmuYkeCK", 6}, {"OutXGRQUja", 5}, {"yCdyocKWou", 1}, {"KXuNWWNgVj", 2}};
  for (const auto& [text, shard] : known) EXPECT_EQ(shard_of(hash_of(text), 8, 8), shard) << text;
}

TEST(ElasticsearchRouting, HasMoreSlotsThanShards) {
  const std::pair<int, int> known[] = {{1, 1024}, {2, 1024}, {3, 768}, {9, 576}, {512, 1024}, {1024, 2048}, {2048, 4096}};
  for (const auto& [shards, slots] : known) EXPECT_EQ(routing_slots(shards), slots) << shards;
}

}  // namespace
}  // namespace streamtwin::elasticsearch
