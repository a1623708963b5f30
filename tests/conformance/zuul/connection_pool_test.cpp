// Vectors of ConnectionPoolConfigImplTest and PerServerConnectionPoolTest.
#include <gtest/gtest.h>

#include "models/edge/zuul/connection_pool.hpp"
#include "sim-core/check.hpp"
#include "tests/conformance/instants.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::zuul {
namespace {

class ZuulPool : public ::testing::Test {
 protected:
  ZuulPool() { balancer.update(std::vector<ribbon::Server>{{1, 0}, {2, 1}}, s(0)); }
  ConnectionId open(ConnectionPool& pool, std::size_t loop = 0, Instant now = Instant{}) {
    const Acquisition acquired = pool.acquire(0, loop, now);
    EXPECT_EQ(acquired.how, Acquired::connect);
    pool.connected(acquired.connection);
    return acquired.connection;
  }
  int active() { return balancer.stats(0).active_requests(s(0), ribbon_properties); }

  ribbon::BalancerProperties ribbon_properties;
  ribbon::LoadBalancer balancer{ribbon_properties, s(0)};
  ConnectionPoolProperties properties;
};

TEST_F(ZuulPool, DefaultsOfTheUpstreamTest) {
  EXPECT_EQ(properties.max_connections_per_host, 50);
  EXPECT_EQ(properties.waterline, 4);
  EXPECT_EQ(properties.max_requests_per_connection, 1000);
  EXPECT_EQ(properties.connect_timeout, 500ms);
  EXPECT_EQ(properties.idle_timeout, 60s);
}

TEST_F(ZuulPool, RefusesAtTheLimitAndLeaksAnActiveRequest) {
  properties.max_connections_per_host = 1;
  ConnectionPool pool(properties, balancer);
  const ConnectionId only = open(pool);
  EXPECT_EQ(pool.acquire(0, 0, s(0)).how, Acquired::max_connections);
  EXPECT_EQ(pool.rejections(), 1u);
  EXPECT_EQ(active(), 2);
  pool.release(only, s(0));
  EXPECT_EQ(active(), 1);  // forgotten only after ten minutes without a change
  EXPECT_EQ(balancer.stats(0).active_requests(s(601), ribbon_properties), 0);
}

TEST_F(ZuulPool, WithoutTheQuirkARefusalLeavesNoTrace) {
  properties.max_connections_per_host = 1;
  properties.leak_on_max_connections = false;
  ConnectionPool pool(properties, balancer);
  open(pool);
  EXPECT_EQ(pool.acquire(0, 0, s(0)).how, Acquired::max_connections);
  EXPECT_EQ(active(), 1);
}

TEST_F(ZuulPool, ConnectionsBeingOpenedCountTowardsTheLimit) {
  properties.max_connections_per_host = 2;
  ConnectionPool pool(properties, balancer);
  const auto first = pool.acquire(0, 0, s(0));
  pool.acquire(0, 1, s(0));
  EXPECT_EQ(pool.acquire(0, 2, s(0)).how, Acquired::max_connections);
  pool.connect_failed(first.connection, s(0));
  EXPECT_EQ(balancer.stats(0).failures_in_row(), 1);
  EXPECT_EQ(pool.acquire(0, 2, s(0)).how, Acquired::connect);
}

// At a request every ten seconds and event loop, one in e^6 connections has been idle for more than a minute.
TEST_F(ZuulPool, BeginsWithTheConnectionsOfAGatewayThatHasLongBeenInUse) {
  properties.event_loops = 20'000;
  properties.max_connections_per_host = -1;
  properties.max_requests_per_connection = 9;
  ConnectionPool pool(properties, balancer);
  pool.begin_in_use(Rate{20'000.0 / 10}, s(0), Random(7, 0, 0));
  int reused = 0, used_up = 0;
  for (std::size_t loop = 0; loop < 20'000; ++loop) {
    const auto got = pool.acquire(0, loop, s(0));
    if (got.how == Acquired::connect) continue;
    ++reused;
    used_up += pool.release(got.connection, s(0)) == Released::closed;
  }
  EXPECT_NEAR(reused / 20'000.0, 1 - std::exp(-6.0), 0.002);
  EXPECT_NEAR(used_up / static_cast<double>(reused), 0.1, 0.01);  // it was the last of the ten requests that it may carry
}

// A loop that is asked once in an idle time: the longer its first request is in coming, the likelier has its connection gone.
TEST_F(ZuulPool, AConnectionThatIsNotNeededGoesWhileTheRunLasts) {
  properties.event_loops = 20'000;
  properties.max_connections_per_host = -1;
  for (const double share : {0.0, 0.5, 1.0}) {
    ConnectionPool pool(properties, balancer);
    pool.begin_in_use(Rate{20'000 / in_seconds(properties.idle_timeout)}, s(0), Random(7, 0, 0));
    int reused = 0;
    for (std::size_t loop = 0; loop < 20'000; ++loop)
      reused += pool.acquire(0, loop, s(0) + properties.idle_timeout * share).how == Acquired::reused;
    EXPECT_NEAR(reused / 20'000.0, 1 - std::exp(share - 1), 0.02) << share;
  }
}

// One goes every thousand requests: what is first needed after a thousand was there with even chances.
TEST_F(ZuulPool, WhatIsRarelyNeededAtOnceWasSeldomOpen) {
  properties.event_loops = 20'000;
  properties.max_connections_per_host = -1;
  ConnectionPool pool(properties, balancer);
  pool.begin_in_use(Rate{20'000}, s(0), Random(7, 0, 0));
  int second = 0;
  for (std::size_t loop = 0; loop < 20'000; ++loop) {
    pool.acquire(0, loop, s(0));
    second += pool.acquire(0, loop, s(1000)).how == Acquired::reused;
  }
  EXPECT_NEAR(second / 20'000.0, 0.5, 0.02);
}

TEST_F(ZuulPool, AServerThatWasAwayIsConnectedToAnew) {
  ConnectionPool pool(properties, balancer);
  pool.begin_in_use(Rate{1000}, s(0), Random(7, 0, 0));
  EXPECT_EQ(pool.acquire(0, 0, s(0)).how, Acquired::reused);
  pool.drain(0);
  pool.follow_list();
  EXPECT_EQ(pool.acquire(0, 1, s(0)).how, Acquired::connect);
}

TEST_F(ZuulPool, ClosesAboveTheWaterline) {
  properties.waterline = 0;
  ConnectionPool pool(properties, balancer);
  EXPECT_EQ(pool.release(open(pool), s(0)), Released::closed);
  EXPECT_EQ(pool.open(0), 0);
  properties.waterline = 1;
  ConnectionPool other(properties, balancer);
  const ConnectionId a = open(other);
  const ConnectionId b = open(other);
  EXPECT_EQ(other.release(a, s(0)), Released::pooled);
  EXPECT_EQ(other.release(b, s(0)), Released::closed);
  EXPECT_EQ(other.idle(0, s(0)), 1);
}

TEST_F(ZuulPool, AConnectionIsReusedOnlyOnItsEventLoopAndOldestFirst) {
  ConnectionPool pool(properties, balancer);
  const ConnectionId a = open(pool, 0);
  const ConnectionId b = open(pool, 0);
  pool.release(b, s(1));
  pool.release(a, s(2));
  EXPECT_EQ(pool.acquire(0, 1, s(3)).how, Acquired::connect);
  EXPECT_EQ(pool.acquire(0, 0, s(3)).connection, b);
  EXPECT_EQ(pool.acquire(0, 0, s(3)).connection, a);
}

TEST_F(ZuulPool, ClosesWhatIsFlaggedUsedUpIdleForLongOrOfATrippedServer) {
  properties.max_requests_per_connection = 2;
  ConnectionPool pool(properties, balancer);
  const ConnectionId flagged = open(pool);
  pool.flag_to_close(flagged);
  EXPECT_EQ(pool.release(flagged, s(0)), Released::closed);
  ConnectionId used = open(pool);
  for (int request = 1; request <= 2; ++request) {
    EXPECT_EQ(pool.release(used, s(0)), Released::pooled);
    used = pool.acquire(0, 0, s(0)).connection;
  }
  EXPECT_EQ(pool.release(used, s(0)), Released::closed);  // its third request
  pool.release(open(pool), s(0));
  EXPECT_EQ(pool.idle(0, s(59.9)), 1);
  EXPECT_EQ(pool.idle(0, s(60)), 0);
  const ConnectionId last = open(pool, 0, s(61));
  for (int i = 0; i < 3; ++i) balancer.stats(0).connection_failed(s(61), ribbon_properties);
  EXPECT_EQ(pool.release(last, s(62)), Released::closed);
  EXPECT_EQ(pool.open(0), 0);
}

TEST_F(ZuulPool, AServerThatLeftDiscoveryLosesItsConnections) {
  ConnectionPool pool(properties, balancer);
  const ConnectionId busy = open(pool);
  const ConnectionId idle = open(pool);
  pool.release(idle, s(0));
  balancer.update({}, s(0));
  pool.follow_list();
  EXPECT_EQ(pool.open(0), 1);
  EXPECT_EQ(pool.release(busy, s(1)), Released::closed);
  EXPECT_EQ(pool.open(0), 0);
}

TEST_F(ZuulPool, AServerThatGetsTheIndexOfOneThatHasGoneGetsNoneOfItsConnections) {
  ConnectionPool pool(properties, balancer);
  pool.release(open(pool), s(0));
  ASSERT_EQ(pool.idle(0, s(1)), 1);
  balancer.update({}, s(1));
  balancer.forget_gone([](std::uint32_t) { return true; }, s(1));
  balancer.update(std::vector<ribbon::Server>{{12, 0}, {13, 0}, {14, 0}}, s(2));
  ASSERT_TRUE(balancer.listed(0)) << "somebody has its index";
  pool.follow_list();  // nobody has asked meanwhile
  EXPECT_EQ(pool.idle(0, s(2)), 0);
  EXPECT_EQ(pool.acquire(0, 0, s(2)).how, Acquired::connect);
}

TEST_F(ZuulPool, RefusesAConnectionWhileDraining) {
  ConnectionPool pool(properties, balancer);
  pool.release(open(pool), s(0));
  pool.drain(0);
  EXPECT_NE(refusal_of<ProgrammingError>([&] { pool.acquire(0, 0, s(1)); }).find("drained"), std::string::npos);
  EXPECT_EQ(active(), 0) << "what is refused leaves no trace";
  EXPECT_EQ(pool.acquire(1, 0, s(1)).how, Acquired::connect) << "of another server";
  pool.follow_list();
  EXPECT_EQ(pool.acquire(0, 0, s(2)).how, Acquired::connect) << "it is on the list";
}

TEST_F(ZuulPool, ABrokenIdleConnectionLeavesTheQueue) {
  ConnectionPool pool(properties, balancer);
  const ConnectionId a = open(pool);
  const ConnectionId b = open(pool);
  const ConnectionId c = open(pool);
  for (ConnectionId id : {a, b, c}) pool.release(id, s(0));
  pool.broken(b);
  EXPECT_EQ(pool.idle(0, s(0)), 2);
  EXPECT_EQ(pool.acquire(0, 0, s(0)).connection, a);
  EXPECT_EQ(pool.acquire(0, 0, s(0)).connection, c);
  EXPECT_EQ(pool.open(0), 2);
}

}  // namespace
}  // namespace streamtwin::zuul
