// Vectors of ZoneAwareLoadBalancerTest, PredicatesTest, BestAvailableRuleTest and the derived ones for blackouts,
// round robin and ServerStats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "models/services/ribbon/load_balancer.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::ribbon {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(RibbonServerStats, BlackoutsGrowFromTenToThirtySeconds) {
  const BalancerProperties properties;
  std::vector<double> lengths;
  for (int failures = 0; failures <= 8; ++failures) lengths.push_back(in_seconds(ServerStats::blackout(failures, properties)));
  EXPECT_THAT(lengths, ElementsAre(0, 0, 0, 10, 20, 30, 30, 30, 30));
}

TEST(RibbonServerStats, ABlackoutCountsFromTheLastFailureAndDoesNotClearTheFailures) {
  const BalancerProperties properties;
  ServerStats stats;
  for (double t : {0, 1, 2}) stats.connection_failed(s(t), properties);
  EXPECT_TRUE(stats.tripped(s(11.999)));
  EXPECT_FALSE(stats.tripped(s(12)));
  stats.connection_failed(s(20), properties);
  EXPECT_TRUE(stats.tripped(s(39.999)));
  EXPECT_FALSE(stats.tripped(s(40)));
  stats.clear_connection_failures();
  stats.connection_failed(s(41), properties);
  EXPECT_FALSE(stats.tripped(s(41)));
}

TEST(RibbonServerStats, ActiveRequestsHaveAFloorAndAreForgottenAfterTenMinutes) {
  const BalancerProperties properties;
  ServerStats stats;
  stats.request_finished(s(0));
  EXPECT_EQ(stats.active_requests(s(0), properties), 0);
  stats.request_started(s(0));
  stats.request_started(s(10));
  EXPECT_EQ(stats.active_requests(s(610), properties), 2);
  EXPECT_EQ(stats.active_requests(s(610.001), properties), 0);
  stats.request_started(s(700));
  EXPECT_EQ(stats.active_requests(s(700), properties), 1);
}

TEST(RibbonServerStats, FailuresAreCountedInSecondsThatBeginWithAnAccess) {
  ServerStats stats;
  stats.count_failure(s(10));
  stats.count_failure(s(11));
  EXPECT_EQ(stats.failure_count(s(11)), 2);
  EXPECT_EQ(stats.failure_count(s(11.001)), 0);
}

class Ribbon : public ::testing::Test {
 protected:
  /// `counts[z]` servers in zone z; their hosts are 100 * z + 1, 100 * z + 2, ...
  std::vector<Server> servers_in(std::vector<int> counts) {
    std::vector<Server> list;
    for (std::size_t zone = 0; zone < counts.size(); ++zone)
      for (int i = 1; i <= counts[zone]; ++i)
        list.push_back({static_cast<std::uint32_t>(100 * zone + static_cast<std::size_t>(i)), static_cast<ZoneIndex>(zone)});
    return list;
  }
  LoadBalancer make(std::vector<int> counts) {
    LoadBalancer balancer(properties, s(0));
    const auto list = servers_in(std::move(counts));
    balancer.update(list, s(0));
    return balancer;
  }
  static ServerStats& of(LoadBalancer& balancer, std::uint32_t host) {
    return balancer.stats(balancer.index_of({host, static_cast<ZoneIndex>(host / 100)}, s(0)));
  }
  void trip(LoadBalancer& balancer, std::uint32_t host, Instant now = Instant{}) {
    for (int i = 0; i < 3; ++i) of(balancer, host).connection_failed(now, properties);
  }
  std::set<int> zones_chosen(LoadBalancer& balancer, Instant now = Instant{}, int draws = 100) {
    std::set<int> zones;
    for (int i = 0; i < draws; ++i) zones.insert(balancer.server(*balancer.choose(now, random)).zone);
    return zones;
  }
  std::vector<std::uint32_t> hosts_chosen(LoadBalancer& balancer, int draws, Instant now = Instant{}) {
    std::vector<std::uint32_t> hosts;
    for (int i = 0; i < draws; ++i) hosts.push_back(balancer.server(*balancer.choose(now, random)).host);
    return hosts;
  }
  BalancerProperties properties;
  Random random{11, "ribbon", "zones"};
};

TEST_F(Ribbon, RoundRobinStartsAtIndexOne) {
  properties.rule = RuleKind::round_robin;
  LoadBalancer balancer = make({4});
  EXPECT_THAT(hosts_chosen(balancer, 6), ElementsAre(2, 3, 4, 1, 2, 3));
}

