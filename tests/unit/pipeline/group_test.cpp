// A group of Kafka consumers: who has which partitions, and what happens when somebody comes, goes, or is silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/pipeline/kafka/group.hpp"

namespace streamtwin::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

GroupSpec cooperative() { return {.rebalance = Rebalance::cooperative}; }

/// Two members that have everything between them, at 3 s.
Group two_members(const GroupSpec& spec = {}, int partitions = 6) {
  Group group(spec, partitions);
  group.join(1, {}, at(0s));
  group.join(2, {}, at(1s));
  group.advance(at(3s));
  return group;
}

TEST(DealByRange, GivesNeighboursAndOneMoreToTheFirst) {
  EXPECT_THAT(deal_by_range({3, 5, 9}, 7),
              ElementsAre(Pair(3, ElementsAre(0, 1, 2)), Pair(5, ElementsAre(3, 4)), Pair(9, ElementsAre(5, 6))));
}

TEST(DealByRange, LeavesTheLastWithoutWhereThereAreMoreMembersThanPartitions) {
  EXPECT_THAT(deal_by_range({1, 2, 3}, 2), ElementsAre(Pair(1, ElementsAre(0)), Pair(2, ElementsAre(1)), Pair(3, IsEmpty())));
}

TEST(DealSticky, MovesAsFewAsAnEvenShareNeeds) {
  EXPECT_THAT(deal_sticky({{1, {0, 1, 2}}, {2, {3, 4, 5}}, {3, {}}}, 6),
              ElementsAre(Pair(1, ElementsAre(0, 1)), Pair(2, ElementsAre(3, 4)), Pair(3, ElementsAre(2, 5))));
}

TEST(DealSticky, GivesWhatTheDeadHadToWhoeverHasLeast) {
  EXPECT_THAT(deal_sticky({{1, {0, 1}}, {3, {4}}}, 5), ElementsAre(Pair(1, ElementsAre(0, 1, 3)), Pair(3, ElementsAre(2, 4))));
}

TEST(Group, WaitsThreeSecondsForMoreThanItsFirstMember) {
  Group group({}, 6);
  group.join(1, {}, at(0s));
  EXPECT_EQ(group.next(), at(3s));
  group.advance(at(2.9s));
  EXPECT_EQ(group.state(), Group::State::preparing);
  group.join(2, {}, at(2.95s));
  group.advance(at(3s));
  EXPECT_EQ(group.generation(), 1u);
  EXPECT_THAT(group.share(1), ElementsAre(0, 1, 2));
  EXPECT_THAT(group.share(2), ElementsAre(3, 4, 5));
}

TEST(Group, ANewMemberIsWaitedForByAllWithTheirNextHeartbeat) {
  Group group = two_members();
  group.join(3, {}, at(10s));
  EXPECT_EQ(group.heartbeat(1, at(11s)), Group::Beat::join_again);
  group.join(1, {}, at(11s));
  EXPECT_EQ(group.generation(), 1u);
  group.join(2, {}, at(12s));
  EXPECT_EQ(group.generation(), 2u);
  EXPECT_THAT(group.share(3), ElementsAre(4, 5));
  EXPECT_EQ(group.heartbeat(1, at(13s)), Group::Beat::good);
}

TEST(Group, ASilentMemberIsDeadAfterItsSession) {
  Group group = two_members();
  group.heartbeat(1, at(47s));
  group.advance(at(47.9s));
  EXPECT_TRUE(group.has(2));
  group.advance(at(48s));  // heard of with the deal, at 3 s
  EXPECT_FALSE(group.has(2));
  EXPECT_EQ(group.heartbeat(2, at(49s)), Group::Beat::unknown);
  EXPECT_EQ(group.heartbeat(1, at(50s)), Group::Beat::join_again);
  group.join(1, {}, at(50s));
  EXPECT_THAT(group.share(1), SizeIs(6));
}

TEST(Group, ARebalanceWaitsForTheSlowestPollAndNoLonger) {
  Group group = two_members({.poll_interval = 60s});
  group.join(3, {}, at(10s));
  group.join(1, {}, at(11s));
  for (double t = 13; t < 70; t += 3) group.heartbeat(2, at(seconds(t)));  // it works, and is alive
  group.advance(at(69.9s));
  EXPECT_EQ(group.generation(), 1u);
  group.advance(at(70s));
  EXPECT_EQ(group.generation(), 2u);
  EXPECT_FALSE(group.has(2));
}

TEST(Group, WhoLeavesIsNotWaitedFor) {
  Group group = two_members();
  group.leave(2, at(10s));
  group.join(1, {}, at(12s));
  EXPECT_THAT(group.share(1), SizeIs(6));
}

TEST(Group, CooperativeMembersKeepWhatTheyHaveAndWhatMovesIsNobodysForADeal) {
  Group group = two_members(cooperative());
  group.join(3, {}, at(10s));
  group.join(1, group.share(1), at(11s));
  group.join(2, group.share(2), at(12s));
  EXPECT_THAT(group.share(1), SizeIs(2));
  EXPECT_THAT(group.share(2), SizeIs(2));
  EXPECT_THAT(group.share(3), IsEmpty());
  for (const MemberId member : {1u, 2u, 3u}) group.join(member, group.share(member), at(12s));
  EXPECT_EQ(group.generation(), 3u);
  EXPECT_THAT(group.share(3), SizeIs(2));
}

}  // namespace
}  // namespace streamtwin::kafka
