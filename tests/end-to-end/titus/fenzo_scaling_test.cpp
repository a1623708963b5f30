// Agents that follow the load as Fenzo's own autoscaler has it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string scaled_stack = R"(
streamtwin: 1
name: scaled-stack
clock: {weekday: wednesday, starts: 17 h, lasts: 60 min, warm_up: 1 min, window: 30 s}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
fleet: {status_check: 10 s, launch: {api: 100 ms, pending: 5 s}}
titus:
  main:
    agents:
      critical: {tier: critical, type: m4.4xlarge, min: 2, desired: 4, max: 12, boot: 10 s, registration: 2 s}
    images:
      api: {size: 150 MB}
    capacity: {groups: {api: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 0}}}
    scheduler: {lease_expiry: 2 h}
    scaling: {by: fenzo, fenzo: {min_idle: 1, max_idle: 2, cool_down: 60 s}}
    services:
      api: {capacity_group: api, desired: 6, container: {cpus: 4, memory: 4 GB, disk: 20 GB, image: api}}
)";

RunResult run_scaled(std::vector<std::string> sets = {}) { return run(scenario_of(scaled_stack, std::move(sets))); }
double scaled_kpi(const RunResult& result, const std::string& name) { return kpi(result, "titus.main." + name); }
const std::vector<double>& scaled_series(const RunResult& result, const std::string& name) {
  return find_series(result, "titus.main." + name).values;
}

const std::string grow = "method=[{at: 10 min, action: set_containers, target: main/api, instances: 24}]";

// One container on each agent, as Critical is spread: nobody is idle, so that there have to be two more.
TEST(FenzoScaling, KeepsIdleAgents) {
  const RunResult result = run_scaled();
  EXPECT_EQ(scaled_series(result, "agents.started").back(), 6);
  EXPECT_EQ(scaled_kpi(result, "agents.launched"), 2);
  EXPECT_EQ(scaled_kpi(result, "agents.terminated"), 0);
}

TEST(FenzoScaling, LaunchesForTasksWithoutAPlace) {
  const RunResult result = run_scaled({grow});
  EXPECT_EQ(scaled_series(result, "critical.running").back(), 24);
  EXPECT_LE(*std::max_element(scaled_series(result, "agents.started").begin(), scaled_series(result, "agents.started").end()), 12);
}

TEST(FenzoScaling, GivesUpWhatIsIdle) {
  const RunResult result = run_scaled({"titus.main.agents.critical.desired=12"});
  EXPECT_GT(scaled_kpi(result, "agents.terminated"), 0);
  EXPECT_EQ(scaled_series(result, "critical.running").back(), 6) << "nobody loses its agent";
  const RunResult none = run_scaled({"titus.main.agents.critical={min: 12, desired: 12}", "titus.main.capacity.guarantee=false"});
  EXPECT_EQ(scaled_kpi(none, "agents.terminated"), 0) << "not below `min`";
}

// An agent whose offer has run out is idle to nobody until it is offered again.
TEST(FenzoScaling, OffersThatRunOutLookLikeALack) {
  const std::vector<std::string> flaps{"titus.main.scheduler.lease_expiry=90 s"};
  std::vector<std::string> waits = flaps;
  waits.emplace_back("titus.main.scaling.fenzo.up_delay=10 s");
  EXPECT_GE(scaled_kpi(run_scaled(flaps), "agents.launched"), scaled_kpi(run_scaled(), "agents.launched") + 2);
  EXPECT_LE(scaled_kpi(run_scaled(waits), "agents.launched"), scaled_kpi(run_scaled(), "agents.launched"));
}

TEST(FenzoScaling, NeedsFenzosIterations) {
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text(scaled_stack, "scenario.yaml", {.overrides = {"titus.main.scheduler.placement=ecs"}}));
  EXPECT_NE(language::print(loaded.diagnostics).find("it is ECS that places containers"), std::string::npos);
}

}  // namespace
}  // namespace streamtwin
