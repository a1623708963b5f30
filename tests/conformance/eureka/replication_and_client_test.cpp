// Vectors of AcceptorExecutorTest (buffer 3, batch 2, delay 10 ms) and the client's policies: back-off, rate limit,
// server choice, reconciliation after a delta.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/registry/eureka/client.hpp"
#include "models/registry/eureka/replication.hpp"
#include "models/registry/static_registry/static_registry.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::eureka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class EurekaAcceptor : public ::testing::Test {
 protected:
  EurekaAcceptor() {
    properties.replication_queue = 3;
    properties.replication_batch = 2;
    properties.replication_delay = 10ms;
  }
  using Peer = Acceptor<int>;
  static std::vector<int> payloads(const std::vector<Peer::Task>& tasks) {
    std::vector<int> values;
    for (const auto& task : tasks) values.push_back(task.payload);
    return values;
  }
  ServerProperties properties;
};

TEST_F(EurekaAcceptor, AFullBufferGivesABatchAtOnceAndDropsTheOldest) {
  Peer peer(properties);
  for (int i = 0; i < 4; ++i) peer.submit(static_cast<std::uint64_t>(i), i, s(60), ms(0));
  EXPECT_EQ(peer.overflows(), 1u);
  EXPECT_THAT(payloads(peer.take_batch(ms(0))), ElementsAre(1, 2));
}

TEST_F(EurekaAcceptor, ANewerTaskTakesThePlaceOfTheOlderOne) {
  Peer peer(properties);
  peer.submit(1, 10, s(60), ms(0));
  peer.submit(2, 20, s(60), ms(0));
  peer.submit(1, 11, s(60), ms(0));
  EXPECT_EQ(peer.overridden(), 1u);
  EXPECT_THAT(payloads(peer.take_batch(ms(10))), ElementsAre(11, 20));
}

TEST_F(EurekaAcceptor, WhatFailedGoesFirstAgain) {
  Peer peer(properties);
  peer.submit(1, 1, s(60), ms(0));
  auto batch = peer.take_batch(ms(10));
  ASSERT_THAT(payloads(batch), ElementsAre(1));
  peer.submit(2, 2, s(60), ms(11));
  peer.reprocess(std::move(batch), ReplicationResult::network_failure, ms(12));
  EXPECT_THAT(peer.take_batch(ms(111)), IsEmpty());  // 100 ms of silence after a network failure
  EXPECT_THAT(payloads(peer.take_batch(ms(112))), ElementsAre(1, 2));
}

TEST_F(EurekaAcceptor, WhatFailedYieldsToANewerTaskAndToItsExpiry) {
  Peer peer(properties);
  peer.submit(1, 1, ms(500), ms(0));
  peer.submit(2, 2, s(60), ms(0));
  auto batch = peer.take_batch(ms(10));
  peer.submit(2, 22, s(60), ms(20));
  peer.reprocess(std::move(batch), ReplicationResult::congestion, ms(600));
  EXPECT_EQ(peer.expired(), 1u);
  EXPECT_THAT(peer.take_batch(ms(1599)), IsEmpty());
  EXPECT_THAT(payloads(peer.take_batch(ms(1600))), ElementsAre(22));
}

TEST_F(EurekaAcceptor, TasksThatArriveWithinTheDelayShareABatch) {
  Peer peer(properties);
  peer.submit(1, 1, s(60), ms(0));
  peer.submit(2, 2, s(60), ms(5));
  EXPECT_EQ(peer.next_batch(), ms(10));
  EXPECT_THAT(peer.take_batch(ms(9)), IsEmpty());
  EXPECT_THAT(payloads(peer.take_batch(ms(10))), ElementsAre(1, 2));
  EXPECT_EQ(peer.next_batch(), std::nullopt);
}

TEST_F(EurekaAcceptor, EnoughTasksForABatchDoNotSendItEarly) {
  properties.replication_queue = 10;
  Peer peer(properties);
  for (int i = 0; i < 5; ++i) peer.submit(static_cast<std::uint64_t>(i), i, s(60), ms(0));
  EXPECT_THAT(peer.take_batch(ms(9.9)), IsEmpty());
  EXPECT_THAT(payloads(peer.take_batch(ms(10))), ElementsAre(0, 1));
  EXPECT_EQ(peer.size(), 3u);
}

TEST_F(EurekaAcceptor, APermanentErrorDropsTheBatchAndAnExpiredTaskIsNotSent) {
  Peer peer(properties);
  peer.submit(1, 1, ms(15), ms(0));
  peer.submit(2, 2, s(60), ms(1));
  auto batch = peer.take_batch(ms(20));
  EXPECT_THAT(payloads(batch), ElementsAre(2));
  peer.reprocess(std::move(batch), ReplicationResult::permanent_error, ms(30));
  EXPECT_EQ(peer.size(), 0u);
}

