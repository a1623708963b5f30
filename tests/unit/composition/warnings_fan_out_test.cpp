// More calls at once than their pool lets in.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> fan_out_warnings(const language::Loaded<Scenario>& loaded) {
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  std::vector<std::string> said;
  for (const language::Diagnostic& warning : loaded.warnings) {
    if (warning.message.find("at once") != std::string::npos) said.push_back(to_string(warning));
  }
  return said;
}

/// `calls` to one service, written out.
std::vector<std::string> calls_written(int calls, const std::string& of_each = "") {
  std::string text = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0}]
load: {shop: {target: front, rate: 1 /s}}
services:
  back: {cost: {median: 1 ms}}
  front:
    calls:
)";
  for (int i = 0; i < calls; ++i) text += "      - {service: back" + of_each + "}\n";
  return fan_out_warnings(language::parse<Scenario>(language::Document::from_text(text, "mesh.yaml")));
}

/// `calls` to one service, from a file, each in a stage of its own if so wished.
std::vector<std::string> calls_read(int calls, bool staged) {
  const ScratchFolder folder;
  std::string rows = "caller,callee,stage\n";
  for (int i = 0; i < calls; ++i) rows += fmt::format("front,back,{}\n", staged ? i : 0);
  folder.write("graph.csv", rows);
  return fan_out_warnings(language::load<Scenario>(folder.write("mesh.yaml", R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0}]
services_from: {file: graph.csv}
load: {shop: {target: front, rate: 1 /s}}
)")));
}

TEST(FanOut, WiderThanThePoolIsWarnedOf) {
  EXPECT_THAT(calls_written(10), IsEmpty());
  EXPECT_THAT(
      calls_written(11),
      ElementsAre(AllOf(HasSubstr("services.front.calls[0].pool.core_size"),
                        HasSubstr("a request at front makes 11 calls to back at once, of which the pool of an instance lets in 10"))));
  EXPECT_THAT(calls_written(11, ", pool: {core_size: 11}"), IsEmpty());
  EXPECT_THAT(calls_written(12, ", pool: {max_queue_size: 5}"), IsEmpty()) << "two wait";
  EXPECT_THAT(calls_written(20, ", probability: 0.5"), IsEmpty()) << "ten at a time, mostly";
  EXPECT_THAT(calls_written(6, ", command: {isolation: semaphore, execution_semaphore: 5}"),
              ElementsAre(HasSubstr("the semaphore of an instance lets in 5")));
}

TEST(FanOut, OfAGraphFromAFileIsWarnedOfAtTheFile) {
  EXPECT_THAT(calls_read(11, false),
              ElementsAre(AllOf(HasSubstr("services_from.file"), HasSubstr("makes 11 calls to back at once"), HasSubstr("`stage`"))));
  EXPECT_THAT(calls_read(10, false), IsEmpty());
  EXPECT_THAT(calls_read(11, true), IsEmpty());
}

}  // namespace
}  // namespace streamtwin
