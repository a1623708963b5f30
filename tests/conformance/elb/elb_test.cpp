// AWS's documented behaviour: health thresholds, zones and cross-zone balancing, surge queue and spillover, slow start,
// draining, fail-open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/edge/elb/classic.hpp"
#include "models/edge/elb/target_group.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::elb {
namespace {

using ::testing::ElementsAre;

TEST(ElbHealth, TwoFailuresTakeATargetOutAndTenPassesBringItBack) {
  const HealthCheckProperties properties;
  TargetHealth target(true);
  EXPECT_FALSE(target.report(false, properties));
  EXPECT_FALSE(target.report(true, properties));  // not in a row
  EXPECT_FALSE(target.report(false, properties));
  EXPECT_TRUE(target.report(false, properties));
  EXPECT_FALSE(target.healthy());
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(target.report(true, properties));
  EXPECT_TRUE(target.report(true, properties));
  EXPECT_TRUE(target.healthy());
}

TEST(ElbHealth, ANewTargetOfAGroupNeedsOnePass) {
  const TargetGroupProperties properties;
  TargetHealth target;
  EXPECT_TRUE(target.report(true, properties.health_check, true));
  target.report(false, properties.health_check, true);
  EXPECT_TRUE(target.report(false, properties.health_check, true));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(target.report(true, properties.health_check, true));
  EXPECT_TRUE(target.report(true, properties.health_check, true));
}

TEST(ClassicElb, ANodeTakesTheTargetsOfItsZoneInTurn) {
  ClassicBalancer balancer({}, 2);
  for (int zone : {0, 0, 0, 1}) balancer.add(zone, true);
  std::vector<TargetId> chosen;
  for (int i = 0; i < 4; ++i) chosen.push_back(*balancer.route(0));
  EXPECT_THAT(chosen, ElementsAre(0, 1, 2, 0));
  EXPECT_EQ(balancer.route(1), TargetId{3});
}

TEST(ClassicElb, WithoutCrossZoneEachZoneGetsAnEqualShareOfClients) {
  Random random(3, "elb", "dns");
  for (bool cross_zone : {false, true}) {
    ClassicBalancer balancer({.cross_zone = cross_zone}, 3);
    for (int zone : {0, 1, 1, 1, 2, 2}) balancer.add(zone, true);
    std::vector<int> counts(6);
    for (int i = 0; i < 60000; ++i) ++counts[*balancer.route(balancer.node(random))];
    EXPECT_NEAR(counts[0] / 60000.0, cross_zone ? 1.0 / 6 : 1.0 / 3, 0.01);
    EXPECT_NEAR(counts[1] / 60000.0, cross_zone ? 1.0 / 6 : 1.0 / 9, 0.01);
    EXPECT_NEAR(counts[5] / 60000.0, 1.0 / 6, 0.01);
  }
}

TEST(ClassicElb, LeastOutstandingTakesTheIdlestAndSharesTiesOut) {
  ClassicBalancer balancer({.routing = Routing::least_outstanding}, 1);
  for (int i = 0; i < 3; ++i) balancer.add(0, true);
  EXPECT_EQ(balancer.route(0), TargetId{0});
  EXPECT_EQ(balancer.route(0), TargetId{1});
  EXPECT_EQ(balancer.route(0), TargetId{2});
  balancer.finished(1);
  EXPECT_EQ(balancer.route(0), TargetId{1});
}

TEST(ClassicElb, AnUnhealthyOrRemovedTargetGetsNothing) {
  ClassicBalancer balancer({}, 1);
  const TargetId a = balancer.add(0, true);
  const TargetId b = balancer.add(0);
  EXPECT_FALSE(balancer.in_service(b));
  EXPECT_EQ(balancer.route(0), a);
  EXPECT_EQ(balancer.route(0), a);
  balancer.health(a, false);
  EXPECT_TRUE(balancer.health(a, false));
  EXPECT_EQ(balancer.route(0), std::nullopt);
  for (int i = 0; i < 10; ++i) balancer.health(b, true);
  EXPECT_EQ(balancer.route(0), b);
  balancer.remove(b);
  EXPECT_EQ(balancer.route(0), std::nullopt);
}

TEST(ClassicElb, DnsNamesOnlyZonesWithRegisteredTargets) {
  Random random(3, "elb", "dns");
  ClassicBalancer balancer({}, 3);
  balancer.add(0, false);
  const TargetId other = balancer.add(2, true);
  balancer.remove(other);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(balancer.node(random), 0);
}

TEST(ClassicElb, TheSurgeQueueHolds1024PerNodeAndThenSpillsOver) {
  ClassicBalancer balancer({}, 2);
  for (std::uint64_t request = 0; request < 1024; ++request) EXPECT_TRUE(balancer.queue(0, request));
  EXPECT_FALSE(balancer.queue(0, 1024));
  EXPECT_TRUE(balancer.queue(1, 0));
  EXPECT_EQ(balancer.spillovers(), 1u);
  EXPECT_EQ(balancer.dequeue(0), 0u);
  EXPECT_EQ(balancer.dequeue(0), 1u);
  EXPECT_EQ(balancer.queued(0), 1022u);
  EXPECT_EQ(balancer.dequeue(1), 0u);
  EXPECT_EQ(balancer.dequeue(1), std::nullopt);
}

TEST(ClassicElb, WhoLeavesTheSurgeQueueMakesRoom) {
  ClassicBalancer balancer({.surge_queue = 3}, 2);
  for (std::uint64_t request = 0; request < 3; ++request) EXPECT_TRUE(balancer.queue(0, request));
  EXPECT_TRUE(balancer.leave(0, 1));
  EXPECT_FALSE(balancer.leave(0, 1)) << "it has left";
  EXPECT_FALSE(balancer.leave(1, 0)) << "it waits at another node";
  EXPECT_TRUE(balancer.queue(0, 3));
  EXPECT_FALSE(balancer.queue(0, 4));
  for (const std::uint64_t next : {0, 2, 3}) EXPECT_EQ(balancer.dequeue(0), next);
}

TEST(AlbTargetGroup, SlowStartGrowsAShareLinearly) {
  for (GroupRouting routing : {GroupRouting::round_robin, GroupRouting::weighted_random}) {
    Random random(5, "alb", "route");
    TargetGroup group({.routing = routing, .slow_start = 100s});
    group.add(true, s(0));
    const TargetId fresh = group.add(false, s(0));
    EXPECT_TRUE(group.health(fresh, true, s(10)));
    EXPECT_DOUBLE_EQ(group.weight(fresh, s(60)), 0.5);
    int to_fresh = 0;
    for (int i = 0; i < 30000; ++i) to_fresh += *group.route(s(60), random) == fresh;
    EXPECT_NEAR(to_fresh / 30000.0, 1.0 / 3, 0.01);
    EXPECT_DOUBLE_EQ(group.weight(fresh, s(110)), 1);
  }
}

TEST(AlbTargetGroup, LeastOutstandingKnowsNoSlowStart) {
  TargetGroup group({.routing = GroupRouting::least_outstanding, .slow_start = 100s});
  const TargetId fresh = group.add(false, s(0));
  group.health(fresh, true, s(0));
  EXPECT_DOUBLE_EQ(group.weight(fresh, s(1)), 1);
  Random random;
  const TargetId other = group.add(true, s(0));
  EXPECT_NE(*group.route(s(1), random), *group.route(s(1), random));
  group.finished(other);
  EXPECT_EQ(group.route(s(1), random), other);
}

TEST(AlbTargetGroup, FailsOpenWhenEverybodyIsUnhealthy) {
  Random random;
  TargetGroup group({});
  const TargetId a = group.add(true, s(0));
  const TargetId b = group.add(false, s(0));
  EXPECT_EQ(group.route(s(0), random), a);
  EXPECT_EQ(group.route(s(0), random), a);
  for (int i = 0; i < 2; ++i) group.health(a, false, s(1));
  EXPECT_TRUE(group.failing_open());
  EXPECT_EQ(group.route(s(2), random), a);
  EXPECT_EQ(group.route(s(2), random), b);
  group.health(b, true, s(3));
  EXPECT_FALSE(group.failing_open());
  EXPECT_EQ(group.route(s(3), random), b);
}

TEST(AlbTargetGroup, DeregistrationEndsEarlyWhenNothingIsInFlight) {
  Random random;
  TargetGroup group({});
  const TargetId a = group.add(true, s(0));
  group.route(s(0), random);
  group.deregister(a, s(10));
  EXPECT_EQ(group.route(s(10), random), std::nullopt);
  EXPECT_FALSE(group.drained(a, s(309.9)));
  EXPECT_TRUE(group.drained(a, s(310)));
  group.finished(a);
  EXPECT_TRUE(group.drained(a, s(11)));
}

}  // namespace
}  // namespace streamtwin::elb
