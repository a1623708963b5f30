// Services of the mesh in containers: what happens to an agent reaches callers through everything in between.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string services = R"(
streamtwin: 1
name: hosted
clock: {weekday: wednesday, starts: 17 h, lasts: 8 min, warm_up: 1 min, window: 5 s}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 3}
fleet: {status_check: 10 s, launch: {api: 100 ms, pending: 5 s}}
services:
  web:
    instances_per_zone: 2
    cores: 2
    cost: {median: 2 ms}
    calls: [{service: api, client: {connect_timeout: 100 ms, read_timeout: 300 ms}, command: {timeout: 1 s}}]
  api: {instances_per_zone: 3, cores: 4, boot_time: 20 s, cost: {median: 20 ms}}
load:
  pages: {target: web, rate: 200 /s, timeout: 2 s}
)";

const std::string in_containers = services + R"(
titus:
  main:
    agents:
      critical: {tier: critical, type: m4.4xlarge, min: 3, desired: 3, max: 9, boot: 10 s, registration: 2 s}
    capacity:
      groups:
        api: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 9}
    images:
      api: {size: 150 MB}
    scaling: {critical: {primary_type: m4.4xlarge}, flex: {primary_type: m4.4xlarge}}
    services:
      api: {capacity_group: api, container: {cpus: 4, memory: 4 GB, disk: 20 GB, image: api}}
)";

RunResult run_hosted(std::vector<std::string> sets = {}) {
  sets.emplace_back("services.api.runs_on=titus");
  return run(scenario_of(in_containers, std::move(sets)));
}

const std::vector<double>& running(const RunResult& result) { return find_series(result, "titus.main.critical.running").values; }

TEST(HostedService, ServesItsCallersAsOnMachinesOfItsOwn) {
  const RunResult machines = run(scenario_of(services)), containers = run_hosted();
  EXPECT_EQ(kpi(containers, "load.pages.availability"), 1);
  EXPECT_NEAR(kpi(containers, "load.pages.latency.p50") / kpi(machines, "load.pages.latency.p50"), 1, 0.03);
  EXPECT_NEAR(kpi(containers, "load.pages.latency.p99") / kpi(machines, "load.pages.latency.p99"), 1, 0.05);
  EXPECT_EQ(*std::min_element(running(containers).begin(), running(containers).end()), 9) << "there from the beginning";
}

TEST(HostedService, AContainerThatIsToldToEndDrains) {
  const RunResult result = run_hosted({"method=[{at: 1 min, action: stop_instance, target: api/homea/0}]"});
  EXPECT_EQ(kpi(result, "load.pages.failed"), 0);
  EXPECT_EQ(kpi(result, "mesh.calls_to_dead"), 0) << "lists have forgotten it by the time that it closes";
  EXPECT_EQ(kpi(result, "titus.main.containers.killed"), 1);
  EXPECT_EQ(running(result).back(), 9);

  const RunResult at_once = run_hosted({"method=[{at: 1 min, action: stop_instance, target: api/homea/0}]",  //
                                        "titus.main.services.api.drain=0 s"});
  EXPECT_GT(kpi(at_once, "mesh.calls_to_dead"), 0);
}

// Its callers are told so at once, and the job's retry policy puts another one in its place.
TEST(HostedService, AContainerWhoseProcessIsKilledIsReplaced) {
  const RunResult result = run_hosted({"method=[{at: 1 min, action: crash_instance, target: api/homea/0}]"});
  EXPECT_EQ(kpi(result, "load.pages.failed.time_out"), 0);
  EXPECT_GT(kpi(result, "mesh.calls_to_dead"), 0) << "it has told nobody that it goes";
  EXPECT_EQ(kpi(result, "titus.main.containers.killed"), 0);
  EXPECT_LT(*std::min_element(running(result).begin(), running(result).end()), 9);
  EXPECT_EQ(running(result).back(), 9);
}

// Mesos needs 75 s to call an agent lost; the instances that were on it are missed at once.
TEST(HostedService, AnAgentTakesItsInstancesWithIt) {
  const RunResult result = run_hosted({"method=[{at: 1 min, action: kill_agents, target: main/critical, instances: 1}]"});
  EXPECT_GT(kpi(result, "mesh.calls_to_dead"), 0);
  EXPECT_GT(kpi(result, "load.pages.failed") + kpi(result, "mesh.retries"), 0);
  EXPECT_GT(kpi(result, "titus.main.containers.lost"), 0);
  const std::vector<double>& over_time = running(result);
  EXPECT_LT(*std::min_element(over_time.begin(), over_time.end()), 9);
  EXPECT_EQ(over_time.back(), 9) << "replaced on agents that are there, and on a new one";
}

TEST(HostedService, AllAgentsOfAGroupMayBeLost) {
  const RunResult result = run_hosted({"method=[{at: 1 min, action: kill_agents, target: main/critical, lasts: 1 min}]"});
  EXPECT_LT(kpi(result, "load.pages.availability"), 0.9);
  EXPECT_EQ(running(result).back(), 9) << "on new agents";
  const std::vector<double>& evicted = find_series(result, "eureka.evictions").values;
  EXPECT_EQ(*std::max_element(evicted.begin(), evicted.end()), 0) << "most of all leases ran out at once: self-preservation";
  EXPECT_LT(find_series(result, "load.pages.failed").values.back(), 2) << "the dead stay in the lists, and refuse";
}

