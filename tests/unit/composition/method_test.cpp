// What a scenario names is there, no two things on its platform are called the same, and every key of a step is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/unit/composition/shop.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using namespace shop_scenario;

TEST(Method, NamesTargetsThatThereAre) {
  for (const char* step : {"action: kill_instance, target: back/herea/1",
                           "action: kill_instance, target: back-1/herea",
                           "action: kill_instance, target: eureka/therec",
                           "action: kill_instance, target: elb/hereb",
                           "action: kill_instance, target: gateway/here",
                           "action: kill_instance, target: origin/s3",
                           "action: kill_zone, target: hereb",
                           "action: kill_region, target: here",
                           "action: kill_site, target: fra001.ix",
                           "action: kill_appliance, target: c001.fra001.ix",
                           "action: release_title, target: '5999'",
                           "action: take_out_of_service, target: back",
                           "action: take_out_of_service, target: back/hereb",
                           "action: take_out_of_service, target: back/herea/1",
                           "action: kill_instance, target: one of back",
                           "action: kill_instance, target: back/here",
                           "action: add_errors, errors: 1 %, target: 20 % of back/here",
                           "action: black_hole, target: each of back with 5 %",
                           "action: slow_processors, speed: 50 %, target: herea",
                           "action: stop_instance, target: 3 of there",
                           "action: crash_instance, lasts: 30 s, target: front/herea/0",
                           "action: add_latency, latency: 1 s, deviation: 1 s, target: one of front",
                           "action: add_latency, latency: 1 s, target: front -> back",
                           "action: add_errors, errors: 5 %, target: one of front/here -> each of back with 5 %",
                           "action: black_hole, target: zuul/herea -> front",
                           "action: cut_network, target: herea -> there",
                           "action: disturb_network, loss: 5 %, one_way: true, target: front -> 2 of back",
                           "action: cut_network, target: one of here",
                           "action: cut_network, target: isp-1.fra",
                           "action: cut_network, target: one of client groups, to: there",
                           "action: cut_network, target: isp-1.fra, to: fra001.ix",
                           "action: disturb_network, latency: 50 ms, loss: 2 %, target: 20 % of client groups, one_way: true",
                           "action: disturb_network, loss: 2 %, target: isp-1.fra, to: fra001.ix",
                           "action: fail_client_dns, target: here",
                           "action: fail_client_dns, answers: wrong, target: one of client groups",
                           "action: skew_clock, ahead: -5 min, target: eureka/herea",
                           "action: skew_clock, drift: 10 %, target: one of eureka/here",
                           "action: cut_network, target: one of regions",
                           "action: burn_cpu, loops: 32, target: 20 % of back",
                           "action: kill_instance, target: one of eureka",
                           "action: kill_instance, target: 2 of eureka/here",
                           "action: kill_zone, target: one of here",
                           "action: kill_zone, target: 2 of zones",
                           "action: kill_region, target: one of regions",
                           "action: kill_site, target: 20 % of sites",
                           "action: kill_appliance, target: one of fra001.ix",
                           "action: kill_appliance, target: each of appliances with 5 %",
                           "action: cut_link, target: access isp-1.fra",
                           "action: cut_link, target: isp-1.fra",
                           "action: slow_link, speed: 10 %, target: one of client groups",
                           "action: slow_link, speed: 10 %, target: fra001.ix",
                           "action: slow_link, speed: 10 %, target: one of fra001.ix",
                           "action: slow_link, speed: 10 %, target: port c001.fra001.ix",
                           "action: slow_link, speed: 10 %, target: 5 % of links"}) {
    EXPECT_THAT(errors_of_step(step), IsEmpty()) << step;
  }
}

