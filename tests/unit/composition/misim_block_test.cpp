// Services that follow MiSim have the platform to themselves, and only what heeds them can happen to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/composition/twin/part.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string two = R"(streamtwin: 1
name: two
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
misim:
  services:
    front: {operations: {get: {demand: 1, dependencies: [{service: back, operation: get}]}}}
    back: {instances_per_zone: 2, operations: {get: {demand: 1}}}
load: {users: {target: front, operation: get, rate: 10 /s}}
)";

std::vector<std::string> misim_errors(const std::string& text) {
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic :
       language::parse<Scenario>(language::Document::from_text(text, "two.yaml", {.overrides = {}, .limits = {}, .reader = {}}))
           .diagnostics)
    errors.push_back(diagnostic.path + ": " + diagnostic.message);
  return errors;
}

std::vector<std::string> errors_of_misim_step(const std::string& step) {
  return misim_errors(two + "method: [{at: 1 s, action: " + step + "}]\n");
}

TEST(MisimBlock, StandsInPlaceOfServices) {
  EXPECT_THAT(misim_errors(two), IsEmpty());
  EXPECT_THAT(misim_errors(two + "services: {other: {}}\n"), ElementsAre(HasSubstr("keep `misim` or `services`")));
}

TEST(MisimBlock, NamesWhatIsThere) {
  EXPECT_THAT(errors_of_misim_step("kill_instance, target: back/herea/1"), IsEmpty());
  EXPECT_THAT(errors_of_misim_step("kill_instance, target: back-1/herea"), IsEmpty());
  EXPECT_THAT(errors_of_misim_step("kill_instance, target: back/herea/2"), ElementsAre(HasSubstr("there are 2 in each zone")));
  EXPECT_THAT(errors_of_misim_step("kill_instances, target: bck"), ElementsAre(HasSubstr("did you mean `back`?")));
  EXPECT_THAT(errors_of_misim_step("delay_calls, target: front, latency: 1 s, operation: gt"),
              ElementsAre(HasSubstr("did you mean `get`?")));
}

TEST(MisimBlock, RefusesWhatItsServicesDoNotHeed) {
  EXPECT_THAT(errors_of_misim_step("add_errors, target: back, errors: 1 %"),
              ElementsAre(HasSubstr("method[0].action: nothing of services")));
  EXPECT_THAT(errors_of_misim_step("set_load, load: 2"), IsEmpty());
}

TEST(MisimBlock, OnlyItsServicesHaveOperations) {
  const std::string platform = "streamtwin: 1\nname: one\nregions: [{name: here, latitude: 0, longitude: 0}]\nservices: {front: {}}\n";
  EXPECT_THAT(misim_errors(platform + "load: {users: {target: front, operation: get, rate: 1 /s}}\n"),
              ElementsAre(HasSubstr("load.users.operation: only a scenario with `misim` has this")));
  EXPECT_THAT(
      misim_errors(platform + "load: {users: {target: front, rate: 1 /s}}\nmethod: [{at: 1 s, action: kill_instances, target: front}]\n"),
      ElementsAre(HasSubstr("method[0].action: only a scenario with `misim` has this")));
}

// The other parts say nothing of a scenario that has only services with rules of their own.
TEST(MisimBlock, IsDescribedByItsOperations) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(two, "two.yaml"));
  EXPECT_THAT(parts_text(loaded.value),
              testing::AllOf(testing::StartsWith("Operations: 2 services"), HasSubstr("1 requests and 4e+03 ms of work at back")));
}

}  // namespace
}  // namespace streamtwin
