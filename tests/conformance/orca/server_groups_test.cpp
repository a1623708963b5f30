// Vectors of ScaleToServerGroupResizeStrategySpec, ScaleToClusterResizeStrategySpec, ResizeStrategySupportSpec, ShrinkClusterTaskSpec,
// WaitForUpInstancesTaskSpec and WaitingForInstancesTaskHelperSpec of spinnaker/orca, and of EnableDisablePercentageCategorizerSpec of
// spinnaker/clouddriver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/delivery/strategies/rollout.hpp"

namespace streamtwin::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using titus::Capacity;

TEST(OrcaServerGroups, AreScaledToAShareOfTheirSource) {
  const Capacity source{1, 3, 3};
  EXPECT_EQ(titus::scaled(source, Fraction{1}, false), (Capacity{1, 3, 3}));
  EXPECT_EQ(titus::scaled(source, Fraction{0.5}, false), (Capacity{1, 2, 3}));
  EXPECT_EQ(titus::scaled(source, Fraction{0.25}, false), (Capacity{1, 1, 3}));
  EXPECT_EQ(titus::scaled(source, Fraction{0}, false), (Capacity{0, 0, 3}));
  EXPECT_EQ(titus::scaled(source, Fraction{1}, true), (Capacity{3, 3, 3}));
  EXPECT_EQ(titus::scaled(source, Fraction{0.5}, true), (Capacity{2, 2, 2}));
  EXPECT_EQ(titus::scaled(source, Fraction{0.25}, true), (Capacity{1, 1, 1}));
  EXPECT_EQ(titus::scaled(source, Fraction{0}, true), (Capacity{0, 0, 0}));
}

TEST(OrcaServerGroups, ArePinnedAtTheirMinimum) { EXPECT_EQ(titus::min_pinned({1, 3, 3}), (Capacity{3, 3, 3})); }

// The upstream test lists desired, minimum, maximum.
TEST(OrcaServerGroups, AreScaledToTheLargestOfTheirCluster) {
  const auto scaled = [](std::vector<Capacity> groups, titus::Increase by = {}) { return titus::scaled_to_cluster(groups, by).value(); };
  EXPECT_FALSE(titus::scaled_to_cluster({})) << "of no group there is none to take it from";
  EXPECT_EQ(scaled({{0, 0, 0}}), (Capacity{0, 0, 0}));
  EXPECT_EQ(scaled({{1, 1, 1}}), (Capacity{1, 1, 1}));
  const std::vector<Capacity> three{{0, 0, 10}, {1, 0, 5}, {0, 5, 9}};
  EXPECT_EQ(scaled(three), (Capacity{1, 5, 10}));
  EXPECT_EQ(scaled(three, {Fraction{0}, 1}), (Capacity{1, 6, 10}));
  EXPECT_EQ(scaled({{0, 0, 0}}, {Fraction{0}, 1}), (Capacity{0, 0, 0}));
  EXPECT_EQ(scaled({{1, 1, 1}}, {Fraction{0}, 1}), (Capacity{1, 1, 1})) << "within the maximum";
  EXPECT_EQ(scaled({{0, 100, 1000}}, {Fraction{0.01}, 0}), (Capacity{0, 101, 1000}));
}

TEST(OrcaServerGroups, WaitForAShareThatAlarmsMayHaveMadeSmaller) {
  const auto is_enough = [](double per_cent, int changed, int min, int max) {
    return changed >= titus::changed_needed({min, max, max}, Fraction{per_cent / 100});
  };
  EXPECT_FALSE(is_enough(91, 9, 10, 10));
  EXPECT_TRUE(is_enough(90, 10, 10, 11));
  EXPECT_FALSE(is_enough(90, 8, 9, 9));
}

