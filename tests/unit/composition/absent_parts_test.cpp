// A scenario says which parts of a platform there are; what it asks of a part that it lacks is refused with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string mesh = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0}, {name: there, latitude: 0, longitude: 90}]
services:
  front: {calls: [{service: back}]}
  back: {}
)";
const std::string load = "load: {shop: {target: front, rate: 10 /s}}\n";

language::Loaded<Scenario> parsed(const std::string& text) {
  return language::parse<Scenario>(language::Document::from_text(text, "mesh.yaml"));
}

std::string complaints(const std::string& text) { return language::print(parsed(text).diagnostics); }

TEST(Scenario, NeedsNoMembersWhenThereIsLoad) { EXPECT_EQ(complaints(mesh + load), ""); }

TEST(Scenario, WithNeitherMembersNorLoadIsRefused) {
  EXPECT_THAT(complaints(mesh), AllOf(HasSubstr("mesh.yaml:1:1"), HasSubstr("a scenario has `members`, `load`, `titus` or `work`")));
}

TEST(Scenario, ChecksWhomAWorkloadIsFor) {
  EXPECT_THAT(
      complaints(mesh + "load:\n  shop:\n    target: frnt\n    rate: 1 /s\n"),
      AllOf(HasSubstr("mesh.yaml:9:13: load.shop.target"), HasSubstr("`frnt`, which is not the name of a service; did you mean `front`?")));
  EXPECT_THAT(complaints(mesh + "load:\n  shop:\n    target: front\n    rate: 1 /s\n    regions: {hre: 1}\n"),
              AllOf(HasSubstr("mesh.yaml:11:20: load.shop.regions.hre"), HasSubstr("did you mean `here`?")));
  EXPECT_THAT(complaints(mesh + "load:\n  shop: {target: front, rate: 1 /s, regions: {here: 0}}\n"),
              HasSubstr("at least one region needs a weight above zero"));
}

TEST(Scenario, ChecksThatAWorkloadSaysOnceHowOftenItsRequestsCome) {
  EXPECT_THAT(complaints(mesh + "load:\n  shop: {target: front}\n"),
              AllOf(HasSubstr("mesh.yaml:8:3: load.shop:"), HasSubstr("`rate`, `course`, `course_from`, `arrival_times` or `bursts`")));
  EXPECT_THAT(complaints(mesh + "load:\n  shop: {target: front, rate: 1 /s, course: [{at: 0 s, rate: 1 /s}]}\n"), HasSubstr("keep one"));
  EXPECT_THAT(complaints(mesh + "load:\n  shop: {target: front, course: [{at: 5 s, rate: 1 /s}, {at: 5 s, rate: 2 /s}]}\n"),
              HasSubstr("follow each other in time"));
  EXPECT_THAT(complaints(mesh + "load:\n  shop: {target: front, rate: 1 /s, priority: 101}\n"), HasSubstr("load.shop.priority"));
}

TEST(Scenario, ThatSendsRequestsThroughTheEdgeNeedsAGatewayThatRoutesThem) {
  const std::string through = "load: {shop: {target: front, rate: 10 /s, entry: edge}}\n";
  EXPECT_THAT(complaints(mesh + through), HasSubstr("edge.gateway: found `zuul`, which is not the name of a service"));
  EXPECT_THAT(complaints(mesh + "  zuul: {gateway: {origins: [{service: back}]}}\n" + through),
              AllOf(HasSubstr("load.shop.target"), HasSubstr("the gateway zuul proxies to its `origins`, and front is none of them")));
  EXPECT_THAT(complaints(mesh + "  zuul: {calls: [{service: front}]}\n" + through), HasSubstr("zuul is no gateway"));
  EXPECT_EQ(complaints(mesh + "  zuul: {gateway: {origins: [{service: front}]}}\n" + through), "");
}

TEST(Scenario, ThatHasMembersHasOpenConnectAndTheOtherWayRound) {
  EXPECT_THAT(complaints(mesh + "members: {}\n"), HasSubstr("the scenario has no `open_connect`"));
  EXPECT_THAT(complaints(mesh + load + "open_connect: {}\n"), HasSubstr("open_connect: appliances serve members"));
  EXPECT_THAT(complaints(mesh + "  who: {role: playback_apps}\n" + load), AllOf(HasSubstr("services.who.role"), HasSubstr("no `members`")));
}

TEST(Scenario, RefusesFaultsOfWhatItLacks) {
  EXPECT_THAT(complaints(mesh + load + "method: [{at: 1 s, action: kill_site, target: fra001.ix}]\n"),
              HasSubstr("the scenario has no `open_connect`"));
  EXPECT_THAT(complaints(mesh + load + "method: [{at: 1 s, action: set_load, load: 2, target: shp}]\n"),
              HasSubstr("`shp`, which is not the name of a workload; did you mean `shop`?"));
  EXPECT_EQ(complaints(mesh + load + "method: [{at: 1 s, action: set_load, load: 2, target: shop}]\n"), "");
}