TEST_F(Ribbon, RoundRobinWrapsByTheCurrentSize) {
  properties.rule = RuleKind::round_robin;
  LoadBalancer balancer = make({4});
  hosts_chosen(balancer, 3);  // at index 3
  balancer.update(servers_in({3}), s(30));
  EXPECT_THAT(hosts_chosen(balancer, 2), ElementsAre(2, 3));  // (3 + 1) % 3 is 1
}

TEST_F(Ribbon, TheEligibleAreTakenInTurnFromTheFirst) {
  properties.rule = RuleKind::zone_avoidance;
  LoadBalancer balancer = make({4});
  EXPECT_THAT(hosts_chosen(balancer, 5), ElementsAre(1, 2, 3, 4, 1));
}

TEST_F(Ribbon, ZoneAwareChoiceLeavesOutTheMostLoadedZone) {
  properties.rule = RuleKind::round_robin;
  properties.active_count_timeout = 10s;
  LoadBalancer balancer = make({4, 3, 4});
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1, 2));
  of(balancer, 201).request_started(s(0));
  of(balancer, 203).request_started(s(0));
  of(balancer, 203).request_started(s(0));
  of(balancer, 203).request_finished(s(0));
  EXPECT_EQ(balancer.zone_snapshot(2, s(0)).active, 2);
  EXPECT_DOUBLE_EQ(balancer.zone_snapshot(2, s(0)).load_per_server, 0.5);
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1));
  trip(balancer, 1);
  EXPECT_EQ(balancer.zone_snapshot(0, s(0)).tripped, 1);
  of(balancer, 102).connection_failed(s(0), properties);
  EXPECT_EQ(balancer.zone_snapshot(1, s(0)).tripped, 0);
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1));
  of(balancer, 2).request_started(s(0));
  EXPECT_DOUBLE_EQ(balancer.zone_snapshot(0, s(0)).load_per_server, 1.0 / 3);
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1));
  // Fifteen seconds later blackout and active requests are over, the failures in a row are not.
  EXPECT_EQ(balancer.zone_snapshot(0, s(15)).tripped, 0);
  EXPECT_EQ(of(balancer, 1).failures_in_row(), 3);
  EXPECT_EQ(balancer.zone_snapshot(2, s(15)).active, 0);
  EXPECT_THAT(zones_chosen(balancer, s(15)), UnorderedElementsAre(0, 1, 2));
}

TEST_F(Ribbon, ALightLoadDoesNotLeaveOutAZoneAndEqualWorstZonesTakeTurns) {
  LoadBalancer balancer = make({11, 11, 11});
  of(balancer, 101).request_started(s(0));
  of(balancer, 201).request_started(s(0));
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1, 2));
  of(balancer, 101).request_started(s(0));
  of(balancer, 101).request_started(s(0));
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 2));
  of(balancer, 202).request_started(s(0));
  of(balancer, 204).request_started(s(0));
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(0, 1, 2));
}

TEST_F(Ribbon, AvailabilityFilteringUsesWhatIsLeftAndAtLastEverybody) {
  LoadBalancer balancer = make({2, 2, 2});
  for (std::uint32_t host : {1, 2, 101, 102}) trip(balancer, host);
  EXPECT_THAT(hosts_chosen(balancer, 20), ::testing::Each(::testing::AnyOf(201u, 202u)));
  trip(balancer, 201);
  EXPECT_THAT(hosts_chosen(balancer, 20), ::testing::Each(202u));
  trip(balancer, 202);
  const auto all = hosts_chosen(balancer, 20);
  EXPECT_EQ(std::set(all.begin(), all.end()), (std::set<std::uint32_t>{1, 2, 101, 102, 201, 202}));
}

TEST_F(Ribbon, ADeadZoneTakesAHealthyOneWithIt) {
  LoadBalancer balancer = make({2, 2, 2});
  trip(balancer, 1);
  trip(balancer, 2);
  ZoneSnapshots snapshots{.count = 3};
  for (ZoneIndex zone = 0; zone < 3; ++zone) snapshots.zones[zone] = balancer.zone_snapshot(zone, s(0));
  std::set<ZoneSet> sets;
  for (int i = 0; i < 100; ++i) sets.insert(available_zones(snapshots, 0.2, 0.99999, random));
  EXPECT_THAT(sets, ElementsAre(0b010, 0b100));  // one of the two survivors per request
  EXPECT_THAT(zones_chosen(balancer), UnorderedElementsAre(1, 2));
}

