// Every scenario of the library runs, and whatever begins in it is accounted for. Those with members are made small.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(library_folder())) {
    if (file.path().extension() == ".yaml") found.push_back(file.path().stem());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Scenario made_small(const std::string& name) {
  const Scenario whole = library_scenario(name);
  if (!whole.members) return whole;
  return library_scenario(
      name, {"members.plays_at_peak=1 /s", "members.session.median=4 min", "members.accounts=5000", "open_connect.sample=0.4 %"});
}

class Library : public testing::TestWithParam<std::string> {};
TEST_P(Library, ScenarioRunsForAMinute) {
  Twin twin(made_small(GetParam()), RunPlan{});
  twin.run_until(std::min(at(60s), twin.end()));
  const RunResult result = twin.result();
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
  double created = 0;
  for (const AuditResult& kind : result.audit) created += kind.tally.created;
  EXPECT_GT(created, 10) << "nothing happened";
}
INSTANTIATE_TEST_SUITE_P(All, Library, testing::ValuesIn(names()), [](const auto& name) {
  std::string text = name.param;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
});

}  // namespace
}  // namespace streamtwin
