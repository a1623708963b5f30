// Vectors of Eureka's lease, self-preservation and eviction rules (InstanceRegistryTest and the derived tables), and
// of the status override rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/registry/eureka/circular_queue.hpp"
#include "models/registry/eureka/registry.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::eureka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

InstanceInfo instance(InstanceId id, InstanceStatus status = InstanceStatus::up, AppId app = 0) {
  return {.id = id, .app = app, .zone = static_cast<ZoneIndex>(id % 3), .status = status};
}

TEST(EurekaLease, NeverRenewedDiesAfterItsDurationAndRenewedAfterTwiceThat) {
  Lease lease(90s, true, ms(0));
  EXPECT_FALSE(lease.expired(ms(90000)));
  EXPECT_TRUE(lease.expired(ms(90001)));
  lease.renew(ms(30000));
  EXPECT_FALSE(lease.expired(ms(210000)));
  EXPECT_TRUE(lease.expired(ms(210001)));
  EXPECT_FALSE(lease.expired(ms(220000), 10s));
  EXPECT_TRUE(lease.expired(ms(220001), 10s));
  lease.cancel();
  EXPECT_TRUE(lease.expired(ms(0)));
}

TEST(EurekaLease, WithoutTheQuirkARenewedLeaseLivesItsDuration) {
  Lease lease(90s, false, ms(0));
  lease.renew(ms(30000));
  EXPECT_FALSE(lease.expired(ms(120000)));
  EXPECT_TRUE(lease.expired(ms(120001)));
}

TEST(EurekaEviction, TheCompensationIsWhatAPassComesLate) {
  EvictionClock clock(60s);
  const auto at_nanoseconds = [](std::int64_t ns) { return instant_of_nanoseconds(ns); };
  const std::int64_t period = 60'000'000'000;
  EXPECT_EQ(clock.compensation(at_nanoseconds(1)), Duration{0});
  EXPECT_EQ(clock.compensation(at_nanoseconds(1 + period)), Duration{0});
  EXPECT_EQ(clock.compensation(at_nanoseconds(1 + 2 * period + 10'000'000)), Duration{0.010});
  EXPECT_EQ(clock.compensation(at_nanoseconds(1 + 3 * period - 1)), Duration{0});
}

