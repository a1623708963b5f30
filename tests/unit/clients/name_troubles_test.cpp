// What resolvers go by while the answers of DNS are missing, stale or wrong, and afterwards.
#include "models/edge/dns/name_troubles.hpp"

#include <gtest/gtest.h>

namespace streamtwin::dns {
namespace {

using Trouble = NameTroubles::Trouble;

TEST(NameTroubles, LeaveAloneWhoAskedBefore) {
  NameTroubles troubles;
  EXPECT_TRUE(troubles.never_any());
  for (const Trouble trouble : {Trouble::missing, Trouble::stale, Trouble::wrong}) troubles.begin(trouble, at(100s));
  EXPECT_FALSE(troubles.never_any());
  const NameTroubles::Heard heard = troubles.heard(at(99s), at(150s));
  EXPECT_EQ(heard.address, Address::right);
  EXPECT_EQ(heard.as_of, at(99s));
}

TEST(NameTroubles, LeaveWithoutAnAddressWhoAsksMeanwhile) {
  NameTroubles troubles;
  troubles.begin(Trouble::missing, at(100s));
  EXPECT_EQ(troubles.heard(at(100s), at(150s)).address, Address::none);
  troubles.end(Trouble::missing, at(200s));
  const NameTroubles::Heard heard = troubles.heard(at(150s), at(200s));
  EXPECT_EQ(heard.address, Address::right) << "it asks again with its next request";
  EXPECT_EQ(heard.as_of, at(200s));
}

TEST(NameTroubles, OfWrongAnswersLastAsLongAsResolversKeepThem) {
  NameTroubles troubles;
  troubles.begin(Trouble::wrong, at(100s));
  troubles.end(Trouble::wrong, at(200s));
  EXPECT_EQ(troubles.heard(at(199s), at(230s)).address, Address::nobodys);
  EXPECT_EQ(troubles.heard(at(200s), at(230s)).address, Address::right);
}

TEST(NameTroubles, OfStaleAnswersKeepWhatWasTrueAtTheirBeginning) {
  NameTroubles troubles;
  troubles.begin(Trouble::stale, at(100s));
  EXPECT_EQ(troubles.heard(at(170s), at(180s)).as_of, at(100s));
  troubles.end(Trouble::stale, at(200s));
  EXPECT_EQ(troubles.heard(at(190s), at(220s)).as_of, at(100s));
  EXPECT_EQ(troubles.heard(at(201s), at(220s)).as_of, at(201s));
}

TEST(NameTroubles, OfAKindEndWithTheLastAndComeAgain) {
  NameTroubles troubles;
  troubles.begin(Trouble::wrong, at(100s));
  troubles.begin(Trouble::wrong, at(120s));
  troubles.end(Trouble::wrong, at(130s));
  EXPECT_EQ(troubles.heard(at(140s), at(150s)).address, Address::nobodys);
  troubles.end(Trouble::wrong, at(160s));
  EXPECT_EQ(troubles.heard(at(170s), at(180s)).address, Address::right);
  troubles.begin(Trouble::wrong, at(200s));
  EXPECT_EQ(troubles.heard(at(170s), at(210s)).address, Address::right);
  EXPECT_EQ(troubles.heard(at(150s), at(210s)).address, Address::nobodys);
  EXPECT_EQ(troubles.heard(at(205s), at(210s)).address, Address::nobodys);
}

TEST(NameTroubles, AskingAgainMeetsWhatIsWrongByThen) {
  NameTroubles troubles;
  troubles.begin(Trouble::missing, at(100s));
  troubles.begin(Trouble::wrong, at(150s));
  troubles.end(Trouble::missing, at(200s));
  EXPECT_EQ(troubles.heard(at(110s), at(210s)).address, Address::nobodys);
}

}  // namespace
}  // namespace streamtwin::dns
