// What a table of DynamoDB admits, into how many partitions it is divided, and how often its clients try again.
#include <gtest/gtest.h>

#include "models/stores/dynamodb/capacity.hpp"
#include "models/stores/dynamodb/partitions.hpp"
#include "models/stores/dynamodb/units.hpp"

namespace streamtwin::dynamodb {
using namespace literals;
namespace {

using enum Capacity::Answer;

TEST(Units, AreOf4KiBReadAnd1KiBWritten) {
  EXPECT_EQ(read_units(Bytes{4096}, true, false), 1);
  EXPECT_EQ(read_units(Bytes{4097}, true, false), 2);
  EXPECT_EQ(read_units(Bytes{4096}, false, false), 0.5);
  EXPECT_EQ(read_units(Bytes{100}, false, false), 0.5);
  EXPECT_EQ(write_units(Bytes{1024}, false), 1);
  EXPECT_EQ(write_units(Bytes{1025}, false), 2);
}

TEST(Units, ATransactionTakesTwice) {
  EXPECT_EQ(read_units(Bytes{4096}, true, true), 2);
  EXPECT_EQ(write_units(Bytes{1024}, true), 2);
}

TEST(Partitions, AreAsManyAsTrafficOrSizeNeeds) {
  EXPECT_EQ(first_partitions(150, 50, Bytes{1e9}), 1);
  EXPECT_EQ(first_partitions(3000, 1000, Bytes{1e9}), 2);
  EXPECT_EQ(first_partitions(7500, 500, Bytes{1e9}), 3);
  EXPECT_EQ(first_partitions(100, 100, Bytes{25e9}), 3);
}

// repost dynamodb-spiky-workloads: of 150 units provisioned 45,000 gather, which at 200 a second last 900 s.
TEST(Burst, IsWhatWasNotUsedInFiveMinutes) {
  for (const bool adaptive : {true, false}) {
    Capacity capacity(CapacityMode::provisioned, 150, partition_read_units, 1, adaptive, at(0s));
    double admitted = 0;
    int second = 1;
    for (; second < 2000; ++second) {
      int now_admitted = 0;
      for (int i = 0; i < 200; ++i) now_admitted += capacity.admit(0, 1, at(seconds(second + i / 200.0))) == Capacity::Answer::admitted;
      admitted += now_admitted;
      if (now_admitted < 200) break;
    }
    EXPECT_NEAR(second, 900, 5) << adaptive;
    EXPECT_NEAR(admitted, 900 * 200, 1000) << adaptive;
  }
}

/// How many of so many requests a second a partition admits in a while.
double admitted_per_second(Capacity& capacity, std::size_t partition, double rate, int from, int seconds_long) {
  double admitted = 0;
  for (int i = 0; i < rate * seconds_long; ++i) {
    admitted += capacity.admit(partition, 1, at(seconds(from + i / rate))) == Capacity::Answer::admitted;
  }
  return admitted / seconds_long;
}

TEST(Burst, NeverPassesThePartitionsLimit) {
  Capacity capacity(CapacityMode::provisioned, 2000, partition_write_units, 2, true, at(0s));
  EXPECT_NEAR(admitted_per_second(capacity, 0, 1900, 10, 20), 1000, 60) << "of 600,000 that it has";
  EXPECT_EQ(capacity.admit(1, 1, at(30s)), admitted) << "the other one is another one's matter";
}

TEST(Adaptive, GivesAHotPartitionWhatOthersLeave) {
  Capacity adaptive(CapacityMode::provisioned, 800, partition_write_units, 4, true, at(0s));
  Capacity equal(CapacityMode::provisioned, 800, partition_write_units, 4, false, at(0s));
  admitted_per_second(adaptive, 0, 1000, 0, 1200);
  admitted_per_second(equal, 0, 1000, 0, 400);
  EXPECT_NEAR(admitted_per_second(adaptive, 0, 1000, 1200, 30), 800, 10);
  EXPECT_NEAR(admitted_per_second(equal, 0, 1000, 400, 30), 200, 10) << "a quarter";
}

TEST(OnDemand, TakesTwiceTheHighestTrafficThatItHasHad) {
  Capacity capacity(CapacityMode::on_demand, 400, partition_write_units, 4, true, at(0s));
  EXPECT_NEAR(admitted_per_second(capacity, 0, 300, 0, 60), 300, 1);
  EXPECT_NEAR(admitted_per_second(capacity, 0, 900, 60, 30), 600, 30) << "at once";
  EXPECT_NEAR(capacity.rate(), 600, 10);
}

TEST(Partitions, AHotOneIsSplitWhenThatHasGoneOnForLong) {
  Partitions partitions(2);
  const std::uint64_t hot = 1;
  const std::size_t before = partitions.of(hot);
  for (int second = 0; second < 300; ++second) EXPECT_FALSE(partitions.at_limit(hot, at(seconds(second)), 300s)) << second;
  const std::optional<std::size_t> added = partitions.at_limit(hot, at(300s), 300s);
  ASSERT_TRUE(added);
  EXPECT_EQ(partitions.size(), 3u);
  int here = 0, there = 0, elsewhere = 0;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    const std::size_t at = partitions.of(key);
    ++(at == before ? here : at == *added ? there : elsewhere);
  }
  EXPECT_NEAR(here, 250, 60);
  EXPECT_NEAR(there, 250, 60);
  EXPECT_NEAR(elsewhere, 500, 60);
}

TEST(Partitions, OneThatHasCooledIsNotSplit) {
  Partitions partitions(1);
  EXPECT_FALSE(partitions.at_limit(1, at(0s), 300s));
  EXPECT_FALSE(partitions.at_limit(1, at(299s), 300s));
  EXPECT_FALSE(partitions.at_limit(1, at(305s), 300s)) << "it has been hot since 299 s";
}

TEST(Retries, AreTenOfATableOfDynamoDB) {
  const stores::SdkRetries sdk = DynamoSpec{}.retries;
  Random random(1, "retries", "test");
  Duration longest{0};
  for (int i = 0; i < 1000; ++i) longest = std::max(longest, sdk.wait(3, false, random).value());
  EXPECT_LE(longest, 200ms);
  EXPECT_GT(longest, 190ms) << "25 ms, doubled three times, of which a random part";
  EXPECT_LE(sdk.wait(9, true, random).value(), 20s) << "and not 256 s";
  EXPECT_TRUE(sdk.wait(9, false, random));
  EXPECT_FALSE(sdk.wait(10, false, random));
}

}  // namespace
}  // namespace streamtwin::dynamodb
