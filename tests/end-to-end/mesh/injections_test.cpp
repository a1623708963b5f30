// Failures that a gateway marks the requests of some members for: who is struck, at which point, and what the platform makes of it.
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// Everybody's requests go by a gateway and a front to a service with data behind a command with a fallback.
Scenario behind_a_gateway(const std::string& step, std::vector<std::string> sets = {}) {
  if (!step.empty()) sets.push_back("method=[{at: 0 s, action: inject, " + step + "}]");
  return scenario_of(R"(streamtwin: 1
name: injections
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms}, gateway: {origins: [{service: front}]}}
  front: {instances_per_zone: 2, cores: 8, cost: {median: 1 ms}, calls: [{service: titles}]}
  titles: {instances_per_zone: 2, cores: 8, cost: {median: 1 ms}, calls: [{service: ratings, fallback: fixed_answer}],
           data: {cache: cache, store: store}}
  ratings: {instances_per_zone: 2, cores: 8, cost: {median: 2 ms}}
  cache: {instances_per_zone: 1, cache: {}}
  store: {instances_per_zone: 1, store: {}}
load:
  members: {target: front, entry: edge, rate: 100 /s, timeout: 5 s, subjects: 2000}
  inside: {target: front, rate: 20 /s, timeout: 5 s, subjects: 2000}
)",
                     std::move(sets), "injections.yaml");
}

double requests_a_second(const RunResult& result, std::string_view tier) {
  const auto found = std::find_if(result.tiers.begin(), result.tiers.end(), [&](const TierResult& one) { return one.name == tier; });
  return found->rps;
}

TEST(InjectedFailures, BefallTheChosenMembersAlone) {
  const RunResult plain = run(behind_a_gateway("")),
                  struck = run(behind_a_gateway("target: titles -> ratings, errors: 100 %, members: 20 %"));
  const double requests = kpi(struck, "load.members.offered"), inside = kpi(struck, "load.inside.offered");
  EXPECT_NEAR(kpi(struck, "fit.marked") / requests, 0.2, 0.05);
  EXPECT_NEAR(kpi(struck, "fit.injected"), kpi(struck, "fit.marked"), 2) << "each leads to one such call";
  EXPECT_NEAR(kpi(struck, "hystrix.fallbacks"), kpi(struck, "fit.injected"), 2) << "and is answered by the fallback";
  EXPECT_EQ(kpi(struck, "load.members.availability"), 1);
  const auto asked = [](const RunResult& result) { return requests_a_second(result, "ratings") * 60; };
  EXPECT_NEAR(asked(struck), requests + inside - kpi(struck, "fit.injected"), 5)
      << "nobody else is touched, and what came without a gateway";
  EXPECT_NEAR(asked(plain), requests + inside, 5);
}

TEST(InjectedFailures, OfACacheAreMissesOfTheChosenMembers) {
  const RunResult plain = run(behind_a_gateway("")), struck = run(behind_a_gateway("target: cache, errors: 100 %, members: 50 %"));
  EXPECT_EQ(kpi(struck, "load.members.availability"), 1);
  EXPECT_LT(requests_a_second(struck, "cache"), 0.75 * requests_a_second(plain, "cache"));
  EXPECT_GT(requests_a_second(struck, "store"), requests_a_second(plain, "store") + 20) << "half of a hundred a second";
}

Scenario without_a_store(const std::string& breaker) {
  return behind_a_gateway("target: titles -> store, errors: 100 %",
                          {"services.titles.data.time_to_live=1 s", "services.front.calls[0].command.circuit_breaker_enabled=" + breaker});
}

TEST(InjectedFailures, OfAStoreFailWhatTheCacheDoesNotHave) {
  const RunResult struck = run(without_a_store("false"));
  EXPECT_LT(kpi(struck, "load.members.availability"), 0.5);
  EXPECT_EQ(kpi(struck, "load.inside.availability"), 1);
}

TEST(InjectedFailures, OpenCircuitsThatOthersCallsGoThroughToo) {
  EXPECT_LT(kpi(run(without_a_store("true")), "load.inside.availability"), 0.5) << "why experiments have clusters of their own";
}

TEST(InjectedFailures, MakeCallsSlowWhereTheyAreDelayed) {
  const RunResult struck = run(behind_a_gateway("target: ratings, latency: 200 ms, deviation: 50 ms, point: client"));
  EXPECT_GT(kpi(struck, "load.members.latency.p50"), 0.15);
  EXPECT_LT(kpi(struck, "load.inside.latency.p99"), 0.15);
}

TEST(InjectedFailures, EndWithTheirStep) {
  const RunResult struck = run(behind_a_gateway("target: titles -> ratings, errors: 100 %, lasts: 30 s"));
  EXPECT_NEAR(kpi(struck, "fit.marked") / kpi(struck, "load.members.offered"), 0.5, 0.05);
}

}  // namespace
}  // namespace streamtwin
