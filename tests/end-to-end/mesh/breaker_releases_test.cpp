// Which release of Hystrix has the circuit breaker decides how often a dependency that fails is asked.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

RunResult caller_of(const std::string& dependency, const std::string& command, const std::string& release) {
  return run(scenario_of(R"(streamtwin: 1
name: releases
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 61 s, warm_up: 0 s, window: 1 s}
services:
  web:
    instances_per_zone: 1
    cores: 50
    cost: {median: 10 us, sigma: 0}
    calls:
      - service: dependency
        fallback: fixed_answer
        pool: {core_size: 60}
        command: {)" + command +
                             release +
                             R"(}
        client: {retries_next_server: 0, read_timeout: 60 s}
  dependency: {instances_per_zone: 1, cores: 1000, cost: {sigma: 0, median: )" +
                             dependency + R"(}}
load:
  visitors: {target: web, rate: 40 /s, spacing: even, timeout: 5 s}
method: [{at: 0 s, action: add_errors, target: dependency, errors: 60 %}]
)",
                         {}, "releases.yaml"));
}

// Forty calls a second time out from 1 s on until the circuit opens at 1.5 s, when sixty have been made at most.
TEST(BreakerReleases, ProbeAHungDependencyPerWindowOrPerWindowAndTimeOut) {
  const auto probes = [](const std::string& release) {
    const RunResult result =
        caller_of("8 min", "timeout: 1 s, sleep_window: 3 s, request_volume_threshold: 10, honours_interrupt: true", release);
    return kpi(result, "hystrix.timeouts") - 59;
  };
  EXPECT_NEAR(probes(""), 60 / 3.0, 2) << "the last release is the default";
  EXPECT_EQ(probes(", circuit_breaker: hystrix_1_5_18"), probes(""));
  EXPECT_NEAR(probes(", circuit_breaker: hystrix_1_5_12"), 60 / 4.0, 2);
}

TEST(BreakerReleases, ALateSuccessClosesTheCircuitOfTheLastOnly) {
  const auto share_short_circuited = [](const std::string& release) {
    const RunResult result = caller_of("1 s", "timeout_enabled: false, sleep_window: 15 s", release);
    return kpi(result, "hystrix.short_circuited") / kpi(result, "load.visitors.offered");
  };
  EXPECT_LT(share_short_circuited(", circuit_breaker: hystrix_1_5_18"), 0.2);
  EXPECT_GT(share_short_circuited(", circuit_breaker: hystrix_1_5_12"), 0.8);
}

}  // namespace
}  // namespace streamtwin
