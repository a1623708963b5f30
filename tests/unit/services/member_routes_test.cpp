// Members who are sent to clusters of their own: who takes which route, and where its requests go.
#include "models/services/member_routes.hpp"

#include <gmock/gmock.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using testing::ElementsAre;

TEST(MemberRoutes, AreDisjointOfTheirSizesAndAlwaysTheSameMembers) {
  MemberRoutes routes;
  routes.draw_by(7);
  for (const double share : {0.01, 0.01, 0.03}) routes.open(routes.add(0, Fraction{share}));
  std::vector<int> members(4);
  std::vector<MemberRoutes::Route> first;
  for (std::uint32_t member = 0; member < 100000; ++member) {
    first.push_back(routes.route_of(member, 0));
    ++members.at(first.back());
  }
  EXPECT_NEAR(members[1], 1000, 100);
  EXPECT_NEAR(members[2], 1000, 100);
  EXPECT_NEAR(members[3], 3000, 170);
  routes.close(2);
  for (std::uint32_t member = 0; member < 100000; ++member) {
    EXPECT_EQ(routes.route_of(member, 0), first[member] == 2 ? 0 : first[member]);
  }
}

TEST(MemberRoutes, AreTakenWhileTheyAreOpenAndInTheirRegion) {
  MemberRoutes routes;
  const auto route = routes.add(1, Fraction{1});
  EXPECT_FALSE(routes.any());
  EXPECT_EQ(routes.route_of(5, 1), 0);
  routes.open(route);
  EXPECT_TRUE(routes.any());
  EXPECT_EQ(routes.route_of(5, 1), route);
  EXPECT_EQ(routes.route_of(5, 0), 0);
  routes.close(route);
  EXPECT_FALSE(routes.any());
  EXPECT_EQ(routes.route_of(5, 1), 0);
}

/// front calls middle, of which there are two clones, and middle calls back.
class Routed {
 public:
  explicit Routed(std::vector<CallSpec> calls)
      : backend(services(std::move(calls)), Seed{1}, {}, 1, {{"middle", "x", 1}, {"middle", "y", 2}}) {}
  std::vector<double> requests_on(MemberRoutes::Route route) {
    Envelope request;
    request.route = route;
    backend.send_at(0s, "front", request);
    backend.simulation.run();
    EXPECT_EQ(backend.ended.back().status, Status::ok);
    std::vector<double> requests;
    for (const char* service : {"middle", "x", "y", "back"}) requests.push_back(backend.mesh.service(service).measures.requests.total());
    return requests;
  }

  Backend backend;

 private:
  static std::map<std::string, ServiceSpec> services(std::vector<CallSpec> calls) {
    return {{"front", service_of(1us, 100, std::move(calls))},
            {"middle", service_of(1us, 100, {call_to("back")})},
            {"back", service_of(1us, 100)}};
  }
};

TEST(Detours, LeadToTheClusterOfTheRouteAndFromThereOn) {
  EXPECT_THAT(Routed({call_to("middle")}).requests_on(0), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(Routed({call_to("middle")}).requests_on(1), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(Routed({call_to("middle")}).requests_on(2), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(Routed({call_to("middle")}).requests_on(3), ElementsAre(1, 0, 0, 1)) << "another service's route";
}

TEST(Detours, AreTakenByCallsOfOneStageAndByThoseOnTheRequestsThread) {
  EXPECT_THAT(Routed({call_to("middle"), call_to("middle")}).requests_on(1), ElementsAre(0, 2, 0, 2));
  CallSpec on_thread = call_to("middle", hystrix::Isolation::semaphore);
  EXPECT_THAT(Routed({on_thread, call_to("back")}).requests_on(2), ElementsAre(0, 0, 1, 2));
}

TEST(Detours, FindTheDataOfTheServiceThatTheirClusterIsOf) {
  ServiceSpec front = service_of(1us, 100, {call_to("middle")}), middle = service_of(1us, 100), cache = service_of(1us, 100),
              store = service_of(1us, 100);
  middle.data = DataSpec{.cache = "cache", .store = "store", .writes = Fraction{0}};
  cache.cache.emplace();
  store.store = stores::CassandraSpec{.replicas = 1};
  Backend backend({{"front", front}, {"middle", middle}, {"cache", cache}, {"store", store}}, Seed{1}, {}, 1, {{"middle", "x", 1}});
  for (const MemberRoutes::Route route : {0, 1}) {
    Envelope request;
    request.route = route;
    backend.send_at(Duration{1.0 * route}, "front", request);
  }
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("x").measures.requests.total(), 1);
  EXPECT_EQ(backend.mesh.service("store").measures.requests.total(), 1) << "it is in the cache by then";
}

TEST(Detours, HaveACommandOfTheirOwn) {
  Routed routed({call_to("middle")});
  const Service& front = routed.backend.mesh.service("front");
  EXPECT_THAT(front.commands, ElementsAre(0, 1, 2));
  EXPECT_EQ(front.calls_without_detours(), 1);
}

}  // namespace
}  // namespace streamtwin::services
