// A client's tries have to fit into their command's time-out, and a service's commands into what its caller waits.
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
using testing::Not;

std::vector<std::string> warnings_about(const std::string& services, const std::string& visitors = "target: front, timeout: 60 s",
                                        const std::string& rest = "", const std::string& rate = ", rate: 1 /s") {
  const std::string text = "streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0, zones: 1}]\nload: {visitors: {" +
                           visitors + rate + "}}\n" + rest + "services:\n  back: {cost: {median: 1 ms}}\n" + services;
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  std::vector<std::string> warnings;
  for (const language::Diagnostic& warning : loaded.warnings) warnings.push_back(to_string(warning));
  return warnings;
}

std::string front_with(const std::string& call, const std::string& more = "") {
  return "  front: {" + more + "calls: [{service: back, " + call + "}]}\n";
}

TEST(FittingTimeOuts, TriesThatTakeLongerThanTheirCommandWaits) {
  EXPECT_THAT(
      warnings_about(front_with("command: {timeout: 20 s}, client: {connect_timeout: 5 s, read_timeout: 15 s, retries_next_server: 1}")),
      ElementsAre(AllOf(HasSubstr("mesh.yaml:7:"), HasSubstr("services.front.calls[0].command.timeout"), HasSubstr("20 s is shorter"),
                        HasSubstr("40 s (2 tries of 5 s to connect and 15 s to read)"))));
  EXPECT_THAT(
      warnings_about(front_with("command: {timeout: 40 s}, client: {connect_timeout: 5 s, read_timeout: 15 s, retries_next_server: 1}")),
      IsEmpty());
  EXPECT_THAT(warnings_about(front_with("command: {timeout_enabled: false}")), IsEmpty());
  EXPECT_THAT(warnings_about(front_with("command: {timeout: 600 ms}, client: {connect_timeout: 100 ms, read_timeout: 200 ms}")), IsEmpty())
      << "a sum of times that fits but for its rounding";
}

TEST(FittingTimeOuts, OfTheLibrariesDoNotFit) {
  EXPECT_THAT(warnings_about(front_with("stage: 0")), ElementsAre(AllOf(HasSubstr("1 s is shorter"), HasSubstr("14 s"))));
}

TEST(FittingTimeOuts, SayWhatComesOfIt) {
  const std::string one = "retries_next_server: 0, ";
  const std::string cut = "command: {timeout: 1 s, honours_interrupt: true}, client: {";
  EXPECT_THAT(warnings_about(front_with(cut + one + "connect_timeout: 1 s, read_timeout: 1 s}")), ElementsAre(HasSubstr("dead server")));
  EXPECT_THAT(warnings_about(front_with(cut + one + "connect_timeout: 100 ms, read_timeout: 1 s}")), ElementsAre(HasSubstr("never learn")));
  EXPECT_THAT(warnings_about(front_with(cut + "connect_timeout: 100 ms, read_timeout: 1 s}")), ElementsAre(HasSubstr("none is repeated")));
  EXPECT_THAT(warnings_about(front_with(cut + "connect_timeout: 100 ms, read_timeout: 500 ms}")), ElementsAre(HasSubstr("last tries")));
  EXPECT_THAT(warnings_about(front_with("command: {timeout: 1 s, honours_interrupt: false}")), ElementsAre(HasSubstr("holds its thread")));
  EXPECT_THAT(warnings_about(front_with("command: {isolation: semaphore}", "execution: {model: blocking_threads}, ")),
              ElementsAre(HasSubstr("holds its thread")));
}

TEST(FittingTimeOuts, OneWarningForCallsThatAreAlike) {
  EXPECT_THAT(warnings_about("  front: {calls: [{service: back}, {service: other}, {service: third, command: {timeout: 500 ms}}]}\n"
                             "  other: {}\n  third: {}\n"),
              ElementsAre(AllOf(HasSubstr("services.front.calls[2]"), HasSubstr("2 more of the calls"))));
}

const std::string fitting = "client: {connect_timeout: 50 ms, read_timeout: 200 ms}";  // 500 ms in all

std::string chain_of_two(const std::string& outer, const std::string& inner) {
  return "  middle: {calls: [{service: back, command: {timeout: " + inner + "}, " + fitting + "}]}\n" +
         "  front: {calls: [{service: middle, command: {timeout: " + outer + "}, " + fitting + "}]}\n";
}

TEST(FittingTimeOuts, ACalleeGivesItsCallsMoreTimeThanItHas) {
  EXPECT_THAT(warnings_about(chain_of_two("1 s", "1 s")),
              ElementsAre(AllOf(HasSubstr("services.front.calls[0].command.timeout"), HasSubstr("1 s is not longer"),
                                HasSubstr("middle's own calls"), HasSubstr("comes too late"))))
      << "equal time-outs: the inner one begins later";
  EXPECT_THAT(warnings_about(chain_of_two("1.1 s", "1 s")), IsEmpty());
}

TEST(FittingTimeOuts, StagesAddUpAndTheLongestOfAStageCounts) {
  const auto middle = [](const std::string& second_stage) {
    return "  other: {}\n  middle: {calls: [{service: back, command: {timeout: 600 ms}, " + fitting +
           "}, {service: other, stage: " + second_stage + ", command: {timeout: 600 ms}, " + fitting +
           "}]}\n  front: {calls: [{service: middle, command: {timeout: 1 s}, " + fitting + "}]}\n";
  };
  EXPECT_THAT(warnings_about(middle("0")), IsEmpty());
  EXPECT_THAT(warnings_about(middle("1")), ElementsAre(HasSubstr("1.2 s")));
}

