// Failures that are injected into some members' requests: who is struck, where, and what callers make of it.
#include <gmock/gmock.h>

#include "models/services/fit/injections.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using fit::Injection;
using fit::Injections;
using fit::Point;
using testing::DoubleNear;
using testing::ElementsAre;

Random stream(std::string_view name = "a step") { return Random(1, name, "injection"); }

rpc::HttpRequest of_member(std::uint32_t member, std::uint16_t group = 0) { return {.member = member, .group = group}; }

TEST(Injections, StrikeAShareOfTheMembersAndAlwaysTheSameOnes) {
  Injections injections;
  injections.begin(injections.add({.members = Fraction{0.1}}, stream()));
  int struck = 0;
  for (std::uint32_t member = 0; member < 10000; ++member) {
    const std::uint32_t marks = injections.marks_of(of_member(member));
    struck += marks == 1 ? 1 : 0;
    EXPECT_EQ(injections.marks_of(of_member(member)), marks);
  }
  EXPECT_NEAR(struck, 1000, 100);
}

TEST(Injections, OfTwoStepsStrikeDifferentMembers) {
  Injections injections;
  injections.begin(injections.add({.members = Fraction{0.5}}, stream("one")));
  injections.begin(injections.add({.members = Fraction{0.5}}, stream("another")));
  std::vector<int> seen(4);
  for (std::uint32_t member = 0; member < 1000; ++member) ++seen.at(injections.marks_of(of_member(member)));
  for (const int times : seen) EXPECT_NEAR(times, 250, 60);
}

TEST(Injections, StrikeAClientGroupOnly) {
  Injections injections;
  injections.begin(injections.add({.group = 3}, stream()));
  EXPECT_EQ(injections.marks_of(of_member(1, 2)), 0u);
  EXPECT_EQ(injections.marks_of(of_member(1, 3)), 1u);
}

TEST(Injections, StrikeWhoTakesARouteOnly) {
  Injections injections;
  injections.begin(injections.add({.route = 2}, stream()));
  EXPECT_EQ(injections.marks_of(of_member(1)), 0u);
  EXPECT_EQ(injections.marks_of(of_member(1), 1), 0u);
  EXPECT_EQ(injections.marks_of(of_member(1), 2), 1u);
}

TEST(Injections, MarkNobodyBeforeTheyBeginAndAfterTheyEnd) {
  Injections injections;
  const auto number = injections.add({.errors = Fraction{1}}, stream());
  EXPECT_FALSE(injections.active());
  EXPECT_EQ(injections.marks_of(of_member(1)), 0u);
  injections.begin(number);
  EXPECT_TRUE(injections.active());
  injections.end(number);
  EXPECT_FALSE(injections.active());
  EXPECT_TRUE(injections.strike(1, Point::command, 0, 1)) << "who has been marked stays so";
}

TEST(Injections, ActAtTheirPointAndCallOnly) {
  Injections injections;
  injections.add({.point = Point::client, .caller = 2, .callee = 5, .latency = 10ms}, stream());
  injections.add({.point = Point::client, .caller = 2, .callee = 6, .latency = 20ms}, stream("another"));
  EXPECT_EQ(injections.strike(1, Point::client, 2, 5).wait, 10ms);
  EXPECT_FALSE(injections.strike(1, Point::command, 2, 5));
  EXPECT_FALSE(injections.strike(1, Point::client, 1, 5));
  EXPECT_FALSE(injections.strike(1, Point::client, 2, 4));
  EXPECT_FALSE(injections.strike(2, Point::client, 2, 5)) << "another's mark";
}

/// front calls middle, and middle calls back.
class Chain {
 public:
  explicit Chain(const Injection& injection, Fallback fallback = Fallback::none) : backend(services(fallback)) {
    backend.mesh.injections.add(injection, stream());
  }
  void send(bool marked) {
    Envelope request;
    request.injections = marked ? 1 : 0;
    backend.send_at(0s, "front", request);
    backend.simulation.run();
  }
  double requests_at(const std::string& service) { return backend.mesh.service(service).measures.requests.total(); }
  std::uint16_t index(const std::string& service) { return backend.mesh.service(service).index; }

  Backend backend;

 private:
  static std::map<std::string, ServiceSpec> services(Fallback fallback) {
    CallSpec to_middle = call_to("middle"), to_back = call_to("back");
    to_middle.command.timeout = 10s;
    to_back.fallback = fallback;
    ServiceSpec front = service_of(1us, 100, {to_middle}), middle = service_of(1us, 100, {to_back});
    front.cost = middle.cost = {1e-7s, 0};
    return {{"front", front}, {"middle", middle}, {"back", service_of(10ms, 100)}};
  }
};

TEST(InjectedCommands, FailWithoutACallAndFallBack) {
  for (const bool marked : {false, true}) {
    Chain chain({.errors = Fraction{1}}, Fallback::fixed_answer);
    chain.send(marked);
    EXPECT_EQ(chain.backend.ended.front().status, marked ? Status::failed : Status::ok) << "front's own command has no fallback";
    EXPECT_EQ(chain.requests_at("middle"), marked ? 0 : 1);
  }
}

TEST(InjectedCommands, OfACallFurtherDownAreReachedByTheMark) {
  for (const bool marked : {false, true}) {
    Chain chain({.caller = 2, .errors = Fraction{1}}, Fallback::fixed_answer);
    ASSERT_EQ(chain.index("middle"), 2);
    chain.send(marked);
    EXPECT_EQ(chain.backend.ended.front().status, Status::ok);
    EXPECT_EQ(chain.requests_at("back"), marked ? 0 : 1);
    EXPECT_EQ(chain.backend.mesh.measures.fallbacks.total(), marked ? 1 : 0);
  }
}

TEST(InjectedCommands, AreTimedOutByTheirCommandWhenTheyLastTooLong) {
  Chain chain({.caller = 2, .latency = 5s}, Fallback::fixed_answer);
  chain.send(true);
  EXPECT_THAT(chain.backend.ends_ms(), ElementsAre(DoubleNear(1000, 0.01))) << "Hystrix's second, and not five";
  EXPECT_EQ(chain.requests_at("back"), 0);
  EXPECT_EQ(chain.backend.mesh.measures.timeouts.total(), 1);
}

TEST(InjectedCommands, GoOnAfterADelayThatTheirCommandBears) {
  Chain chain({.caller = 2, .latency = 300ms});
  chain.send(true);
  EXPECT_THAT(chain.backend.ends_ms(), ElementsAre(DoubleNear(310, 0.01)));
  EXPECT_EQ(chain.requests_at("back"), 1);
}

TEST(InjectedClients, AreTriedAgainAsConnectionsThatDoNotComeAbout) {
  Chain chain({.point = Point::client, .caller = 2, .errors = Fraction{1}});
  chain.send(true);
  EXPECT_EQ(chain.backend.ended.front().status, Status::unreachable);
  EXPECT_EQ(chain.requests_at("back"), 0);
  EXPECT_GE(chain.backend.mesh.measures.retries.total(), 1);
}

TEST(InjectedClients, HoldARequestBeforeItIsSent) {
  Chain chain({.point = Point::client, .caller = 2, .latency = 200ms});
  chain.send(true);
  EXPECT_THAT(chain.backend.ends_ms(), ElementsAre(DoubleNear(210, 0.01)));
}

}  // namespace
}  // namespace streamtwin::services
