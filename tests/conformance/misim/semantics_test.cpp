// What MiSim's sources say of a request's life, computed by hand: CPU, InternalRequest, NetworkRequestSendEvent,
// NetworkRequestTimeoutEvent, MicroserviceInstance, Retry, CircuitBreaker, ChaosMonkeyEvent, SummonerMonkeyEvent and
// DelayInjection of Cambio-Project/MiSim at b6950391.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

// N(1.6 ms, 0.6 ms) cut off at 0.
constexpr double message = 1.60687e-3;

class Misim : public testing::Test {
 protected:
  /// `front` calls `back`; more of both, the load and the method by the test.
  void run(const std::string& front, const std::string& back, const std::string& load, const std::string& rest = "", double lasts = 60) {
    const std::string text = fmt::format(R"(streamtwin: 1
name: test
clock: {{lasts: {} s, warm_up: 0 s, window: 1 s}}
regions: [{{name: misim, latitude: 0, longitude: 0, zones: 1}}]
misim:
  services:
    front: {{{}}}
    back: {{{}}}
load:
  users: {{target: front, operation: get, timeout: 3600 s, bursts: {{{}}}}}
{})",
                                         lasts, front, back, load, rest);
    const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "test.yaml"));
    ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
    twin_.emplace(loaded.value, RunPlan{});
    twin_->run_until(twin_->end());
    EXPECT_EQ(twin_->result().audit_errors, std::vector<std::string>{});
  }
  const workload::WorkloadMeasures& users() { return twin_->parts().get<LoadPart>().load.all().front().measures(); }
  LogHistogram latency() { return users().latency.measured(); }
  services::Service& service(const std::string& name) { return twin_->parts().mesh.service(name); }
  services::MeshMeasures& mesh() { return twin_->parts().mesh.measures; }

  const std::string calling = "capacity: 1000, operations: {get: {demand: 1, dependencies: [{service: back, operation: get}]}}";
  const std::string answering = "capacity: 1000, operations: {get: {demand: 1}}";
  std::optional<Twin> twin_;
};

// 100 of demand on a thread of 250 a second; the fifth waits for a thread. Users wait for no message.
TEST_F(Misim, WorksOnFourThreadsFirstComeFirstServed) {
  run("capacity: 1000, operations: {get: {demand: 100}}", answering, "every: 1000 s, sizes: [5]");
  EXPECT_EQ(latency().count(), 5u);
  EXPECT_DOUBLE_EQ(latency().min(), 0.4);
  EXPECT_DOUBLE_EQ(latency().max(), 0.8);
  EXPECT_NEAR(latency().mean(), 0.48, 1e-9);
}

// Two messages, 4 ms at the callee, then 4 ms at the caller: it works when all calls have been answered.
TEST_F(Misim, CallsFirstAndWorksThen) {
  run(calling, answering, "every: 100 ms", "", 600);
  EXPECT_NEAR(latency().mean(), 2 * message + 8e-3, 4e-5);
  EXPECT_GT(latency().min(), 8e-3);
  EXPECT_NEAR(service("back").measures.latency.measured().mean(), 4e-3, 1e-9);
}

TEST_F(Misim, MakesAllCallsOfARequestTogether) {
  run("capacity: 1000, operations: {get: {demand: 0, dependencies: [{service: back, operation: slow}, {service: back, operation: slow}, {service: back, operation: fast}]}}",
      "capacity: 1000, operations: {slow: {demand: 250}, fast: {demand: 1}}", "every: 10 s");
  EXPECT_NEAR(latency().mean(), 1 + 2 * message, 2e-3);
}

TEST_F(Misim, TakesOverACustomDelayAndAddsAnInjectedOne) {
  run("capacity: 1000, operations: {get: {dependencies: [{service: back, operation: get, custom_delay: {mean: 200 ms}}]}}", answering,
      "every: 1 s", "method: [{at: 30 s, action: delay_calls, target: front, latency: 1 s, lasts: 15 s}]");
  EXPECT_NEAR(latency().min(), 0.204 + 1e-3, 2e-3);
  EXPECT_NEAR(latency().max(), 1.204 + 2e-3, 2e-3);
  EXPECT_EQ(latency().count_above(1), 15);
}

TEST_F(Misim, GivesUpACallAfterEightSeconds) {
  run(calling, "capacity: 4, operations: {get: {demand: 9}}", "every: 1000 s");
  EXPECT_EQ(users().failed.total(), 1);
  EXPECT_EQ(mesh().timeouts.total(), 1);
  EXPECT_NEAR(service("front").measures.latency.measured().mean(), 8, 1e-6);
}

