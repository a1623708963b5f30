// The whole platform, run: what holds for every scenario, and what members see when something breaks. Scenarios are
// the shipped ones, made small by overrides.
#include "scenarios/composition/twin/twin.hpp"

#include <gtest/gtest.h>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/parts/delivery.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

// Five minutes of a Friday with a tenth of the viewers, nobody beside them, and nothing that breaks.
Scenario calm_friday(const std::vector<std::string>& but = {}) {
  std::vector<std::string> sets{"clock.lasts=5 min",
                                "clock.warm_up=60 s",
                                "members.plays_at_peak=2 /s",
                                "members.accounts=8000",
                                "members.session.median=6 min",
                                "open_connect.sample=0.4 %",
                                "load=~",
                                "method=[]"};
  sets.insert(sets.end(), but.begin(), but.end());
  return library_scenario("friday-night", sets);
}

TEST(Twin, ACalmEveningServesEverybody) {
  Twin twin(calm_friday(), RunPlan{});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_GT(kpi(result, "plays.asked"), 300);
  EXPECT_EQ(kpi(result, "plays.given_up"), 0);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.999);
  EXPECT_GT(kpi(result, "availability.backend"), 0.999);
  EXPECT_LT(kpi(result, "members.rebuffer_ratio"), 0.005);
  EXPECT_GE(kpi(result, "mesh.hops_per_play"), 12);
  EXPECT_GT(kpi(result, "evcache.hit_ratio"), 0.8);
}

TEST(Twin, EverythingIsAccountedForAtTheEnd) {
  Twin twin(calm_friday(), RunPlan{});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
  const double asked = twin.parts().measures.plays.asked.total();
  const double ended = twin.parts().measures.plays.started.total() + twin.parts().measures.plays.refused.total() +
                       twin.parts().measures.plays.given_up.total();
  EXPECT_LE(ended, asked);
  EXPECT_GE(ended, asked - 40) << "more plays are still waiting for their first frame than can be";
  const flows::FlowTotals bytes = twin.parts().get<DeliveryPart>().delivery.downloads().totals();
  const double sent = bytes.sent.value();
  EXPECT_NEAR(sent, (bytes.received + bytes.lost + bytes.in_flight).value(), sent * 1e-9);
}

TEST(Twin, TheSameSeedGivesTheSameDigestTwiceInOneProcessAndCutIntoSlices) {
  const Scenario scenario = calm_friday();
  std::vector<std::string> digests;
  for (const double slice : {1e9, 1e9, 7.3}) {
    Twin twin(scenario, RunPlan{.seed = 11});
    for (double t = slice; !twin.finished(); t += slice) twin.run_until(at(seconds(t)));
    digests.push_back(twin.result().digest);
  }
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_EQ(digests[0], digests[2]);
  Twin other(scenario, RunPlan{.seed = 12});
  other.run_until(other.end());
  EXPECT_NE(other.result().digest, digests[0]);
}

// An appliance refuses whoever it has no room for (taking a viewer beyond that would be an error of the engine): those
// found watching, those who press play, and those who come when their own appliance has died.
TEST(Twin, ViewersWithoutRoomAreTurnedAwayWhereverTheyComeFrom) {
  const std::string loss = "method=[{at: 1 min, action: kill_site, target: fra001.ix, lasts: 2 min}]";
  const auto watching = [&](const std::string& seat) {
    Twin twin(calm_friday({loss, "open_connect.seat=" + seat}), RunPlan{});
    twin.run_until(at(1s));
    const double at_first = twin.parts().measures.viewing.watching.value();
    twin.run_until(twin.end());
    return std::pair{at_first, kpi(twin.result(), "members.watching_peak")};
  };
  const auto [first, most] = watching("1.5 Mbps");
  const auto [first_tight, most_tight] = watching("100 Mbps");
  EXPECT_LT(first_tight, 0.9 * first);
  EXPECT_LT(most_tight, 0.9 * most);
}

TEST(Twin, StartsWithoutATransient) {
  Scenario scenario = calm_friday();
  scenario.clock.warm_up = Duration{0};
  Twin twin(scenario, RunPlan{});
  const auto& plays = twin.parts().measures.plays;
  const auto& viewing = twin.parts().measures.viewing;
  twin.run_until(at(60s));
  const double first_minute = viewing.bytes.total();
  const double watching = viewing.watching.value();
  EXPECT_EQ(plays.failed_attempts.total(), 0);
  EXPECT_EQ(viewing.failed_requests.total(), 0);
  EXPECT_LT(viewing.rebuffering.total(), 0.005 * viewing.watched.total());
  twin.run_until(at(5min));
  const double per_minute = (viewing.bytes.total() - first_minute) / 4;
  EXPECT_NEAR(first_minute, per_minute, 0.15 * per_minute) << "the first minute carries other traffic than those after it";
  EXPECT_NEAR(viewing.watching.value(), watching, 0.15 * watching) << "the number of viewers drifts";
}