TEST_F(Ribbon, AnEmptyZoneCountsAsDeadAndOneZoneIsAlwaysKept) {
  ZoneSnapshots snapshots{.count = 2};
  snapshots.zones[0] = {.instances = 0};
  snapshots.zones[1] = {.instances = 3};
  EXPECT_EQ(available_zones(snapshots, 0.2, 0.99999, random), 0u);  // the only healthy zone is the worst, too
  snapshots.count = 1;
  EXPECT_EQ(available_zones(snapshots, 0.2, 0.99999, random), 1u);
}

TEST_F(Ribbon, TheWorstZoneIsDrawnByItsInstances) {
  ZoneSnapshots snapshots{.count = 3};
  snapshots.zones[0] = {.instances = 1, .tripped = 1, .load_per_server = -1};
  snapshots.zones[1] = {.instances = 9};
  snapshots.zones[2] = {.instances = 1};
  int first_dropped = 0;
  for (int i = 0; i < 10000; ++i) first_dropped += available_zones(snapshots, 0.2, 0.99999, random) == 0b100;
  EXPECT_NEAR(first_dropped / 10000.0, 0.9, 0.02);
}

TEST_F(Ribbon, TheAvailabilityPredicateTakesTheGoodInTurn) {
  properties.rule = RuleKind::zone_avoidance;
  properties.zone_aware = false;
  LoadBalancer balancer = make({10});
  for (std::uint32_t host : {8, 9, 10}) trip(balancer, host);
  const auto picks = hosts_chosen(balancer, 20);
  for (std::size_t i = 0; i < picks.size(); ++i) EXPECT_EQ(picks[i], i % 7 + 1);
}

TEST_F(Ribbon, TheTurnSurvivesAFailure) {
  properties.rule = RuleKind::zone_avoidance;
  LoadBalancer balancer = make({2});
  EXPECT_THAT(hosts_chosen(balancer, 1), ElementsAre(1));
  trip(balancer, 1);
  EXPECT_THAT(hosts_chosen(balancer, 1), ElementsAre(2));
}

TEST_F(Ribbon, TheZoneAvoidancePredicateRejectsTheMostLoadedZone) {
  properties.rule = RuleKind::zone_avoidance;
  properties.zone_aware = false;
  LoadBalancer balancer = make({3, 4, 3});
  for (std::uint32_t host : {101, 102, 103, 104})
    for (int i = 0; i < 2; ++i) of(balancer, host).request_started(s(0));
  for (std::uint32_t host : {201, 202, 203}) of(balancer, host).request_started(s(0));
  EXPECT_THAT(hosts_chosen(balancer, 6), ElementsAre(1, 2, 3, 201, 202, 203));
}

TEST_F(Ribbon, ACompositePredicateFallsBackWhenTooFewAreLeft) {
  LoadBalancer balancer = make({10});
  for (std::uint32_t host : {4, 5, 6, 7}) trip(balancer, host);
  std::vector<ServerIndex> room(10);
  std::vector<KnownServer> stats(10);
  for (ServerIndex i = 0; i < 10; ++i) static_cast<ServerStats&>(stats[i]) = balancer.stats(i);
  const Servers servers{.list = balancer.list(), .stats = stats.data(), .properties = &properties, .eligible = room.data()};
  const auto available = [&](ServerIndex server) { return servers.available(server); };
  const auto own_zone = [&](ServerIndex server) { return server < 7 && servers.available(server); };  // 0 to 6
  EXPECT_EQ(filter_or_fall_back(servers, 1, own_zone), 3u);
  EXPECT_EQ(filter_or_fall_back(servers, 5, own_zone, available), 6u);
}

TEST_F(Ribbon, BestAvailableTakesTheLeastLoadedThatIsNotTripped) {
  properties.rule = RuleKind::best_available;
  LoadBalancer balancer = make({10});
  for (std::uint32_t host = 1; host <= 10; ++host)
    for (std::uint32_t i = 0; i <= 10 - host; ++i) of(balancer, host).request_started(s(0));
  EXPECT_THAT(hosts_chosen(balancer, 1), ElementsAre(10));
  trip(balancer, 10);
  EXPECT_THAT(hosts_chosen(balancer, 1), ElementsAre(9));
}

