// A queue that holds what nobody waits for any more is warned of, with its figures; others are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Of 10 ms without a spread on four cores a queue of 200 is half a second, and 400 a second are all that can be done.
std::vector<std::string> of_queues(const std::string& back, const std::string& call = "",
                                   const std::string& load = "timeout: 10 s, rate: 401 /s") {
  const std::string text =
      "streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0, zones: 1}]\n"
      "load: {visitors: {target: front, " +
      load +
      "}}\n"
      "services:\n  back: {instances_per_zone: 1, cost: {median: 10 ms, sigma: 0}" +
      back +
      "}\n"
      "  front: {instances_per_zone: 1, cost: {median: 1 ms, sigma: 0}, calls: [{service: back" +
      call + "}]}\n";
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  std::vector<std::string> texts;
  for (const language::Diagnostic& warning : loaded.warnings) {
    std::string said = to_string(warning);
    if (said.find("worked for nothing") != std::string::npos) texts.push_back(std::move(said));
  }
  return texts;
}

const std::string half_a_second = ", client: {read_timeout: 500 ms}, command: {timeout: 10 s}";
const std::string less = ", client: {read_timeout: 499 ms}, command: {timeout: 10 s}";

TEST(QueueWarnings, AFullQueueIsNotLongerThanAnybodyWaits) {
  EXPECT_THAT(of_queues(", queue_limit: 200", half_a_second), IsEmpty());
  EXPECT_THAT(
      of_queues(", queue_limit: 200", less),
      ElementsAre(AllOf(HasSubstr("services.back.queue_limit"), HasSubstr("a full queue of 200 is 500 ms of work for 4 cores (10 ms each)"),
                        HasSubstr("waits longer than 499 ms"), HasSubstr("199 would fit"))));
  EXPECT_THAT(of_queues(", queue_limit: 199", less), IsEmpty());
}

TEST(QueueWarnings, TheShorterOfAClientsAndItsCommandsTimeOutsCounts) {
  EXPECT_THAT(of_queues(", queue_limit: 200", ", client: {read_timeout: 10 s}, command: {timeout: 400 ms}"), testing::SizeIs(1));
  EXPECT_THAT(of_queues(", queue_limit: 200", ", client: {read_timeout: 10 s}, command: {timeout: 400 ms, timeout_enabled: false}"),
              IsEmpty());
}

TEST(QueueWarnings, WhatIsBoundedOtherwiseMayHaveALongQueue) {
  EXPECT_THAT(of_queues(", queue_limit: 200, admission: {limit: gradient2}", less), IsEmpty());
  EXPECT_THAT(of_queues(", queue_limit: 200, shedding: {enabled: true}", less), IsEmpty());
}

TEST(QueueWarnings, ClientsFromOutsideWaitToo) {
  EXPECT_THAT(of_queues("", half_a_second, "timeout: 49 ms, rate: 4001 /s"), ElementsAre(HasSubstr("services.front.queue_limit")));
  EXPECT_THAT(of_queues("", half_a_second, "timeout: 51 ms, rate: 4001 /s"), IsEmpty());
}

TEST(QueueWarnings, AQueueThatNeverFillsHarmsNobody) {
  EXPECT_THAT(of_queues(", queue_limit: 200", less, "timeout: 10 s, rate: 399 /s"), IsEmpty());
  EXPECT_THAT(of_queues(", queue_limit: 200, cores: 8", less), IsEmpty());
  const std::string peak =
      "timeout: 10 s, between: lines, course: [{at: 0 s, rate: 10 /s}, {at: 1 min, rate: 401 /s}, {at: 2 min, rate: 10 /s}]";
  EXPECT_THAT(of_queues(", queue_limit: 200", less, peak), testing::SizeIs(1)) << "at its peak it does";
}

}  // namespace
}  // namespace streamtwin
