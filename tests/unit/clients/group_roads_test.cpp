// What messages of client groups suffer on their ways to regions and sites, and only those, and only as long as that lasts.
#include "models/clients/group_roads.hpp"

#include <gtest/gtest.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

class GroupRoadsTest : public testing::Test {
 protected:
  double ms_to_region(std::uint16_t group, RegionIndex region) {
    return 1000 * in_seconds(roads.way(group, region, {10ms, 10ms}).round_trip());
  }
  double ms_to_site(std::uint16_t group, openconnect::SiteId site) { return 1000 * in_seconds(roads.round_trip(group, site, 20ms)); }

  Simulation simulation;
  GroupRoads roads{{"a", "b"}, 2, 3};
};

TEST_F(GroupRoadsTest, AreFreeWithoutTrouble) {
  EXPECT_EQ(ms_to_region(0, 1), 20);
  EXPECT_EQ(ms_to_site(1, 2), 20);
  EXPECT_EQ(roads.line(0, 0, BitRate{1e9}, 20ms), BitRate{1e9});
}

TEST_F(GroupRoadsTest, CutAGroupOffFromARegion) {
  const auto cut = roads.add({.groups = {1}, .regions = {0}, .sites = {}, .road = {.cut = true}});
  roads.begin(cut);
  EXPECT_FALSE(roads.way(1, 0, {10ms, 10ms}).connects());
  EXPECT_EQ(ms_to_region(1, 1), 20);
  EXPECT_EQ(ms_to_region(0, 0), 20);
  EXPECT_EQ(ms_to_site(1, 0), 20);
  roads.end(cut);
  EXPECT_EQ(ms_to_region(1, 0), 20);
}

TEST_F(GroupRoadsTest, AddWhatSeveralDisturbancesAddEachWayOrOne) {
  const auto both = roads.add({.groups = {0, 1}, .regions = {0}, .sites = {2}, .road = {.latency = 50ms}});
  const auto there = roads.add({.groups = {0}, .regions = {0}, .sites = {}, .both_ways = false, .road = {.latency = 7ms}});
  roads.begin(both);
  roads.begin(there);
  EXPECT_NEAR(ms_to_region(0, 0), 127, 1e-9);
  EXPECT_NEAR(ms_to_region(1, 0), 120, 1e-9);
  EXPECT_NEAR(ms_to_site(0, 2), 120, 1e-9);
  roads.end(both);
  EXPECT_NEAR(ms_to_region(0, 0), 27, 1e-9);
}

// Mathis et al.: 1460 bytes each 20 ms, times the root of 3/2 over the root of the losses.
TEST_F(GroupRoadsTest, LetTcpDownloadAsSlowlyAsItsLossesSay) {
  const auto lossy = roads.add({.groups = {0}, .regions = {}, .sites = {1}, .road = {.loss = Fraction{0.04}}});
  roads.begin(lossy);
  EXPECT_NEAR(roads.line(0, 1, BitRate{1e9}, 20ms).value(), 1460 * 8 / 0.02 * 1.224744871 / 0.2, 1);
  EXPECT_EQ(roads.line(0, 1, BitRate{1e6}, 20ms), BitRate{1e6}) << "the line is slower";
  EXPECT_EQ(roads.line(0, 0, BitRate{1e9}, 20ms), BitRate{1e9});
}

TEST_F(GroupRoadsTest, OfWhichRequestsAloneAreLostDownloadAsFastAsBefore) {
  const auto lossy = roads.add({.groups = {0}, .regions = {}, .sites = {1}, .both_ways = false, .road = {.loss = Fraction{0.5}}});
  roads.begin(lossy);
  EXPECT_EQ(roads.line(0, 1, BitRate{1e9}, 20ms), BitRate{1e9});
  double most = 0;
  for (int message = 0; message < 20; ++message) most = std::max(most, ms_to_site(0, 1));
  EXPECT_GT(most, 200) << "some are sent again";
}

TEST_F(GroupRoadsTest, ThatLoseAllLetNothingArrive) {
  const auto all = roads.add({.groups = {0}, .regions = {}, .sites = {1}, .road = {.loss = Fraction{1}}});
  roads.begin(all);
  EXPECT_EQ(roads.round_trip(0, 1, 20ms), rpc::never_arrives);
}

}  // namespace
}  // namespace streamtwin::clients