TEST_F(EurekaAcceptor, SingleWorkIsHandedOutAtOnce) {
  Peer peer(properties);
  peer.submit(1, 1, s(60), ms(0));
  peer.submit(2, 2, s(60), ms(0));
  EXPECT_EQ(peer.take_one(ms(0))->payload, 1);
  EXPECT_EQ(peer.take_one(ms(0))->payload, 2);
  EXPECT_FALSE(peer.take_one(ms(0)).has_value());
}

TEST(EurekaSupervisedDelay, DoublesOnTimeoutsUpToTenTimesAndReturnsOnSuccess) {
  using enum SupervisedDelay::Result;
  SupervisedDelay delay(30s, 10);
  EXPECT_EQ(delay.completed(success), 30s);
  EXPECT_EQ(delay.completed(timeout), 60s);
  EXPECT_EQ(delay.completed(timeout), 120s);
  EXPECT_EQ(delay.completed(failure), 120s);
  EXPECT_EQ(delay.completed(timeout), 240s);
  EXPECT_EQ(delay.completed(timeout), 300s);
  EXPECT_EQ(delay.completed(timeout), 300s);
  EXPECT_EQ(delay.completed(success), 30s);
}

TEST(EurekaTokenBucket, AdmitsABurstOfTwoAndThenOnePerFifteenSeconds) {
  TokenBucket bucket = on_demand_limiter(ClientProperties{});
  EXPECT_TRUE(bucket.acquire(s(100)));
  EXPECT_TRUE(bucket.acquire(s(100)));
  EXPECT_FALSE(bucket.acquire(s(100)));
  EXPECT_FALSE(bucket.acquire(s(114.999)));
  EXPECT_TRUE(bucket.acquire(s(115)));
  EXPECT_FALSE(bucket.acquire(s(129)));
  EXPECT_TRUE(bucket.acquire(s(130)));
  EXPECT_TRUE(bucket.acquire(s(1000)));
  EXPECT_TRUE(bucket.acquire(s(1000)));
  EXPECT_FALSE(bucket.acquire(s(1000)));
}

TEST(EurekaTokenBucket, WithoutBurstOrRateAlwaysAdmits) {
  TokenBucket no_burst(0, 1, 1s);
  TokenBucket no_rate(1, 0, 1s);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(no_burst.acquire(s(1)));
    EXPECT_TRUE(no_rate.acquire(s(1)));
  }
}

TEST(EurekaTokenBucket, TheRateOnDemandIsAWholeNumberAMinute) {
  const auto admitted_after = [](Duration interval, double wait) {
    ClientProperties properties;
    properties.replication_interval = interval;
    TokenBucket bucket = on_demand_limiter(properties);
    EXPECT_TRUE(bucket.acquire(s(100)));
    EXPECT_TRUE(bucket.acquire(s(100)));
    return bucket.acquire(s(100 + wait));
  };
  EXPECT_FALSE(admitted_after(25s, 14.999));  // 120 / 25 is 4 a minute, not 4.8
  EXPECT_TRUE(admitted_after(25s, 15));
  EXPECT_FALSE(admitted_after(70s, 59.999));
  EXPECT_TRUE(admitted_after(70s, 60));
  EXPECT_TRUE(admitted_after(121s, 0)) << "0 a minute is no limit";
}

class EurekaServerChoice : public ::testing::Test {
 protected:
  std::vector<ServerChoice::Server> servers{{1, 0}, {2, 1}, {3, 1}, {4, 2}};
  Random random{3, "client", "servers"};
  ClientProperties properties;
};

TEST_F(EurekaServerChoice, AsksItsOwnZoneFirstAndStaysWithWhatAnswered) {
  ServerChoice choice(servers, 1, properties, random);
  for (int request = 0; request < 5; ++request) {
    choice.begin_request();
    const auto server = choice.next();
    EXPECT_TRUE(server == 2u || server == 3u);
    choice.succeeded();
  }
}

TEST_F(EurekaServerChoice, TriesThreeServersAndQuarantinesThoseThatFailed) {
  ServerChoice choice(servers, 0, properties, random);
  choice.begin_request();
  std::vector<std::uint32_t> tried;
  while (const auto server = choice.next()) {
    tried.push_back(*server);
    choice.failed();
  }
  EXPECT_EQ(tried.size(), 3u);
  EXPECT_EQ(tried.front(), 1u);
  EXPECT_EQ(choice.quarantined(), 3u);
  choice.begin_request();  // 3 of 4 are at least 66 per cent: everybody gets another chance
  EXPECT_EQ(choice.next(), 1u);
  EXPECT_EQ(choice.quarantined(), 0u);
}

TEST_F(EurekaServerChoice, LeavesTheQuarantinedOutBelowTheShare) {
  ServerChoice choice(servers, 0, properties, random);
  choice.begin_request();
  EXPECT_EQ(choice.next(), 1u);
  choice.failed();
  choice.begin_request();
  EXPECT_NE(choice.next(), 1u);
  choice.succeeded();
  EXPECT_EQ(choice.quarantined(), 1u);
}

