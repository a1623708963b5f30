// What makes a cached value stale, since when, and why.
#include "models/cache/evcache/ledger.hpp"

#include <gtest/gtest.h>

namespace streamtwin::evcache {
namespace {

// Two regions of two zones: 0 and 1, 2 and 3.
class LedgerTest : public testing::Test {
 protected:
  std::optional<StaleCause> cause(Version has, ZoneIndex zone, Duration when) const {
    const auto stale = ledger.judge(1, has, zone, at(when));
    return stale ? std::optional(stale->cause) : std::nullopt;
  }
  places::Geography geography{{{"here", 0, 0, 2}, {"there", 0, 0, 2}}, {}};
  Ledger ledger{geography};
};

TEST_F(LedgerTest, NothingIsStaleUntilAClientIsToldOfSomethingNewer) {
  EXPECT_FALSE(cause(before_the_run, 0, 1s));
  ledger.written(1, at(10s), 0, at(11s));
  EXPECT_FALSE(cause(at(10s), 0, 12s));
  EXPECT_FALSE(ledger.judge(2, before_the_run, 0, at(12s))) << "another item";
}

TEST_F(LedgerTest, AValueIsAsOldAsTheFirstThatItMisses) {
  ledger.written(1, at(10s), 0, at(11s));
  ledger.written(1, at(30s), 0, at(31s));
  EXPECT_EQ(in_seconds(ledger.judge(1, before_the_run, 0, at(41s))->age), 30);
  EXPECT_EQ(in_seconds(ledger.judge(1, at(10s), 0, at(41s))->age), 10);
}

TEST_F(LedgerTest, AWriteIsUnderWayForAsLongAsAnOperationMayTake) {
  ledger.written(1, at(10s), 0, at(10s));
  EXPECT_EQ(cause(before_the_run, 1, 12s), StaleCause::under_way);
  EXPECT_EQ(cause(before_the_run, 1, 13s), StaleCause::lost_write);
  ledger.lost(1, at(10s), 0);
  EXPECT_EQ(cause(before_the_run, 0, 11s), StaleCause::lost_write);
}

TEST_F(LedgerTest, ACopyThatHadTheNewerWasOvertaken) {
  ledger.written(1, at(10s), 0, at(10s));
  ledger.put(1, at(10s), 0, Writer::client);
  ledger.put(1, before_the_run, 0, Writer::client);
  EXPECT_EQ(cause(before_the_run, 0, 100s), StaleCause::overtaken);
  EXPECT_EQ(cause(before_the_run, 1, 100s), StaleCause::lost_write);
}

TEST_F(LedgerTest, AWarmersValueIsItsOwnCauseUntilSomebodyElseWrites) {
  ledger.written(1, at(10s), 0, at(10s));
  ledger.put(1, before_the_run, 0, Writer::warmer);
  EXPECT_EQ(cause(before_the_run, 0, 20s), StaleCause::warmed);
  ledger.put(1, before_the_run, 0, Writer::client);
  EXPECT_EQ(cause(before_the_run, 0, 20s), StaleCause::lost_write);
}

TEST_F(LedgerTest, OfAnotherRegionsWriteItSaysWhatBecameOfItsReplication) {
  ledger.written(1, at(10s), 0, at(10s));
  EXPECT_EQ(cause(before_the_run, 2, 100s), StaleCause::other_region);
  ledger.carried(1, at(10s), 1);
  EXPECT_EQ(cause(before_the_run, 2, 100s), StaleCause::replication_lag);
  ledger.lost(1, at(10s), 3);
  EXPECT_EQ(cause(before_the_run, 3, 100s), StaleCause::replication_lost);
  EXPECT_EQ(cause(before_the_run, 2, 100s), StaleCause::replication_lag);
  ledger.given_up(1, at(10s), 1);
  EXPECT_EQ(cause(before_the_run, 2, 100s), StaleCause::replication_lost);
}

TEST_F(LedgerTest, WritesThatAreToldOutOfOrderAreInOrder) {
  ledger.written(1, at(20s), 0, at(21s));
  ledger.written(1, at(10s), 0, at(22s));
  EXPECT_FALSE(cause(at(20s), 0, 30s));
  EXPECT_EQ(in_seconds(ledger.judge(1, at(10s), 0, at(30s))->age), 9);
}

TEST(Versions, SurviveAsPlainWords) {
  for (const Version version : {before_the_run, at(0s), at(1ms), at(1e6s)}) EXPECT_EQ(version_of(word_of(version)), version);
}

}  // namespace
}  // namespace streamtwin::evcache
