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

}  // namespace
}  // namespace streamtwin