TEST(Scenario, KnowsTheKpisOfItsPartsAndNoOthers) {
  EXPECT_EQ(complaints(mesh + load + "slos: [{kpi: load.shop.availability, at_least: 0.9}]\n"), "");
  EXPECT_THAT(complaints(mesh + load + "slos: [{kpi: load.shp.availability, at_least: 0.9}]\n"),
              AllOf(HasSubstr("slos[0].kpi"), HasSubstr("did you mean `load.shop.availability`?")));
  EXPECT_THAT(complaints(mesh + load + "slos: [{kpi: plays.started, at_least: 1}]\n"), HasSubstr("which is not the name of a kpi"));
  std::vector<std::string> names;
  for (const Kpi& kpi : known_kpis(parsed(mesh + load).value)) names.push_back(kpi.name);
  EXPECT_THAT(names, Contains("load.shop.latency.p99"));
  EXPECT_THAT(names, Not(Contains(HasSubstr("plays."))));
  EXPECT_THAT(names, Not(Contains(HasSubstr("zuul."))));
}

const std::string drawn = R"(streamtwin: 1
name: drawn
regions: [{name: here, latitude: 0, longitude: 0, zones: 2}]
services_from: {generator: {services: 30, entries: 2}}
load: {shop: {target: entry-01, entry: edge, rate: 10 /s}}
)";

TEST(Scenario, KnowsTheServicesThatAreDrawn) {
  EXPECT_EQ(complaints(drawn), "");
  const Scenario scenario = parsed(drawn).value;
  EXPECT_EQ(scenario.services.size(), 30u + 6 + 8 + 1) << "services, stores, caches, gateway";
  EXPECT_TRUE(scenario.has_edge());
  EXPECT_THAT(
      complaints(drawn +
                 "slos: [{kpi: load.shop.failed, at_most: 0}]\nmethod: [{at: 1 s, action: add_errors, errors: 1 %, target: entry-07}]\n"),
      HasSubstr("did you mean `entry-00`?"));
}

TEST(Scenario, KeepsAServiceThatIsWrittenOut) {
  const Scenario scenario = parsed(drawn + "services: {entry-01: {cores: 99}}\n").value;
  EXPECT_EQ(scenario.services.at("entry-01").cores, 99);
  EXPECT_TRUE(scenario.services.at("entry-01").calls.empty());
  EXPECT_EQ(scenario.services.size(), 45u);
}

// Without the services that would be drawn or read nobody knows which names there are.
TEST(Scenario, BlamesNoNamesOnServicesThatCouldNotBeDrawn) {
  const std::string uses =
      "load: {shop: {target: entry-01, rate: 10 /s}}\nmethod: [{at: 1 s, action: add_errors, errors: 1 %, target: entry-07}]\n";
  const std::string head = "streamtwin: 1\nname: drawn\nregions: [{name: here, latitude: 0, longitude: 0, zones: 2}]\n";
  const auto problems = [&](const std::string& text) { return parsed(text).diagnostics.size(); };
  EXPECT_EQ(problems(head + "services_from: {file: no-such.csv}\n" + uses), 1u);
  EXPECT_EQ(problems(head + "services_from: {generator: {services: 1000000}}\n" + uses), 1u);
  EXPECT_EQ(problems(head + "clock: {lasts: never}\nservices_from: {generator: {services: 30, entries: 2}}\n" + uses), 2u)
      << "an error elsewhere is none of theirs: they are drawn, and there is no entry-07";
  EXPECT_EQ(problems(head + "clock: {lasts: never}\nservices: {front: {}}\n" + uses), 3u) << "nothing is drawn, and the names are wrong";
}

TEST(Scenario, RefusesDrawnServicesThatCannotBe) {
  const auto with = [](const std::string& from) {
    return complaints("streamtwin: 1\nname: drawn\nregions: [{name: here, latitude: 0, longitude: 0, zones: 2}]\nservices_from: " + from +
                      "\nload: {shop: {target: entry-01, rate: 10 /s}}\n");
  };
  EXPECT_THAT(with("{generator: {services: 30, instances: 50}}"),
              AllOf(HasSubstr("services_from.generator.instances"),
                    HasSubstr("30 services, 6 stores, 8 caches and the gateway in 2 zones are 90 instances at least")));
  EXPECT_THAT(with("{}"), HasSubstr("one of the two"));
  EXPECT_THAT(with("{generator: {services: 5, entries: 5}}"), HasSubstr("as many as all services"));
  EXPECT_THAT(with("{generator: {services: 30, stores: 0}}"), HasSubstr("a store that keeps them"));
  EXPECT_THAT(with("{generator: {entries: 1000}}"), HasSubstr("services_from.generator.entries")) << "more entries than services";
  EXPECT_THAT(with("{generator: {services: 10}}"), HasSubstr("services_from.generator.entries")) << "fewer services than entries";
  EXPECT_THAT(with("{generator: {services: 20, stores: 0, caches: 0, stateful: 50 %}}"), Not(HasSubstr("18446744073709551615")));
  EXPECT_THAT(with("{file: no-such.csv}"), AllOf(HasSubstr("mesh.yaml:4:23: services_from.file"), HasSubstr("no such file")));
}

}  // namespace
}  // namespace streamtwin
