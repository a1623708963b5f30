// When replications are looked at, and when their interval is narrow enough.
#include "scenarios/results/half_width.hpp"

#include <gtest/gtest.h>

namespace streamtwin {
namespace {

RunResult found(double value, double half, int replications = 20) {
  RunResult result;
  result.replications = replications;
  result.kpis = {{.name = "a", .value = value, .kind = KpiKind::rate, .lower = value - half, .upper = value + half}};
  return result;
}

TEST(HalfWidth, IsLookedAtAfterTwentyAndThenSeldom) {
  int looked = 0;
  std::vector<int> looks;
  while (looks.size() < 6) looks.push_back(looked = next_look(looked));
  EXPECT_EQ(looks, (std::vector{20, 24, 29, 35, 42, 50}));
  EXPECT_EQ(next_look(21), 24);
}

TEST(HalfWidth, IsReachedALittleBelowWhatIsWanted) {
  const HalfWidth wanted{"a", Fraction{0.05}};
  EXPECT_TRUE(is_reached(wanted, found(10, 0.4761)));
  EXPECT_FALSE(is_reached(wanted, found(10, 0.4763))) << "0.05 / 1.05 of the mean";
  EXPECT_TRUE(is_reached(wanted, found(-10, 0.4)));
  EXPECT_FALSE(is_reached(wanted, found(10, 0.4, 19)));
  EXPECT_FALSE(is_reached(wanted, found(10, 0))) << "all alike";
  EXPECT_FALSE(is_reached(wanted, found(0, 0.1)));
  EXPECT_FALSE(is_reached({"b", Fraction{0.05}}, found(10, 0.4)));
}

}  // namespace
}  // namespace streamtwin