TEST_F(Ribbon, WeightedResponseTimePrefersTheFastAfterTheFirstHalfMinute) {
  properties.rule = RuleKind::weighted_response_time;
  LoadBalancer balancer = make({3});
  EXPECT_THAT(hosts_chosen(balancer, 3), ElementsAre(2, 3, 1));
  const double times[] = {0.010, 0.030, 0.060};
  for (ServerIndex server = 0; server < 3; ++server) {
    balancer.request_started(server, s(1));
    balancer.request_finished(server, AttemptResult::answered, seconds(times[server]), s(2));
  }
  EXPECT_THAT(hosts_chosen(balancer, 3, s(29.999)), ElementsAre(2, 3, 1));
  std::array<int, 4> counts{};
  for (std::uint32_t host : hosts_chosen(balancer, 20000, s(30))) ++counts[host];
  EXPECT_NEAR(counts[1] / 20000.0, 90.0 / 200, 0.015);  // (100 - 10) of 90 + 70 + 40
  EXPECT_NEAR(counts[2] / 20000.0, 70.0 / 200, 0.015);
  EXPECT_NEAR(counts[3] / 20000.0, 40.0 / 200, 0.015);
  balancer.update(servers_in({4}), s(31));
  EXPECT_EQ(hosts_chosen(balancer, 4, s(31)).size(), 4u);  // weights of another size: round robin
}

TEST_F(Ribbon, RetryRuleFindsTheOnlyOneAliveAndGivesUpWhenThereIsNone) {
  properties.rule = RuleKind::retry;
  LoadBalancer balancer = make({25});
  for (ServerIndex server = 0; server < 25; ++server) balancer.stats(server).set_alive(server == 20);
  EXPECT_EQ(balancer.choose(s(0), random), ServerIndex{20});
  balancer.stats(20).set_alive(false);
  EXPECT_EQ(balancer.choose(s(0), random), std::nullopt);
  balancer.update(servers_in({25}), s(30));  // a refresh revives whatever is listed
  EXPECT_TRUE(balancer.choose(s(30), random).has_value());
}

TEST_F(Ribbon, AnEmptyListGivesNothing) {
  LoadBalancer balancer = make({0});
  EXPECT_EQ(balancer.choose(s(0), random), std::nullopt);
}

TEST_F(Ribbon, AServerKeepsItsIndexWhileInFlightAndItsFailuresWhileRemembered) {
  LoadBalancer balancer = make({3});
  const ServerIndex second = balancer.list()[1];
  balancer.request_started(second, s(10));
  trip(balancer, 2, s(10));
  balancer.update(std::vector<Server>{{3, 0}, {1, 0}, {77, 0}}, s(40));
  EXPECT_EQ(balancer.server(second).host, 2u);
  balancer.request_finished(second, AttemptResult::abandoned, 1s, s(50));
  balancer.update(servers_in({3}), s(60));
  EXPECT_EQ(balancer.list()[1], second);
  EXPECT_EQ(balancer.stats(second).failures_in_row(), 3);
  EXPECT_EQ(balancer.stats(second).active_requests(s(60), properties), 0);
}

TEST_F(Ribbon, StatisticsAreDroppedHalfAnHourAfterAServerWasLastListed) {
  LoadBalancer balancer = make({3});
  trip(balancer, 2);
  balancer.update(std::vector<Server>{{1, 0}, {3, 0}}, s(10));
  balancer.update(servers_in({3}), s(1810));
  EXPECT_EQ(of(balancer, 2).failures_in_row(), 3);
  balancer.update(std::vector<Server>{{1, 0}, {3, 0}}, s(1900));
  balancer.update(std::vector<Server>{{1, 0}, {3, 0}, {9, 0}}, s(1900 + 1801));
  EXPECT_EQ(of(balancer, 2).failures_in_row(), 0);
}

TEST_F(Ribbon, ConnectionFailuresTripAndAnyAnswerClearsThem) {
  LoadBalancer balancer = make({1});
  for (int i = 0; i < 2; ++i) {
    balancer.request_started(0, s(1));
    balancer.request_finished(0, AttemptResult::connection_failed, 1s, s(1));
  }
  EXPECT_FALSE(balancer.stats(0).tripped(s(1)));
  balancer.request_started(0, s(1));
  balancer.request_finished(0, AttemptResult::answered, 1s, s(1));
  EXPECT_EQ(balancer.stats(0).failures_in_row(), 0);
  for (int i = 0; i < 3; ++i) balancer.request_finished(0, AttemptResult::connection_failed, 1s, s(3));
  EXPECT_TRUE(balancer.stats(0).tripped(s(3)));
  EXPECT_EQ(balancer.stats(0).failure_count(s(3)), 3);
}

}  // namespace
}  // namespace streamtwin::ribbon
