// What must hold of the plan of a scenario, and where what does not is said to stand.
#include "scenarios/composition/twin/plan_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string planned_shop = R"(streamtwin: 1
name: shop
clock: {lasts: 10 min}
regions: [{name: here, latitude: 0, longitude: 0}, {name: there, latitude: 0, longitude: 9, zones: 2}]
services: {front: {instances_per_zone: 2, instance_type: m5.large, instances: {there: 4, hereb: 3}}, back: {}}
load: {shop: {target: front, rate: 10 /s}}
)";

language::Loaded<Scenario> shop_with(const std::string& more) {
  return language::parse<Scenario>(language::Document::from_text(planned_shop + more + "\n", "shop.yaml"));
}

std::vector<std::string> plan_errors(const std::string& plan) {
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic : shop_with("plan: " + plan).diagnostics)
    errors.push_back(diagnostic.path + ": " + diagnostic.message);
  return errors;
}

const std::string available = "objectives: [{kpi: load.shop.availability, at_least: 99 %}]";

TEST(InstancesByPlace, OfTheZoneBeforeThoseOfTheRegion) {
  const Scenario shop = shop_with("").value;
  EXPECT_EQ(instances_in(shop, "front", "herea"), 2);
  EXPECT_EQ(instances_in(shop, "front", "hereb"), 3);
  EXPECT_EQ(instances_in(shop, "front", "there"), 8);
  EXPECT_EQ(instances_in(shop, "front"), 2 + 3 + 2 + 8);
  EXPECT_EQ(instances_in(shop, "back"), 10);
  EXPECT_EQ(instances_in(shop, "middle"), std::nullopt);
  EXPECT_EQ(shop.services.at("front").instances_in(shop.regions[1]), 8);
}

TEST(InstancesByPlace, NamePlacesThatThereAre) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(planned_shop, "shop.yaml"));
  EXPECT_TRUE(loaded.ok());
  const auto wrong = language::parse<Scenario>(
      language::Document::from_text("streamtwin: 1\nname: shop\nregions: [{name: here, latitude: 0, longitude: 0}]\n"
                                    "services: {front: {instances: {hare: 1}}, wide: {instances: {herea: 2}, scaling: {min: 2, max: 9}}}\n"
                                    "load: {shop: {target: front, rate: 10 /s}}\n",
                                    "shop.yaml"));
  ASSERT_EQ(wrong.diagnostics.size(), 2);
  EXPECT_EQ(wrong.diagnostics[0].path, "services.front.instances.hare");
  EXPECT_THAT(wrong.diagnostics[1].message, StartsWith("an auto scaling group and a service job see to it themselves"));
}

TEST(PlanOfAScenario, ChoosesNumbersThatAreThere) {
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.front.instances_per_zone], min: 1, max: 9}}, " + available + "}"), IsEmpty());
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.front.instances.here], min: 1, max: 9}}, " + available + "}"), IsEmpty());
  EXPECT_THAT(
      plan_errors("{variables: {a: {sets: [services.frunt.cores, services.front.coars, services.front.boot_time.x, name, plan.risk], "
                  "min: 1, max: 9, price: 1}}, " +
                  available + "}"),
      ElementsAre(HasSubstr("sets[0]: found `frunt`"), HasSubstr("sets[1]: found `coars`"), HasSubstr("sets[2]: nothing reads this"),
                  "plan.variables.a.sets[3]: `name` is a text; a plan chooses numbers, or words from `values`",
                  HasSubstr("sets[4]: nothing of a run reads this")));
}

TEST(PlanOfAScenario, ChoosesFromValues) {
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.front.instance_type], values: [m5.large, m5.xlarge]}}, " + available + "}"),
              IsEmpty());
  EXPECT_THAT(
      plan_errors("{variables: {a: {sets: [services.back.cores], values: [\"1\", \"2\", \"8\"], prices: [1, 2, 3]}}, " + available + "}"),
      IsEmpty());
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.back.cores], values: [\"1\", \"2\", \"8\"]}}, " + available + "}"),
              ElementsAre(StartsWith("plan.variables.a.price: what does it cost?")));
  EXPECT_THAT(
      plan_errors("{variables: {a: {sets: [services.back.cores], values: [\"1\", \"2\", \"1\"], min: 1, price: 1, prices: [1, 2]}}, " +
                  available + "}"),
      testing::UnorderedElementsAre(
          "plan.variables.a.values: one of them is there twice", StartsWith("plan.variables.a.min: there are `values`"),
          "plan.variables.a.price: `values` have `prices`, one each", "plan.variables.a.prices: expected one for each of the `values`"));
  EXPECT_THAT(
      plan_errors("{variables: {a: {sets: [services.back.cores], price: 1, prices: [1]}}, " + available + "}"),
      testing::UnorderedElementsAre(StartsWith("plan.variables.a.min: expected `min` and `max`, or `values`"),
                                    StartsWith("plan.variables.a.max: expected"), StartsWith("plan.variables.a.prices: are those")));
}