TEST(Method, OffersTheNearestTarget) {
  const auto refused = [](const std::string& action, const std::string& target) {
    return errors_of_step("action: " + action + ", target: " + target);
  };
  EXPECT_THAT(refused("kill_instance", "nobody"), ElementsAre(AllOf(StartsWith("method[0].target: found `nobody`"), HasSubstr("machine"))));
  EXPECT_THAT(refused("kill_instance", "bck/herea/0"),
              ElementsAre(HasSubstr("found `bck`, which is not the name of a service; did you mean `back`")));
  EXPECT_THAT(refused("kill_instance", "back/hera/0"), ElementsAre(HasSubstr("did you mean `herea`?")));
  EXPECT_THAT(refused("kill_instance", "back/herea/2"), ElementsAre(HasSubstr("there are 2 in each zone, numbered from 0")));
  EXPECT_THAT(refused("kill_instance", "back/herea/01"), ElementsAre(HasSubstr("found the instance `01` of back")));
  EXPECT_THAT(refused("kill_instance", "back/herea/-0"), ElementsAre(HasSubstr("found the instance `-0` of back")));
  EXPECT_THAT(refused("kill_instance", "back-2/herea"), ElementsAre(HasSubstr("not the name of a machine")));
  EXPECT_THAT(refused("kill_instance", "eurka/herea"), ElementsAre(HasSubstr("did you mean `eureka/herea`?")));
  EXPECT_THAT(refused("kill_zone", "mars-1a"), ElementsAre(HasSubstr("`mars-1a`, which is not the name of a zone; there are `herea`")));
  EXPECT_THAT(refused("kill_region", "her"), ElementsAre(HasSubstr("did you mean `here`?")));
  EXPECT_THAT(refused("kill_site", "fra091.ix"), ElementsAre(HasSubstr("did you mean `fra001.ix`?")));
  EXPECT_THAT(refused("kill_appliance", "c001.fra001.x"), ElementsAre(HasSubstr("did you mean `c001.fra001.ix`?")));
  EXPECT_THAT(refused("release_title", "'6000'"), ElementsAre(HasSubstr("expected a title's rank, 0 to 5999")));
}

TEST(Method, SelectsOfInstancesThatThereAre) {
  const auto refused = [](const std::string& target) {
    return errors_of_step("action: add_errors, errors: 1 %, target: '" + target + "'");
  };
  EXPECT_THAT(refused("one of bck"), ElementsAre(HasSubstr("did you mean `back`?")));
  EXPECT_THAT(refused("back/her"), ElementsAre(AllOf(HasSubstr("not the name of a zone or region"), HasSubstr("did you mean `here`?"))));
  EXPECT_THAT(refused("12 of back"), ElementsAre(HasSubstr("12 of 12 that there are: that is everybody")));
  EXPECT_THAT(refused("2 of back/herea"), ElementsAre(HasSubstr("2 of 2 that there are")));
  EXPECT_THAT(refused("11 of back"), IsEmpty());
  EXPECT_THAT(refused("one of back/herea/0"), ElementsAre(HasSubstr("an instance is one")));
  EXPECT_THAT(refused("100 % of back"), ElementsAre(HasSubstr("less than 100 %")));
  EXPECT_THAT(errors_of_step("action: crash_instance, target: back"), ElementsAre(HasSubstr("needs `lasts`")));
  EXPECT_THAT(errors_of_step("action: crash_instance, target: some of back"), ElementsAre(HasSubstr("`one of`")));
  EXPECT_THAT(errors_of_step("action: lengthen_pauses, factor: 3, target: back", watched), ElementsAre(HasSubstr("back has no pauses")));
}

TEST(Method, TakesCallsThatAreMade) {
  const auto refused = [](const std::string& target, const std::string& action = "add_errors, errors: 1 %") {
    return errors_of_step("action: " + action + ", target: '" + target + "'");
  };
  EXPECT_THAT(refused("back -> front"),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("back does not call front; it calls nobody"))));
  EXPECT_THAT(refused("front/here -> zuul"), ElementsAre(HasSubstr("front does not call zuul; it calls back")));
  EXPECT_THAT(refused("frnt -> back"), ElementsAre(HasSubstr("did you mean `front`?")));
  EXPECT_THAT(refused("front -> back/her"), ElementsAre(HasSubstr("did you mean `here`?")));
  EXPECT_THAT(refused("front -> 12 of back"), ElementsAre(HasSubstr("that is everybody")));
  EXPECT_THAT(refused("front ->"), ElementsAre(HasSubstr("expected who calls and who is called")));
  EXPECT_THAT(refused("front -> back", "crash_instance, lasts: 1 s"),
              ElementsAre(HasSubstr("crash_instance takes instances, and `front -> back` is a call")));
  EXPECT_THAT(refused("front -> back", "cut_network, to: here"), ElementsAre(HasSubstr("a call has its other end in its target")));
  EXPECT_THAT(refused("front -> back", "cut_network, one_way: true"), ElementsAre(HasSubstr("a connection needs both ways")));
}