TEST(EurekaCircularQueue, DropsTheOldestWhenFull) {
  CircularQueue<int> queue(5);
  for (int i = 1; i <= 6; ++i) queue.add(i);
  EXPECT_THAT(queue.items(), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_EQ(queue.poll(), 2);
  queue.add(7);
  EXPECT_THAT(queue.items(), ElementsAre(3, 4, 5, 6, 7));
}

TEST(EurekaSelfPreservation, ThresholdsOfTheTable) {
  const std::pair<int, int> table[] = {{1, 1},    {2, 3},    {3, 5},     {5, 8},     {10, 17},    {20, 34},
                                       {60, 102}, {65, 110}, {100, 170}, {433, 736}, {1000, 1700}};
  for (const auto& [clients, threshold] : table)
    EXPECT_EQ(renewal_threshold(clients, ServerProperties{}), threshold) << clients << " clients";
}

TEST(EurekaEviction, LimitsOfTheTable) {
  for (const auto& [size, limit] : {std::pair{10, 2}, {20, 3}, {21, 4}, {60, 9}, {100, 15}})
    EXPECT_EQ(eviction_limit(size, ServerProperties{}), limit) << size << " registered";
}

TEST(EurekaReconcileHash, CountsByStatusInAlphabeticalOrder) {
  StatusCounts counts;
  counts.add(InstanceStatus::up, 1);
  EXPECT_EQ(counts.text(), "UP_1_");
  counts.add(InstanceStatus::up, 1);
  EXPECT_EQ(counts.text(), "UP_2_");
  counts.add(InstanceStatus::down, 1);
  counts.add(InstanceStatus::out_of_service, 3);
  EXPECT_EQ(counts.text(), "DOWN_1_OUT_OF_SERVICE_3_UP_2_");
}

TEST(EurekaStatusRules, TheFirstMatchingRuleDecides) {
  using enum InstanceStatus;
  EXPECT_EQ(decided_status({.own = down, .override_of_id = up}), down);
  EXPECT_EQ(decided_status({.own = starting, .override_of_id = out_of_service}), starting);
  EXPECT_EQ(decided_status({.own = up, .override_of_id = out_of_service, .asg = AsgState::enabled}), out_of_service);
  EXPECT_EQ(decided_status({.own = up, .override_of_id = down}), down);
  EXPECT_EQ(decided_status({.own = up, .asg = AsgState::disabled}), out_of_service);
  EXPECT_EQ(decided_status({.own = out_of_service, .asg = AsgState::enabled}), up);
  EXPECT_EQ(decided_status({.own = up, .existing_lease = out_of_service}), out_of_service);
  EXPECT_EQ(decided_status({.own = up, .replication = true, .existing_lease = out_of_service}), up);
  EXPECT_EQ(decided_status({.own = up, .existing_lease = down}), up);
  EXPECT_EQ(decided_status({.own = out_of_service}), out_of_service);
}

TEST(EurekaRenewalRate, IsThatOfTheLastCompletedMinute) {
  MeasuredRate rate(s(10));
  rate.increment(s(11));
  rate.increment(s(69));
  EXPECT_EQ(rate.last_completed(s(69.9)), 0);
  EXPECT_EQ(rate.last_completed(s(70)), 2);
  rate.increment(s(71));
  EXPECT_EQ(rate.last_completed(s(129.9)), 2);
  EXPECT_EQ(rate.last_completed(s(130)), 1);
  EXPECT_EQ(rate.last_completed(s(250)), 0);
}

class EurekaRegistry : public ::testing::Test {
 protected:
  void fill(int count, Instant now) {
    for (int id = 0; id < count; ++id) registry.register_instance(instance(static_cast<InstanceId>(id)), 90s, false, now);
  }
  /// Everybody below `count` renews twice in the minute before `now`.
  void renew(int count, Instant now) {
    for (int id = 0; id < count; ++id) {
      registry.renew(static_cast<InstanceId>(id), false, now - 50s);
      registry.renew(static_cast<InstanceId>(id), false, now - 20s);
    }
  }
  std::size_t seen(Instant now) { return registry.fetch(now)->up(0).size(); }

  ServerProperties properties;
  Registry registry{properties, Instant{}};
  Random random{1, "eureka", "eviction"};
};

TEST_F(EurekaRegistry, KeepsEverythingWhileRenewalsAreAtOrBelowTheThreshold) {
  fill(10, s(0));
  registry.open_for_traffic(10, s(0));
  EXPECT_EQ(registry.threshold(), 17);
  renew(8, s(60));  // 16 of 17
  renew(8, s(300));
  EXPECT_THAT(registry.evict(s(301), random), IsEmpty());
  EXPECT_EQ(registry.size(), 10u);
}

TEST_F(EurekaRegistry, EvictsAtMostFifteenPerCentPerPass) {
  fill(100, s(0));
  registry.open_for_traffic(100, s(0));
  for (int minute = 1; minute <= 4; ++minute) renew(90, s(60 * minute));
  EXPECT_EQ(registry.renewals_last_minute(s(240)), 180);
  EXPECT_TRUE(registry.lease_expiration_enabled(s(240)));
  const auto first = registry.evict(s(240), random);
  EXPECT_EQ(first.size(), 10u);  // 10 have expired, 15 may go
  for (InstanceId id : first) EXPECT_GE(id, 90u);
  EXPECT_EQ(registry.expected_clients(), 90);
  EXPECT_EQ(registry.threshold(), 153);
}

TEST_F(EurekaRegistry, SuccessivePassesDrainByTheShrinkingCap) {
  properties.self_preservation = false;
  Registry unprotected(properties, Instant{});
  for (InstanceId id = 0; id < 60; ++id) unprotected.register_instance(instance(id), 90s, false, s(0));
  unprotected.open_for_traffic(60, s(0));
  std::vector<std::size_t> evicted;
  for (int pass = 0; pass < 4; ++pass) evicted.push_back(unprotected.evict(s(120 + 60 * pass), random).size());
  EXPECT_THAT(evicted, ElementsAre(9, 8, 7, 6));  // of 60, 51, 43, 36
}

TEST_F(EurekaRegistry, OlderReleasesLeaveTheExpectedClientsAloneWhenEvicting) {
  properties.eviction_lowers_expected_clients = false;
  properties.self_preservation = false;
  Registry older(properties, Instant{});
  for (InstanceId id = 0; id < 20; ++id) older.register_instance(instance(id), 90s, false, s(0));
  older.open_for_traffic(20, s(0));
  EXPECT_EQ(older.evict(s(120), random).size(), 3u);
  EXPECT_EQ(older.expected_clients(), 20);
  older.cancel(older.view()->up(0).front().id, s(121));
  EXPECT_EQ(older.expected_clients(), 19);
}

TEST_F(EurekaRegistry, ExpectedClientsFollowRegistrationsAndCancelsOnlyOncePositive) {
  fill(3, s(0));
  EXPECT_EQ(registry.expected_clients(), 0);
  registry.open_for_traffic(3, s(0));
  registry.register_instance(instance(7), 90s, false, s(1));
  EXPECT_EQ(registry.expected_clients(), 4);
  registry.register_instance(instance(7), 90s, false, s(2));  // over an existing lease
  EXPECT_EQ(registry.expected_clients(), 4);
  EXPECT_TRUE(registry.cancel(7, s(3)));
  EXPECT_FALSE(registry.cancel(7, s(3)));
  EXPECT_EQ(registry.expected_clients(), 3);
}

TEST_F(EurekaRegistry, RecountsOnlyUpwardsOfTheShareOrWithoutSelfPreservation) {
  registry.open_for_traffic(100, s(0));
  registry.update_expected_clients(85);
  EXPECT_EQ(registry.expected_clients(), 100);
  registry.update_expected_clients(86);
  EXPECT_EQ(registry.expected_clients(), 86);
}

TEST_F(EurekaRegistry, RegisteringAgainLosesTheDoubledLeaseUntilTheNextRenewal) {
  fill(1, s(0));
  registry.renew(0, false, s(30));
  registry.register_instance(instance(0), 90s, false, s(60));
  EXPECT_FALSE(registry.expired(0, s(150)));
  EXPECT_TRUE(registry.expired(0, s(150.001)));
}

TEST_F(EurekaRegistry, KeepsTheHolderThatIsNewerThanTheRegistration) {
  InstanceInfo newer = instance(0, InstanceStatus::down);
  newer.last_dirty = s(100);
  registry.register_instance(newer, 90s, false, s(100));
  InstanceInfo older = instance(0, InstanceStatus::up);
  older.last_dirty = s(50);
  registry.register_instance(older, 90s, true, s(101));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::down);
  older.last_dirty = s(100);
  registry.register_instance(older, 90s, true, s(102));  // equal: the incoming one is taken
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::up);
}

