// For whom a flag is open, and when each instance knows.
#include "models/configuration/flag.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace streamtwin::configuration {
namespace {

constexpr std::uint64_t salt = 7;
constexpr std::uint32_t members = 10000;

FlagSpec within(Duration time) {
  FlagSpec spec;
  spec.within = time;
  return spec;
}

std::set<std::uint32_t> who_has(const Flag& flag, Instant when, std::uint16_t group = 0, std::uint64_t instance = 1) {
  std::set<std::uint32_t> open;
  for (std::uint32_t member = 0; member < members; ++member) {
    if (flag.open_for({.member = member, .group = group}, instance, when)) open.insert(member);
  }
  return open;
}

TEST(Flag, IsClosedUntilItIsOpened) {
  Flag flag(within(0s), salt);
  flag.set({.members = Fraction{1}, .group = {}, .member = {}}, at(10s));
  EXPECT_TRUE(who_has(flag, at(9s)).empty());
  EXPECT_EQ(who_has(flag, at(10s)).size(), members);
}

TEST(Flag, KeepsItsMembersWhileItIsOpenedFurther) {
  Flag flag(within(0s), salt);
  flag.set({.members = Fraction{0.01}, .group = {}, .member = {}}, at(0s));
  flag.set({.members = Fraction{0.1}, .group = {}, .member = {}}, at(10s));
  const std::set<std::uint32_t> few = who_has(flag, at(5s)), more = who_has(flag, at(15s));
  EXPECT_NEAR(static_cast<double>(few.size()), 100, 30) << "of 10,000 one in a hundred, three standard deviations";
  EXPECT_NEAR(static_cast<double>(more.size()), 1000, 90);
  EXPECT_TRUE(std::includes(more.begin(), more.end(), few.begin(), few.end()));
}

TEST(Flag, HasOtherMembersThanAnotherFlag) {
  Flag one(within(0s), salt), other(within(0s), salt + 1);
  one.set({.members = Fraction{0.1}, .group = {}, .member = {}}, at(0s));
  other.set({.members = Fraction{0.1}, .group = {}, .member = {}}, at(0s));
  std::set<std::uint32_t> both;
  const std::set<std::uint32_t> first = who_has(one, at(1s)), second = who_has(other, at(1s));
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::inserter(both, both.end()));
  EXPECT_NEAR(static_cast<double>(both.size()), 100, 30);
}

TEST(Flag, IsOpenForACountryOrForOne) {
  Flag flag(within(0s), salt);
  flag.set({.members = Fraction{1}, .group = 3, .member = 17}, at(0s));
  EXPECT_EQ(who_has(flag, at(1s), 3).size(), members);
  EXPECT_EQ(who_has(flag, at(1s), 4), std::set<std::uint32_t>{17});
}

TEST(Flag, IsHeardOfByEachInstanceAtATimeOfItsOwn) {
  Flag flag(within(10s), salt);
  flag.set({.members = Fraction{1}, .group = {}, .member = {}}, at(100s));
  flag.set({.members = Fraction{0}, .group = {}, .member = {}}, at(200s));
  int early = 0;
  for (std::uint64_t instance = 0; instance < 1000; ++instance) {
    EXPECT_GE(flag.heard(1, instance), at(200s));
    EXPECT_LT(flag.heard(1, instance), at(210s));
    EXPECT_TRUE(flag.open_for({}, instance, at(199s)));
    EXPECT_EQ(flag.open_for({}, instance, at(205s)), flag.heard(1, instance) > at(205s));
    early += flag.heard(1, instance) <= at(205s);
  }
  EXPECT_NEAR(early, 500, 48);
}

}  // namespace
}  // namespace streamtwin::configuration
