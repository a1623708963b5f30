// What a replica promises and accepts, what a coordinator makes of it, and how long it gives way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "models/stores/cassandra/paxos.hpp"

namespace streamtwin::cassandra {
namespace {

Ballot ballot(double when) { return at(seconds(when)); }

TEST(Acceptor, PromisesToWhoeverComesLater) {
  Acceptor replica;
  EXPECT_TRUE(replica.prepare(ballot(2), true).given);
  const PromiseReply refused = replica.prepare(ballot(2), true);
  EXPECT_FALSE(refused.given) << "a ballot is promised once";
  EXPECT_EQ(refused.latest, ballot(2));
  EXPECT_FALSE(replica.prepare(ballot(1), true).given);
  EXPECT_TRUE(replica.prepare(ballot(3), true).given);
}

TEST(Acceptor, AcceptsUnlessALaterBallotIsPromised) {
  Acceptor replica;
  replica.prepare(ballot(1), true);
  EXPECT_TRUE(replica.propose(ballot(1), ballot(1)).accepted);
  replica.prepare(ballot(3), true);
  EXPECT_FALSE(replica.propose(ballot(2), ballot(2)).accepted);
  EXPECT_TRUE(replica.propose(ballot(4), ballot(4)).accepted) << "nobody needs a promise of its own replicas";
}

TEST(Acceptor, TellsWhatItHasAcceptedAndWhatIsDecided) {
  Acceptor replica;
  replica.prepare(ballot(1), true);
  replica.propose(ballot(1), ballot(1));
  const PromiseReply open = replica.prepare(ballot(2), true);
  EXPECT_EQ(open.accepted.update, ballot(1));
  EXPECT_EQ(open.committed, no_ballot);
  replica.commit(ballot(1));
  EXPECT_EQ(replica.prepare(ballot(3), true).committed, ballot(1));
  EXPECT_FALSE(replica.prepare(ballot(1), true).given) << "what is decided is over";
}

TEST(Acceptor, ReadersDoNotExcludeEachOther) {
  Acceptor replica;
  EXPECT_TRUE(replica.prepare(ballot(2), false).given);
  EXPECT_TRUE(replica.prepare(ballot(1), false).given) << "no writer stands between them";
  EXPECT_FALSE(replica.prepare(ballot(1), true).given);
  EXPECT_TRUE(replica.prepare(ballot(4), true).given);
  EXPECT_FALSE(replica.prepare(ballot(3), false).given) << "a writer does";
}

TEST(Promises, OfWhichOneIsRefusedSayWhichBallotToExceed) {
  const std::vector<PromiseReply> heard{{.given = true, .latest = ballot(1)}, {.given = false, .latest = ballot(7)}};
  const Promised seen = judge(heard);
  EXPECT_EQ(seen.next, NextStep::give_way);
  EXPECT_EQ(seen.at_least, ballot(7));
}

TEST(Promises, WithAProposalThatIsNotDecidedHaveItFinishedFirst) {
  const std::vector<PromiseReply> heard{{.given = true, .accepted = {ballot(3), ballot(3)}, .committed = ballot(1)},
                                        {.given = true, .accepted = {ballot(5), ballot(2)}, .committed = ballot(1)}};
  const Promised seen = judge(heard);
  EXPECT_EQ(seen.next, NextStep::finish);
  EXPECT_EQ(seen.update, ballot(2)) << "the latest ballot counts, not the latest update";
}

TEST(Promises, WithAnEmptyProposalAfterItLetItGo) {
  const std::vector<PromiseReply> heard{{.given = true, .accepted = {ballot(3), ballot(3)}, .committed = ballot(1)},
                                        {.given = true, .accepted = {ballot(4), no_ballot}, .committed = ballot(1)}};
  EXPECT_EQ(judge(heard).next, NextStep::go_on);
}

TEST(Promises, WithADecisionThatSomeDoNotKnowHaveItSpread) {
  const std::vector<PromiseReply> heard{{.given = true, .accepted = {ballot(3), ballot(3)}, .committed = ballot(3), .data = ballot(3)},
                                        {.given = true, .accepted = {ballot(3), ballot(3)}, .committed = ballot(1), .data = ballot(1)}};
  const Promised seen = judge(heard);
  EXPECT_EQ(seen.next, NextStep::spread);
  EXPECT_EQ(seen.update, ballot(3));
  EXPECT_EQ(seen.data, ballot(3));
}

TEST(Contention, IsWaitedForUpToATenthOfASecond) {
  Random random(1, "contention", "test");
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Duration wait = contention_wait(PaxosVariant::v1, 1 + i % 7, {}, random);
    ASSERT_GE(wait, Duration{0});
    ASSERT_LT(wait, 100ms);
    sum += in_milliseconds(wait);
  }
  EXPECT_NEAR(sum / 10'000, 50, 1);
}

/// The bounds of what v2 waits, and its mean.
struct Waits {
  Duration least = 1h, most{0}, mean{0};
};
Waits waits(int times, TransactionLatencies of_late) {
  Random random(1, "contention", "test");
  Waits seen;
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    const Duration wait = contention_wait(PaxosVariant::v2, times, of_late, random);
    seen.least = std::min(seen.least, wait);
    seen.most = std::max(seen.most, wait);
    seen.mean += wait / draws;
  }
  return seen;
}

TEST(Contention, IsGivenTimeByWhatTransactionsTakeInTheSecondVersion) {
  const Waits first = waits(1, {.median = 10ms, .p95 = 20ms});
  EXPECT_NEAR(in_milliseconds(first.least), 6.6, 0.1) << "two thirds of the median";
  EXPECT_NEAR(in_milliseconds(first.most), 36, 0.1) << "1.8 times the 95th percentile";
  const Waits fourth = waits(4, {.median = 10ms, .p95 = 20ms});
  EXPECT_NEAR(in_milliseconds(fourth.most), 100, 0.1) << "no more than that";
  EXPECT_GT(fourth.mean, (fourth.least + fourth.most) / 2) << "later parts are the likelier";
  const Waits nothing = waits(1, {});
  EXPECT_NEAR(in_milliseconds(nothing.least), 0, 0.1);
  EXPECT_NEAR(in_milliseconds(nothing.most), 10, 0.1) << "where nothing is known";
}

}  // namespace
}  // namespace streamtwin::cassandra
