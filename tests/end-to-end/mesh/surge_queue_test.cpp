// The surge queue of a load balancer's node whose targets are all gone: it holds who still waits, and nobody else.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

// The one gateway dies at 10 s, and the balancer knows it at 20 s at the latest. 50 visitors come every second.
Scenario dead_zone(std::vector<std::string> sets = {}) {
  return scenario_of(R"(streamtwin: 1
name: surge
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 80 s, warm_up: 0 s, window: 5 s}
edge: {elb: {health_check: {interval: 5 s, timeout: 2 s, healthy_threshold: 2}}}
services:
  zuul: {instances_per_zone: 1, cores: 4, boot_time: 10 min, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 4, cost: {median: 1 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 50 /s, timeout: 3 s}}
method: [{at: 10 s, action: kill_instance, target: zuul/herea/0}]
)",
                     std::move(sets), "surge.yaml");
}

TEST(SurgeQueue, ForgetsWhoHasGivenUp) {
  const RunResult result = run(dead_zone());
  const double failed = kpi(result, "load.visitors.failed");
  EXPECT_GT(failed, 3 * 1024) << "many more than the queue has places";
  EXPECT_EQ(kpi(result, "load.visitors.timeouts"), failed) << "nobody is turned away: at most some 150 wait at a time";
  EXPECT_EQ(kpi(result, "elb.spilled"), 0);
  EXPECT_EQ(kpi(result, "elb.idle_timeouts"), 0);
}

TEST(SurgeQueue, AnswersAtOnceOnlyWhoFindsItFull) {
  const RunResult result = run(dead_zone({"edge.elb.surge_queue=50"}));
  const double spilled = kpi(result, "elb.spilled"), waited = kpi(result, "load.visitors.timeouts");
  EXPECT_NEAR(waited, 50.0 / 3 * 60 + 10 * 50, 250) << "a place is free every 60 ms";
  EXPECT_EQ(kpi(result, "load.visitors.failed"), waited + spilled);
}

// 100 wait at a time when each of them is sent away after two seconds.
TEST(SurgeQueue, AnIdleTimeOutFreesAPlaceAndIsNoSpillover) {
  const std::vector<std::string> idle{"load.visitors.timeout=30 s", "edge.elb.idle_timeout=2 s", "edge.elb.surge_queue=160"};
  const RunResult result = run(dead_zone(idle));
  EXPECT_EQ(kpi(result, "elb.spilled"), 0);
  EXPECT_EQ(kpi(result, "load.visitors.timeouts"), 0);
  EXPECT_EQ(kpi(result, "elb.idle_timeouts"), kpi(result, "load.visitors.failed"));
  EXPECT_GT(kpi(result, "elb.idle_timeouts"), 3000);
}

// An application load balancer has none: without a healthy target it sends to all of them, dead as they are.
TEST(SurgeQueue, IsNotThereInAnApplicationLoadBalancer) {
  const std::vector<std::string> no_queue{"load.visitors.timeout=30 s", "edge.elb.idle_timeout=2 s", "edge.elb.surge_queue=0"};
  EXPECT_GT(kpi(run(dead_zone(no_queue)), "elb.spilled"), 2500);
  std::vector<std::string> application = no_queue;
  application.push_back("edge.balancer=application");
  const RunResult result = run(dead_zone(application));
  EXPECT_EQ(kpi(result, "elb.spilled"), 0);
  EXPECT_EQ(kpi(result, "elb.idle_timeouts"), kpi(result, "load.visitors.failed"));
  EXPECT_GT(kpi(result, "elb.idle_timeouts"), 3000);
}

TEST(SurgeQueue, IsServedWhenAGatewayComesIntoService) {
  const RunResult result =
      run(dead_zone({"services.zuul.boot_time=2 s", "load.visitors.timeout=75 s", "fleet.status_check=1 s", "clock.lasts=150 s",
                     "edge.connections.max_connections_per_host=-1", "edge.origin.concurrency_protection=false",
                     "services.zuul.queue_limit=10000", "services.api.queue_limit=10000"}));
  EXPECT_EQ(kpi(result, "load.visitors.failed"), kpi(result, "elb.idle_timeouts"));
  EXPECT_NEAR(kpi(result, "elb.idle_timeouts"), 50 * 10, 120) << "what the balancer sent to the dead machine before it knew";
  EXPECT_GT(kpi(result, "load.visitors.latency.p99"), 5) << "some have waited, and are answered";
}

}  // namespace
}  // namespace streamtwin