// Viewers found watching are at all points between two chunks, not all about to ask for the next one.
TEST(Twin, StartsWithoutARushForTheFirstChunk) {
  Scenario scenario = calm_friday();
  scenario.clock.warm_up = Duration{0};
  Twin twin(scenario, RunPlan{});
  const auto& requests = twin.parts().measures.viewing.requests;
  twin.run_until(at(1s));
  const double first_second = requests.total();
  twin.run_until(at(41s));
  const double per_second = (requests.total() - first_second) / 40;
  EXPECT_NEAR(first_second, per_second, 0.25 * per_second);
}

// The shipped sample of Germany, on which all scenarios of the library run, keeps its delivery links busy but not all
// of them full: what viewers get is decided by their own line for most of the time, and by the network for some.
TEST(Twin, DeliveryLinksAreFeltButDoNotRuleOnTheShippedSample) {
  Twin twin(library_scenario("friday-night", {"clock.lasts=3 min", "load=~", "method=[]"}), RunPlan{});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_GT(kpi(result, "delivery.time_below_access"), 0.02);
  EXPECT_LT(kpi(result, "delivery.time_below_access"), 0.5);
  EXPECT_GT(kpi(result, "delivery.saturated_links_peak"), 0.05);
  EXPECT_LT(kpi(result, "delivery.saturated_links_peak"), 0.6);
  EXPECT_GT(kpi(result, "members.watching_peak"), 10'000);
  EXPECT_GT(kpi(result, "members.rebuffer_ratio"), 0.0002);
  EXPECT_LT(kpi(result, "members.rebuffer_ratio"), 0.005);
}

// Nobody is told: a machine goes off on SimGrid's side, and the callers' connect time-outs have to find out.
TEST(Twin, AMachineTurnedOffByHandIsNoticedThroughTimeOuts) {
  Twin twin(calm_friday(), RunPlan{});
  twin.run_until(at(90s));
  const double before = twin.parts().mesh.measures.retries.total();
  Host* machine = twin.parts().platform.find_host("membership-0/eu-west-1a");
  ASSERT_NE(machine, nullptr);
  turn_off(*machine);
  twin.run_until(at(120s));
  EXPECT_FALSE(machine->is_on());
  EXPECT_GT(twin.parts().mesh.measures.retries.total(), before);
  EXPECT_EQ(twin.parts().measures.plays.given_up.total(), 0) << "fallbacks should have carried the plays";
}

TEST(Twin, ADeadInstanceLeavesTheRegistryAndASpareMachineTakesItsPlace) {
  Scenario scenario = calm_friday();
  scenario.clock.lasts = 9min;
  scenario.members->plays_at_peak = Rate{0.5};
  Twin twin(scenario, RunPlan{});
  twin.run_until(at(60s));
  turn_off(*twin.parts().platform.find_host("membership-0/eu-west-1a"));
  twin.run_until(twin.end());
  EXPECT_EQ(twin.recorder().counter("fleet.died").total(), 1);
  EXPECT_EQ(twin.recorder().counter("fleet.replaced").total(), 1);
  EXPECT_GE(twin.recorder().counter("eureka.registrations").total(), 1);
  EXPECT_GE(twin.recorder().counter("eureka.evictions").total(), 1);
}

TEST(Twin, ALostSiteMovesItsViewersElsewhere) {
  Scenario scenario = calm_friday();
  scenario.method.push_back({.at = 60s, .action = "kill_site", .target = "fra001.ix"});
  Twin twin(scenario, RunPlan{});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_GT(kpi(result, "delivery.failed_requests"), 0);
  EXPECT_GT(kpi(result, "members.appliance_switches_per_hour"), 0);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.75);
  const auto dead = std::find_if(result.sites.begin(), result.sites.end(), [](const SiteResult& s) { return s.name == "fra001.ix"; });
  ASSERT_NE(dead, result.sites.end());
  EXPECT_FALSE(dead->alive);
}

// What is switched off in SimGrid by hand is felt, whatever it is.
TEST(Twin, ASiteWhoseUplinkIsOffServesNobodyUntilItIsOnAgain) {
  Twin twin(calm_friday(), RunPlan{});
  openconnect::Delivery& delivery = twin.parts().get<DeliveryPart>().delivery;
  const auto site = std::find_if(delivery.topology().sites.begin(), delivery.topology().sites.end(),
                                 [](const openconnect::Site& s) { return s.name == "fra001.ix"; });
  twin.run_until(at(60s));
  const Bytes before = delivery.served(site->id);
  EXPECT_GT(before, Bytes{0});
  Link& uplink = *twin.parts().platform.find_link("fra001.ix uplink");
  turn_off(uplink);
  twin.run_until(at(61s));
  const Bytes at_once = delivery.served(site->id);
  twin.run_until(at(120s));
  EXPECT_EQ(delivery.served(site->id), at_once);
  turn_on(uplink);
  twin.run_until(twin.end());
  EXPECT_GT(delivery.served(site->id), at_once);
  EXPECT_EQ(twin.result().audit_errors, std::vector<std::string>{});
}

