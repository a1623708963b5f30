// What lies among replications and is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/results/comparison.hpp"
#include "scenarios/results/store.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/results/example.hpp"

namespace streamtwin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Replications, AreThoseThatARunHasWrittenAndTheRestIsNamed) {
  const ScratchFolder scratch;
  for (const int seed : {7, 8}) {
    const auto folder = scratch.path() / "run/replications" / ("seed-" + std::to_string(seed));
    std::filesystem::create_directories(folder);
    write_results(example_result(seed), folder);
  }
  RunResult cut_short = example_result(9);
  cut_short.partial = true;
  std::filesystem::create_directories(scratch.path() / "run/replications/seed-9");
  write_results(cut_short, scratch.path() / "run/replications/seed-9");
  std::filesystem::create_directories(scratch.path() / "run/replications/seed-10");
  scratch.write("run/replications/seed-7-old/summary.json", "{}");
  scratch.write("run/replications/seed-11", "a file");
  const PairedReplications found = paired_replications(scratch.path() / "run", scratch.path() / "run");
  ASSERT_EQ(found.pairs.size(), 2u);
  EXPECT_EQ(found.pairs[1].second.seed, 8u);
  const std::vector<std::string> of_one(found.left_out.begin(), found.left_out.begin() + 4);
  EXPECT_EQ(found.left_out.size(), 8u);
  EXPECT_THAT(of_one, ElementsAre(AllOf(HasSubstr("seed-10: left out, "), HasSubstr("summary.json")), HasSubstr("seed-11: left out"),
                                  HasSubstr("seed-7-old: left out, as it is no replication"),
                                  HasSubstr("seed-9: left out, as it was interrupted")));
}

TEST(Replications, OfAFolderWithoutAnyAreNone) {
  const ScratchFolder scratch;
  const PairedReplications found = paired_replications(scratch.path(), scratch.path());
  EXPECT_TRUE(found.pairs.empty() && found.left_out.empty());
}

}  // namespace
}  // namespace streamtwin
