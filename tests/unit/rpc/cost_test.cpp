// What requests cost: drawn from a law, as was measured, or known.
#include "models/rpc/instance_spec.hpp"

#include <gtest/gtest.h>

namespace streamtwin::rpc {
namespace {

Cost measured() { return {.shape = CostShape::histogram, .buckets = {{1ms, 10}, {2ms, 0}, {4ms, 30}}}; }

TEST(Cost, OfAHistogramHasTheMeanOfItsBuckets) { EXPECT_NEAR(in_seconds(measured().mean()), (0.25 * 0.5 + 0.75 * 3) / 1e3, 1e-15); }

TEST(Cost, OfAHistogramIsDrawnFromItsBucketsAndEvenlyWithinThem) {
  Random random(1, "cost", "test");
  const Cost cost = measured();
  int low = 0, between = 0, high_half = 0;
  double sum = 0;
  constexpr int draws = 40'000;
  for (int i = 0; i < draws; ++i) {
    const Duration one = cost.draw(random);
    sum += in_seconds(one);
    low += one < 1ms;
    between += one >= 1ms && one < 2ms;
    high_half += one >= 3ms && one < 4ms;
  }
  EXPECT_NEAR(low / double{draws}, 0.25, 0.01);
  EXPECT_EQ(between, 0);
  EXPECT_NEAR(high_half / double{draws}, 0.375, 0.01);
  EXPECT_NEAR(sum / draws, in_seconds(cost.mean()), 2e-5);
}

}  // namespace
}  // namespace streamtwin::rpc
