// What is refused because of how the fields of a scenario stand to each other: at the place, with what to write instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ScenarioCheck, PausesThatFollowEachOtherTooCloselyAreAnError) {
  const auto load = [](const std::string& interval) {
    return language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {visitors: {target: front, rate: 1 /s}}
services: {front: {garbage_collection: {interval: )" + interval + "}}}\n",
                                                                   "mesh.yaml"));
  };
  EXPECT_TRUE(load("0 s").ok());
  EXPECT_TRUE(load("1 ms").ok());
  const auto loaded = load("1 us");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_THAT(to_string(loaded.diagnostics.front()), HasSubstr("mesh.yaml:5:"));
}

TEST(ScenarioCheck, CallsThatShareACommandSayTheSameOfIt) {
  const auto load = [](const std::string& second) {
    return language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {visitors: {target: front, rate: 1 /s}}
services:
  back: {}
  front:
    calls:
      - {service: back, pool: {core_size: 7}}
      - )" + second + "\n",
                                                                   "mesh.yaml"));
  };
  EXPECT_TRUE(load("{service: back, stage: 1, pool: {core_size: 7}}").ok());
  EXPECT_TRUE(load("{service: back, stage: 1, command_key: again, pool: {core_size: 8}}").ok());
  const auto loaded = load("{service: back, stage: 1, pool: {core_size: 8}}");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_THAT(to_string(loaded.diagnostics.front()),
              testing::AllOf(HasSubstr("mesh.yaml:10:"), HasSubstr("calls[1].pool"), HasSubstr("`command_key` of its own")));
}

// What a scenario of two services that call each other is refused with.
std::vector<std::string> refusals_of(const std::string& front, const std::string& rest = "") {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {visitors: {target: front, rate: 1 /s}}
services:
  back: {}
  front: {)" + front + "}\n" + rest,
                                                                              "mesh.yaml"));
  std::vector<std::string> errors;
  for (const language::Diagnostic& error : loaded.diagnostics) errors.push_back(to_string(error));
  return errors;
}

TEST(ScenarioCheck, OnlyWhatIsJudgedCanBeExpectedToBreak) {
  const std::string slos = "slos: [{kpi: load.visitors.availability, at_least: 1}]\n";
  EXPECT_THAT(refusals_of("", slos + "expects: {broken: [load.visitors.availability], because: overload}\n"), IsEmpty());
  EXPECT_THAT(refusals_of("", slos + "expects: {broken: [load.visitors.goodput], because: overload}\n"),
              ElementsAre(HasSubstr("load.visitors.goodput")));
  EXPECT_THAT(refusals_of("", slos + "expects: {broken: [], because: overload}\n"), ElementsAre(HasSubstr("expects.broken")));
  EXPECT_THAT(refusals_of("", slos + "expects: {broken: [load.visitors.availability]}\n"), ElementsAre(HasSubstr("because")));
}

TEST(Commands, AreHalfOpenInTheReleaseThatIs) {
  for (const std::string quirk : {"lose_close_race", "any_end_answers_probe"}) {
    EXPECT_THAT(refusals_of("calls: [{service: back, command: {" + quirk + ": true}}]"),
                testing::Contains(testing::AllOf(HasSubstr("command." + quirk), HasSubstr("`circuit_breaker: hystrix_1_5_12`"))));
    EXPECT_THAT(refusals_of("calls: [{service: back, command: {circuit_breaker: hystrix_1_5_12, " + quirk + ": true}}]"),
                testing::IsEmpty());
  }
}

TEST(ScenarioCheck, ACapacityThatShedsEverythingIsAnError) {
  EXPECT_THAT(
      refusals_of("shedding: {enabled: true, throttling_threshold: 0, capacity: 0}"),
      ElementsAre(testing::AllOf(HasSubstr("mesh.yaml:7:"), HasSubstr("services.front.shedding.capacity"), HasSubstr("above zero"))));
  EXPECT_THAT(refusals_of("shedding: {enabled: true, capacity: 0.6}"), ElementsAre(HasSubstr("at least the `throttling_threshold`")));
  EXPECT_THAT(refusals_of("", "edge: {shedding: {cpu: {enabled: true, capacity: 0.1}}}\n"),
              ElementsAre(HasSubstr("edge.shedding.cpu.capacity")));
  EXPECT_THAT(refusals_of("shedding: {enabled: true, throttling_threshold: 0.9, capacity: 0.9}"), IsEmpty());
  EXPECT_THAT(refusals_of("shedding: {enabled: false, capacity: 0}"), IsEmpty());
}

