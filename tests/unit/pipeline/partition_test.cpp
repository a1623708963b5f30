// A partition's log: how far followers have come, who is in sync, and what goes with a leader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/pipeline/kafka/accumulator.hpp"
#include "models/pipeline/kafka/partition.hpp"

namespace streamtwin::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

Batch batch(std::uint32_t records, Duration born = 0s) { return {.records = records, .bytes = Bytes{100.0 * records}, .born = at(born)}; }
bool anybody(BrokerIndex) { return true; }

TEST(Partition, IsReadableUpToWhatAllInSyncHave) {
  Partition partition({4, 5});
  EXPECT_EQ(partition.append(batch(3), at(1s)), 3u);
  EXPECT_EQ(partition.high_watermark(), 0u);
  EXPECT_THAT(partition.read(0, Bytes{1e6}), IsEmpty());
  partition.fetched(1, 3, at(1s));
  EXPECT_EQ(partition.high_watermark(), 3u);
  EXPECT_THAT(partition.read(0, Bytes{1e6}), ElementsAre(Field(&Extent::begin, 0)));
}

TEST(Partition, IsReadAFetchAtATime) {
  Partition partition({4});
  for (int i = 0; i < 4; ++i) partition.append(batch(2), at(1s));
  EXPECT_EQ(partition.read(0, Bytes{400}).size(), 2u);
  EXPECT_EQ(partition.read(0, Bytes{1}).size(), 1u);  // one always
  EXPECT_EQ(partition.read(4, Bytes{1e6}).front().begin, 4u);
  partition.forget(4);
  EXPECT_EQ(partition.read(4, Bytes{1e6}).size(), 2u);
}

TEST(Partition, AFollowerThatDoesNotCatchUpHoldsReadersUpUntilItIsOutOfSync) {
  Partition partition({4, 5});
  partition.append(batch(1), at(1s));
  partition.fetched(1, 1, at(1s));
  partition.append(batch(1), at(2s));
  EXPECT_FALSE(partition.shrink(at(31s), 30s));
  EXPECT_EQ(partition.high_watermark(), 1u);
  EXPECT_TRUE(partition.shrink(at(31.5s), 30s));
  EXPECT_EQ(partition.high_watermark(), 2u);
  EXPECT_EQ(partition.in_sync(), 1);
  partition.fetched(1, 2, at(40s));
  EXPECT_TRUE(partition.in_sync(1));
}

TEST(Partition, DeletesSegmentsWhoseNewestRecordIsTooOld) {
  Partition partition({4, 5}, Bytes{400});
  for (int i = 0; i < 4; ++i) partition.append(batch(2), at(seconds(i)));  // two batches to a segment
  partition.fetched(1, 8, at(4s));
  partition.expire(at(11s), 10s);
  EXPECT_EQ(partition.start(), 0u);
  partition.expire(at(11.5s), 10s);
  EXPECT_EQ(partition.start(), 4u);
  EXPECT_EQ(partition.read(4, Bytes{1e6}).size(), 2u);
  partition.expire(at(20s), 10s);  // also the one that is written to
  EXPECT_EQ(partition.start(), 8u);
  EXPECT_EQ(partition.end(), 8u);
}

TEST(Partition, OutOfSyncFollowersBeginWhereTheLogDoes) {
  Partition partition({4, 5}, Bytes{200});
  for (int i = 0; i < 3; ++i) partition.append(batch(2), at(seconds(i)));
  partition.shrink(at(40s), 30s);
  partition.expire(at(40s), 10s);
  partition.leave(4);
  EXPECT_EQ(partition.elect(anybody, true, 0, at(50s)), 0u);
  EXPECT_GE(partition.end(), partition.start());
}

TEST(Partition, WhatOnlyItsLeaderHadIsLost) {
  Partition partition({4, 5});
  partition.append(batch(3), at(1s));
  partition.fetched(1, 3, at(1s));
  partition.append(batch(2), at(2s));
  partition.leave(4);
  EXPECT_FALSE(partition.leader());
  EXPECT_EQ(partition.elect(anybody, true, 0, at(8s)), 2u);
  EXPECT_EQ(partition.leader(), 5);
  EXPECT_EQ(partition.end(), 3u);
  EXPECT_EQ(partition.epoch(), 1u);
}

