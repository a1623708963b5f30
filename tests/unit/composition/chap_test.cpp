// What a scenario may not ask of experiments on members: named, at its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string of_experiments = R"(streamtwin: 1
name: experiments
clock: {weekday: wednesday, starts: 10 h}
regions: [{name: here, latitude: 0, longitude: 0}, {name: there, latitude: 0, longitude: 90}]
services:
  zuul: {gateway: {origins: [{service: front}]}}
  front: {calls: [{service: back}], data: {cache: cache, store: store}}
  back: {calls: [{service: deep}]}
  deep: {}
  aside: {calls: [{service: deep}]}
  cache: {cache: {}}
  store: {store: {}}
members: {country: Germany}
open_connect: {}
)";

std::vector<std::string> errors_of_experiments(const std::string& chap, std::vector<std::string> sets = {}) {
  sets.insert(sets.begin(), "chap=" + chap);
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text(of_experiments, "chap.yaml", {.overrides = std::move(sets), .limits = {}, .reader = {}}));
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic : loaded.diagnostics) errors.push_back(diagnostic.path + ": " + diagnostic.message);
  return errors;
}

std::vector<std::string> errors_of_experiment(const std::string& experiment, std::vector<std::string> sets = {}) {
  return errors_of_experiments("{experiments: {x: {" + experiment + "}}}", std::move(sets));
}

auto says_of_x(const std::string& key, const std::string& what) {
  return ElementsAre(AllOf(StartsWith("chap.experiments.x" + key + ": "), HasSubstr(what)));
}

TEST(Experiments, MayBeOfAnyServiceThatPlaysLeadTo) {
  EXPECT_THAT(errors_of_experiment("service: front, failure: {callee: back, errors: 1}"), IsEmpty());
  EXPECT_THAT(errors_of_experiment("service: back, region: there, failure: {callee: deep, latency: 1 s}"), IsEmpty());
  EXPECT_THAT(errors_of_experiment("service: front, failure: {callee: cache, errors: 1}"), IsEmpty());
  EXPECT_THAT(errors_of_experiment("service: deep"), IsEmpty());
}

TEST(Experiments, NeedAServiceThatMembersComeToByWayOfOthers) {
  EXPECT_THAT(errors_of_experiment("service: fromt"), says_of_x(".service", "front"));
  EXPECT_THAT(errors_of_experiment("service: aside"), says_of_x(".service", "no play leads to it"));
  EXPECT_THAT(errors_of_experiment("service: zuul"), says_of_x(".service", "no service calls it"));
  EXPECT_THAT(errors_of_experiment("service: cache"), says_of_x(".service", "hold data"));
  EXPECT_THAT(errors_of_experiment("service: front, region: nowhere"), says_of_x(".region", "nowhere"));
  EXPECT_THAT(errors_of_experiment("region: here"), says_of_x(".service", "service"));
}

TEST(Experiments, NeedAFailureOfACallThatIsMade) {
  EXPECT_THAT(errors_of_experiment("service: front, failure: {callee: deep, errors: 1}"),
              says_of_x(".failure.callee", "does not call deep"));
  EXPECT_THAT(errors_of_experiment("service: front, failure: {callee: back}"), says_of_x(".failure", "`latency`, `errors`"));
  EXPECT_THAT(errors_of_experiment("service: front, failure: {callee: back, errors: 1, point: cache}"),
              says_of_x(".failure.point", "neither"));
}

TEST(Experiments, NeedMembersBehindAGateway) {
  EXPECT_THAT(errors_of_experiment("service: front", {"members=null", "open_connect=null"}),
              Contains(AllOf(StartsWith("chap: "), HasSubstr("no `members`"))));
}

TEST(Experiments, ShareTheMembersThatTheyMayHave) {
  EXPECT_THAT(errors_of_experiment("service: front, members: 3 %"),
              says_of_x(".members", "6 % of the members, and `chap.members_at_most` is 5 %"));
  EXPECT_THAT(errors_of_experiments("{experiments: {a: {service: front, members: 2 %}, x: {service: back, at: 10 min, members: 2 %}}}"),
              says_of_x(".members", "8 %"));
  EXPECT_THAT(errors_of_experiments(
                  "{experiments: {a: {service: front, members: 2 %, lasts: 5 min}, x: {service: back, at: 50 min, members: 2 %}}}"),
              IsEmpty())
      << "the first is over by then";
  EXPECT_THAT(errors_of_experiments(
                  "{members_at_most: 1, experiments: {x: {service: deep, members: 0.5, instances: 9}, y: {service: deep, members: 0.1}}}"),
              Contains(AllOf(StartsWith("chap.experiments: "), HasSubstr("more members than there are"))));
}

TEST(Experiments, HaveClustersThatBearTheirMembers) {
  EXPECT_THAT(errors_of_experiment("service: back, members: 30 %", {"chap.members_at_most=1"}),
              says_of_x(".instances", "the load of 1.8 instances"));
  EXPECT_THAT(errors_of_experiment("service: back, members: 30 %, instances: 2", {"chap.members_at_most=1"}), IsEmpty());
}

TEST(Experiments, BeginWhileSomebodyIsAtWork) {
  EXPECT_THAT(errors_of_experiment("service: front, at: 10 min", {"clock.starts=16.9 h"}), says_of_x(".at", "17:06 on a Wednesday"));
  EXPECT_THAT(errors_of_experiment("service: front, at: 1 min", {"clock.starts=8 h"}), says_of_x(".at", "from 9 to 17 o'clock"));
  EXPECT_THAT(errors_of_experiment("service: front", {"clock.weekday=saturday"}), says_of_x(".at", "Saturday"));
  EXPECT_THAT(errors_of_experiment("service: front, at: 2 h"), says_of_x(".at", "the run has ended"));
  EXPECT_THAT(errors_of_experiment("service: front", {"chap.start_hour=12", "chap.end_hour=11"}),
              Contains(AllOf(StartsWith("chap.end_hour: "), HasSubstr("after they have begun"))));
}

TEST(Experiments, HaveNamesThatLeaveServicesTheirs) {
  EXPECT_THAT(errors_of_experiment("service: deep", {"services.deep-x-control={}"}), says_of_x("", "deep-x-control would be its cluster"));
}

}  // namespace
}  // namespace streamtwin
