// When callers know that an instance has died, and what that costs, by what services find each other with.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

TEST(Registries, CallersKnowAfterMinutesOrAfterHalfAnHour) {
  const auto run = [](const std::string& name) { return over_seeds(library_scenario(name), 1).front(); };
  const RunResult eureka = run("registry-eureka"), dns = run("registry-dns"), lists = run("registry-static-lists");
  const auto known_after = of("mesh.dead_for.max"), calls = of("mesh.calls_to_dead"), availability = of("load.shoppers.availability");
  // Three failed checks, the resolver's minute, the client's half: sooner than a doubled lease ends. Edit and push take 20 minutes.
  EXPECT_LT(known_after(dns), 190);
  EXPECT_GT(known_after(eureka), 150);
  EXPECT_LT(known_after(eureka), 330);
  EXPECT_GT(known_after(lists), 20 * 60);
  EXPECT_GT(calls(lists), 5 * calls(eureka));
  EXPECT_GT(availability(dns), availability(eureka));
  EXPECT_LT(availability(lists), availability(eureka) - 0.05);
  EXPECT_GT(of("load.shoppers.failed.time_out")(lists), 20 * of("load.shoppers.failed.time_out")(eureka)) << "of the restarts";
}

// One in three requests comes to the zone that is cut off: with Eureka it finds whom it has, with a majority it hears of nobody new, and
// where lists are not kept either it finds nobody from the beginning.
TEST(Registries, AZoneThatIsCutOffServesWithEurekaAlone) {
  const auto availability = [](Scenario scenario, bool keep_lists = true) {
    scenario.registry.consensus.keep_lists = keep_lists;
    return of("load.shoppers.availability")(run(scenario, {.seed = 1}));
  };
  const double eureka = availability(library_scenario("zone-partition"));
  const double lists_kept = availability(library_scenario("zone-partition-consensus"));
  const double nobody = availability(library_scenario("zone-partition-consensus"), false);
  EXPECT_GT(eureka, 0.995);
  EXPECT_LT(lists_kept, eureka - 0.05);
  EXPECT_LT(nobody, lists_kept - 0.05);
}

}  // namespace
}  // namespace streamtwin
