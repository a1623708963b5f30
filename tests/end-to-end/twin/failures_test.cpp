// Why requests failed, and how often calls between services were tried again: the figures of a run add up, and the warning
// that multiplies tries says what the run makes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/services/failures.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

double sum_of_causes(const RunResult& result, const std::string& prefix) {
  double sum = 0;
  for (const services::CauseName& cause : services::cause_names) sum += kpi(result, fmt::format("{}.{}", prefix, cause.name));
  return sum;
}

/// Two regions, whose back-end fails as the test says, behind a front with `call`.
Scenario platform_with(const std::string& call, const std::string& back, const std::string& rest) {
  return scenario_of(R"(streamtwin: 1
name: failures
regions: [{name: east, latitude: 0, longitude: 0, zones: 1}, {name: west, latitude: 0, longitude: 9, zones: 1}]
clock: {lasts: 20 s, warm_up: 2 s, window: 2 s}
services:
  front: {instances_per_zone: 1, cores: 50, cost: {median: 1 ms, sigma: 0}, calls: [{service: back, )" +
                     call + "}]}\n  back: {instances_per_zone: 1, " + back +
                     "}\nload: {users: {target: front, rate: 40 /s, timeout: 3 s, regions: {east: 1, west: 3}}}\n" + rest);
}

const std::string no_breaker = "circuit_breaker_enabled: false";
const std::string errors = "method: [{at: 0 s, action: add_errors, target: back, errors: 60 %}]\n";
const std::string fast = "cores: 50, cost: {median: 1 ms, sigma: 0}", slow = "cores: 500, cost: {median: 8 s, sigma: 0}";
const std::string full = "cores: 1, queue_limit: 0, cost: {median: 300 ms, sigma: 0}";

struct Failing {
  std::string cause, call, back, rest;
};

class Failures : public testing::TestWithParam<Failing> {};

TEST_P(Failures, HaveCausesThatAddUpToAllOfThem) {
  const RunResult result = run(platform_with(GetParam().call, GetParam().back, GetParam().rest));
  const double failed = kpi(result, "load.users.failed");
  EXPECT_GT(failed, 0);
  EXPECT_EQ(sum_of_causes(result, "load.users.failed"), failed);
  EXPECT_EQ(kpi(result, "regions.east.failed") + kpi(result, "regions.west.failed"), failed);
  EXPECT_EQ(sum_of_causes(result, "regions.east.failed"), kpi(result, "regions.east.failed"));
  EXPECT_GT(kpi(result, "regions.west.failed"), kpi(result, "regions.east.failed"));
  EXPECT_GT(kpi(result, "load.users.failed." + GetParam().cause), failed * 0.3);
  EXPECT_GT(kpi(result, "load.users.failed.latency.p99"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Failures,
    testing::Values(
        Failing{"error", "command: {" + no_breaker + "}", fast, errors},  //
        Failing{"short_circuit", "command: {}", fast, errors},
        Failing{"time_out", "command: {" + no_breaker + "}, pool: {core_size: 5000}", slow, ""},
        Failing{"pool", "command: {" + no_breaker + "}, pool: {core_size: 2}", slow, ""},
        Failing{"fallback_rejected", "fallback: fixed_answer, command: {" + no_breaker + ", fallback_semaphore: 0}", fast, errors},
        Failing{"overload", "command: {" + no_breaker + "}", full, ""},
        Failing{"unreachable",
                "command: {" + no_breaker +
                    ", timeout: 2 s}, client: {connect_timeout: 10 ms, read_timeout: 1 s}, balancer: {connection_failure_threshold: "
                    "1000000}",
                fast,
                "fleet: {spare_machines: 0}\nmethod: [{at: 0 s, action: kill_instance, target: back/easta/0},"
                " {at: 0 s, action: kill_instance, target: back/westa/0}]\n"}),
    [](const auto& failing) { return failing.param.cause; });

TEST(Retries, AreCountedByServiceAndRegion) {
  const RunResult result = run(
      platform_with("command: {" + no_breaker + "}, client: {retry_on: {errors: true}, retry_throttle: {enabled: true}}", fast, errors));
  EXPECT_GT(kpi(result, "mesh.retries"), 0);
  EXPECT_GT(kpi(result, "mesh.retries_refused"), 0);
  for (const std::string what : {"retries", "retries_refused"}) {
    EXPECT_EQ(kpi(result, "services.back." + what), kpi(result, "mesh." + what));
    EXPECT_EQ(kpi(result, "regions.east." + what) + kpi(result, "regions.west." + what), kpi(result, "mesh." + what));
  }
}

/// Three layers with two tries each, before a store that never answers.
std::string layers(const std::string& command, const std::string& client, const std::string& load) {
  const std::string call = "command: {isolation: semaphore, execution_semaphore: 100000, " + no_breaker + ", " + command +
                           "}, balancer: {connection_failure_threshold: 1000000}";
  const std::string layer = "instances_per_zone: 1, cores: 500, cost: {median: 1 us, sigma: 0}, calls: [{";
  return "streamtwin: 1\nname: layers\nregions: [{name: here, latitude: 0, longitude: 0, zones: 1}]\n"
         "clock: {lasts: 66 s, warm_up: 30 s, window: 2 s}\nservices:\n"
         "  a: {" +
         layer + "service: b, " + call + ", client: {retries_next_server: 2, read_timeout: 20 s" + client +
         "}}]}\n"
         "  b: {" +
         layer + "service: c, " + call + ", client: {retries_next_server: 2, read_timeout: 5 s" + client +
         "}}]}\n"
         "  c: {" +
         layer + "service: store, " + call + ", client: {retries_next_server: 2, read_timeout: 50 ms" + client +
         "}}]}\n"
         "  store: {instances_per_zone: 1, cores: 1000, cost: {median: 10 min, sigma: 0}}\n"
         "load: {users: {target: a, rate: 0.1 /s, spacing: even, timeout: 60 s" +
         load + "}}\n";
}

double total_of(const RunResult& result, const std::string& name) {
  for (const SeriesResult& series : result.series) {
    if (series.name != name) continue;
    double sum = 0;
    for (const double value : series.values) sum += value;
    return sum;
  }
  ADD_FAILURE() << name;
  return 0;
}

class WarnedTries : public testing::TestWithParam<std::pair<int, std::string>> {};

TEST_P(WarnedTries, AreThoseThatTheRunMakes) {
  const auto& [tries, text] = GetParam();
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "layers.yaml"));
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  std::string warned;
  for (const language::Diagnostic& warning : loaded.warnings) warned += to_string(warning) + "\n";
  EXPECT_EQ(warned.find(fmt::format("becomes {} tries there", tries)) != std::string::npos, tries > 16) << warned;
  const RunResult result = run(loaded.value);
  EXPECT_NEAR(total_of(result, "service.store.rps") / total_of(result, "load.users.offered"), tries, tries * 0.02);
}

INSTANTIATE_TEST_SUITE_P(Of, WarnedTries,
                         testing::Values(std::pair{27, layers("timeout_enabled: false", "", "")},
                                         std::pair{54,
                                                   layers("timeout_enabled: false", "", ", retry: {attempts: 2, back_off_first: 1 ms}")},
                                         std::pair{1, layers("timeout_enabled: false", "", ", method: post")},
                                         std::pair{27, layers("timeout_enabled: false", ", retry_writes: true", ", method: post")},
                                         std::pair{1, layers("timeout_enabled: false", ", library: okhttp", "")},
                                         std::pair{2, layers("timeout: 80 ms", "", "")}));

}  // namespace
}  // namespace streamtwin