TEST(FittingTimeOuts, ClientsAndGatewaysThatGiveUpBeforeTheCommandsDo) {
  const std::string call = "command: {timeout: 1 s}, " + fitting;
  EXPECT_THAT(warnings_about(front_with(call), "target: front, timeout: 1 s"),
              ElementsAre(AllOf(HasSubstr("load.visitors.timeout"), HasSubstr("1 s is not longer"))));
  EXPECT_THAT(warnings_about(front_with(call), "target: front, timeout: 1.1 s"), IsEmpty());
  const std::string gateway = "  zuul: {gateway: {origins: [{service: front}]}}\n";
  EXPECT_THAT(warnings_about(front_with(call) + gateway, "target: front, entry: edge", "edge: {origin: {read_timeout: 900 ms}}\n"),
              ElementsAre(HasSubstr("edge.origin.read_timeout")));
  EXPECT_THAT(warnings_about(front_with(call) + gateway, "target: front, entry: edge", "edge: {origin: {read_timeout: 1.1 s}}\n"),
              IsEmpty());
  EXPECT_THAT(
      warnings_about(front_with(call) + gateway, "target: front, entry: edge", "open_connect: {}\nmembers: {play_timeout: 900 ms}\n"),
      ElementsAre(HasSubstr("members.play_timeout")));
}

TEST(GatewayConnections, FewerThanEventLoopsAreTooFew) {
  const auto with = [](const std::string& cores, const std::string& connections) {
    return warnings_about("  zuul: {cores: " + cores + ", gateway: {origins: [{service: back}]}}\n", "target: back, entry: edge",
                          "edge: {connections: {" + connections + "}}\n");
  };
  EXPECT_THAT(with("64", ""), ElementsAre(AllOf(HasSubstr("edge.connections.max_connections_per_host"), HasSubstr("64 cores"),
                                                HasSubstr("there may be 50"), HasSubstr("other 14 cores"))));
  EXPECT_THAT(with("50", ""), IsEmpty());
  EXPECT_THAT(with("64", "max_connections_per_host: -1"), IsEmpty());
  EXPECT_THAT(with("64", "waterline: 0"), IsEmpty()) << "no connection idles";
}

TEST(Capacity, IsLessThanTheLoad) {
  const auto at_rate = [](const std::string& rate) {
    return warnings_about(
        "  small: {instances_per_zone: 1, cores: 2, cost: {median: 10 ms, sigma: 0}}\n" + front_with("command: {timeout: 1 s}, " + fitting),
        "target: small, rate: " + rate, "", "");
  };
  EXPECT_THAT(at_rate("199 /s"), IsEmpty());
  EXPECT_THAT(at_rate("300 /s"), ElementsAre(AllOf(HasSubstr("services.small"), HasSubstr("300 requests/s of 10 ms"),
                                                   HasSubstr("1.5 times"), HasSubstr("2 cores in here"))));
}

TEST(Tolerances, ThatCanNeverHoldOrNeverBreak) {
  const auto bound = [](const std::string& text) {
    return warnings_about("", "target: back", "slos: [{kpi: load.visitors." + text + "}]\n");
  };
  EXPECT_THAT(bound("availability, at_least: 0.99"), IsEmpty());
  EXPECT_THAT(bound("availability, at_least: 99"),
              ElementsAre(AllOf(HasSubstr("slos[0].at_least"), HasSubstr("between 0 and 1"), HasSubstr("99 can never hold"))));
  EXPECT_THAT(bound("availability, at_least: 0"), ElementsAre(HasSubstr("can never break")));
  EXPECT_THAT(bound("availability, at_most: 1"), ElementsAre(HasSubstr("can never break")));
  EXPECT_THAT(bound("failed, at_most: -1"), ElementsAre(HasSubstr("can never hold")));
  EXPECT_THAT(bound("failed, at_most: 0"), IsEmpty());
  EXPECT_THAT(bound("availability, at_least: 101 %"), ElementsAre(HasSubstr("1.01 can never hold")));
  EXPECT_THAT(bound("latency.p99, at_least: 0 ms"), ElementsAre(HasSubstr("can never break")));
  EXPECT_THAT(bound("latency.p99, at_least: 2, at_most: 1"), ElementsAre(HasSubstr("nothing is at least 2 and at most 1")));
}

TEST(Warnings, DoNotClaimWhatIsSwitchedOff) {
  const auto slow = [](const std::string& call) {
    return warnings_about("  slow: {cost: {median: 1 s}}\n  front: {calls: [{service: slow, " + call + "}]}\n");
  };
  const std::string client = "client: {connect_timeout: 1 ms, read_timeout: 100 ms, retries_next_server: ";
  EXPECT_THAT(slow("command: {timeout: 300 ms}, " + client + "1}"),
              ElementsAre(HasSubstr("the circuit will open"), HasSubstr("what is retried is worked twice")));
  EXPECT_THAT(slow("command: {timeout: 300 ms, circuit_breaker_enabled: false}, " + client + "0}"),
              ElementsAre(Not(HasSubstr("circuit")), Not(HasSubstr("worked twice"))));
  EXPECT_THAT(slow("command: {timeout: 300 ms, force_closed: true}, " + client + "0}"),
              ElementsAre(Not(HasSubstr("circuit")), Not(HasSubstr("worked twice"))));
}

TEST(FittingTimeOuts, OfADrawnGraphFit) {
  EXPECT_THAT(warnings_about("", "target: entry-00, entry: edge, timeout: 5 s", "services_from: {generator: {services: 200}}\n"),
              IsEmpty());
  EXPECT_THAT(warnings_about("", "target: entry-00, entry: edge, timeout: 5 s", "services_from: {generator: {services: 200, room: 3 s}}\n"),
              Contains(AllOf(HasSubstr("edge.origin.read_timeout"), HasSubstr("own calls are given"))));
}

}  // namespace
}  // namespace streamtwin