TEST(ScenarioCheck, HealthCheckThresholdsBeginAtTwo) {
  EXPECT_THAT(refusals_of("", "edge: {elb: {health_check: {healthy_threshold: 1, unhealthy_threshold: 1}}}\n"),
              ElementsAre(HasSubstr("expected 2 to 10"), HasSubstr("expected 2 to 10")));
}

TEST(ScenarioCheck, AnOriginOfAGatewayHasNoKeyThatAGatewayWouldNotHeed) {
  const auto refused = [](const std::string& keys) {
    return refusals_of("", "  zuul: {gateway: {origins: [{service: front, " + keys + "}]}}\n");
  };
  for (const std::string key : {"command: {timeout: 2 s}", "pool: {core_size: 20}", "client: {read_timeout: 1 s}", "fallback: fixed_answer",
                                "probability: 50 %", "method: post", "stage: 1"}) {
    EXPECT_THAT(refused(key),
                ElementsAre(HasSubstr("services.zuul.gateway.origins[0]: unknown key `" + key.substr(0, key.find(':')) + "`")))
        << key;
  }
  EXPECT_THAT(refused("priority: 3, balancer: {rule: zone_avoidance}"), IsEmpty());
}

TEST(ScenarioCheck, CallsAndDataOfGatewaysCachesAndStoresAreAnError) {
  for (const std::string kind : {"cache", "store"}) {
    EXPECT_THAT(refusals_of("", "  keeper: {" + kind + ": {}, calls: [{service: back}]}\n"),
                ElementsAre(testing::AllOf(HasSubstr("services.keeper.calls"), HasSubstr("a " + kind + " answers by itself"))));
    EXPECT_THAT(refusals_of("", "  keeper: {" + kind + ": {}, data: {store: disk}}\n  disk: {store: {}}\n"),
                ElementsAre(testing::AllOf(HasSubstr("services.keeper.data"), HasSubstr("leave the data out"))));
  }
  EXPECT_THAT(refusals_of("", "  zuul: {gateway: {origins: [{service: front}]}, calls: [{service: back}]}\n"),
              ElementsAre(testing::AllOf(HasSubstr("services.zuul.calls"), HasSubstr("`gateway.origins`"))));
  EXPECT_THAT(refusals_of("", "  zuul: {gateway: {origins: []}}\n"), ElementsAre(HasSubstr("services.zuul.gateway.origins")));
}

TEST(ScenarioCheck, AServiceIsOneThing) {
  EXPECT_THAT(refusals_of("", "  both: {cache: {}, store: {}}\n"), ElementsAre(HasSubstr("services.both: a service is one thing")));
}

TEST(ScenarioCheck, AStaleAnswerFromAServiceWithoutACacheIsAnError) {
  EXPECT_THAT(
      refusals_of("calls: [{service: back, fallback: stale_cache}]"),
      ElementsAre(testing::AllOf(HasSubstr("services.front.calls[0].fallback"), HasSubstr("back has none"), HasSubstr("`fixed_answer`"))));
  EXPECT_THAT(refusals_of("calls: [{service: owner, fallback: stale_cache}]",
                          "  owner: {data: {cache: memory, store: disk}}\n  memory: {cache: {}}\n  disk: {store: {}}\n"),
              IsEmpty());
}

TEST(ScenarioCheck, ADrawnGatewaySaysNothingThatItWouldNotDo) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: drawn
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
services_from: {generator: {services: 50, retries: 0, pool: 7}}
load: {play: {target: entry-00, entry: edge, rate: 1 /s}}
)",
                                                                              "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
}

}  // namespace
}  // namespace streamtwin
