// Where events go: apache/kafka UtilsTest and BuiltInPartitionerTest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>

#include "models/pipeline/kafka/murmur2.hpp"
#include "models/pipeline/kafka/sticky_partitioner.hpp"

namespace streamtwin::kafka {
namespace {

using ::testing::ElementsAre;

constexpr std::array<std::string_view, 6> keys{
    "21", "foobar", "a-little-bit-long-string", "a-little-bit-longer-string", "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", "abc"};

TEST(Murmur2, HashesAsTheClientDoes) {
  std::vector<std::int32_t> hashes;
  for (const std::string_view key : keys) hashes.push_back(static_cast<std::int32_t>(murmur2(key)));
  EXPECT_THAT(hashes, ElementsAre(-973932308, -790332482, -985981536, -1486304829, -58897971, 479470107));
}

TEST(Murmur2, KeysGoToPartitionsByAMaskAndNotByAnAbsoluteValue) {
  std::vector<int> of_ten, of_twelve;
  for (const std::string_view key : keys) {
    of_ten.push_back(partition_of_key(key, 10));
    of_twelve.push_back(partition_of_key(key, 12));
  }
  EXPECT_THAT(of_ten, ElementsAre(0, 6, 2, 9, 7, 7));
  EXPECT_THAT(of_twelve, ElementsAre(0, 6, 8, 11, 5, 3));
}

std::vector<int> all_of(int partitions) {
  std::vector<int> all(static_cast<std::size_t>(partitions));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

StickyPartitioner partitioner(int partitions, double sticky) { return {partitions, Bytes{sticky}, Random(1, "producer", "partitions")}; }

TEST(StickyPartitioner, StaysForABatchsWorth) {
  StickyPartitioner sticky = partitioner(1000, 3);
  const std::vector<int> all = all_of(1000);
  const int first = sticky.partition(all);
  sticky.produced(Bytes{1}, true);
  sticky.produced(Bytes{1}, true);
  EXPECT_EQ(sticky.partition(all), first);
  sticky.produced(Bytes{1}, true);
  EXPECT_NE(sticky.partition(all), first);
}

TEST(StickyPartitioner, FillsTheLastBatchUnlessTwiceAsMuchHasGone) {
  StickyPartitioner sticky = partitioner(1000, 3);
  const std::vector<int> all = all_of(1000);
  const int first = sticky.partition(all);
  sticky.produced(Bytes{5}, false);
  EXPECT_EQ(sticky.partition(all), first);
  sticky.produced(Bytes{1}, false);
  EXPECT_NE(sticky.partition(all), first);
}

TEST(StickyPartitioner, ChoosesNoPartitionThatNobodyLeadsWhileThereIsAnother) {
  StickyPartitioner sticky = partitioner(3, 1);
  const std::vector<int> led{0, 2};
  std::map<int, int> chosen;
  for (int i = 0; i < 1000; ++i) {
    ++chosen[sticky.partition(led)];
    sticky.produced(Bytes{1}, true);
  }
  EXPECT_EQ(chosen.count(1), 0u);
  EXPECT_GT(chosen[0], 400);
  EXPECT_GT(chosen[2], 400);
}

TEST(StickyPartitioner, TakesAnyWhenNobodyLeads) { EXPECT_EQ(partitioner(1, 1).partition({}), 0); }

// Queues of 5, 0, 3, 0, 1 weigh 1, 6, 3, 6, 5: the running sum is 1, 7, 10, 16, 21.
TEST(StickyPartitioner, DrawsByHowLittleWaits) {
  StickyPartitioner sticky = partitioner(5, 1);
  const std::vector<int> all = all_of(5), queues{5, 0, 3, 0, 1};
  sticky.weigh(queues, all, 5);
  std::map<int, int> chosen;
  for (std::uint32_t draw = 0; draw < 21; ++draw) ++chosen[sticky.next(draw, all)];
  EXPECT_EQ(chosen, (std::map<int, int>{{0, 1}, {1, 6}, {2, 3}, {3, 6}, {4, 5}}));
  EXPECT_EQ(sticky.next(21, all), 0);  // modulo the sum
}

TEST(StickyPartitioner, AllAlikeAreDrawnFromEvenly) {
  StickyPartitioner sticky = partitioner(3, 1);
  const std::vector<int> all = all_of(3), alike{7, 7, 7};
  sticky.weigh(alike, all, 3);
  EXPECT_EQ(sticky.next(4, all), 1);
  const std::vector<int> two{0, 2}, of_two{7, 7};
  sticky.weigh(of_two, two, 3);  // one is left out: the weights count
  EXPECT_EQ(sticky.next(1, all), 2);
}

}  // namespace
}  // namespace streamtwin::kafka
