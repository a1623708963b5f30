// One pass finds all that is wrong: an error in one place hides no error in another, and none is followed by complaints
// that only follow from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string plain_mesh = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0}]
services:
  front: {calls: [{service: back}]}
  back: {}
load: {shop: {target: front, rate: 10 /s}}
)";

/// "path: message" of all that is wrong, in the order of the text.
std::vector<std::string> found_in(const std::string& text, std::vector<std::string> sets = {}) {
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text(text, "mesh.yaml", {.overrides = std::move(sets), .limits = {}, .reader = {}}));
  std::vector<std::string> found;
  for (const language::Diagnostic& diagnostic : loaded.diagnostics) found.push_back(diagnostic.path + ": " + diagnostic.message);
  return found;
}

TEST(OnePass, FindsWhatIsWrongBetweenFieldsBesidesATypo) {
  EXPECT_THAT(found_in(plain_mesh, {"clock.windw=x", "slos=[{kpi: nope, at_most: 1}]", "regions=[]",
                                    "method=[{at: 9 d, action: add_errors, "
                                    "target: back}]"}),
              testing::UnorderedElementsAre(StartsWith("clock: unknown key `windw`"), StartsWith("slos[0].kpi: found `nope`"),
                                            StartsWith("regions: at least one region"), HasSubstr("add_errors needs `errors`"),
                                            StartsWith("method[0].at: the run ends before")));
}

TEST(OnePass, SaysNothingMoreOfWhatCouldNotBeRead) {
  EXPECT_THAT(found_in(plain_mesh, {"regions=5"}), ElementsAre(StartsWith("regions: found")));
  EXPECT_THAT(found_in(plain_mesh, {"clock.window=long"}), ElementsAre(StartsWith("clock.window: found")));
  EXPECT_THAT(found_in(plain_mesh, {"load=5"}), ElementsAre(StartsWith("load: found")));
  EXPECT_THAT(found_in(plain_mesh + "slos: [{kpi: load.shop.failed, at_most: 0}]\n", {"load=5"}), ElementsAre(StartsWith("load: found")))
      << "nobody knows which KPIs there would be";
  EXPECT_THAT(found_in(plain_mesh, {"services=5"}), ElementsAre(StartsWith("services: found")));
  EXPECT_THAT(found_in(plain_mesh, {"services.zuul={gateway: {origins: 7}}"}),
              ElementsAre(StartsWith("services.zuul.gateway.origins: found")));
  EXPECT_THAT(found_in(plain_mesh, {"method=[{at: 1 s, action: add_errors, target: back, errors: lots}]"}),
              ElementsAre(StartsWith("method[0].errors: found")));
}

TEST(OnePass, TakesAMisspeltPartForTheOneThatItStandsFor) {
  const std::size_t services = plain_mesh.find("services:");
  EXPECT_THAT(found_in(std::string{plain_mesh}.replace(services, 9, "servces:") + "slos: [{kpi: nope, at_most: 1}]\n"),
              ElementsAre(HasSubstr("unknown key `servces`; did you mean `services`?")));
  const std::size_t load = plain_mesh.find("load:");
  EXPECT_THAT(found_in(std::string{plain_mesh}.replace(load, 5, "laod:") + "slos: [{kpi: load.shop.failed, at_most: 0}]\n"),
              ElementsAre(HasSubstr("unknown key `laod`; did you mean `load`?")));
}

TEST(OnePass, FindsTwoErrorsOfOnePlace) {
  EXPECT_THAT(found_in(plain_mesh, {"services.a={role: playback_apps}", "services.b={role: steering}",
                                    "method=[{at: 9 d, action: "
                                    "add_latency, target: bck}]"}),
              testing::UnorderedElementsAre(StartsWith("services.a.role"), StartsWith("services.b.role"), HasSubstr("did you mean `back`?"),
                                            HasSubstr("add_latency needs `latency`"), StartsWith("method[0].at")));
}

}  // namespace
}  // namespace streamtwin
