// A target as it is written, and whom its selection strikes.
#include "models/chaos/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace streamtwin::chaos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Selection::Kind;

TEST(Target, IsAPlaceWithoutMore) {
  const Target target = parse_target(" play-api/eu-west-1a/0 ");
  EXPECT_EQ(target.selection.kind, Kind::all);
  EXPECT_EQ(target.place, "play-api/eu-west-1a/0");
  EXPECT_FALSE(parse_call(" play-api/eu-west-1a/0 "));
}

TEST(Target, IsSomeOfAPlace) {
  EXPECT_EQ(parse_target("one of play-api").selection.count, 1u);
  EXPECT_EQ(parse_target("3 of play-api/eu-west-1").selection.count, 3u);
  EXPECT_EQ(parse_target("3 of play-api/eu-west-1").place, "play-api/eu-west-1");
  const Target share = parse_target("12.5 % of play-api");
  EXPECT_EQ(share.selection.kind, Kind::share);
  EXPECT_EQ(share.selection.share.value(), 0.125);
  const Target each = parse_target("each of play-api with 20 %");
  EXPECT_EQ(each.selection.kind, Kind::each);
  EXPECT_EQ(each.selection.share.value(), 0.2);
  EXPECT_EQ(each.place, "play-api");
}

TEST(Target, IsACallBetweenTwo) {
  const auto call = parse_call(" one of play-api/us-east-1 -> each of ratings with 5 % ");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->caller, "one of play-api/us-east-1");
  EXPECT_EQ(call->callee, "each of ratings with 5 %");
  for (const char* text : {"a ->", "-> b", "a -> b -> c"}) EXPECT_THROW(parse_call(text), std::invalid_argument) << text;
}

TEST(Target, SelectsSomebodyAndNotEverybody) {
  const auto refused = [](const char* text) {
    try {
      parse_target(text);
    } catch (const std::invalid_argument& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_THAT(refused("0 of a"), HasSubstr("a number from 1"));
  EXPECT_THAT(refused("some of a"), HasSubstr("`one of`"));
  EXPECT_THAT(refused("100 % of a"), HasSubstr("less than 100 %"));
  EXPECT_THAT(refused("0 % of a"), HasSubstr("more than 0 %"));
  EXPECT_THAT(refused("nan % of a"), HasSubstr("more than 0 %"));
  EXPECT_THAT(refused("each of a"), HasSubstr("a probability for each"));
  EXPECT_THAT(refused("each of a with 3"), HasSubstr("a share such as `20 %`"));
  EXPECT_THAT(refused("each of a with 100 %"), HasSubstr("less than 100 %"));
}

std::size_t struck(const std::string& text, std::size_t present, std::uint64_t seed) {
  Random random(seed, "method", text);
  return parse_target(text).selection.choose(present, random).size();
}

TEST(Selection, StrikesAsManyAsItSays) {
  EXPECT_EQ(struck("a", 7, 1), 7u);
  EXPECT_EQ(struck("one of a", 7, 1), 1u);
  EXPECT_EQ(struck("3 of a", 2, 1), 2u) << "no more than there are";
  EXPECT_EQ(struck("20 % of a", 10, 1), 2u);
  EXPECT_EQ(struck("1 % of a", 10, 1), 1u) << "one at least";
  EXPECT_EQ(struck("one of a", 0, 1), 0u);
}

TEST(Selection, StrikesEachWithItsProbability) {
  std::size_t all = 0, none = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::size_t n = struck("each of a with 20 %", 10, seed);
    all += n;
    none += n == 0;
  }
  EXPECT_NEAR(static_cast<double>(all), 2000, 5 * 40) << "five standard deviations of 10,000 draws of 0.2";
  EXPECT_NEAR(static_cast<double>(none), 107, 5 * 10) << "0.8^10 of a thousand";
}

TEST(Selection, ChoosesAnyoneAsOftenAsAnother) {
  std::vector<int> times(5);
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed, "method", "one");
    ++times[parse_target("one of a").selection.choose(5, random).front()];
  }
  for (const int n : times) EXPECT_NEAR(n, 1000, 5 * 28.3) << "five standard deviations";
}

TEST(Selection, OfMoreHoldsThatOfFewer) {
  Random few(7, "method", "x"), many(7, "method", "x");
  const auto three = parse_target("3 of a").selection.choose(20, few), eight = parse_target("8 of a").selection.choose(20, many);
  EXPECT_THAT(eight, testing::IsSupersetOf(three));
}

}  // namespace
}  // namespace streamtwin::chaos
