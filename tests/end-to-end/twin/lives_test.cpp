// An instance that is stopped as it should be, in a whole run: who calls it has heard of that before it closes. And lives that
// come and go leave nothing with registry, load balancers and gateways.
#include <gmock/gmock.h>

#include "scenarios/composition/parts/registry.hpp"
#include "sim-core/awaitables.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

Scenario gateways_and_api(std::vector<std::string> sets = {}) {
  return scenario_of(R"(streamtwin: 1
name: lives
regions: [{name: here, latitude: 0, longitude: 0, zones: 2}]
clock: {lasts: 400 s, warm_up: 5 s, window: 5 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, boot_time: 10 s, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 2, cores: 8, boot_time: 10 s, cost: {median: 20 ms, sigma: 0}, calls: [{service: back}]}
  back: {instances_per_zone: 2, cores: 8, boot_time: 10 s, cost: {median: 20 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 60 /s, timeout: 2 s}}
)",
                     std::move(sets), "lives.yaml");
}

std::string step(const std::string& action, const std::string& target) {
  return "method=[{at: 20 s, action: " + action + ", target: " + target + "}]";
}

class StoppedInstance : public testing::TestWithParam<const char*> {};

TEST_P(StoppedInstance, IsNotMissedByAnybody) {
  Twin twin(gateways_and_api({step("stop_instance", GetParam()), "edge.elb.health_check.healthy_threshold=2"}), {});
  twin.run_until(at(100s));
  const std::string name = GetParam();
  services::Service& service = twin.parts().mesh.service(name.substr(0, name.find('/')));
  const services::Instance* const draining = service.slot(0, 0);
  ASSERT_NE(draining, nullptr);
  EXPECT_EQ(draining->stage(), rpc::LifeStage::draining);
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
  EXPECT_EQ(kpi(result, "load.visitors.failed"), 0);
  EXPECT_EQ(kpi(result, "mesh.retries"), 0);
  EXPECT_EQ(kpi(result, "zuul.retries"), 0);
  ASSERT_NE(service.slot(0, 0), nullptr) << "and it is replaced";
  EXPECT_EQ(service.slot(0, 0)->generation, 1u);
  EXPECT_GT(service.slot(0, 0)->worked(), Duration{0});
}

INSTANTIATE_TEST_SUITE_P(Twin, StoppedInstance, testing::Values("back/herea/0", "api/herea/0", "zuul/herea/0"),
                         [](const auto& each) { return std::string(each.param).substr(0, std::string(each.param).find('/')); });

TEST(KilledInstance, IsMissed) {
  EXPECT_GT(kpi(run(gateways_and_api({step("kill_instance", "api/herea/0")})), "zuul.retries"), 0);
  EXPECT_GT(kpi(run(gateways_and_api({step("kill_instance", "back/herea/0")})), "mesh.retries"), 0);
}

TEST(StopInstance, NamesAnInstance) {
  const auto errors = [](const std::string& target) {
    return language::print(language::parse<Scenario>(language::Document::from_text(language::canonical(gateways_and_api()), "s.yaml",
                                                                                   {.overrides = {step("stop_instance", target)}}))
                               .diagnostics);
  };
  EXPECT_EQ(errors("api"), "") << "all of a service";
  EXPECT_THAT(errors("api/herea/2"), testing::HasSubstr("there are 2 in each zone"));
  EXPECT_THAT(errors("ape/herea/0"), testing::HasSubstr("api"));
}

// One of the API's instances after the other is told to stop, or dies where it stands.
Task<> come_and_go(Twin::Parts& parts, Host& machine, int number) {
  rpc::Lives& lives = parts.mesh.lives;
  for (int life = 0;; ++life) {
    rpc::Instance& self = lives.begin(parts.mesh.service("api"), machine, 0, number);
    lives.start(self, true);
    co_await delay(8s);
    if (life % 4 > 0) lives.drain(self);
    co_await delay(2s);
    lives.stop(self);
  }
}

TEST(ComingAndGoing, LeavesNothingWithTheRegistry) {
  Twin twin(gateways_and_api({"clock.lasts=3 h", "clock.window=10 min", "load.visitors.rate=1 /s", "eureka.server.self_preservation=false",
                              "eureka.client.initial_registration_delay=0 s"}),
            {});
  Scope living;
  Host& machine = twin.parts().mesh.service("api").slot(0, 0)->machine;
  for (int number = 0; number < 5; ++number) living.spawn_service("short lives", come_and_go(twin.parts(), machine, 10 + number));
  const auto sizes = [&](Duration when) {
    twin.run_until(at(when));
    return twin.parts().get<RegistryPart>().sizes();
  };
  const registry::Discovery::Sizes early = sizes(80min), late = sizes(3h);
  EXPECT_LE(late.clients, early.clients + 5);
  EXPECT_LE(late.entries, 2 * early.entries) << "of those that died, which run out";
  EXPECT_LT(late.entries, 300u) << "of 5,400 lives";
  EXPECT_GT(twin.recorder().counter("eureka.registrations").total(), 4000);
  EXPECT_LE(twin.parts().mesh.lives.entries(), 5 * 3600 / 10 + 30);
}

}  // namespace
}  // namespace streamtwin
