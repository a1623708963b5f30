// Requests that come at known times, several at once.
#include "models/clients/workload/bursts.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/clients/workload/arrivals.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::workload {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> first_of(const BurstSpec& spec, int count) {
  Bursts bursts(spec);
  std::vector<std::string> found;
  for (int i = 0; i < count; ++i) {
    const std::optional<Burst> burst = bursts.next();
    if (!burst) break;
    found.push_back(fmt::format("{:g}x{}", in_seconds(burst->at), burst->size));
  }
  return found;
}

class BurstFile : public testing::Test {
 protected:
  BurstSpec of_file(const std::string& text) {
    BurstSpec spec;
    spec.file = {"bursts.csv", folder_.write("bursts.csv", text).string()};
    return spec;
  }

  const ScratchFolder folder_;
};

// LimboLoadGeneratorDescription: filter(time >= 0), and Java's split drops an empty last cell.
TEST_F(BurstFile, LeavesOutWhatIsBeforeTheRunAndAnEmptyLastCell) {
  EXPECT_THAT(first_of(of_file("-1,5\n0,2,\n3,4,\n"), 9), ElementsAre("0x2", "3x4"));
}

TEST(Bursts, ComeOneAfterTheOtherFromTheBeginning) {
  BurstSpec spec;
  spec.every = 2s;
  spec.sizes = {3, 0, 1};
  EXPECT_THAT(first_of(spec, 4), ElementsAre("0x3", "4x1", "6x3", "10x1"));
  EXPECT_DOUBLE_EQ(Bursts(spec).mean_rate(), 4.0 / 6);
}

// MiSim looks at the clock when a request has come, so that one more comes.
TEST(Bursts, EndWithTheFirstAtOrAfterTheirEnd) {
  BurstSpec spec;
  spec.every = 2s;
  spec.from = 1s;
  spec.until = 4s;
  EXPECT_THAT(first_of(spec, 9), ElementsAre("1x1", "3x1", "5x1"));
}

TEST(Bursts, WithoutRequestsAreNone) {
  BurstSpec spec;
  spec.every = 2s;
  spec.sizes = {0};
  EXPECT_THAT(first_of(spec, 3), testing::IsEmpty());
}

TEST_F(BurstFile, IsRoundedAndSorted) {
  EXPECT_THAT(first_of(of_file("# LIMBO\n2,1.5\n0.5, 0.4\n\n1,2.49\r\n"), 9), ElementsAre("1x2", "2x2"));
}

TEST_F(BurstFile, BeginsAnewAfterItsLastLineAndTheGap) {
  BurstSpec spec = of_file("1,1\n2,2\n3,0\n");
  spec.repeat = true;
  spec.gap = 5s;
  spec.from = 10s;
  spec.repetitions = 2;
  EXPECT_THAT(first_of(spec, 9), ElementsAre("11x1", "12x2", "18x1", "19x2"));
}

TEST(Bursts, OfAProfileThatDipsBelowZeroAreNone) {
  const std::vector<Burst> bursts = parse_arrival_counts("load.csv", "0.5,2\n1.5,-9.56\n2,-1e300\n2.5,1\n");
  ASSERT_EQ(bursts.size(), 2u);
  EXPECT_EQ(bursts[1].at, 2.5s);
}

TEST_F(BurstFile, ThatIsBadIsRefused) {
  const auto refusal = [](const std::string& text) {
    return refusal_of<std::invalid_argument>([&] { parse_arrival_counts("load.csv", text); });
  };
  EXPECT_THAT(refusal("1,2\nx,3\n"), HasSubstr("load.csv:2: expected a time in seconds, found `x`"));
  EXPECT_THAT(refusal("1\n"), HasSubstr("load.csv:1"));
  EXPECT_THAT(refusal("1,2,3\n"), HasSubstr("load.csv:1"));
  EXPECT_THAT(refusal("1,2000000\n"), HasSubstr("load.csv:1"));
  EXPECT_THAT(refusal("1,nan\n"), HasSubstr("load.csv:1"));
  EXPECT_THAT(refusal("\n# nothing\n"), HasSubstr("load.csv: holds no arrival counts"));
  BurstSpec still = of_file("0,1\n");
  still.repeat = true;
  EXPECT_THROW(Bursts{still}, std::invalid_argument);
}

TEST(Arrivals, OfBurstsComeTogetherAndFollowTheScale) {
  WorkloadSpec spec;
  spec.bursts.emplace();
  spec.bursts->every = 1s;
  spec.bursts->sizes = {2};
  Arrivals arrivals(spec, at(10s), {{at(11s), at(12s), 2}}, 1);
  Random random(1, "load", "test");
  std::vector<double> times;
  for (int i = 0; i < 8; ++i) times.push_back(in_seconds(arrivals.next(random)));
  EXPECT_THAT(times, ElementsAre(10, 10, 11, 11, 11, 11, 12, 12));
  EXPECT_DOUBLE_EQ(arrivals.rate_at(at(11.5s)).value(), 4);
}

}  // namespace
}  // namespace streamtwin::workload