TEST(Method, SaysWhichKindsAnActionTakes) {
  const auto refused = [](const std::string& action, const std::string& target) {
    return errors_of_step("action: " + action + ", target: " + target);
  };
  EXPECT_THAT(refused("kill_zone", "fra001.ix"),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("kill_zone takes a zone, and"))));
  EXPECT_THAT(refused("burn_cpu, loops: 3", "one of sites"),
              ElementsAre(HasSubstr("burn_cpu takes instances, and `one of sites` is a site")));
  EXPECT_THAT(refused("slow_link, speed: 5 %", "back"), ElementsAre(HasSubstr("takes a link, a client group, an appliance or a site")));
  EXPECT_THAT(refused("kill_appliance", "herea"), ElementsAre(HasSubstr("kill_appliance takes an appliance")));
}

TEST(Method, SelectsOfThingsThatThereAre) {
  const auto refused = [](const std::string& action, const std::string& target) {
    return errors_of_step("action: " + action + ", target: " + target);
  };
  EXPECT_THAT(refused("kill_zone", "3 of here"), ElementsAre(HasSubstr("3 of 3 that there are: that is everybody")));
  EXPECT_THAT(refused("kill_region", "regions"), ElementsAre(HasSubstr("choose some, such as `one of regions`")));
  EXPECT_THAT(refused("kill_instance", "6 of eureka"), ElementsAre(HasSubstr("that is everybody")));
  EXPECT_THAT(refused("cut_network, to: here", "one of there"), ElementsAre(HasSubstr("cut off from all others")));
}

TEST(Method, RepeatsWhatEndsAndDoesNotOverlapItself) {
  const auto refused = [](const std::string& rest) { return errors_of_step("action: add_errors, errors: 1 %, target: back, " + rest); };
  for (const char* rest : {"lasts: 5 s, every: 10 s", "lasts: 5 s, every: 10 s, times: 3", "lasts: 5 s, every: 10 s, until: 30 s",
                           "lasts: 5 s, within: 60 s, times: 3", "within: 60 s", "within: 60 s, name: first"})
    EXPECT_THAT(refused(rest), IsEmpty()) << rest;
  EXPECT_THAT(refused("lasts: 11 s, every: 10 s"), ElementsAre(AllOf(StartsWith("method[0].every"), HasSubstr("overlap its own end"))));
  EXPECT_THAT(refused("every: 10 s"), ElementsAre(HasSubstr("add_errors that never ends cannot happen again")));
  EXPECT_THAT(refused("lasts: 5 s, times: 3"), ElementsAre(StartsWith("method[0].times")));
  EXPECT_THAT(refused("lasts: 5 s, within: 14 s, times: 3"), ElementsAre(StartsWith("method[0].within")));
  EXPECT_THAT(refused("name: first"), ElementsAre(StartsWith("method[0].name")));
  EXPECT_THAT(errors_of_step("action: stop_instance, target: one of back, every: 60 s, times: 3"), IsEmpty()) << "over at once";
}

