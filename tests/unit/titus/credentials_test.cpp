// Credentials of containers while nobody gives any.
#include "models/titus/network/credentials.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace streamtwin::titus {
namespace {

CredentialsLife life(Duration until, std::vector<Outage> outages, bool error_hides = true) {
  return life_of_credentials(at(0s), at(until), outages, error_hides);
}

TEST(Credentials, AreThereAsLongAsNothingFails) {
  EXPECT_EQ(life(10h, {}).lapses, 0);
  EXPECT_EQ(life(44min, {{at(1min), at(40min)}}).lapses, 0) << "nobody had to renew any";
}

TEST(Credentials, AnErrorHidesThoseThatWouldStillDo) {
  const std::vector<Outage> ten_minutes{{at(44min), at(54min)}};
  const CredentialsLife told = life(10h, ten_minutes);
  EXPECT_EQ(told.lapses, 1);
  EXPECT_EQ(told.without, 9min);
  EXPECT_EQ(life(10h, ten_minutes, false).lapses, 0) << "they are good for an hour";
}

TEST(Credentials, EndWhenTheyWereNotRenewedInTime) {
  const CredentialsLife late = life(10h, {{at(40min), at(70min)}}, false);
  EXPECT_EQ(late.lapses, 1);
  EXPECT_EQ(late.without, 10min);
  EXPECT_EQ(life(65min, {{at(40min), at(70min)}}, false).without, 5min) << "it ended before";
}

TEST(Credentials, AreMissingFromTheStartWhereNobodyGivesThem) {
  const CredentialsLife first = life(1h, {{at(0s), at(100s)}});
  EXPECT_EQ(first.lapses, 1);
  EXPECT_EQ(first.without, 105s) << "the eighth attempt";
  EXPECT_EQ(life(1h, {{at(0s)}}).without, 1h) << "for ever";
}

TEST(Credentials, LaterRenewalsFollowTheLate) {
  const CredentialsLife life_of_two = life(3h, {{at(45min), at(50min)}, {at(94min), at(96min)}});
  EXPECT_EQ(life_of_two.lapses, 2) << "renewed at 50 minutes, due again at 95";
  EXPECT_EQ(life_of_two.without, 6min);
}

}  // namespace
}  // namespace streamtwin::titus
