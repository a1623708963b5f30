// What cannot scale, and how a group must begin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/places.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string scenario_of(const std::string& service) {
  return "streamtwin: 1\nname: evening\nregions: [{name: here, latitude: 0, longitude: 0, zones: 2}]\n"
         "load: {pages: {target: web, rate: 1 /s}}\n"
         "services:\n  web: " +
         service + "\n";
}
std::string complaints_about(const std::string& service) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(scenario_of(service), "evening.yaml"));
  std::string all = language::print(loaded.diagnostics);
  for (const language::Diagnostic& warning : loaded.warnings) all += to_string(warning);
  return all;
}

TEST(ScalingCheck, AGroupBeginsBetweenItsSmallestAndItsLargest) {
  EXPECT_THAT(complaints_about("{instances_per_zone: 3, scaling: {min: 2, max: 6}}"), IsEmpty());
  EXPECT_THAT(
      complaints_about("{instances_per_zone: 3, scaling: {min: 2, max: 5}}"),
      AllOf(HasSubstr("evening.yaml:6"), HasSubstr("services.web.scaling.max"), HasSubstr("6 instances in here, 3 in each of 2 zones")));
  EXPECT_THAT(complaints_about("{instances_per_zone: 3, scaling: {min: 7, max: 9}}"), HasSubstr("services.web.scaling.min"));
  EXPECT_THAT(complaints_about("{scaling: {min: 7, max: 5}}"), HasSubstr("not below the smallest"));
  EXPECT_THAT(complaints_about("{scaling: {min: 2}}"), HasSubstr("max"));
}

TEST(ScalingCheck, ContainersHaveNoWarmPool) {
  EXPECT_THAT(complaints_about("{scaling: {min: 2, max: 6, warm_pool: {}}}"), IsEmpty());
  EXPECT_THAT(complaints_about("{runs_on: titus, scaling: {min: 2, max: 6, warm_pool: {}}}"),
              AllOf(HasSubstr("services.web.scaling.warm_pool"), HasSubstr("only groups of EC2 have warm pools")));
}

TEST(ScalingCheck, WhatHoldsDataDoesNotScale) {
  EXPECT_THAT(complaints_about("{cache: {}, scaling: {min: 2, max: 6}}"), AllOf(HasSubstr("scaling"), HasSubstr("hold data")));
  EXPECT_THAT(complaints_about("{store: {}, scaling: {min: 2, max: 6}}"), HasSubstr("hold data"));
}

TEST(ScalingCheck, AStepPolicySaysOnWhichSideItActs) {
  const auto policy = [](const std::string& text) {
    return complaints_about("{scaling: {min: 2, max: 6, step_policies: [" + text + "]}}");
  };
  EXPECT_THAT(policy("{above: 60 %, steps: [{by: 10}]}"), IsEmpty());
  EXPECT_THAT(policy("{steps: [{by: 10}]}"), HasSubstr("say one of the two"));
  EXPECT_THAT(policy("{above: 60 %, below: 20 %, steps: [{by: 10}]}"), HasSubstr("say one of the two"));
  EXPECT_THAT(policy("{above: 60 %}"), HasSubstr("steps"));
  EXPECT_THAT(policy("{above: 60 %, steps: [{beyond: 10 %, by: 1}, {beyond: 10 %, by: 2}]}"), HasSubstr("steps[1].beyond"));
  EXPECT_THAT(policy("{above: 60 %, periods: 2, periods_to_alarm: 3, steps: [{by: 10}]}"), HasSubstr("periods_to_alarm"));
}

TEST(ScalingCheck, ScheduledActionsFollowEachOther) {
  const auto scheduled = [](const std::string& text) { return complaints_about("{scaling: {min: 2, max: 6, scheduled: [" + text + "]}}"); };
  EXPECT_THAT(scheduled("{at: 8 h, min: 4, max: 20}, {at: 20 h, min: 2, max: 6}"), IsEmpty());
  EXPECT_THAT(scheduled("{at: 8 h}"), HasSubstr("changes `min`, `max` or `desired`"));
  EXPECT_THAT(scheduled("{at: 8 h, min: 7}"), HasSubstr("would be above the largest, 6"));
  EXPECT_THAT(scheduled("{at: 25 h, min: 3}"), HasSubstr("at"));
}

TEST(ScalingCheck, AHistoryHasDaysThatRepeat) {
  const ScratchFolder folder;
  const auto history = [&](const std::string& text, const std::string& interval = "12 h") {
    const std::string file = folder.write("load.csv", text).string();
    return complaints_about("{scaling: {min: 2, max: 6, predictive: {history: " + file + ", interval: " + interval + "}}}");
  };
  EXPECT_THAT(history("load\n1\n2\n1\n2\n"), IsEmpty());
  EXPECT_THAT(history("load\n1\n2\n1\n"), HasSubstr("the first 1 of 3 rows are left out: what remains are whole days"));
  EXPECT_THAT(history("load\n1\n"), HasSubstr("less than a day"));
  EXPECT_THAT(history("load\n1\n-2\n"), AllOf(HasSubstr("load.csv:3"), HasSubstr("not negative")));
  EXPECT_THAT(history("load\n1\nmuch\n"), HasSubstr("load.csv:3"));
  EXPECT_THAT(history("load\n1\n2\n1\n2\n", "7 h"), HasSubstr("makes a day"));
  EXPECT_THAT(complaints_about("{scaling: {min: 2, max: 6, predictive: {history: nowhere.csv}}}"), HasSubstr("nowhere.csv"));
}

TEST(InstanceTypeCheck, SaysHowManyCoresAMachineHas) {
  const auto cores = [](const std::string& service) {
    return language::parse<Scenario>(language::Document::from_text(scenario_of(service), "evening.yaml")).value.services.at("web").cores;
  };
  EXPECT_EQ(cores("{instance_type: m5.2xlarge}"), 8);
  EXPECT_THAT(complaints_about("{instance_type: m5.2xlarge}"), IsEmpty());
  EXPECT_THAT(complaints_about("{instance_type: m5.2xlrge}"), AllOf(HasSubstr("instance_type"), HasSubstr("m5.2xlarge")));
  EXPECT_THAT(complaints_about("{cache: {memory: 200 GB}, instance_type: r5.large}"), HasSubstr("more than a machine"));
}

// Half as many again as a zone's share, so that a zone can be lost: 18 of 12 over two zones, less what is there.
TEST(ScalingCheck, EC2HasMachinesForALostZone) {
  auto machines = [](const std::string& service, const std::string& fleet) {
    const Scenario scenario =
        language::parse<Scenario>(language::Document::from_text(scenario_of(service) + "fleet: " + fleet + "\n", "evening.yaml")).value;
    return spare_machines(scenario, scenario.regions.front());
  };
  EXPECT_EQ(machines("{instances_per_zone: 3, scaling: {min: 2, max: 12}}", "{spare_machines: 1}"), 1 + 9 - 3);
  EXPECT_EQ(machines("{instances_per_zone: 3, scaling: {min: 2, max: 12}}", "{spare_machines: 1, scaling_machines: 2}"), 3);
  EXPECT_EQ(machines("{instances_per_zone: 3, scaling: {min: 2, max: 12, warm_pool: {min_size: 4}}}", "{spare_machines: 1}"), 1 + 12 - 3)
      << "and those that wait";
  EXPECT_EQ(machines("{instances_per_zone: 3}", "{spare_machines: 1}"), 1);
}

}  // namespace
}  // namespace streamtwin