TEST(OrcaServerGroups, WaitForNoMoreThanThereAreAfterScalingIn) {
  struct Row {
    int min, max, desired;
    std::vector<double> per_cent;
  };
  for (const Row& row : std::vector<Row>{{20, 30, 24, {50}},
                                         {200, 300, 300, {10}},
                                         {10, 300, 24, {50}},
                                         {0, 30, 30, {50}},
                                         {2000, 3000, 2400, {10, 20, 30, 50, 80, 100}},
                                         {2000, 3000, 2000, {10, 20, 30, 50, 80, 100}},
                                         {2000, 3000, 3000, {10, 20, 30, 100}}}) {
    for (const double per_cent : row.per_cent) {
      const int needed = titus::changed_needed({row.min, row.desired, row.max}, Fraction{per_cent / 100});
      EXPECT_LE(needed, row.desired * per_cent / 100 - (row.desired - row.min) + 1e-9) << row.desired << " " << per_cent;
    }
  }
}

TEST(OrcaServerGroups, AreUnpinnedToALowerMinimum) {
  const Capacity pinned{1, 2, 3};
  EXPECT_EQ(titus::unpinned(pinned, 0).min, 0);
  EXPECT_EQ(titus::unpinned(pinned, 2).min, 1);
  EXPECT_EQ(titus::unpinned(pinned, {}, 0).min, 0);
  EXPECT_EQ(titus::unpinned(pinned, 0, 2).min, 0);
  EXPECT_EQ(titus::unpinned(pinned, {}), pinned);
}

TEST(OrcaServerGroups, AreUpWithAShareOfTheirInstances) {
  const auto is_up = [](double per_cent, int up, int size) { return up >= titus::up_needed(size, Fraction{per_cent / 100}); };
  EXPECT_TRUE(is_up(89, 9, 10));
  EXPECT_FALSE(is_up(90, 8, 10));
  EXPECT_TRUE(is_up(91, 9, 10));
  EXPECT_FALSE(is_up(95, 9, 10));
  EXPECT_TRUE(is_up(90, 10, 11));
  EXPECT_TRUE(is_up(90, 8, 9));
  EXPECT_FALSE(is_up(95, 8, 9));
  EXPECT_TRUE(is_up(0, 1, 100));
}

TEST(OrcaServerGroups, AreTakenOutOfServiceByShares) {
  const auto n = [](int changed, int unchanged, double per_cent) {
    return instances_to_change(changed, unchanged, Fraction{per_cent / 100});
  };
  EXPECT_EQ(n(0, 4, 100), 4);
  EXPECT_EQ(n(0, 4, 25), 1);
  EXPECT_EQ(n(0, 7, 10), 1);
  EXPECT_EQ(n(3, 0, 10), 0);
  EXPECT_EQ(n(9, 9, 60), 2);
  EXPECT_EQ(n(7, 3, 10), 0);
  EXPECT_EQ(n(4, 4, 100), 4);
  EXPECT_EQ(n(5, 10, 0), 0);
  EXPECT_EQ(n(9, 10, 90), 9);
  EXPECT_EQ(n(0, 3, 33), 1);
}

std::vector<GroupSeen> groups(std::vector<std::pair<bool, int>> seen) {
  std::vector<GroupSeen> groups;
  for (const auto& [active, size] : seen) groups.push_back({active, size, at(seconds(static_cast<double>(groups.size())))});
  return groups;
}

TEST(OrcaServerGroups, AreDestroyedThatAreOfLeastUse) {
  const auto active = groups({{true, 10}, {true, 11}, {true, 9}});
  EXPECT_THAT(groups_to_destroy(active, 1, true, true), ElementsAre(0, 2));
  EXPECT_THAT(groups_to_destroy(active, 1, true, false), ElementsAre(1, 0));
  EXPECT_THAT(groups_to_destroy(active, 1, false, true), IsEmpty());
  EXPECT_THAT(groups_to_destroy(active, 2, true, false), ElementsAre(0));
  EXPECT_THAT(groups_to_destroy(active, 4, true, true), IsEmpty());
  EXPECT_THAT(groups_to_destroy(groups({{false, 10}, {true, 11}, {true, 9}}), 1, false, true), ElementsAre(0));
  EXPECT_THAT(groups_to_destroy(groups({{false, 10}, {false, 10}, {true, 10}}), 1, false, true), ::testing::UnorderedElementsAre(0, 1));
  EXPECT_THAT(groups_to_destroy(groups({{false, 5}, {false, 4}}), 1, false, false), ElementsAre(0));
}

}  // namespace
}  // namespace streamtwin::delivery