TEST(Method, DrawsStepsApart) {
  const auto two = [](const std::string& first, const std::string& second) {
    const std::string step = "{at: 1 s, action: add_errors, errors: 1 %, target: back, within: 60 s";
    return errors_of(watched, {"method=[" + step + first + "}, " + step + second + "}]"});
  };
  EXPECT_THAT(two("", ""), ElementsAre(AllOf(StartsWith("method[1].name"), HasSubstr("give one of them a name"))));
  EXPECT_THAT(two(", name: one", ", name: other"), IsEmpty());
  EXPECT_THAT(two("", ", name: other"), IsEmpty());
  EXPECT_THAT(two(", name: one", ", name: one"), ElementsAre(HasSubstr("method[0] is called that, too")));
}

TEST(Method, CutsPlacesOffFromOtherPlaces) {
  const auto refused = [](const std::string& rest) { return errors_of_step("action: cut_network, " + rest); };
  for (const char* rest :
       {"target: here", "target: herea, to: hereb", "target: here, to: there, one_way: true", "target: herea, to: there"})
    EXPECT_THAT(refused(rest), IsEmpty()) << rest;
  EXPECT_THAT(refused("target: her, to: there"), ElementsAre(HasSubstr("did you mean `here`?")));
  EXPECT_THAT(refused("target: here, to: thereq"), ElementsAre(HasSubstr("did you mean `there`?")));
  EXPECT_THAT(refused("target: here, to: herea"), ElementsAre(HasSubstr("one is in the other")));
  EXPECT_THAT(refused("target: back, to: here"),
              ElementsAre(HasSubstr("cut_network takes a zone, a region, a client group or a call (a -> b), and `back` is")));
  EXPECT_THAT(errors_of_step("action: disturb_network, target: here"), ElementsAre(HasSubstr("needs `latency`, `deviation` or `loss`")));
}

TEST(Method, CutsClientGroupsOff) {
  const auto refused = [](const std::string& rest) { return errors_of_step("action: cut_network, target: isp-1.fra, " + rest); };
  EXPECT_THAT(refused("to: ther"), ElementsAre(AllOf(StartsWith("method[0].to"), HasSubstr("did you mean `there`?"))));
  EXPECT_THAT(refused("to: herea"), ElementsAre(HasSubstr("not the name of a region or site")));
  EXPECT_THAT(refused("one_way: true"), ElementsAre(HasSubstr("a client group is cut off as a whole")));
  EXPECT_THAT(refused("to: fra001.isp-1.isp"), ElementsAre(HasSubstr("one way to all of its client groups: cut_link cuts that")));
}

TEST(Method, FailsTheNamesThatClientsLookUp) {
  EXPECT_THAT(errors_of_step("action: fail_client_dns, target: hereb"),
              ElementsAre(HasSubstr("fail_client_dns takes a region or a client group, and `hereb` is")));
  EXPECT_THAT(errors_of_step("action: fail_client_dns, target: here", shop), IsEmpty());
  EXPECT_THAT(errors_of("streamtwin: 1\nname: bare\nregions: [{name: here, latitude: 0, longitude: 0}]\nservices: {front: {}}\n"
                        "load: {shop: {target: front, rate: 10 /s}}\nmethod: [{at: 1 s, action: fail_client_dns, target: here}]\n"),
              ElementsAre(AllOf(StartsWith("method[0].action"), HasSubstr("requests come straight to services"))));
}

TEST(Method, SetsClocksWrongByWhichSomethingGoes) {
  const auto refused = [](const std::string& rest, const std::string& text = watched) {
    return errors_of_step("action: skew_clock, " + rest, text);
  };
  EXPECT_THAT(refused("ahead: 1 min, target: elb/herea"),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("nothing goes by the clock of elb/herea"))));
  EXPECT_THAT(refused("target: eureka/herea"), ElementsAre(HasSubstr("needs `ahead` or `drift`")));
  EXPECT_THAT(refused("ahead: 0 s, target: eureka/herea"), ElementsAre(HasSubstr("the clock would be right")));
  EXPECT_THAT(refused("ahead: 1 min, target: back"), ElementsAre(HasSubstr("skew_clock takes another machine, and `back` is")));
  EXPECT_THAT(refused("ahead: 1 min, target: eureka/herea", watched + "registry: {kind: dns}\n"),
              ElementsAre(AllOf(StartsWith("method[0].action"), HasSubstr("the leases of services in Eureka"))));
}

