// When callers know that an instance has died, and what that costs, by what services find each other with.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

TEST(Registries, CallersKnowAfterMinutesOrAfterHalfAnHour) {
  const auto run = [](const std::string& name) { return over_seeds(library_scenario(name), 1).front(); };
  const RunResult eureka = run("registry-eureka"), eureka2 = run("registry-eureka2"), dns = run("registry-dns"),
                  lists = run("registry-static-lists");
  const auto known_after = of("mesh.dead_for.max"), calls = of("mesh.calls_to_dead"), availability = of("load.shoppers.availability");
  // Three failed checks, the resolver's minute, the client's half: sooner than a doubled lease ends. Edit and push take 20 minutes.
  EXPECT_LT(known_after(dns), 190);
  EXPECT_GT(known_after(eureka), 150);
  EXPECT_LT(known_after(eureka), 330);
  EXPECT_GT(known_after(lists), 20 * 60);
  // A look at each channel once in 90 s, and no cache.
  EXPECT_LT(known_after(eureka2), 181);
  EXPECT_GT(known_after(eureka2), 60);
  EXPECT_LT(of("eureka.fetched")(eureka2), of("eureka.fetched")(eureka) / 20);
  EXPECT_LT(of("registry.known_after.registered.max")(eureka2), of("registry.known_after.registered.p50")(eureka) / 1000);
  EXPECT_GT(calls(lists), 5 * calls(eureka));
  EXPECT_GT(availability(dns), availability(eureka));
  EXPECT_LT(availability(lists), availability(eureka) - 0.05);
  EXPECT_GT(of("load.shoppers.failed.time_out")(lists), 20 * of("load.shoppers.failed.time_out")(eureka)) << "of the restarts";
}

// One in three requests comes to the zone that is cut off: with Eureka it finds whom it has, with a majority it hears of nobody new, and
// where lists are not kept either it finds nobody from the beginning.
TEST(Registries, AZoneThatIsCutOffServesWithEurekaOfEitherKind) {
  const auto availability = [](Scenario scenario, bool keep_lists = true) {
    scenario.registry.consensus.keep_lists = keep_lists;
    return of("load.shoppers.availability")(run(scenario, {.seed = 1}));
  };
  const double eureka = availability(library_scenario("zone-partition"));
  const double lists_kept = availability(library_scenario("zone-partition-consensus"));
  const double nobody = availability(library_scenario("zone-partition-consensus"), false);
  EXPECT_GT(eureka, 0.995);
  EXPECT_GT(availability(library_scenario("zone-partition-eureka2")), 0.995);
  EXPECT_LT(lists_kept, eureka - 0.05);
  EXPECT_LT(nobody, lists_kept - 0.05);
}

constexpr const char* regions_apart = R"(streamtwin: 1
name: two-regions
regions:
  - {name: us-east-1, latitude: 38.9, longitude: -77.4, zones: 2}
  - {name: eu-west-1, latitude: 53.3, longitude: -6.3, zones: 2}
clock: {lasts: 14 min, warm_up: 1 min, window: 10 s}
services:
  zuul: {instances_per_zone: 2, cost: {median: 1 ms}, gateway: {origins: [{service: catalogue}]}}
  catalogue: {instances_per_zone: 2, cost: {median: 5 ms}, boot_time: 10 s}
registry: {eureka2: {eviction_drop: 50 %}}
fleet: {spare_machines: 1, status_check: 20 s, drain: 5 s}
load:
  shoppers: {target: catalogue, entry: edge, rate: 40 /s, timeout: 2 s}
method:
  - {at: 2 min, action: cut_network, target: us-east-1, to: eu-west-1, lasts: 10 min}
  - {at: 3 min, action: stop_instance, target: catalogue/us-east-1a/0}
  - {at: 3 min, action: stop_instance, target: catalogue/eu-west-1b/1}
)";

// Each region has a registry of its own: both go on, and hear of their own instances as quickly as ever, whatever kind it is.
TEST(Registries, RegionsThatAreCutOffFromEachOtherServeAsIfNothingWere) {
  for (const std::string kind : {"eureka", "eureka2", "consensus"}) {
    SCOPED_TRACE(kind);
    const RunResult cut = run(scenario_of(regions_apart, {"registry.kind=" + kind}), {.seed = 1});
    EXPECT_GT(of("load.shoppers.availability")(cut), 0.995);
    EXPECT_LE(of("registry.known_after.cancelled.max")(cut), 92);
    EXPECT_LE(of("registry.known_after.registered.max")(cut), 132);
    if (kind != "eureka") {
      EXPECT_EQ(of(kind == "consensus" ? "registry.expired_sessions" : "registry.lost_channels")(cut), 0) << "no server lacks another";
    }
  }
}

}  // namespace
}  // namespace streamtwin
