// What holds of every way from one server group to the next, however its instances come up.
#include <gtest/gtest.h>

#include "models/delivery/strategies/rollout.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::delivery {
namespace {

class RolloutProperty : public testing::TestWithParam<std::uint64_t> {
 protected:
  StrategySpec drawn(Strategy strategy) {
    StrategySpec spec;
    spec.strategy = strategy;
    spec.delay = seconds(static_cast<double>(random.below(120)));
    spec.batch = Fraction{random.uniform(0.05, 1)};
    spec.up = Fraction{random.uniform(0.5, 1)};
    spec.up_timeout = 20min;
    return spec;
  }
  /// Instances that are to take traffic.
  static double serving(const Sizes& sizes) {
    return sizes.next * (1 - sizes.next_disabled.value()) + sizes.old * (1 - sizes.old_disabled.value());
  }

  Random random{GetParam(), "rollout", "course"};
};

TEST_P(RolloutProperty, TheOldOnesServeUntilTheNextDo) {
  for (const Strategy strategy : {Strategy::blue_green, Strategy::red_black, Strategy::rolling_red_black}) {
    const int size = 1 + static_cast<int>(random.below(200));
    Rollout rollout(drawn(strategy), size, at(0s));
    int next_up = 0;
    for (Instant now{}; !rollout.ended() && now < at(10h); now += 10s) {
      const int wanted = rollout.wanted().next;
      next_up = std::min(wanted, next_up + static_cast<int>(random.below(static_cast<std::uint64_t>(size) + 1)));
      while (rollout.advance(next_up, rollout.wanted().old, now)) {
      }
      EXPECT_GE(serving(rollout.wanted()), size - 1e-9);
      EXPECT_EQ(rollout.wanted().old, size) << "they are there for a roll-back";
    }
    ASSERT_EQ(rollout.phase(), Rollout::Phase::completed);
    EXPECT_EQ(rollout.wanted().next, size);
    EXPECT_EQ(rollout.wanted().old_disabled, Fraction{1});
  }
}

TEST_P(RolloutProperty, InBatchesThereAreAlwaysAsManyAsBefore) {
  const int size = 1 + static_cast<int>(random.below(200));
  Rollout rollout(drawn(Strategy::rolling), size, at(0s));
  int next_up = 0;
  for (Instant now{}; !rollout.ended() && now < at(40h); now += 10s) {
    next_up = rollout.wanted().next;
    while (rollout.advance(next_up, rollout.wanted().old, now)) {
    }
    EXPECT_EQ(rollout.wanted().next + rollout.wanted().old, size);
  }
  EXPECT_EQ(rollout.phase(), Rollout::Phase::completed);
}

TEST_P(RolloutProperty, OfGroupsThatAreDestroyedEnoughAreKept) {
  std::vector<GroupSeen> groups(random.below(8));
  int active = 0;
  for (GroupSeen& group : groups) {
    group = {random.chance(0.4), static_cast<int>(random.below(20)), at(seconds(static_cast<double>(random.below(100))))};
    active += group.active ? 1 : 0;
  }
  const int keep = 1 + static_cast<int>(random.below(4)), all = static_cast<int>(groups.size());
  EXPECT_EQ(all - std::ssize(groups_to_destroy(groups, keep, true, random.chance(0.5))), std::min(all, keep));
  const auto gone = groups_to_destroy(groups, keep, false, random.chance(0.5));
  EXPECT_EQ(all - std::ssize(gone), std::max(active, std::min(all, keep)));
  for (const std::size_t one : gone) EXPECT_FALSE(groups[one].active);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RolloutProperty, testing::Range<std::uint64_t>(1, 101));

}  // namespace
}  // namespace streamtwin::delivery