const std::string contained = watched + R"(titus:
  main:
    region: here
    agents: {flex: {tier: flex, type: m4.4xlarge}}
    images: {base: {size: 300 MB}}
)";

TEST(Method, StrikesDisksWhereSomethingLiesOnThem) {
  const auto refused = [](const std::string& rest) {
    return errors_of(contained, {"services.store={store: {}}", "method=[{at: 1 s, " + rest + "}]"});
  };
  for (const char* rest :
       {"action: fill_disk, target: main/flex", "action: fill_disk, target: one of main/flex, size: 64 GB",
        "action: fill_disk, target: one of store, lasts: 30 s", "action: slow_disk, speed: 10 %, target: 50 % of main/flex",
        "action: slow_disk, speed: 10 %, target: store/herea"})
    EXPECT_THAT(refused(rest), IsEmpty()) << rest;
  EXPECT_THAT(refused("action: fill_disk, target: back, lasts: 1 s"),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("back keeps nothing on a disk"))));
  EXPECT_THAT(refused("action: slow_disk, speed: 10 %, target: fra001.ix"),
              ElementsAre(HasSubstr("slow_disk takes agents (stack/group) or instances, and `fra001.ix` is an appliance or a site")));
  EXPECT_THAT(refused("action: fill_disk, target: store"), ElementsAre(HasSubstr("fill_disk needs `lasts` of a store")));
  EXPECT_THAT(refused("action: fill_disk, target: store, lasts: 1 s, size: 1 GB"), ElementsAre(StartsWith("method[0].size")));
  EXPECT_THAT(refused("action: slow_disk, speed: 10 %, target: main/flx"), ElementsAre(HasSubstr("did you mean `flex`?")));
}

TEST(Method, LetsServicesOfAwsFailThatAScenarioHas) {
  EXPECT_THAT(errors_of_step("action: fail_s3, target: here", contained), IsEmpty());
  EXPECT_THAT(errors_of_step("action: fail_s3, target: there", contained),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("nothing is in S3 in there"), HasSubstr("`origin/s3`"))));
  EXPECT_THAT(errors_of_step("action: fail_ecs, target: main", contained),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("main has no ECS that could fail"))));
  EXPECT_THAT(errors_of(contained, {"titus.main.orchestration.era=ecs", "method=[{at: 1 s, action: fail_ecs, target: main}]"}), IsEmpty());
  EXPECT_THAT(errors_of_step("action: fail_dynamodb, target: here"),
              testing::Contains(AllOf(StartsWith("method[0].action"), HasSubstr("no scenario has a DynamoDB"))));
}

TEST(Method, InjectsFailuresIntoMembersRequests) {
  const auto refused = [](const std::string& rest, const std::string& text = watched) {
    return errors_of(text, {"services.cache={cache: {}}", "services.store={store: {}}",
                            "services.middle={calls: [{service: back}], data: {cache: cache, store: store}}",
                            "method=[{at: 1 s, action: inject, " + rest + "}]"});
  };
  for (const char* rest :
       {"target: middle -> back, errors: 100 %", "target: back, latency: 1 s, deviation: 1 s, members: 1 %, point: client",
        "target: cache, errors: 100 %", "target: middle -> store, latency: 1 s, point: store"})
    EXPECT_THAT(refused(rest), IsEmpty()) << rest;
  EXPECT_THAT(refused("target: middle -> back"), ElementsAre(HasSubstr("needs `latency` or `errors`")));
  EXPECT_THAT(refused("target: one of back, errors: 1 %"), ElementsAre(HasSubstr("some of the members, and not some of the instances")));
  EXPECT_THAT(refused("target: middle -> bak, errors: 1 %"), ElementsAre(HasSubstr("did you mean `back`?")));
  EXPECT_THAT(refused("target: back -> middle, errors: 1 %"), ElementsAre(HasSubstr("back does not call middle under a command")));
  EXPECT_THAT(refused("target: zuul -> front, errors: 1 %"), ElementsAre(HasSubstr("zuul does not call front under a command")));
  EXPECT_THAT(refused("target: cache, errors: 1 %, point: command"), ElementsAre(HasSubstr("struck in its client")));
  EXPECT_THAT(refused("target: back, errors: 1 %, point: store"), ElementsAre(HasSubstr("expected `command` or `client`")));
  EXPECT_THAT(refused("target: back, errors: 1 %, client_group: x"), ElementsAre(HasSubstr("client group")));
  EXPECT_THAT(errors_of("streamtwin: 1\nname: bare\nregions: [{name: here, latitude: 0, longitude: 0}]\n"
                        "services: {front: {calls: [{service: back}]}, back: {}}\nload: {shop: {target: front, rate: 10 /s}}\n"
                        "method: [{at: 1 s, action: inject, target: back, errors: 1 %}]\n"),
              testing::Contains(HasSubstr("this scenario has none")));
}

