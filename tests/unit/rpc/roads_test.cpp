// Messages that are cut off, come late or are lost and sent again, and only those, and only as long as that lasts.
#include "models/rpc/roads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {
namespace {

class RoadsTest : public testing::Test {
 protected:
  double ms(ZoneIndex from, ZoneIndex to) { return 1000 * in_seconds(roads.one_way(from, to)); }

  Simulation simulation;
  places::Geography geography{{{"region", 0, 0, 3}}, {.same_zone_rtt = 1ms, .cross_zone_rtt = 2ms}};
  Roads roads{geography};
};

TEST_F(RoadsTest, AreFreeWithoutTrouble) {
  EXPECT_EQ(ms(0, 0), 0.5);
  EXPECT_EQ(ms(0, 1), 1);
  EXPECT_TRUE(roads.connects(0, 1));
}

TEST_F(RoadsTest, CutBothWaysOrOne) {
  const auto both = roads.add({.from = {0}, .to = {1}, .road = {.cut = true}});
  const auto there = roads.add({.from = {1}, .to = {2}, .both_ways = false, .road = {.cut = true}});
  roads.begin(both);
  roads.begin(there);
  EXPECT_EQ(roads.one_way(0, 1), never_arrives);
  EXPECT_EQ(roads.one_way(1, 0), never_arrives);
  EXPECT_EQ(roads.one_way(1, 2), never_arrives);
  EXPECT_EQ(ms(2, 1), 1);
  EXPECT_FALSE(roads.connects(2, 1)) << "a connection needs both ways";
  EXPECT_EQ(ms(0, 2), 1);
  EXPECT_EQ(ms(0, 0), 0.5);
  roads.end(both);
  EXPECT_EQ(ms(0, 1), 1);
  EXPECT_FALSE(roads.connects(1, 2));
  roads.end(there);
  EXPECT_TRUE(roads.connects(1, 2));
}

TEST_F(RoadsTest, AddWhatSeveralDisturbancesAdd) {
  const auto one = roads.add({.from = {0, 1}, .to = {2}, .road = {.latency = 10ms}}),
             other = roads.add({.from = {0}, .to = {1, 2}, .road = {.latency = 5ms}});
  roads.begin(one);
  roads.begin(other);
  EXPECT_DOUBLE_EQ(ms(0, 2), 16);
  EXPECT_DOUBLE_EQ(ms(2, 0), 16);
  EXPECT_DOUBLE_EQ(ms(1, 2), 11);
  EXPECT_DOUBLE_EQ(ms(0, 1), 6);
  roads.end(one);
  EXPECT_DOUBLE_EQ(ms(0, 2), 6);
}

// Of 200 ms, 400 ms, …: the mean of 0.2 * (2^k - 1) with k geometric is 0.2 * p / (1 - 2 p).
TEST_F(RoadsTest, LostPacketsAreSentAgain) {
  Random random(1, "a", "b");
  double sum = 0, late = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double waited = in_seconds(retransmissions(Fraction{0.1}, random));
    sum += waited;
    late += waited > 0;
  }
  EXPECT_NEAR(late / n, 0.1, 5 * std::sqrt(0.09 / n));
  EXPECT_NEAR(sum / n, 0.2 * 0.1 / 0.8, 0.002);
  EXPECT_EQ(retransmissions(Fraction{0}, random), Duration{0});
  EXPECT_EQ(retransmissions(Fraction{1}, random), never_arrives);
}

}  // namespace
}  // namespace streamtwin::rpc
