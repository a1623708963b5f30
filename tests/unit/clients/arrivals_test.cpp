// When the requests of a workload come.
#include "models/clients/workload/arrival_files.hpp"
#include "models/clients/workload/arrivals.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::workload {
namespace {

using namespace literals;
using clients::RateCurve;
using testing::HasSubstr;

std::vector<double> first_of(Arrivals& arrivals, int count) {
  Random random(1, "load", "test");
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(in_seconds(arrivals.next(random)));
  return times;
}

WorkloadSpec even(Rate rate) {
  WorkloadSpec spec;
  spec.rate = rate;
  spec.spacing = Spacing::even;
  return spec;
}

TEST(RateCurveThroughPoints, HoldsTheFirstRateBeforeItsPointAndTheLastAfterIt) {
  const std::vector<RateCurve::Point> points{{at(10s), 20_per_s}, {at(40s), 50_per_s}};
  const RateCurve lines = RateCurve::through(points, RateCurve::Between::lines);
  EXPECT_DOUBLE_EQ(lines.at(at(0s)).value(), 20);
  EXPECT_DOUBLE_EQ(lines.at(at(25s)).value(), 35);
  EXPECT_DOUBLE_EQ(lines.at(at(100s)).value(), 50);
  EXPECT_DOUBLE_EQ(lines.expected(at(0s), at(60s)), 200 + 35 * 30 + 50 * 20);
  const RateCurve steps = RateCurve::through(points, RateCurve::Between::steps);
  EXPECT_DOUBLE_EQ(steps.at(at(39s)).value(), 20);
  EXPECT_DOUBLE_EQ(steps.at(at(40s)).value(), 50);
}

TEST(Arrivals, SpacedEvenlyComeAtTheInverseOfTheRate) {
  Arrivals arrivals(even(10_per_s), at(0s), {}, 1);
  const std::vector<double> times = first_of(arrivals, 50);
  for (int i = 0; i < 50; ++i) EXPECT_NEAR(times[i], 0.1 * (i + 1), 1e-9);
}

TEST(Arrivals, OfACourseFollowTheMethodsStepsAndTheScale) {
  Arrivals arrivals(even(10_per_s), at(0s), {{at(1s), at(2s), 3}}, 2);
  Random random(1, "load", "test");
  std::array<int, 3> in_second{};
  for (Instant t = arrivals.next(random); t < at(3s) - 1us; t = arrivals.next(random))
    ++in_second[static_cast<std::size_t>(in_seconds(t) - 1e-6)];
  EXPECT_EQ(in_second[0], 20);
  EXPECT_EQ(in_second[1], 60);
  EXPECT_NEAR(in_second[2], 20, 1);
}

TEST(Arrivals, CountTheirCourseFromTheEndOfTheWarmUp) {
  WorkloadSpec spec;
  spec.spacing = Spacing::even;
  spec.course = {{0s, 1_per_s}, {10s, 100_per_s}};
  Arrivals arrivals(spec, at(60s), {}, 1);
  EXPECT_DOUBLE_EQ(arrivals.rate_at(at(69.9s)).value(), 1);
  EXPECT_DOUBLE_EQ(arrivals.rate_at(at(70s)).value(), 100);
}

TEST(Arrivals, OfAFileThatIsEmptyOrNoFileAreRefusedInTheseWords) {
  const ScratchFolder folder;
  const auto refusal = [](const std::filesystem::path& file) {
    return refusal_of<std::invalid_argument>([&] { read_arrival_times(file); });
  };
  EXPECT_THAT(refusal(folder.write("none.csv", "")), HasSubstr("none.csv: empty; expected a file of arrival times"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("no regular file"));
  EXPECT_THAT(refusal(folder / "nowhere"), HasSubstr("no regular file"));
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(refusal(folder / "pipe"), HasSubstr("no regular file")) << "nobody writes to it: opening it would wait for ever";
}

TEST(Arrivals, EndWithTheRate) {
  WorkloadSpec spec;
  spec.course = {{0s, 1000_per_s}, {1s, 0_per_s}};
  Arrivals arrivals(spec, at(0s), {}, 1);
  Random random(1, "load", "test");
  Instant last{};
  for (Instant t = arrivals.next(random); t != never; t = arrivals.next(random)) last = t;
  EXPECT_LT(last, at(1s));
  EXPECT_GT(last, at(0.9s));
}

class ArrivalFile : public testing::Test {
 protected:
  WorkloadSpec spec_with(const std::string& text) {
    WorkloadSpec spec;
    spec.arrival_times = {"arrivals.csv", folder_.write("arrivals.csv", text).string()};
    return spec;
  }

  const ScratchFolder folder_;
};

TEST_F(ArrivalFile, IsReplayedFromTheEndOfTheWarmUp) {
  Arrivals arrivals(spec_with("time,what\n0.5,a\n# a remark\n\n0.5,b\n2.25,c\n"), at(60s), {}, 1);
  EXPECT_THAT(first_of(arrivals, 3), testing::ElementsAre(60.5, 60.5, 62.25));
  Random random(1, "load", "test");
  EXPECT_EQ(arrivals.next(random), never);
}

TEST_F(ArrivalFile, RepeatsAnArrivalAsOftenAsTheLoadSays) {
  Arrivals arrivals(spec_with("1\n2\n3\n"), at(0s), {{at(2s), at(3s), 0}}, 2);
  EXPECT_THAT(first_of(arrivals, 4), testing::ElementsAre(1, 1, 3, 3));
  std::string many;
  for (int i = 0; i < 4000; ++i) many += std::to_string(i) + "\n";
  Arrivals half(spec_with(many), at(0s), {}, 0.5);
  Random random(1, "load", "test");
  int kept = 0;
  while (half.next(random) != never) ++kept;
  EXPECT_NEAR(kept, 2000, 4.5 * 32);
}

std::string complaint(std::string_view text) {
  return refusal_of<std::invalid_argument>([&] { parse_arrival_times("times.csv", text); });
}

TEST(ArrivalTimes, ThatCannotBeUsedAreRefusedWithTheirPlace) {
  EXPECT_THAT(complaint("1\n2\nx\n"), HasSubstr("times.csv:3: expected a time in seconds, found `x`"));
  EXPECT_THAT(complaint("1\n3\n2\n"), HasSubstr("times.csv:3: 2 s comes after 3 s"));
  EXPECT_THAT(complaint("-1\n"), HasSubstr("times.csv:1: expected a time"));
  EXPECT_THAT(complaint("nan\n"), HasSubstr("times.csv:1: expected a time")) << "that is no header";
  EXPECT_THAT(complaint("time\n"), HasSubstr("holds no times of arrival"));
  EXPECT_THROW(read_arrival_times("/no/such/file"), std::invalid_argument);
}

}  // namespace
}  // namespace streamtwin::workload