TEST(Method, TurnsOffZonesOfTheCloudOnlyByKillZone) {
  EXPECT_THAT(errors_of_step("action: kill_zone, target: here"),
              ElementsAre(HasSubstr("`here` is a region and no zone; did you mean `kill_region`?")));
  EXPECT_THAT(errors_of_step("action: kill_zone, target: world"), ElementsAre(HasSubstr("not the name of a zone")));
}

TEST(Method, RefusesKeysThatItsActionDoesNotRead) {
  EXPECT_THAT(
      errors_of_step("action: kill_instance, target: back/herea/0, load: 1, latency: 0.0 s, errors: 50 %, instances: 4, operation: xx, "
                     "callee: yy, deviation: 0 s, to: here"),
      testing::UnorderedElementsAre(HasSubstr("kill_instance does not read `load`; it reads `target` and `lasts`"),
                                    HasSubstr("does not read `latency`"), HasSubstr("does not read `errors`"),
                                    HasSubstr("does not read `instances`"), HasSubstr("does not read `operation`"),
                                    HasSubstr("does not read `callee`"), HasSubstr("does not read `deviation`"),
                                    HasSubstr("does not read `to`"), HasSubstr("a latency above zero")));
  EXPECT_THAT(errors_of_step("action: release_title, target: '1', lasts: 3 s"),
              ElementsAre(HasSubstr("method[0].lasts: release_title does not read")));
  EXPECT_THAT(errors_of_step("action: set_load, target: shop"), ElementsAre(HasSubstr("method[0]: set_load needs `load`")));
  EXPECT_THAT(errors_of_step("action: set_load, load: 1"), IsEmpty()) << "the default, written";
  EXPECT_THAT(errors_of_step("action: kill_region"), ElementsAre(HasSubstr("kill_region needs `target`")));
  EXPECT_THAT(errors_of_step("action: add_errors, target: back"), ElementsAre(HasSubstr("add_errors needs `errors`")));
  EXPECT_THAT(errors_of_step("action: add_latency, target: back, latency: 0 s"), ElementsAre(HasSubstr("a latency above zero")));
}

TEST(Method, EveryActionKnowsItsKeysAndEveryKeyHasAnAction) {
  FaultSpec full;
  full.target = full.operation = full.callee = full.to = full.build = full.pipeline = "x";
  full.lasts = full.latency = full.deviation = 1s;
  full.errors = Fraction{1};
  full.load = full.factor = 1;
  full.one_way = true;
  full.procedure = failover::ProcedureKind::old;
  full.loss = Fraction{1};
  full.speed = Fraction{1};
  full.instances = full.loops = full.times = 1;
  full.every = full.until = full.within = 1s;
  full.name = "x";
  full.answers = registry::DnsTrouble::stale;
  full.members = Fraction{1};
  full.member = 1;
  full.client_group = "x";
  full.point = fit::Point::client;
  full.ahead = 1s;
  full.size = Bytes{1e9};
  full.drift = Fraction{1};
  std::vector<std::string_view> unread = written_keys(full);
  EXPECT_EQ(unread.size(), 31u);
  const std::vector<std::string_view> words = unread;
  for (const auto key : schedule_keys()) std::erase(unread, key);
  for (const Action& action : all_actions()) {
    for (const auto& keys : {action.needs, action.reads}) {
      for (const auto key : keys) {
        EXPECT_THAT(words, testing::Contains(key)) << action.name << " reads a key that a step cannot have";
        std::erase(unread, key);
      }
    }
  }
  EXPECT_THAT(unread, IsEmpty());
}