TEST_F(EurekaRegistry, RedBlackByStatusSurvivesHeartbeatsAndRegistrations) {
  fill(2, s(0));
  EXPECT_TRUE(registry.update_status(0, InstanceStatus::out_of_service, s(10), s(10)));
  EXPECT_TRUE(registry.renew(0, false, s(20)));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::out_of_service);
  registry.register_instance(instance(0), 90s, false, s(30));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::out_of_service);
  EXPECT_TRUE(registry.delete_status_override(0, InstanceStatus::up, s(40), s(40)));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::up);
  EXPECT_FALSE(registry.update_status(9, InstanceStatus::up, s(10), s(10)));
  EXPECT_EQ(registry.counts().text(), "UP_2_");
}

TEST_F(EurekaRegistry, AnOverrideIsForgottenAnHourAfterItsLastAccess) {
  fill(1, s(0));
  registry.update_status(0, InstanceStatus::out_of_service, s(10), s(10));
  registry.renew(0, false, s(3000));
  InstanceInfo again = instance(0);
  again.last_dirty = s(20);
  registry.register_instance(again, 90s, true, s(6599));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::out_of_service);
  registry.register_instance(again, 90s, true, s(6599 + 3600));
  EXPECT_EQ(registry.find(0)->status, InstanceStatus::up);
}

TEST_F(EurekaRegistry, AHeartbeatOfAnUnknownInstanceAsksItToRegister) {
  EXPECT_FALSE(registry.renew(5, false, s(1)));
  registry.register_instance(instance(5, InstanceStatus::unknown), 90s, true, s(2));
  EXPECT_FALSE(registry.renew(5, false, s(3)));
}

TEST_F(EurekaRegistry, ReadersSeeAChangeAtTheNextMultipleOfThirtySeconds) {
  fill(2, s(0));
  EXPECT_EQ(seen(s(5)), 2u);
  registry.register_instance(instance(2), 90s, false, s(10));
  EXPECT_EQ(seen(s(29.9)), 2u);
  EXPECT_EQ(seen(s(30)), 3u);
  registry.cancel(2, s(30));  // after the tick of that instant
  EXPECT_EQ(seen(s(59.9)), 3u);
  EXPECT_EQ(seen(s(60)), 2u);
}

