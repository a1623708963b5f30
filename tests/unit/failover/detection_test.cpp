#include "models/failover/detection.hpp"

#include <gtest/gtest.h>

namespace streamtwin::failover {
namespace {

constexpr RegionIndex west = 0, east = 1, europe = 2;

Reading usual(double starts) { return {.starts = starts, .yesterday = 1000, .last_week = 1000}; }

/// Period after period of 10 s, with these starts of a thousand that are usual.
Detector after(const std::vector<std::array<double, 3>>& periods, const DetectionSpec& spec = {}) {
  Detector detector(3, spec);
  Instant began{};
  for (const auto& starts : periods) {
    detector.add(std::vector{usual(starts[0]), usual(starts[1]), usual(starts[2])}, began);
    began += 10s;
  }
  return detector;
}

TEST(Detection, StartsAreLowWhenAPartOfThemIsMissing) {
  const DetectionSpec spec{.drop = Fraction{0.2}, .significance = 0};
  EXPECT_FALSE(is_low(usual(800), spec));
  EXPECT_TRUE(is_low(usual(799), spec));
}

TEST(Detection, FewStartsThatAreMissingMayBeChance) {
  const DetectionSpec spec{.drop = Fraction{0.2}, .significance = 4};
  EXPECT_FALSE(is_low({.starts = 4, .yesterday = 16, .last_week = 16}, spec)) << "three deviations of four";
  EXPECT_TRUE(is_low({.starts = 400, .yesterday = 1600, .last_week = 1600}, spec));
}

TEST(Detection, ADayThatIsUsuallyQuietIsNoTrouble) {
  EXPECT_FALSE(is_low({.starts = 500, .yesterday = 1000, .last_week = 520}, {}));
  EXPECT_FALSE(is_low({.starts = 500, .yesterday = 520, .last_week = 1000}, {}));
}

TEST(Detection, ARegionIsInTroubleWhenItsStartsHaveBeenLowForLong) {
  const Detector detector = after({{1000, 1000, 1000}, {1000, 1000, 300}, {1000, 1000, 200}});
  EXPECT_EQ(detector.low_since(europe), at(10s));
  EXPECT_EQ(detector.in_trouble(20s, at(29s)), std::nullopt);
  EXPECT_EQ(detector.in_trouble(20s, at(30s)), europe);
}

TEST(Detection, APeriodAsUsualBeginsTheClockAnew) {
  const Detector detector = after({{100, 1000, 1000}, {990, 1000, 1000}, {100, 1000, 1000}});
  EXPECT_EQ(detector.low_since(west), at(20s));
}

TEST(Detection, WhatSeveralRegionsHaveIsNoRegionsOwn) {
  const Detector detector = after({{100, 100, 1000}, {100, 100, 1000}});
  EXPECT_TRUE(detector.several_low());
  EXPECT_EQ(detector.in_trouble(10s, at(60s)), std::nullopt);
}

TEST(Detection, ARegionWhoseTrafficIsElsewhereIsNotWatched) {
  Detector detector(2, {});
  detector.add(std::vector<Reading>{{.starts = 0, .yesterday = 1000, .last_week = 1000, .watched = false}, usual(1000)}, Instant{});
  EXPECT_EQ(detector.low_since(west), std::nullopt);
}

TEST(Detection, TroubleHasFollowedWhenWhoTakesTheTrafficGetsLow) {
  const edge::Saviours saviours{{west, Fraction{0.5}}, {east, Fraction{0.5}}};
  const Detector detector = after({{1000, 1000, 100}, {1000, 300, 100}}, {.follow_patience = 30s});
  EXPECT_EQ(detector.followed_to(saviours, at(0s), at(39s)), std::nullopt);
  EXPECT_EQ(detector.followed_to(saviours, at(0s), at(40s)), east);
  EXPECT_EQ(detector.followed_to(saviours, at(20s), at(40s)), std::nullopt) << "low before it took any: the time counts from then";
  EXPECT_EQ(detector.followed_to(edge::Saviours{{west, Fraction{1}}}, at(0s), at(90s)), std::nullopt) << "the low one takes none";
  EXPECT_EQ(detector.followed_to(saviours, never, at(90s)), std::nullopt) << "nothing is sent yet";
}

}  // namespace
}  // namespace streamtwin::failover
