// A workload against queueing theory: Poisson requests straight at one machine with a fixed cost are an M/D/1 queue.
#include <gtest/gtest.h>

#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

TEST(OpenLoop, AtOneServerIsThePollaczekKhinchineFormula) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: md1
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 4000 s, warm_up: 100 s, window: 100 s}
network: {same_zone_rtt: 1 us}
services: {station: {instances_per_zone: 1, cores: 1, queue_limit: 1000000, cost: {median: 10 ms, sigma: 0}}}
load: {customers: {target: station, rate: 70 /s, timeout: 3600 s}}
)",
                                                                              "md1.yaml"));
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  Twin twin(loaded.value, RunPlan{.seed = 4});
  twin.run_until(twin.end());
  const double load = 0.7, service = 0.010;
  const double sojourn = service + load * service / (2 * (1 - load));
  EXPECT_NEAR(twin.parts().measures.load.at("customers").latency.measured().mean(), sojourn, 0.02 * sojourn);
}

}  // namespace
}  // namespace streamtwin