// Application Auto Scaling sets the size of the job; the master does the rest, within what the service's processes allow.
TEST(HostedService, ScalesWithItsLoad) {
  const std::string scaling = "services.api.scaling={min: 9, max: 20, target_tracking: {cpu: 30 %}}";
  const std::string more = "method=[{at: 2 min, action: set_load, load: 4}]";
  const RunResult result = run_hosted({scaling, more, "clock.lasts=12 min"});
  EXPECT_GT(kpi(result, "services.api.instances_max"), 9);
  EXPECT_EQ(kpi(result, "services.api.instances_max"), running(result).back()) << "each is a container";
  EXPECT_EQ(kpi(result, "scaling.launched"), running(result).back() - 9);

  const RunResult forbidden = run_hosted({scaling, more, "clock.lasts=12 min", "titus.main.services.api.increase_desired_disabled=true"});
  EXPECT_EQ(running(forbidden).back(), 9);
  EXPECT_EQ(kpi(forbidden, "scaling.launched"), 0);
  EXPECT_GT(kpi(forbidden, "scaling.refused"), 0);
}

// Nine instances of four processors on one agent of sixteen: what a request computes takes more than twice as long.
TEST(HostedService, FeelsThatItsAgentIsOvercommitted) {
  const RunResult roomy = run_hosted();
  const RunResult tight = run_hosted({"titus.main.agents.critical={min: 1, desired: 1, max: 1, cpu_overcommit: 3}"});
  EXPECT_EQ(running(tight).back(), 9);
  EXPECT_NEAR(kpi(tight, "titus.main.agents.processors_lacking"), 1 - 16.0 / 36, 0.01);
  const double own = 0.002 + 0.001, slowed = 36.0 / 16;
  EXPECT_NEAR((kpi(tight, "load.pages.latency.p50") - own) / (kpi(roomy, "load.pages.latency.p50") - own), slowed, 0.25);
}

std::string problems_of(const std::string& text, std::vector<std::string> sets) {
  return language::print(
      language::parse<Scenario>(language::Document::from_text(text, "scenario.yaml", {.overrides = std::move(sets)})).diagnostics);
}

// Application Auto Scaling takes nothing away for five minutes after it has.
TEST(HostedService, CoolsDownAfterItHasBecomeSmaller) {
  const auto times = [](const std::string& cool_down) {
    const RunResult result = run_hosted({"services.api.scaling={min: 2, max: 20, scale_in_cool_down: " + cool_down +
                                             ", step_policies: [{below: 90 %, periods: 1, steps: [{by: -1}]}]}",
                                         "load.pages.rate=20 /s", "clock.lasts=16 min"});
    std::vector<double> smaller;
    for (const TimelineEvent& event : result.timeline) {
      if (event.kind == "scaling") smaller.push_back(in_seconds(event.time.time_since_epoch()));
    }
    return smaller;
  };
  const std::vector<double> slowly = times("300 s"), at_once = times("0 s");
  ASSERT_GE(slowly.size(), 3u);
  for (std::size_t i = 1; i < slowly.size(); ++i) EXPECT_GE(slowly[i] - slowly[i - 1], 300);
  EXPECT_GT(at_once.size(), slowly.size());
}

TEST(HostedService, IsSaidOnceAndWholly) {
  const auto with = [](std::vector<std::string> sets) {
    sets.emplace_back("services.api.runs_on=titus");
    return problems_of(in_containers, std::move(sets));
  };
  const auto contains = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  EXPECT_PRED2(contains, problems_of(services, {"services.api.runs_on=titus"}), "no stack in home has a service job `api`");
  EXPECT_PRED2(contains, with({"titus.main.services.api.desired=9"}), "leave this out");
  EXPECT_EQ(with({"titus.main.services.api.constraints={hard: {unique_host: true}}"}), "") << "nine agents are there";
  EXPECT_PRED2(contains,
               with({"titus.main.services.api.constraints={hard: {unique_host: true}}",
                     "services.api.scaling={min: 9, max: 40, target_tracking: {cpu: 30 %}}"}),
               "40 containers need an agent each");
  EXPECT_PRED2(contains, with({"services.api.cores=2"}), "an instance of api has 2 cores");
  EXPECT_PRED2(contains, with({"services.api.instance_type=m5.xlarge"}), "leave this out");
  EXPECT_PRED2(contains, with({"services.api.scaling={min: 9, max: 9, warm_pool: {}}"}), "only groups of EC2 have warm pools");
  EXPECT_PRED2(contains, with({"services.api.scaling={min: 9, max: 9, termination: oldest_instance}"}), "leave this out");
  EXPECT_PRED2(contains, with({"services.api.cache={}"}), "runs on machines of its own");
  EXPECT_PRED2(contains, with({"method=[{at: 1 min, action: kill_instance, target: api-0/homea}]"}), "not the name of a machine");
  EXPECT_PRED2(contains, problems_of(in_containers, {}), "expected `desired`");
}

}  // namespace
}  // namespace streamtwin
