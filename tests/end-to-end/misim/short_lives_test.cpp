// Instances of MiSim's that come and go leave nothing behind, and what is on its way to them, or chosen by a balancer that has not
// seen them go, fails as at MiSim's.
#include <gtest/gtest.h>
#include <malloc.h>

#include "scenarios/composition/misim/part.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

constexpr int deaths = 4000;
constexpr Duration between_deaths = 2s;

class MisimShortLives : public testing::Test {
 protected:
  struct Kept {
    std::size_t instances, unburied, heap;
  };

  static Scenario scenario() {
    const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: short lives
clock: {lasts: 3 h, warm_up: 0 s, window: 1 h}
regions: [{name: misim, latitude: 0, longitude: 0, zones: 1}]
misim:
  services:
    front: {capacity: 1000, operations: {get: {demand: 1, dependencies: [{service: back, operation: get}]}}}
    back: {instances_per_zone: 2, capacity: 1000, balancer: even, operations: {get: {demand: 1}}}
load:
  users: {target: front, operation: get, timeout: 3600 s, bursts: {every: 100 ms}}
)",
                                                                                "test.yaml"));
    EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
    return loaded.value;
  }
  // The oldest dies, and another one runs at once: the number stays, which is all that `even` looks at.
  Kept after(int lives) {
    misim::Cluster& cluster = twin.parts().get<MisimPart>().cluster;
    for (; died < lives; ++died) {
      twin.run_until(at((died + 1) * between_deaths));
      EXPECT_EQ(cluster.kill("back", 1), 1);
      cluster.add("back", 1);
    }
    services::Mesh& mesh = twin.parts().mesh;
    return {mesh.service("back").instances().size(), mesh.lives.unburied(), mallinfo2().uordblks};
  }

  Twin twin{scenario(), RunPlan{}};
  int died = 0;
};

TEST_F(MisimShortLives, LeaveNothingBehind) {
  const Kept early = after(deaths / 2), late = after(deaths);
  EXPECT_EQ(late.instances, 2u);
  EXPECT_LE(late.unburied, 1u);
  EXPECT_LE(late.heap, early.heap + 100u * deaths / 2) << "the place of their slots, and that by which they are found for an hour";
}

// The third of three deaths has left the balancer with two that it knows and that do not run any more.
TEST_F(MisimShortLives, AreCalledAfterTheirDeathByTheirNumberAlone) {
  after(3);
  const workload::WorkloadMeasures& users = twin.parts().get<LoadPart>().load.all().front().measures();
  const double failed = users.failed.total();
  twin.run_until(at(3 * between_deaths + 1s));
  EXPECT_EQ(users.failed.total(), failed + 10) << "every request";
  EXPECT_EQ(twin.result().audit_errors, std::vector<std::string>{});
}

}  // namespace
}  // namespace streamtwin
