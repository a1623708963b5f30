// What must hold of the branches of a scenario, and where what does not is said to stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string branched_shop = R"(streamtwin: 1
name: shop
clock: {lasts: 10 min}
regions: [{name: here, latitude: 0, longitude: 0}]
services: {front: {instances_per_zone: 2}}
load: {shop: {target: front, rate: 10 /s}}
method: [{at: 60 s, action: add_errors, target: front, errors: 10 %}]
)";

std::vector<std::string> errors_with(const std::string& branches) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(branched_shop + "branches: " + branches + "\n", "shop.yaml"));
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic : loaded.diagnostics) errors.push_back(diagnostic.path + ": " + diagnostic.message);
  return errors;
}

TEST(BranchesOfAScenario, HaveStepsFromTheirInstantOn) {
  EXPECT_THAT(errors_with("{at: 5 min, what_ifs: {more: {method: [{at: 5 min, action: set_load, load: 2}]}}}"), IsEmpty());
  EXPECT_THAT(errors_with("{at: 5 min, what_ifs: {a: {}, b: {method: [{at: 299 s, action: set_load, load: 2}]}}}"),
              ElementsAre("branches.what_ifs.a.method: there is nothing to branch: without a step it would be the run itself",
                          "branches.what_ifs.b.method[0].at: the branches leave the run after this, at 300 s"));
}

TEST(BranchesOfAScenario, LeaveItBeforeItEnds) {
  EXPECT_THAT(errors_with("{at: 10 min, what_ifs: {more: {method: [{at: 10 min, action: set_load, load: 2}]}}}"),
              ElementsAre("branches.at: the run ends before this, 600 s after the warm-up"));
  EXPECT_THAT(errors_with("{at: 20 min, what_ifs: {more: {method: [{at: 21 min, action: set_load, load: 2}]}}}"),
              ElementsAre("branches.at: the run ends before this, 600 s after the warm-up",
                          "branches.what_ifs.more.method[0].at: the run ends before this, 600 s after the warm-up"));
}

TEST(BranchesOfAScenario, AreThereAndHaveNamesOfTheirOwn) {
  EXPECT_THAT(errors_with("{at: 5 min}"),
              ElementsAre("branches.what_ifs: there is nothing to branch: give at least one name and its `method`"));
  EXPECT_THAT(errors_with("{at: 5 min, what_ifs: {a: {method: [{at: 5 min, action: set_load, load: 2}]}, "
                          "a: {method: [{at: 5 min, action: set_load, load: 3}]}}}"),
              ElementsAre(HasSubstr("the key `a` is written twice")));
  EXPECT_THAT(errors_with("{at: 5 min, what_ifs: {../a: {method: [{at: 5 min, action: set_load, load: 2}]}}}"),
              ElementsAre(HasSubstr("a branch has a results folder of its name: letters, digits, `-` and `_`")));
}

TEST(BranchesOfAScenario, AreCheckedAsPartOfItsMethod) {
  EXPECT_THAT(errors_with("{at: 5 min, what_ifs: {a: {method: [{at: 5 min, action: add_errors, target: frnt, errors: 10 %, load: 2}]}}}"),
              testing::UnorderedElementsAre(HasSubstr("branches.what_ifs.a.method[0].load: add_errors does not read `load`"),
                                            HasSubstr("branches.what_ifs.a.method[0].target: ")));
}

TEST(BranchesOfAScenario, CannotPrepareWhatHasPassed) {
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text(branched_shop.substr(0, branched_shop.find("services:")) +
                                        "services: {front: {}, zuul: {gateway: {origins: [{service: front}]}}}\n"
                                        "members: {country: Germany}\nopen_connect: {}\n"
                                        "branches: {at: 60 s, what_ifs: {a: {method: [{at: 70 s, action: release_title, target: '3'}]}}}\n",
                                    "shop.yaml"));
  ASSERT_EQ(loaded.diagnostics.size(), 1u) << language::print(loaded.diagnostics);
  EXPECT_EQ(loaded.diagnostics[0].path, "branches.what_ifs.a.method[0].action");
  EXPECT_THAT(loaded.diagnostics[0].message, HasSubstr("prepared from the start of a run"));
}

TEST(BranchesOfAScenario, ChangeNothingOfTheRunItself) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(
      branched_shop +
          "branches: {at: 5 min, what_ifs: {more: {description: More of it., method: [{at: 5 min, action: set_load, load: 2}]}}}\n",
      "shop.yaml"));
  ASSERT_TRUE(loaded.ok());
  const Scenario& scenario = loaded.value;
  EXPECT_EQ(scenario_digest(scenario), scenario_digest(without_branches(scenario)));
  const Scenario branch = branch_of(scenario, "more");
  EXPECT_NE(scenario_digest(branch), scenario_digest(scenario));
  EXPECT_EQ(branch.name, "shop/more");
  EXPECT_EQ(branch.description, "More of it.");
  ASSERT_EQ(branch.method.size(), 2u);
  EXPECT_EQ(branch.method[1].action, ActionName("set_load"));
}

}  // namespace
}  // namespace streamtwin