TEST(Method, EveryActionIsARowThatTheLanguageKnows) {
  const std::vector<EnumName<int>> choices = ActionName::choices();
  ASSERT_EQ(choices.size(), all_actions().size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Action& action = all_actions()[i];
    EXPECT_EQ(choices[i].name, action.name);
    EXPECT_FALSE(action.doc.empty()) << action.name;
    EXPECT_FALSE(action.takes.empty()) << action.name;
    EXPECT_TRUE(action.check_target != nullptr && action.bind != nullptr) << action.name;
    EXPECT_EQ(std::count_if(choices.begin(), choices.end(), [&](const auto& other) { return other.name == action.name; }), 1)
        << action.name;
  }
}

TEST(Method, ProxiesARegionOnceAtATime) {
  const auto two = [](const std::string& first, const std::string& second) {
    return errors_of(watched, {"method=[{at: 1 s, action: proxy_region, target: here" + first +
                               "}, {at: 9 s, action: proxy_region, target: " + second + "}]"});
  };
  EXPECT_THAT(two("", "here"),
              ElementsAre(AllOf(StartsWith("method[1].at"), HasSubstr("method[0] does the same to here at the same time"))));
  EXPECT_THAT(two(", lasts: 8 s", "here"), IsEmpty());
  EXPECT_THAT(two(", lasts: 9 s", "there"), IsEmpty());
}

TEST(Failover, RefusesEvacuationsThatCannotBe) {
  const auto errors_with = [](const std::string& step, std::vector<std::string> sets) {
    sets.push_back("method=[{at: 1 s, " + step + "}]");
    return errors_of(watched, std::move(sets));
  };
  const std::string leave = "action: evacuate, target: here";
  EXPECT_THAT(errors_with(leave, {"failover={}"}), IsEmpty());
  EXPECT_THAT(errors_with(leave, {}), ElementsAre(AllOf(StartsWith("method[0].action"), HasSubstr("has no `failover`"))));
  EXPECT_THAT(errors_with(leave + ", to: here", {"failover={}"}),
              ElementsAre(AllOf(StartsWith("method[0].to"), HasSubstr("cannot take its own traffic"))));
  EXPECT_THAT(errors_with(leave + ", to: nowhere", {"failover={}"}), ElementsAre(StartsWith("method[0].to")));
  EXPECT_THAT(errors_with(leave, {"failover={saviours: [here]}"}),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("none is left to take the traffic of here"))));
  EXPECT_THAT(errors_with("action: return_region, target: here", {"failover={automatic: false}"}),
              ElementsAre(AllOf(StartsWith("method[0].target"), HasSubstr("no earlier step evacuates it"))));
}

TEST(Failover, NeedsSomebodyToLeaveARegionAndSomewhereToGo) {
  EXPECT_THAT(
      errors_of(watched, {"failover={}", "regions=[{name: here, latitude: 25, longitude: 51}]", "method=[]", "load.shop.regions={}"}),
      ElementsAre(AllOf(StartsWith("failover"), HasSubstr("the only region cannot be left"))));
  EXPECT_THAT(errors_of(watched, {"failover={}", "edge.gateway=nobody", "method=[]"}),
              testing::Contains(AllOf(StartsWith("failover"), HasSubstr("has no gateway"))));
  EXPECT_THAT(errors_of(watched, {"failover={}", "registry.kind=dns", "method=[]"}),
              testing::Contains(AllOf(StartsWith("failover.dark"), HasSubstr("would ask them"))));
}

}  // namespace
}  // namespace streamtwin
