// Whole problems: small ones with answers worked out by hand always, those that the original answered where STREAMTWIN_DATA says
// that they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "scenarios/fenzo/rounds.hpp"

namespace streamtwin::fenzo {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> differences_of(const std::vector<Case>& cases) {
  std::vector<std::string> all;
  for (const Case& one : cases) {
    for (const std::string& difference : differences(one.answer, nlohmann::json(answer_of(one.problem))))
      all.push_back(std::to_string(one.problem.id) + ": " + difference);
  }
  return all;
}

TEST(FenzoProblems, SmallOnesAreAnsweredAsWorkedOut) {
  const auto cases = read_problems(fs::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/fenzo/problems.json");
  EXPECT_EQ(cases.size(), 3u);
  EXPECT_THAT(differences_of(cases), ::testing::IsEmpty());
}

TEST(FenzoProblems, RecordedOnesAreAnsweredAsTheOriginalDid) {
  const char* data = std::getenv("STREAMTWIN_DATA");
  if (!data) GTEST_SKIP() << "STREAMTWIN_DATA is not set: the recorded answers are not at hand";
  const auto cases = read_problems(fs::path(data) / "fenzo-oracle/problems.json.gz");
  EXPECT_EQ(cases.size(), 200u);
  EXPECT_THAT(differences_of(cases), ::testing::IsEmpty());
}

TEST(FenzoProblems, ADifferenceIsToldWithItsPlaceAndOrdersThatAreNobodysAreNot) {
  const auto answer = nlohmann::json::parse(R"({"rounds":[{"assigned":[{"t":"a","h":"x"}],"failed":[{"t":"c"},{"t":"b"}],"skipped":[]}]})");
  auto other = answer;
  std::swap(other["rounds"][0]["failed"][0], other["rounds"][0]["failed"][1]);
  EXPECT_THAT(differences(answer, other), ::testing::IsEmpty());
  other["rounds"][0]["assigned"][0]["h"] = "y";
  EXPECT_THAT(differences(answer, other), ::testing::ElementsAre(R"(rounds[0].assigned[0].h: expected "x", found "y")"));
}

}  // namespace
}  // namespace streamtwin::fenzo
