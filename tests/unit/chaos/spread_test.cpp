// Ways of faults through the tiers, by cases that can be seen at a glance: web calls pages, pages call ratings and titles.
#include "models/chaos/spread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace streamtwin::chaos {
namespace {

using ::testing::ElementsAre;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t web = 0, pages = 1, ratings = 2, titles = 3;
const std::vector<TierCall> calls{{web, pages}, {pages, ratings}, {pages, titles}};

WatchedTier healthy(std::string name) { return {std::move(name), {0, 0, 0, 0, 0}, {.1, .1, .1, .1, .1}, {100, 100, 100, 100, 100}}; }

std::vector<WatchedTier> all_healthy() { return {healthy("web"), healthy("pages"), healthy("ratings"), healthy("titles")}; }

std::vector<std::size_t> tiers_of(const std::vector<Affected>& affected) {
  std::vector<std::size_t> tiers;
  for (const Affected& one : affected) tiers.push_back(one.tier);
  return tiers;
}

TEST(Spread, IsInTheOrderOfTimeAndOfOneWindowFromBelow) {
  std::vector<WatchedTier> tiers = all_healthy();
  tiers[ratings].latency = {.1, .1, .5, .5, .5};
  tiers[pages].latency = {.1, .1, .6, .6, .6};
  tiers[web].failed = {0, 0, 0, .2, .2};
  const std::vector<Affected> found = spread(tiers, calls, 2, 4);
  EXPECT_THAT(tiers_of(found), ElementsAre(ratings, pages, web));
  EXPECT_EQ(found[0].window, 2u);
  EXPECT_EQ(found[0].sign, Sign::latency);
  EXPECT_EQ(found[0].through, 1u);
  EXPECT_EQ(found[1].through, 2u);
  EXPECT_EQ(found[2].sign, Sign::failures);
  EXPECT_EQ(found[2].window, 3u);
  EXPECT_FALSE(found[2].through);
}

TEST(Spread, EndsWithTheWindowInWhichTheObjectiveBroke) {
  std::vector<WatchedTier> tiers = all_healthy();
  tiers[ratings].failed = {0, 0, .5, .5, .5};
  tiers[titles].failed = {0, 0, 0, 0, .5};
  EXPECT_THAT(tiers_of(spread(tiers, calls, 2, 3)), ElementsAre(ratings));
}

TEST(Spread, IsOfWhatLeavesItsBounds) {
  std::vector<WatchedTier> tiers = all_healthy();
  tiers[ratings].failed = {0, .05, .059, .05, 0};  // within one percent of the worst
  tiers[titles].latency = {.1, .3, .5, .5, .5};    // less than twice the worst
  tiers[pages].rate = {100, 80, 41, 41, 41};       // more than half of the least
  EXPECT_TRUE(spread(tiers, calls, 2, 4).empty());
}

TEST(Spread, KnowsATierThatIsSilent) {
  std::vector<WatchedTier> tiers = all_healthy();
  tiers[ratings] = {"ratings", {0, 0, nothing, nothing, nothing}, {.1, .1, nothing, nothing, nothing}, {100, 100, 0, 0, 0}};
  const std::vector<Affected> found = spread(tiers, calls, 2, 4);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sign, Sign::silence);
}

TEST(Spread, EndsInGraphsThatGoRound) {
  const std::vector<TierCall> round{{web, pages}, {pages, web}};
  std::vector<WatchedTier> tiers = all_healthy();
  tiers[web].failed = tiers[pages].failed = {0, 0, 1, 1, 1};
  EXPECT_EQ(spread(tiers, round, 2, 4).size(), 2u);
}

}  // namespace
}  // namespace streamtwin::chaos
