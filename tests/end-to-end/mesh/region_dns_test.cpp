// A region is lost: the requests of a workload that comes through the edge follow geographic DNS to the others, at the pace
// of the watch, the time to live and what resolvers make of it.
#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

// The region is dark from 60 s to 400 s. Its silence is seen at the next look, by 65 s, and is taken for a loss a minute
// after that.
constexpr auto two_far_regions = R"(streamtwin: 1
name: region
regions:
  - {name: here, latitude: 50, longitude: 0, zones: 1}
  - {name: there, latitude: 50, longitude: 40, zones: 1}
clock: {lasts: 700 s, warm_up: 0 s, window: 10 s}
fleet: {spare_machines: 0}
edge: {region_failover_after: 60 s, geo_dns: {ttl: 40 s, stragglers: 0 %, watch_period: 5 s}}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 4, cost: {median: 1 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, regions: {here: 1}, rate: 50 /s, timeout: 2 s}}
method: [{at: 60 s, action: kill_region, target: here, lasts: 340 s}]
)";

class LostRegion : public testing::Test {
 protected:
  void begin(std::vector<std::string> sets = {}) {
    twin_.emplace(scenario_of(two_far_regions, std::move(sets), "region.yaml"), RunPlan{});
    failed_ = twin_->recorder().counter("load.visitors.failed");
  }
  // Share of the requests between two times that failed.
  double failing(double from, double to) {
    twin_->run_until(at(seconds(from)));
    const double before = failed_.total();
    twin_->run_until(at(seconds(to)));
    return (failed_.total() - before) / (50 * (to - from));
  }

  std::optional<Twin> twin_;
  Counter failed_;
};

TEST_F(LostRegion, IsLeftByAWorkloadOverTheTimeToLive) {
  begin();
  EXPECT_EQ(failing(0, 60), 0);
  EXPECT_NEAR(failing(63, 122), 1, 0.1) << "until DNS says otherwise";
  EXPECT_NEAR(failing(145, 149), 0.5, 0.15) << "half of the resolvers have asked again";
  EXPECT_EQ(failing(172, 399), 0) << "all have";
}

TEST_F(LostRegion, KeepsThoseWhoseResolversKeepAnswersLonger) {
  begin({"edge.geo_dns.stragglers=40 %", "edge.geo_dns.straggler_mean=10 min"});
  EXPECT_NEAR(failing(172, 222), 0.4 * std::exp(-0.1), 0.06);
}

TEST_F(LostRegion, GetsItsClientsBackOverTheTimeToLive) {
  begin();
  twin_->run_until(at(399s));
  const services::ServiceMeasures& api = twin_->parts().mesh.service("api").measures;
  EXPECT_GT(api.requests.total(), 0);
  EXPECT_EQ(failing(399, 700), 0) << "and no sooner than it serves them";
  const auto& gateways = twin_->parts().mesh.service("zuul").instances();
  EXPECT_TRUE(std::any_of(gateways.begin(), gateways.end(),
                          [](const services::Instance& gateway) { return gateway.zone == 0 && gateway.alive(); }));
}

TEST_F(LostRegion, LeavesAWorkloadStraightAtAServiceWhereItIs) {
  begin({"load.visitors.entry=service"});
  EXPECT_NEAR(failing(172, 399), 1, 0.02);
}

// Farther away by 40 degrees of longitude.
TEST_F(LostRegion, MakesTheWayLonger) {
  begin();
  twin_->run_until(at(60s));
  const auto mean = [&] { return twin_->recorder().histograms().at("load.visitors.latency").all.mean(); };
  const double before = mean();
  EXPECT_LT(before, 0.01);
  twin_->run_until(at(399s));
  EXPECT_GT(mean(), before + 0.02);
}

/// No region is lost; from 60 s on, for 100 s, the answers are so. Requests that fail do so 2 s later.
std::string answers_that_are(const char* answers) {
  return std::string{"method=[{at: 60 s, action: fail_client_dns, target: here, answers: "} + answers + ", lasts: 100 s}]";
}

TEST_F(LostRegion, IsNotFoundByThoseWhoHaveToAskWhileNoAnswersCome) {
  begin({answers_that_are("missing")});
  EXPECT_EQ(failing(0, 62), 0);
  EXPECT_NEAR(failing(62, 102), 0.5, 0.06) << "answers run out evenly over their time to live";
  EXPECT_NEAR(failing(102, 162), 1, 0.03);
  EXPECT_EQ(failing(163, 700), 0) << "whoever asks is answered again";
}

TEST_F(LostRegion, IsLookedForWhereNobodyIsUntilWrongAnswersHaveRunOut) {
  begin({answers_that_are("wrong")});
  EXPECT_NEAR(failing(62, 102), 0.5, 0.06);
  EXPECT_NEAR(failing(102, 162), 1, 0.03);
  EXPECT_NEAR(failing(162, 202), 0.5, 0.06) << "past the end";
  EXPECT_EQ(failing(203, 700), 0);
}

TEST_F(LostRegion, IsHeldByWhoKeepsAnswersLonger) {
  begin({answers_that_are("missing"), "edge.geo_dns.stragglers=40 %", "edge.geo_dns.straggler_mean=10 min"});
  EXPECT_NEAR(failing(102, 162), 1 - 0.4 * std::exp(-70.0 / 640), 0.06);
}

TEST_F(LostRegion, IsStillNamedWhileNothingIsPublished) {
  begin(
      {"method=[{at: 60 s, action: kill_region, target: here, lasts: 340 s},"
       "{at: 100 s, action: fail_client_dns, target: here, answers: stale, lasts: 100 s}]"});
  EXPECT_NEAR(failing(145, 202), 1, 0.03) << "though the others are to be named since 125 s";
  EXPECT_NEAR(failing(202, 242), 0.5, 0.05);
  EXPECT_EQ(failing(243, 399), 0);
}

// Of a zone's load balancer that has died.
TEST_F(LostRegion, HasAddressesOfNodesInAStaleAnswerThatHaveLeftDns) {
  const std::vector<std::string> sets{
      "regions[0].zones=2", "services.zuul.instances_per_zone=2",
      "edge.dns={check_interval: 5 s, check_timeout: 2 s, ttl: 5 s, extenders: 0 %, next_address: first_only}"};
  const auto failed_later = [&](const std::string& stale) {
    std::vector<std::string> all = sets;
    all.push_back("method=[{at: 60 s, action: kill_instance, target: elb/herea}" + stale + "]");
    begin(all);
    return failing(110, 150);
  };
  EXPECT_EQ(failed_later(""), 0);
  twin_.reset();
  EXPECT_NEAR(failed_later(", {at: 50 s, action: fail_client_dns, target: here, answers: stale, lasts: 100 s}"), 0.5, 0.05);
}

}  // namespace
}  // namespace streamtwin
