// Ours against what Netflix/chaosmonkey answered to ten thousand draws (tests/conformance/oracle/chaosmonkey/README.md).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "models/chaos/monkey/schedule.hpp"
#include "tests/conformance/draws.hpp"

namespace streamtwin::chaos {
namespace {

std::vector<int> answers_of(const std::string& name) {
  std::ifstream in(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/oracle/vectors" / (name + ".txt"));
  std::vector<int> answers{std::istream_iterator<int>(in), {}};
  EXPECT_EQ(answers.size(), 10000u) << name;
  return answers;
}

TEST(ChaosMonkeyOracle, TenThousandMinimaLookBackToTheSameDay) {
  Draws draws(1);
  for (const int answer : answers_of("chaosmonkey_min_time")) {
    const int year = 2010 + draws.below(25), day_of_year = draws.below(365), minute = draws.below(1440);
    const int work_days = draws.below(30), end_hour = 1 + draws.below(23);
    const Day day = Day{std::chrono::year{year} / 1 / 1} + std::chrono::days{day_of_year};
    const LocalTime since = no_kills_since(work_days, {day, std::chrono::minutes{minute}}, end_hour);
    ASSERT_EQ(since, hour_of(Day{std::chrono::days{answer}}, end_hour)) << year << ", day " << day_of_year << ", " << work_days << " days";
  }
}

TEST(ChaosMonkeyOracle, TenThousandDrawsKillAlike) {
  Draws draws(2);
  int kills = 0;
  for (const int answer : answers_of("chaosmonkey_kills")) {
    const int mean = 1 + draws.below(20);
    double drawn = static_cast<double>(draws.below(1 << 20)) / (1 << 20);
    if (draws.below(5) == 0) drawn = 1.0 / mean;
    ASSERT_EQ(kills_today(mean, drawn), answer == 1) << mean << ", " << drawn;
    kills += answer;
  }
  EXPECT_GT(kills, 2000);
}

}  // namespace
}  // namespace streamtwin::chaos