// The late answer of the first try takes the call off the list; the second one's answer finds none.
TEST_F(Misim, LosesTheAnswerToATryWhoseForerunnerAnsweredLate) {
  run(calling + ", retry: {strategy: exponential}", "capacity: 4, operations: {get: {demand: 9}}", "every: 1000 s");
  EXPECT_EQ(users().answered.total() + users().failed.total(), 0);
  EXPECT_EQ(mesh().late_answers.total(), 5);
}

// Every try fails one message after it was sent; in between 10, 30, 90 and 270 ms.
TEST_F(Misim, TriesAgainUntilItHasTriedFiveTimes) {
  run(calling + ", retry: {strategy: exponential}", answering, "every: 1 s", "method: [{at: 0 s, action: kill_instances, target: back}]",
      499.9);
  EXPECT_EQ(users().failed.total(), 500);
  EXPECT_EQ(mesh().hops.total(), 2500);
  EXPECT_EQ(mesh().retries.total(), 2000);
  EXPECT_NEAR(service("front").measures.latency.measured().mean(), 0.4 + 5 * message, 1e-4);
}

TEST_F(Misim, TellsCallersOfADeathAtOnce) {
  run(calling, "capacity: 4, operations: {get: {demand: 5}}", "every: 1000 s", "method: [{at: 2 s, action: kill_instances, target: back}]");
  EXPECT_EQ(users().failed.total(), 1);
  EXPECT_NEAR(service("front").measures.latency.measured().mean(), 2, 1e-6);
}

TEST_F(Misim, UsersFailWithTheInstanceThatServesThem) {
  run("capacity: 4, operations: {get: {demand: 5}}", answering, "every: 1000 s, sizes: [3]",
      "method: [{at: 2 s, action: kill_instances, target: front}]");
  EXPECT_EQ(users().failed.total(), 3);
}

TEST_F(Misim, KillsTheOldestAndStartsNewOnesAtOnce) {
  run(calling, answering, "every: 1 s",
      "method: [{at: 9.5 s, action: kill_instances, target: back, instances: 1}, {at: 19.5 s, action: start_instances, target: back, instances: 2}]");
  EXPECT_EQ(users().failed.total(), 10);
  EXPECT_EQ(service("back").instances().size(), 2u) << "who has died is gone";
  EXPECT_EQ(service("back").instances().front().number, 1);
  EXPECT_TRUE(service("back").instances().front().alive());
  EXPECT_TRUE(service("back").instances().back().alive());
}

// Five failures open the circuit. Every 500 ms from then on it lets one call through, which fails.
TEST_F(Misim, OpensItsCircuitAndTriesEveryHalfSecond) {
  run(calling + ", circuit_breaker: {error_threshold: 0.5}", answering, "every: 100 ms",
      "method: [{at: 0 s, action: kill_instances, target: back}]", 9.95);
  EXPECT_EQ(users().failed.total(), 100);
  EXPECT_NEAR(mesh().hops.total(), 5 + 95 / 6.0, 2);
  EXPECT_EQ(mesh().hops.total() + mesh().short_circuited.total(), 100);
}

TEST_F(Misim, SendsWhatIsOverTheVolumeAndFailsItNevertheless) {
  run(calling + ", circuit_breaker: {request_volume_threshold: 2}", "capacity: 1000, operations: {get: {demand: 250}}",
      "every: 1000 s, sizes: [3]");
  EXPECT_EQ(users().failed.total(), 1);
  EXPECT_EQ(users().answered.total(), 2);
  EXPECT_EQ(service("back").measures.requests.total(), 3);
}

// 40 seconds of work came 0.1 s ago; on 4 threads (40 - 0.4) / 4 = 9.9 s are left: ceil(1 * 9.9 / 0.79) = 13 instances.
TEST_F(Misim, AddsInstancesByTheWorkThatWaits) {
  run("capacity: 4, operations: {get: {demand: 1}}, autoscaler: {hold_time: 1000 s}", answering,
      "every: 1000 s, starts: 900 ms, sizes: [40]");
  EXPECT_EQ(service("front").instances().size(), 13u);
  EXPECT_EQ(users().answered.total(), 40);
}

// When the work is done they go, but for one. What waits for an answer in one of them waits for ever.
TEST_F(Misim, AnInstanceThatShutsDownTakesNoAnswers) {
  run("capacity: 4, operations: {get: {demand: 0, dependencies: [{service: back, operation: get}]}}, balancer: even, autoscaler: {lower_bound: 1, hold_time: 0.5 s}",
      "capacity: 1000, operations: {get: {demand: 500}}", "every: 1000 s, sizes: [4]",
      "method: [{at: 0 s, action: start_instances, target: front, instances: 1}]");
  EXPECT_EQ(users().answered.total() + users().failed.total(), 2);
}

}  // namespace
}  // namespace streamtwin