TEST(Twin, AClientGroupWhoseHostIsOffDownloadsNothing) {
  Twin twin(calm_friday(), RunPlan{});
  twin.run_until(at(60s));
  const double before = twin.parts().measures.viewing.failed_requests.total();
  for (Host& host : twin.parts().platform.hosts()) {
    if (host.name().starts_with("members/")) turn_off(host);
  }
  twin.run_until(at(61s));
  const Bytes received = twin.parts().get<DeliveryPart>().delivery.downloads().totals().received;
  twin.run_until(at(90s));
  EXPECT_EQ(twin.parts().get<DeliveryPart>().delivery.downloads().totals().received, received);
  EXPECT_GT(twin.parts().measures.viewing.failed_requests.total(), before);
}

TEST(Twin, ADeadGatewayLeavesTheBalancerWhenItsLastCheckHasTimedOut) {
  Scenario scenario = calm_friday();
  scenario.edge.elb.health_check.interval = 10s;
  scenario.edge.elb.health_check.timeout = 4s;
  scenario.edge.elb.health_check.unhealthy_threshold = 2;
  Twin twin(scenario, RunPlan{});
  twin.run_until(at(35s));
  const openconnect::Topology& topology = twin.parts().get<DeliveryPart>().delivery.topology();
  const RegionIndex region = twin.parts().geography.by_distance(topology.groups.front().place).front();
  for (services::Instance& gateway : twin.parts().mesh.service("zuul").instances()) {
    if (twin.parts().geography.region_of(gateway.zone) == region) turn_off(gateway.machine);
  }
  twin.run_until(at(53.9s));
  EXPECT_TRUE(twin.parts().get<EdgePart>().edge.alive(region)) << "checked at 40 s and 50 s, the second check is silent until 54 s";
  twin.run_until(at(54.1s));
  EXPECT_FALSE(twin.parts().get<EdgePart>().edge.alive(region));
}

TEST(Twin, ALostRegionIsLeftByDns) {
  Scenario scenario = calm_friday();
  scenario.clock.lasts = 8min;
  scenario.edge.region_failover_after = 60s;
  scenario.edge.geo_dns.stragglers = Fraction{0};
  scenario.method.push_back({.at = 60s, .action = "kill_region", .target = "eu-west-1"});
  Twin twin(scenario, RunPlan{});
  twin.run_until(at(6min));
  const double given_up = twin.parts().measures.plays.given_up.total();
  EXPECT_GT(given_up, 0) << "until DNS has moved them, plays fail";
  twin.run_until(at(7min));
  const double started = twin.parts().measures.plays.started.total();
  const double settled = twin.parts().measures.plays.given_up.total();
  twin.run_until(twin.end());
  EXPECT_GT(twin.parts().measures.plays.started.total(), started + 60);
  EXPECT_LT(twin.parts().measures.plays.given_up.total() - settled, 5);
}

TEST(Twin, ASlowServiceCostsQualityAndNotThePlay) {
  Scenario scenario = calm_friday();
  scenario.method.push_back({.at = 30s, .action = "add_latency", .target = "entitlement", .lasts = 120s, .latency = 2s});
  Twin twin(scenario, RunPlan{});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_GT(kpi(result, "hystrix.fallbacks"), 0);
  EXPECT_GT(kpi(result, "plays.with_stale_answers"), 0);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.99);
}

TEST(Twin, AReleasedTitleIsFilledBySimgridTransfers) {
  Scenario scenario = calm_friday();
  scenario.clock.lasts = 10min;
  scenario.open_connect->fill.tier_wait = Duration{0};
  scenario.open_connect->title_size = Bytes{1e9};
  scenario.method.push_back({.at = Duration{0}, .action = "release_title", .target = "3"});
  Twin twin(scenario, RunPlan{});
  twin.run_until(twin.end());
  EXPECT_GT(twin.recorder().counter("fill.titles").total(), 0);
}

TEST(Twin, ATracedPlayLeavesItsSpansAndTheDigestAsItWas) {
  const Scenario scenario = calm_friday();
  const auto run = [&](std::optional<std::uint64_t> traced) {
    Twin twin(scenario, RunPlan{.trace_request = traced});
    twin.run_until(twin.end());
    return twin.result();
  };
  const RunResult plain = run(std::nullopt);
  EXPECT_TRUE(plain.spans.empty());
  ASSERT_TRUE(plain.slowest_request.has_value());
  const RunResult traced = run(plain.slowest_request);
  EXPECT_FALSE(traced.spans.empty());
  EXPECT_EQ(traced.digest, plain.digest);
}

TEST(Twin, TracingShowsClientGatewayAndServices) {
  const Scenario scenario = calm_friday();
  Twin twin(scenario, RunPlan{.trace_request = 1200});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  const auto has = [&](std::string_view where) {
    return std::any_of(result.spans.begin(), result.spans.end(), [&](const SpanRecord& span) { return span.where.starts_with(where); });
  };
  EXPECT_TRUE(has("client"));
  EXPECT_TRUE(has("zuul/"));
  EXPECT_TRUE(has("play-api/"));
  EXPECT_TRUE(has("steering/"));
}

}  // namespace
}  // namespace streamtwin
