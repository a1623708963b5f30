// The map of BBA-0 as published (Huang et al., SIGCOMM 2014): the lowest rate up to 90 s of buffer, the
// highest from 216 s of 240 s on, a straight line between.
#include <gtest/gtest.h>

#include "models/clients/abr/bba0.hpp"

namespace streamtwin::abr {
namespace {

TEST(BbaMap, HasItsKneesAtNinetyAndTwoHundredSixteenSeconds) {
  const Ladder ladder = fixed_ladder_2015();
  const Bba0 rule(RuleSpec{}, ladder, 4s);
  EXPECT_EQ(rule.reservoir(), Duration{90s});
  EXPECT_DOUBLE_EQ(rule.upper_knee().count(), 216);
  EXPECT_EQ(rule.map(90s), ladder.rate(0));
  EXPECT_EQ(rule.map(216s), ladder.rate(ladder.top()));
  EXPECT_EQ(rule.map(0s), ladder.rate(0));
  EXPECT_EQ(rule.map(240s), ladder.rate(ladder.top()));
  EXPECT_NEAR(rule.map(153s).value(), (235e3 + 5800e3) / 2, 1e-3);
}

}  // namespace
}  // namespace streamtwin::abr