TEST(Partition, ACopyOutOfSyncLeadsOnlyWhereThatMayBe) {
  Partition partition({4, 5});
  partition.append(batch(3), at(1s));
  EXPECT_TRUE(partition.shrink(at(32s), 30s));  // the follower has nothing
  EXPECT_EQ(partition.high_watermark(), 3u);
  partition.leave(4);
  const auto others = [](BrokerIndex broker) { return broker == 5; };
  EXPECT_EQ(partition.elect(others, false, 1, at(40s)), 0u);
  EXPECT_FALSE(partition.leader());
  EXPECT_EQ(partition.elect(others, true, 1, at(40s)), 2u);  // one of the three has been read
  EXPECT_EQ(partition.leader(), 5);
  EXPECT_EQ(partition.high_watermark(), 0u);
}

TEST(Partition, TheFirstBrokerLeadsAgain) {
  Partition partition({4, 5});
  partition.leave(4);
  partition.elect(anybody, false, 0, at(6s));
  partition.append(batch(2), at(7s));
  partition.fetched(0, 2, at(8s));
  EXPECT_TRUE(partition.in_sync(0));
  partition.append(batch(1), at(9s));
  EXPECT_EQ(partition.prefer(0, at(300s)), 1u);  // whoever leads in good health leaves what it had alone, too
  EXPECT_EQ(partition.leader(), 4);
}

TEST(Accumulator, DropsWhatFindsNoRoom) {
  Accumulator accumulator({.batch_size = Bytes{100}, .buffer = Bytes{250}}, 2);
  EXPECT_TRUE(accumulator.append(0, Bytes{60}, at(0s)));
  EXPECT_TRUE(accumulator.append(0, Bytes{40}, at(0s)));
  EXPECT_EQ(accumulator.used(), Bytes{100});
  EXPECT_TRUE(accumulator.full(0));
  EXPECT_TRUE(accumulator.append(1, Bytes{1}, at(0s)));  // takes a whole batch's room
  EXPECT_FALSE(accumulator.append(0, Bytes{1}, at(0s)));
  accumulator.release(accumulator.take(0));
  EXPECT_TRUE(accumulator.append(0, Bytes{1}, at(0s)));
  EXPECT_EQ(accumulator.records(), 2u);
}

TEST(Accumulator, NumbersWhatItTakesByPartitionSoThatABatchTellsWhatItHolds) {
  Accumulator accumulator({.batch_size = Bytes{100}, .buffer = Bytes{300}}, 2, 7);
  EXPECT_TRUE(accumulator.append(0, Bytes{60}, at(0s)));
  EXPECT_TRUE(accumulator.append(1, Bytes{60}, at(0s)));
  EXPECT_TRUE(accumulator.append(0, Bytes{60}, at(0s)));
  EXPECT_FALSE(accumulator.append(0, Bytes{60}, at(0s)));
  EXPECT_EQ(accumulator.next_sequence(0), 2u);
  accumulator.release(accumulator.take(0));
  EXPECT_TRUE(accumulator.append(0, Bytes{60}, at(0s)));
  const Parcel second = accumulator.take(0), third = accumulator.take(0);
  EXPECT_EQ(second.batch.producer, 7u);
  EXPECT_EQ(second.batch.sequence, 1u);
  EXPECT_EQ(third.batch.sequence, 2u);
}

TEST(Accumulator, ABatchIsReadyWhenItIsFullOrHasWaited) {
  Accumulator accumulator({.batch_size = Bytes{100}, .linger = 1s}, 1);
  EXPECT_FALSE(accumulator.ready(0, at(0s)));
  accumulator.append(0, Bytes{50}, at(0s));
  EXPECT_FALSE(accumulator.ready(0, at(0.9s)));
  EXPECT_EQ(accumulator.ready_at(0), at(1s));
  EXPECT_TRUE(accumulator.ready(0, at(1s)));
  accumulator.append(0, Bytes{60}, at(0.1s));  // does not fit: the first is ready since another waits behind it
  EXPECT_TRUE(accumulator.ready(0, at(0.1s)));
}

TEST(Accumulator, GivesUpWhatIsTooOldAndKeepsTheOrderOfWhatComesBack) {
  Accumulator accumulator({.batch_size = Bytes{10}, .delivery_timeout = 5s}, 1);
  for (int i = 0; i < 3; ++i) accumulator.append(0, Bytes{10}, at(seconds(i)));
  const Parcel first = accumulator.take(0), second = accumulator.take(0);
  accumulator.put_back(second);
  accumulator.put_back(first);
  EXPECT_EQ(accumulator.expire(at(6s)), 2u);
  EXPECT_EQ(accumulator.take(0).batch.born, at(2s));
  EXPECT_EQ(accumulator.used(), Bytes{10});
}

}  // namespace
}  // namespace streamtwin::kafka
