#include "models/services/call_graph.hpp"

#include <gmock/gmock.h>

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

TEST(CallGraph, without_a_circle_reports_none) { EXPECT_EQ(CallGraph(diamond()).cycle(), std::nullopt); }

TEST(CallGraph, names_the_services_of_a_circle_in_order) {
  auto services = diamond();
  services["e"].calls = calling({{"a", 0}}).calls;
  const auto cycle = CallGraph(services).cycle();
  ASSERT_TRUE(cycle.has_value());
  EXPECT_EQ(*cycle, "a -> b -> e -> a");
}

TEST(CallGraph, a_service_that_calls_itself_is_a_circle) { EXPECT_EQ(CallGraph({{"a", calling({{"a", 0}})}}).cycle(), "a -> a"); }

TEST(CallGraph, counts_requests_that_multiply) {
  const auto visits = CallGraph(diamond()).visits("a");
  EXPECT_DOUBLE_EQ(visits.at("e"), 2);
  EXPECT_DOUBLE_EQ(visits.at("d"), 1);
}

TEST(CallGraph, the_critical_path_takes_the_slowest_of_each_stage) {
  const CallGraph::Path path = CallGraph(diamond()).critical_path("a");
  EXPECT_THAT(path.services, ElementsAre("a", "b", "e", "d"));
  EXPECT_NEAR(in_milliseconds(path.cost), 1 + 10 + 5 + 3, 1e-9);
}

TEST(CallGraph, the_blast_radius_is_everybody_who_calls_directly_or_not) {
  EXPECT_THAT(CallGraph(diamond()).blast_radius("e"), ElementsAre("a", "b", "c"));
}

TEST(CallGraph, only_what_every_way_passes_is_a_single_point_of_failure) {
  EXPECT_THAT(CallGraph(diamond()).single_points_of_failure("a"), ElementsAre("a"));
  auto services = diamond();
  services["c"].calls.clear();
  EXPECT_THAT(CallGraph(services).single_points_of_failure("a"), ElementsAre("a", "b"));
}

TEST(CallGraph, is_as_deep_as_its_longest_chain_of_calls) {
  EXPECT_EQ(CallGraph(diamond()).depth("a"), 3);
  EXPECT_EQ(CallGraph(diamond()).depth("e"), 1);
  EXPECT_EQ(CallGraph(diamond()).depth("nobody"), 0);
}

TEST(CallGraph, counts_what_only_one_service_leads_to) {
  const auto dominated = CallGraph(diamond()).dominated("a");
  EXPECT_EQ(dominated.at("a"), 4u);
  EXPECT_FALSE(dominated.contains("b")) << "e is reached by way of c, too";
}

}  // namespace
}  // namespace streamtwin::services
