#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/delivery/strategies/rollout.hpp"

namespace streamtwin::delivery {
namespace {

constexpr Fraction none{0}, all{1};

StrategySpec by(Strategy strategy, Duration delay = Duration{0}) {
  StrategySpec spec;
  spec.strategy = strategy;
  spec.delay = delay;
  spec.up_timeout = 10min;
  return spec;
}

/// All that is wanted on the way, where whatever is wanted is up half a minute later.
std::vector<Sizes> way(const StrategySpec& spec, int size) {
  Rollout rollout(spec, size, at(0s));
  std::vector<Sizes> wanted{rollout.wanted()};
  for (Instant now{}; !rollout.ended() && now < at(1h); now += 30s) {
    while (rollout.advance(rollout.wanted().next, rollout.wanted().old, now)) {
      if (!(rollout.wanted() == wanted.back())) wanted.push_back(rollout.wanted());
    }
  }
  EXPECT_EQ(rollout.phase(), Rollout::Phase::completed);
  return wanted;
}

using ::testing::ElementsAre;

TEST(Rollout, BruteForceEndsAllAtOnce) { EXPECT_THAT(way(by(Strategy::brute_force), 6), ElementsAre(Sizes{6, none, 0, none})); }

TEST(Rollout, RollingReplacesBatchAfterBatch) {
  StrategySpec spec = by(Strategy::rolling);
  spec.batch = Fraction{0.4};
  EXPECT_THAT(way(spec, 6), ElementsAre(Sizes{3, none, 3, none}, Sizes{6, none, 0, none}));
  spec.batch = Fraction{0.1};
  EXPECT_EQ(way(spec, 3).size(), 3u);
}

TEST(Rollout, BlueGreenMovesTheTrafficAtOnce) {
  EXPECT_THAT(way(by(Strategy::blue_green), 6), ElementsAre(Sizes{6, all, 6, none}, Sizes{6, none, 6, all}));
}

TEST(Rollout, RedBlackSharesTheTrafficBefore) {
  EXPECT_THAT(way(by(Strategy::red_black), 6), ElementsAre(Sizes{6, none, 6, none}, Sizes{6, none, 6, all}));
}

TEST(Rollout, RollingRedBlackGoesInSteps) {
  StrategySpec spec = by(Strategy::rolling_red_black);
  spec.steps = {Fraction{0.5}};
  EXPECT_THAT(way(spec, 6), ElementsAre(Sizes{3, none, 6, none}, Sizes{6, none, 6, Fraction{0.5}}, Sizes{6, none, 6, all}));
}

TEST(Rollout, WaitsForInstancesAndThenForItsDelay) {
  Rollout rollout(by(Strategy::red_black, 60s), 4, at(0s));
  EXPECT_FALSE(rollout.advance(3, 4, at(1s)));
  EXPECT_TRUE(rollout.advance(4, 4, at(2s)));
  EXPECT_FALSE(rollout.advance(4, 4, at(61s)));
  EXPECT_TRUE(rollout.advance(4, 4, at(62s)));
  EXPECT_TRUE(rollout.ended());
}

TEST(Rollout, InstancesThatDoNotComeUpFailIt) {
  for (const Strategy strategy : {Strategy::brute_force, Strategy::rolling, Strategy::blue_green, Strategy::red_black}) {
    Rollout rollout(by(strategy), 4, at(0s));
    EXPECT_FALSE(rollout.advance(0, 4, at(599s)));
    EXPECT_TRUE(rollout.advance(0, 4, at(600s)));
    EXPECT_EQ(rollout.phase(), Rollout::Phase::failed);
    EXPECT_FALSE(rollout.advance(4, 4, at(700s)));
  }
}

TEST(Rollout, BackTheOldGroupServesBeforeTheOtherDoesNot) {
  Rollout rollout(roll_back(6, 4, by(Strategy::red_black)), 10min, at(0s));
  EXPECT_EQ(rollout.wanted(), (Sizes{4, none, 6, none}));
  EXPECT_FALSE(rollout.advance(4, 5, at(1s)));
  EXPECT_TRUE(rollout.advance(4, 6, at(2s)));
  EXPECT_TRUE(rollout.advance(4, 6, at(2s)));
  EXPECT_EQ(rollout.wanted(), (Sizes{4, all, 6, none}));
  while (rollout.advance(4, 6, at(2s))) {
  }
  EXPECT_EQ(rollout.phase(), Rollout::Phase::completed);
}

}  // namespace
}  // namespace streamtwin::delivery
