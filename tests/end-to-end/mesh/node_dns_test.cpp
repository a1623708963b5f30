// A load balancer's node dies: clients meet its silence until DNS no longer names it and the answers that they have are
// used up, and what that costs them is their own way with a silent address.
#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

struct Phases {
  double while_named = 0;  ///< requests that failed, per second, before the provider's third check
  double afterwards = 0;   ///< from a time to live later on
};

// One of three nodes is off from 60 s on. The third check since then has failed at 150 s.
Phases failures(std::vector<std::string> sets) {
  Twin twin(scenario_of(R"(streamtwin: 1
name: node
regions: [{name: here, latitude: 0, longitude: 0, zones: 3}]
clock: {lasts: 300 s, warm_up: 0 s, window: 30 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 4, cost: {median: 1 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 60 /s, timeout: 2 s}}
)",
                        std::move(sets), "node.yaml"),
            RunPlan{});
  const Counter failed = twin.recorder().counter("load.visitors.failed");
  const auto failed_by = [&](double time) {
    twin.run_until(at(seconds(time)));
    return failed.total();
  };
  EXPECT_EQ(failed_by(60), 0);
  turn_off(*twin.parts().platform.find_host("elb/hereb"));
  const double begin = failed_by(65), named = failed_by(150), unseen = failed_by(213), end = failed_by(300);
  return {(named - begin) / (150 - 65), (end - unseen) / (300 - 213)};
}

TEST(NodeDns, ADeadNodeIsUnseenAfterTheChecksAndTheTimeToLive) {
  const Phases phases = failures({"edge.dns.extenders=0 %"});
  EXPECT_NEAR(phases.while_named, 60.0 / 3, 2);
  EXPECT_EQ(phases.afterwards, 0);
}

TEST(NodeDns, ResolversThatKeepAnswersLongerNameItLonger) {
  const Phases phases = failures({"edge.dns.extenders=50 %"});
  EXPECT_GT(phases.afterwards, 0.2 * 60.0 / 3);
  EXPECT_LT(phases.afterwards, 0.5 * 60.0 / 3);
}

TEST(NodeDns, FastFallbackHardlyNotices) { EXPECT_EQ(failures({"edge.dns.next_address=fast_fallback"}).while_named, 0); }

TEST(NodeDns, WhoTriesTheFirstAddressOnlyFailsWithoutWaitingForAnother) {
  const std::vector<std::string> patient{"load.visitors.timeout=10 s", "edge.dns.extenders=0 %"};
  EXPECT_EQ(failures(patient).while_named, 0) << "the next address answers";
  std::vector<std::string> first_only = patient;
  first_only.emplace_back("edge.dns.next_address=first_only");
  EXPECT_NEAR(failures(first_only).while_named, 60.0 / 3, 2);
}

// A zone without a gateway in service has a node that is up and no use.
TEST(NodeDns, ANodeWithoutTargetsInServiceLeavesTheAnswersToo) {
  Twin twin(scenario_of(R"(streamtwin: 1
name: node
regions: [{name: here, latitude: 0, longitude: 0, zones: 2}]
clock: {lasts: 240 s, warm_up: 0 s, window: 30 s}
edge: {elb: {cross_zone: false}, dns: {extenders: 0 %}}
services:
  zuul: {instances_per_zone: 1, cores: 4, boot_time: 10 min, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 4, cost: {median: 1 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 60 /s, timeout: 2 s}}
method: [{at: 10 s, action: kill_instance, target: zuul/hereb/0}]
)",
                        {}, "node.yaml"),
            RunPlan{});
  const Counter failed = twin.recorder().counter("load.visitors.failed");
  twin.run_until(at(60s));
  EXPECT_GT(failed.total(), 20 * 50);
  twin.run_until(at(222s));
  const auto before = failed.total();
  twin.run_until(twin.end());
  EXPECT_EQ(failed.total(), before);
}

}  // namespace
}  // namespace streamtwin
