// Lines that are sometimes bad: how much of the time, how bad, and when the rate changes.
#include "models/clients/bad_spells.hpp"

#include <gtest/gtest.h>

#include "models/clients/viewer.hpp"

namespace streamtwin::clients {
namespace {

using namespace literals;

TEST(BadSpells, TakeTheirShareOfTheTime) {
  const BadSpellsSpec spec{.every = 10min, .last = 60s, .rate_left = 2_pct};
  double bad = 0, whole = 0;
  for (const traces::BandwidthTrace& course : courses_of_lines(spec, Seed{7})) {
    for (const traces::Period& period : course.periods()) {
      EXPECT_TRUE(period.rate == BitRate{1} || period.rate == BitRate{0.02});
      if (period.rate < BitRate{1}) bad += in_seconds(period.length);
    }
    whole += in_seconds(course.length());
  }
  EXPECT_NEAR(bad / whole, 60.0 / 660, 0.01);
}

TEST(BadSpells, NeverComeWhereAllOfTheRateIsLeft) { EXPECT_TRUE(courses_of_lines({.rate_left = 100_pct}, Seed{7}).empty()); }

TEST(BadSpells, ScaleTheLine) {
  const traces::BandwidthTrace course("course", {{10s, BitRate{1}, 0s}, {5s, BitRate{0.1}, 0s}});
  const AccessLine line{.rate = 20_Mbps, .trace = &course, .offset = 2s, .relative = true};
  EXPECT_EQ(line.rate_at(at(7s)), 20_Mbps);
  EXPECT_EQ(line.rate_at(at(9s)), 2_Mbps);
  EXPECT_EQ(line.usual_rate(at(9s)), 20_Mbps);
  EXPECT_NEAR(in_seconds(line.steady_for(at(9s))), 4, 1e-9);
  EXPECT_EQ(AccessLine{.rate = 20_Mbps}.steady_for(at(9s)), Duration{HUGE_VAL});
}

}  // namespace
}  // namespace streamtwin::clients
