#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/titus/jobs/rolling_update.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;

class TitusRollingUpdate : public ::testing::Test {
 protected:
  static RollingUpdateSpec in_steps(std::vector<Fraction> steps) {
    RollingUpdateSpec spec;
    spec.steps = std::move(steps);
    spec.delay = 60s;
    return spec;
  }
  const Capacity old{2, 10, 20};
  const Capacity wanted{3, 10, 30};
};

TEST_F(TitusRollingUpdate, GrowsStepByStepAndTakesTheOldOutOfService) {
  RollingUpdate update(in_steps({Fraction{0.07}, Fraction{0.5}}), {0, 100, 100}, wanted, at(0s));
  std::vector<int> sizes, disabled;
  Instant now{};
  while (!update.ended()) {
    sizes.push_back(update.new_capacity().desired);
    EXPECT_FALSE(update.advance(sizes.back() - 1, now));
    EXPECT_TRUE(update.advance(sizes.back(), now));
    EXPECT_FALSE(update.advance(sizes.back(), now + 59s));
    EXPECT_EQ(update.next(), now + 60s);
    EXPECT_TRUE(update.advance(sizes.back(), now += 60s));
    disabled.push_back(update.old_disabled());
  }
  EXPECT_THAT(sizes, ElementsAre(7, 50, 100));
  EXPECT_THAT(disabled, ElementsAre(7, 50, 100));
  EXPECT_EQ(update.next(), never);
}

TEST_F(TitusRollingUpdate, HoldsBothSizesUntilTheEnd) {
  RollingUpdate update(in_steps({Fraction{0.5}}), old, wanted, at(0s));
  EXPECT_EQ(update.old_capacity(), (Capacity{10, 10, 20}));
  EXPECT_EQ(update.new_capacity(), (Capacity{5, 5, 5}));
  update.advance(5, at(0s));
  update.advance(5, at(60s));
  EXPECT_EQ(update.new_capacity(), (Capacity{3, 10, 30}));
  EXPECT_EQ(update.old_capacity(), (Capacity{10, 10, 20}));
  update.advance(10, at(60s));
  update.advance(10, at(120s));
  EXPECT_EQ(update.phase(), RollingUpdate::Phase::completed);
  EXPECT_EQ(update.old_capacity(), Capacity{});
}

TEST_F(TitusRollingUpdate, ANewVersionThatDoesNotComeUpLeavesTheOldOne) {
  RollingUpdate update(in_steps({Fraction{0.5}}), old, wanted, at(0s));
  EXPECT_FALSE(update.advance(4, at(7199s)));
  EXPECT_TRUE(update.advance(4, at(7200s)));
  EXPECT_EQ(update.phase(), RollingUpdate::Phase::failed);
  EXPECT_EQ(update.old_capacity(), old);
  EXPECT_EQ(update.old_disabled(), 0);
  EXPECT_FALSE(update.advance(5, at(7300s)));
}

TEST_F(TitusRollingUpdate, WithoutStepsAllComeAtOnce) {
  RollingUpdateSpec spec = in_steps({});
  spec.scale_down = false;
  RollingUpdate update(spec, old, wanted, at(0s));
  EXPECT_EQ(update.new_capacity().desired, 10);
  update.advance(10, at(0s));
  update.advance(10, at(60s));
  EXPECT_EQ(update.old_disabled(), 10);
  EXPECT_EQ(update.old_capacity(), old);
}

}  // namespace
}  // namespace streamtwin::titus