TEST_F(EurekaServerChoice, TriesTheOneThatAnsweredLastTwiceWhenItDies) {
  ServerChoice choice(servers, 0, properties, random);
  choice.begin_request();
  ASSERT_EQ(choice.next(), 1u);
  choice.succeeded();
  choice.begin_request();
  EXPECT_EQ(choice.next(), 1u);
  choice.failed();
  EXPECT_EQ(choice.quarantined(), 0u);
  EXPECT_EQ(choice.next(), 1u);
  choice.failed();
  EXPECT_EQ(choice.quarantined(), 1u);
  EXPECT_NE(choice.next(), 1u);
  choice.succeeded();
  EXPECT_EQ(choice.quarantined(), 1u);
}

TEST_F(EurekaServerChoice, HasAnEmptyQuarantineInANewSession) {
  ServerChoice choice(servers, 0, properties, random);
  choice.begin_request();
  ASSERT_EQ(choice.next(), 1u);
  choice.failed();
  ASSERT_NE(choice.next(), 1u);
  choice.succeeded();
  choice.reconnect();
  EXPECT_EQ(choice.quarantined(), 0u);
  choice.begin_request();
  EXPECT_EQ(choice.next(), 1u);
}

TEST(EurekaClientRegistry, ADeltaLeadsToTheServersRegistry) {
  Registry server(ServerProperties{}, Instant{});
  const auto instance = [](InstanceId id, InstanceStatus status) { return InstanceInfo{.id = id, .status = status}; };
  server.register_instance(instance(1, InstanceStatus::up), 90s, false, s(0));
  server.register_instance(instance(2, InstanceStatus::up), 90s, false, s(0));
  const SharedKnown before = server.all();
  server.update_status(1, InstanceStatus::out_of_service, s(40), s(40));
  server.cancel(2, s(41));
  server.register_instance(instance(3, InstanceStatus::up), 90s, false, s(42));
  const SharedDelta delta = server.fetch_delta(s(43));
  const KnownRegistry after = applied(*before, *delta);
  EXPECT_EQ(after.counts, delta->counts);
  EXPECT_EQ(after.counts.text(), "OUT_OF_SERVICE_1_UP_1_");
  EXPECT_THAT(after.apps[0]->up, ElementsAre(registry::ViewedInstance{3, 0}));
  EXPECT_TRUE(after.apps[0]->looks_like(*server.all()->apps[0]));
}

TEST(EurekaClientRegistry, AClientAwayLongerThanTheDeltaNoticesByTheCounts) {
  Registry server(ServerProperties{}, Instant{});
  server.register_instance({.id = 1, .status = InstanceStatus::up}, 90s, false, s(0));
  server.register_instance({.id = 2, .status = InstanceStatus::up}, 90s, false, s(300));
  const SharedDelta delta = server.fetch_delta(s(301));
  EXPECT_FALSE(applied(KnownRegistry{}, *delta).counts == delta->counts);
}

TEST(EurekaClientRegistry, WhoComesToTheSameSharesIt) {
  Registry server(ServerProperties{}, Instant{});
  KnownRegistries known;
  for (const InstanceId id : {1u, 2u, 3u}) server.register_instance({.id = id, .app = id, .status = InstanceStatus::up}, 90s, false, s(0));
  const SharedKnown before = server.fetch_all(s(1));
  server.cancel(1, s(2));
  const SharedDelta first = server.fetch_delta(s(3));
  server.cancel(2, s(31));
  const SharedDelta second = server.fetch_delta(s(61));
  const SharedKnown step_by_step = known.after(known.after(before, first), second);
  EXPECT_EQ(known.after(before, first), known.after(before, first));
  EXPECT_EQ(known.after(before, second), step_by_step) << "who was not there in between";
  EXPECT_EQ(step_by_step->apps[3], before->apps[3]);
  EXPECT_EQ(step_by_step->size(), 1u);
}

TEST(StaticRegistry, AChangeIsSeenWhenTheListHasBeenEditedAndPushed) {
  registry::StaticRegistry lists({.edit_delay = 10min, .push_delay = 5min});
  lists.set(0, {{1, 0}, {2, 1}});
  lists.change(0, {{2, 1}}, s(100));
  EXPECT_EQ(lists.next_change(), s(1000));
  EXPECT_EQ(lists.fetch(s(999))->up(0).size(), 2u);
  EXPECT_TRUE(lists.take_changed(s(999)).empty());
  EXPECT_EQ(lists.fetch(s(1000))->up(0).size(), 1u);
  EXPECT_EQ(lists.next_change(), s(1000)) << "somebody has still to see to it that it is read";
  EXPECT_EQ(lists.take_changed(s(1000)), std::vector<registry::AppId>{0});
  EXPECT_EQ(lists.next_change(), std::nullopt);
}

}  // namespace
}  // namespace streamtwin::eureka
