#include "models/services/call_graph.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "models/services/graph/generator.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::services {
namespace {

using testing::ElementsAre;

ServiceSpec calling(std::vector<std::pair<std::string, int>> callees, Duration cost = 1ms) {
  ServiceSpec spec;
  spec.cost = {cost, 0};
  for (const auto& [name, stage] : callees) {
    CallSpec call;
    call.service = name;
    call.stage = stage;
    spec.calls.push_back(call);
  }
  return spec;
}

// a calls b and c at once, then d; b and c both call e.
std::map<std::string, ServiceSpec> diamond() {
  return {{"a", calling({{"b", 0}, {"c", 0}, {"d", 1}})},
          {"b", calling({{"e", 0}}, 10ms)},
          {"c", calling({{"e", 0}}, 2ms)},
          {"d", calling({}, 3ms)},
          {"e", calling({}, 5ms)}};
}

TEST(CallGraph, WithoutACircleReportsNone) { EXPECT_EQ(CallGraph(diamond()).cycle(), std::nullopt); }

TEST(CallGraph, NamesTheServicesOfACircleInOrder) {
  auto services = diamond();
  services["e"].calls = calling({{"a", 0}}).calls;
  const auto cycle = CallGraph(services).cycle();
  ASSERT_TRUE(cycle.has_value());
  EXPECT_EQ(*cycle, "a -> b -> e -> a");
}

TEST(CallGraph, AServiceThatCallsItselfIsACircle) { EXPECT_EQ(CallGraph({{"a", calling({{"a", 0}})}}).cycle(), "a -> a"); }

TEST(CallGraph, CountsRequestsThatMultiply) {
  const auto visits = CallGraph(diamond()).visits("a");
  EXPECT_DOUBLE_EQ(visits.at("e"), 2);
  EXPECT_DOUBLE_EQ(visits.at("d"), 1);
}

TEST(CallGraph, TheCriticalPathTakesTheSlowestOfEachStage) {
  const CallGraph::Path path = CallGraph(diamond()).critical_path("a");
  EXPECT_THAT(path.services, ElementsAre("a", "b", "e", "d"));
  EXPECT_NEAR(in_milliseconds(path.cost), 1 + 10 + 5 + 3, 1e-9);
}

TEST(CallGraph, TheBlastRadiusIsEverybodyWhoCallsDirectlyOrNot) {
  EXPECT_THAT(CallGraph(diamond()).blast_radius("e"), ElementsAre("a", "b", "c"));
}

TEST(CallGraph, OnlyWhatEveryWayPassesIsASinglePointOfFailure) {
  EXPECT_THAT(CallGraph(diamond()).single_points_of_failure("a"), ElementsAre("a"));
  auto services = diamond();
  services["c"].calls.clear();
  EXPECT_THAT(CallGraph(services).single_points_of_failure("a"), ElementsAre("a", "b"));
}

TEST(CallGraph, IsAsDeepAsItsLongestChainOfCalls) {
  EXPECT_EQ(CallGraph(diamond()).depth("a"), 3);
  EXPECT_EQ(CallGraph(diamond()).depth("e"), 1);
  EXPECT_EQ(CallGraph(diamond()).depth("nobody"), 0);
}

TEST(CallGraph, CountsWhatOnlyOneServiceLeadsTo) {
  const auto dominated = CallGraph(diamond()).dominated("a");
  EXPECT_EQ(dominated.at("a"), 4u);
  EXPECT_FALSE(dominated.contains("b")) << "e is reached by way of c, too";
}

// Each of 60 services calls the next twice, one call after the other: their works follow each other 2^60 - 1 times.
TEST(CallGraph, WorksThatDoubleAtEachServiceAreCountedNotListed) {
  std::map<std::string, ServiceSpec> services;
  const auto name = [](int i) { return fmt::format("s{:02}", i); };
  for (int i = 0; i < 60; ++i) {
    services[name(i)] = calling(i + 1 < 60 ? std::vector<std::pair<std::string, int>>{{name(i + 1), 0}, {name(i + 1), 1}}
                                           : std::vector<std::pair<std::string, int>>{});
  }
  const CallGraph graph(services);
  const CallGraph::Path path = graph.critical_path("s00", 61);
  EXPECT_DOUBLE_EQ(path.length, 0x1p60);
  EXPECT_DOUBLE_EQ(in_milliseconds(path.cost), 0x1p60);
  ASSERT_EQ(path.services.size(), 61u);
  EXPECT_EQ(path.services[59], "s59");
  EXPECT_EQ(path.services[60], "s59") << "the second call of the one above";
  EXPECT_NEAR(in_milliseconds(graph.idle_times().at("s58")), 3, 1e-9);
}

// Long enough to overflow the stack of whoever would go down it by recursion.
TEST(CallGraph, FollowsAChainOfThirtyThousandServices) {
  constexpr int services_of_chain = 30'000;
  const auto name = [](int i) { return fmt::format("s{:06}", i); };
  std::map<std::string, ServiceSpec> services;
  for (int i = 0; i < services_of_chain; ++i) {
    services[name(i)] = i + 1 < services_of_chain ? calling({{name(i + 1), 0}}) : ServiceSpec{};
  }
  const CallGraph graph(services);
  EXPECT_EQ(graph.critical_path(name(0)).length, services_of_chain);
  EXPECT_EQ(graph.depth(name(0)), services_of_chain);
  EXPECT_EQ(graph.dominated(name(0)).at(name(10)), services_of_chain - 11u);
  EXPECT_EQ(graph.blast_radii().at(name(services_of_chain - 1)), services_of_chain - 1u);
  EXPECT_EQ(graph.in_order().back(), name(services_of_chain - 1));
}

TEST(CallGraph, CountsTheSameBlastRadiiAsItLists) {
  std::map<std::string, ServiceSpec> services = generate({.services = 150, .seed = 7, .cross_calls = Fraction{0.5}}, "zuul", 1);
  const CallGraph graph(services);
  const auto radii = graph.blast_radii();
  ASSERT_EQ(radii.size(), services.size());
  for (const auto& [service, callers] : radii) EXPECT_EQ(callers, graph.blast_radius(service).size()) << service;
}

// Taking a service away takes away what requests reached only through it.
TEST(CallGraph, DominatesWhatIsLostWithoutIt) {
  const auto reached = [](const std::map<std::string, ServiceSpec>& services) {
    std::size_t count = 0;
    for (const auto& [name, times] : CallGraph(services).visits("zuul")) count += times > 0 ? 1 : 0;
    return count;
  };
  const auto services = generate({.services = 150, .seed = 3, .entries = 2, .cross_calls = Fraction{0.5}}, "zuul", 1);
  const auto dominated = CallGraph(services).dominated("zuul");
  const std::size_t all = reached(services);
  for (const auto& [name, spec] : services) {
    if (name == "zuul") continue;
    auto without = services;
    without.at(name).calls.clear();
    without.at(name).data.reset();
    const auto of_it = dominated.find(name);
    EXPECT_EQ(all - reached(without), of_it == dominated.end() ? 0 : of_it->second) << name;
  }
}

}  // namespace
}  // namespace streamtwin::services
