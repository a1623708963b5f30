// What came before a run, and what of it agents still have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/titus/images/warm.hpp"
#include "models/work/before.hpp"

namespace streamtwin::work {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BeforeARun, ThoseOfEachDayCameAtTheirTime) {
  EXPECT_THAT(daily_ages(2h, 10h, 40h), ElementsAre(8h, 32h));
  EXPECT_THAT(daily_ages(2h, 1h, 40h), ElementsAre(23h)) << "today's is yet to come";
  EXPECT_THAT(daily_ages(2h, 2h, 1h), ElementsAre(0h));
  EXPECT_THAT(daily_ages(2h, 10h, 7h), IsEmpty());
}

// A Poisson process: as many as come in that time, within four of its deviations, and twice as many where the rate was twice as high.
TEST(BeforeARun, ThoseThatComeAtRandomFollowTheirRate) {
  Random random(1, 2, 3);
  const titus::DailyRate even(Rate{1.0 / 60}, {}, 12h);
  const std::vector<Duration> ages = random_ages(even, 24h, random);
  EXPECT_NEAR(static_cast<double>(ages.size()), 1440, 4 * std::sqrt(1440));
  EXPECT_TRUE(std::is_sorted(ages.begin(), ages.end()));
  EXPECT_LE(ages.back(), Duration{24h});

  std::vector<double> weights(24, 1);
  for (std::size_t hour = 0; hour < 12; ++hour) weights[hour] = 3;
  const titus::DailyRate mornings(Rate{1.0 / 20}, weights, 24h);
  double at_night = 0, by_day = 0;
  for (const Duration age : random_ages(mornings, 24h, random)) {
    by_day += age > Duration{14h} && age < Duration{20h} ? 1 : 0;
    at_night += age > Duration{2h} && age < Duration{8h} ? 1 : 0;
  }
  EXPECT_NEAR(by_day / (by_day + at_night), 0.75, 4 * std::sqrt(0.75 * 0.25 / (by_day + at_night))) << "between hours it is a line";
  EXPECT_THAT(random_ages(titus::DailyRate(Rate{0}, {}, 12h), 24h, random), IsEmpty());
}

// Containers that come to an agent are a Poisson process of their own.
TEST(BeforeARun, AgentsHaveTheImagesOfWhatCameToThem) {
  EXPECT_EQ(titus::chance_of_image(Rate{1}, 1h, 0), 0);
  EXPECT_EQ(titus::chance_of_image(Rate{0}, 24h, 10), 0);
  EXPECT_NEAR(titus::chance_of_image(Rate{10.0 / 3600}, 1h, 10), 1 - std::exp(-1), 1e-12);
  EXPECT_GT(titus::chance_of_image(Rate{1}, 24h, 10), 1 - 1e-12);
  EXPECT_NEAR(titus::mean_of_lognormal(12, 0.8), 12 * std::exp(0.32), 1e-9);
}

}  // namespace
}  // namespace streamtwin::work