TEST(PlanOfAScenario, LooksAtWindowsOfWhatIsKnownWindowByWindow) {
  const auto objective = [](const std::string& kpi, const std::string& window) {
    return plan_errors("{variables: {a: {sets: [services.back.cores], min: 1, max: 9, price: 1}}, objectives: [{kpi: " + kpi +
                       ", at_least: 0.5, " + window + "}]}");
  };
  EXPECT_THAT(objective("load.shop.availability", "begins: 30 s, ends: 10 min"), IsEmpty());
  EXPECT_THAT(objective("load.shop.availability", "begins: 30 s, ends: 20 s"),
              testing::Contains("plan.objectives[0].ends: `ends` is not after `begins`"));
  EXPECT_THAT(objective("load.shop.availability", "begins: 10 min"),
              ElementsAre("plan.objectives[0].begins: there is no whole window in that time"));
  EXPECT_THAT(objective("load.shop.availability", "ends: 11 min"), ElementsAre("plan.objectives[0].ends: the run ends before this"));
  EXPECT_THAT(objective("load.shop.timeouts", "begins: 30 s"), ElementsAre(testing::EndsWith("not window by window")));
}

TEST(PlanOfAScenario, KnowsWhatEverythingCosts) {
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.back.instances_per_zone], min: 1, max: 9}}, " + available + "}"),
              ElementsAre(StartsWith("plan.variables.a.price: what does it cost?")));
  EXPECT_THAT(plan_errors("{variables: {a: {sets: [services.back.cores], min: 9, max: 1, price: -1}}, " + available + "}"),
              testing::Contains(StartsWith("plan.variables.a.price: ")));
}

TEST(PlanOfAScenario, HasObjectivesUnderFailuresThatThereAre) {
  const std::string variables = "{variables: {a: {sets: [services.back.cores], min: 1, max: 9, price: 1}}, ";
  EXPECT_THAT(plan_errors(variables + "}"), ElementsAre(StartsWith("plan.objectives: nothing has to hold")));
  EXPECT_THAT(plan_errors(variables + "objectives: [{kpi: load.shop.availibility, at_least: 99 %}]}"),
              ElementsAre(StartsWith("plan.objectives[0].kpi: found `load.shop.availibility`")));
  EXPECT_THAT(plan_errors(variables +
                          "survives: [region], objectives: [{kpi: load.shop.availability, at_least: 99 %, under: [none, loss of here]}]}"),
              IsEmpty());
  EXPECT_THAT(plan_errors(variables + "objectives: [{kpi: load.shop.availability, at_least: 99 %, under: [loss of here]}]}"),
              ElementsAre(StartsWith("plan.objectives[0].under[0]: found `loss of here`")));
  EXPECT_THAT(
      plan_errors(variables + "failures: {none: {method: [{at: 700 s, action: kill_zone, target: herea}]}, calm: {}}, " + available + "}"),
      testing::UnorderedElementsAre(StartsWith("plan.failures.calm.method: a failure without a step"),
                                    StartsWith("plan.failures.none: `none` is the run"), StartsWith("plan.failures.none.method[0].at: ")));
}

TEST(PlanOfAScenario, IsNoPartOfWhatARunIsMadeFrom) {
  const Scenario bare = shop_with("").value;
  const Scenario planned =
      shop_with("plan: {variables: {a: {sets: [services.back.cores], min: 1, max: 9, price: 1}}, " + available + "}").value;
  EXPECT_EQ(scenario_digest(bare), scenario_digest(planned));
}

TEST(PlanOfAScenario, FindsNumbersByTheirPath) {
  const Scenario shop = shop_with("").value;
  EXPECT_EQ(number_at(shop, "services.front.instances_per_zone", ""), 2);
  EXPECT_EQ(number_at(shop, "services.front.boot_time", "s"), 90);
  EXPECT_EQ(number_at(shop, "services.front.boot_time", "min"), 1.5);
  EXPECT_EQ(number_at(shop, "services.front.instances.there", ""), 4);
  EXPECT_EQ(number_at(shop, "services.front.instances.here", ""), std::nullopt);
  EXPECT_EQ(number_at(shop, "services.*.cores", ""), std::nullopt);
  EXPECT_EQ(counted_service(shop, "services.front.instances.here"), "front");
  EXPECT_EQ(counted_service(shop, "services.front.cores"), "");
}

}  // namespace
}  // namespace streamtwin