TEST_F(EurekaRegistry, TheTickThatPassedUnseenShowedTheRegistryAsItWas) {
  fill(2, s(0));
  EXPECT_EQ(seen(s(5)), 2u);
  registry.register_instance(instance(2), 90s, false, s(10));
  registry.register_instance(instance(3), 90s, false, s(35));  // after the tick at 30, which nobody has looked at
  EXPECT_EQ(seen(s(36)), 3u);
  EXPECT_EQ(seen(s(60)), 4u);
}

TEST_F(EurekaRegistry, AKeyNeverAskedForIsLoadedWhenAsked) {
  fill(2, s(0));
  registry.register_instance(instance(2), 90s, false, s(47));
  EXPECT_EQ(seen(s(48)), 3u);
}

TEST_F(EurekaRegistry, WithoutTheReadOnlyLayerChangesAreSeenAtOnce) {
  properties.read_only_cache = false;
  Registry direct(properties, Instant{});
  direct.register_instance(instance(0), 90s, false, s(1));
  EXPECT_EQ(direct.fetch(s(1))->up(0).size(), 1u);
  direct.register_instance(instance(1), 90s, false, s(2));
  EXPECT_EQ(direct.fetch(s(2))->up(0).size(), 2u);
}

TEST_F(EurekaRegistry, SnapshotsShareWhatHasNotChanged) {
  registry.register_instance(instance(0, InstanceStatus::up, 0), 90s, false, s(0));
  registry.register_instance(instance(1, InstanceStatus::up, 1), 90s, false, s(0));
  const SharedView before = registry.view();
  EXPECT_EQ(registry.view(), before);
  registry.renew(0, false, s(1));
  EXPECT_EQ(registry.view(), before);
  registry.register_instance(instance(2, InstanceStatus::up, 1), 90s, false, s(2));
  const SharedView after = registry.view();
  EXPECT_NE(after, before);
  EXPECT_EQ(after->apps[0], before->apps[0]);
  EXPECT_NE(after->version_of(1), before->version_of(1));
  EXPECT_EQ(before->up(1).size(), 1u);
  EXPECT_EQ(after->up(1).size(), 2u);
  EXPECT_THAT(after->up(9), IsEmpty());
}

TEST_F(EurekaRegistry, ChangesStayInTheDeltaFor180To210Seconds) {
  fill(1, s(10));
  EXPECT_EQ(registry.fetch_delta(s(11))->changes.size(), 1u);
  registry.register_instance(instance(1), 90s, false, s(100));
  EXPECT_EQ(registry.fetch_delta(s(209))->changes.size(), 2u);
  registry.register_instance(instance(2), 90s, false, s(209.5));
  EXPECT_EQ(registry.fetch_delta(s(210))->changes.size(), 2u);  // the first is 200 s old at the sweep
  EXPECT_EQ(registry.fetch_delta(s(210))->counts.text(), "UP_3_");
}

TEST_F(EurekaRegistry, RefusesReadsForFiveMinutesAfterAnEmptySynchronisation) {
  registry.open_for_traffic(0, s(100));
  EXPECT_FALSE(registry.reads_allowed(s(400)));
  EXPECT_TRUE(registry.reads_allowed(s(400.001)));
  registry.open_for_traffic(1, s(100));
  EXPECT_TRUE(registry.reads_allowed(s(100)));
}

TEST_F(EurekaRegistry, StartsMidLifeWithLeasesRenewedEarlier) {
  registry.adopt(instance(0), 90s, s(-17));
  registry.adopt(instance(1), 90s, s(-29));
  registry.open_for_traffic(2, s(0));
  registry.prime_renewals(4, 2);
  EXPECT_EQ(registry.size(), 2u);
  EXPECT_THAT(registry.fetch_delta(s(0))->changes, IsEmpty());
  EXPECT_EQ(seen(s(0)), 2u);
  EXPECT_FALSE(registry.expired(0, s(163)));
  EXPECT_TRUE(registry.expired(0, s(163.001)));
  EXPECT_TRUE(registry.lease_expiration_enabled(s(1)));
}

}  // namespace
}  // namespace streamtwin::eureka
