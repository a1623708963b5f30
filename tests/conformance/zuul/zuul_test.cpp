// Vectors of OriginTimeoutManagerTest, ConnectionPoolConfigImplTest, PerServerConnectionPoolTest and ProxyEndpointTest,
// the concurrency guards with their strict and non-strict comparisons, the published points of the shedding cubic, and
// the techniques of the edge balancer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/edge/zuul/choice_of_two.hpp"
#include "models/edge/zuul/connection_pool.hpp"
#include "models/edge/zuul/filters.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/edge/zuul/origin.hpp"
#include "sim-core/check.hpp"
#include "tests/conformance/instants.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::zuul {
namespace {

using ::testing::ElementsAre;

TEST(ZuulOrigin, LetsOneMoreThanTheLimitRun) {
  OriginConcurrency origin(OriginProperties{});
  int running = 0;
  while (origin.try_start()) ++running;
  EXPECT_EQ(running, 201);
  origin.finish();
  EXPECT_TRUE(origin.try_start());
  EXPECT_FALSE(origin.try_start());
}

TEST(ZuulOrigin, WithoutProtectionLetsEverythingRun) {
  OriginConcurrency origin({.concurrency_protection = false, .max_concurrent_requests = 1});
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(origin.try_start());
}

TEST(ZuulTimeouts, TheSmallerOneCountsUpToNinetySeconds) {
  EXPECT_EQ(attempt_timeout(std::nullopt, std::nullopt), 90s);
  EXPECT_EQ(attempt_timeout(100ms, 1000ms), 100ms);
  EXPECT_EQ(attempt_timeout(std::nullopt, 1000ms), 1000ms);
  EXPECT_EQ(attempt_timeout(1000s, 2000s), 90s);
}

TEST(ZuulRetries, OfTheTable) {
  using enum AttemptOutcome;
  for (std::size_t i = 0; i < outcome_table.size(); ++i) EXPECT_EQ(static_cast<std::size_t>(outcome_table[i].outcome), i);
  const auto retried = [](AttemptOutcome outcome, Method method) { return should_retry(outcome, method, 1, 1); };
  for (AttemptOutcome outcome : {unavailable_503, connect_error, reset_connection})
    for (Method method : {Method::get, Method::post, Method::put, Method::delete_}) EXPECT_TRUE(retried(outcome, method));
  for (AttemptOutcome outcome : {server_error_500, read_timeout}) {
    for (Method method : {Method::get, Method::head, Method::options}) EXPECT_TRUE(retried(outcome, method));
    for (Method method : {Method::post, Method::put, Method::delete_, Method::other}) EXPECT_FALSE(retried(outcome, method));
  }
  for (AttemptOutcome outcome :
       {success, other_server_error, no_available_servers, max_connections, origin_concurrency, close_notify, client_cancelled, other})
    EXPECT_FALSE(retried(outcome, Method::get));
}

TEST(ZuulRetries, StatusesOfTheTable) {
  using enum AttemptOutcome;
  EXPECT_EQ(row_of(unavailable_503).status, 503);
  EXPECT_EQ(row_of(connect_error).status, 502);
  EXPECT_EQ(row_of(reset_connection).status, 504);
  EXPECT_EQ(row_of(read_timeout).status, 504);
  EXPECT_EQ(row_of(no_available_servers).status, 502);
  EXPECT_EQ(row_of(max_connections).status, 503);
  EXPECT_EQ(row_of(origin_concurrency).status, 503);
  EXPECT_EQ(row_of(close_notify).status, 502);
  EXPECT_EQ(row_of(client_cancelled).status, 400);
  EXPECT_EQ(row_of(other).status, 500);
}

TEST(ZuulRetries, OneMoreAttemptThanRetriesAndOnlyWhatCanBeReplayed) {
  using enum AttemptOutcome;
  EXPECT_TRUE(should_retry(unavailable_503, Method::get, 1, 1));
  EXPECT_FALSE(should_retry(unavailable_503, Method::get, 2, 1));
  EXPECT_FALSE(should_retry(unavailable_503, Method::get, 1, 0));
  EXPECT_FALSE(should_retry(unavailable_503, Method::post, 1, 1, {.body_buffered = false}));
  EXPECT_TRUE(should_retry(unavailable_503, Method::post, 1, 1, {.body_buffered = true}));
  EXPECT_FALSE(should_retry(unavailable_503, Method::get, 1, 1, {.response_started = true}));
}

TEST(ZuulFilters, RefuseAtTheLimitAndSkipByTheRules) {
  FilterGuard limited({.concurrency_limit = 2});
  EXPECT_EQ(limited.enter({}), FilterStep::run);
  EXPECT_EQ(limited.enter({}), FilterStep::run);
  EXPECT_EQ(limited.enter({}), FilterStep::too_concurrent);
  limited.leave();
  EXPECT_EQ(limited.enter({}), FilterStep::run);
  FilterGuard plain(FilterProperties{});
  EXPECT_EQ(plain.enter({.stop_processing = true}), FilterStep::skipped);
  EXPECT_EQ(plain.enter({.cancelled = true}), FilterStep::skipped);
  EXPECT_EQ(plain.enter({}, false), FilterStep::skipped);
  EXPECT_EQ(plain.enter({}, true, true), FilterStep::skipped);
  EXPECT_EQ(plain.inside(), 0);
  FilterGuard stubborn({.overrides_stop = true});
  EXPECT_EQ(stubborn.enter({.stop_processing = true}), FilterStep::run);
  EXPECT_EQ(stubborn.enter({.stop_processing = true, .cancelled = true}), FilterStep::skipped);
  FilterGuard endpoint({.phase = FilterPhase::endpoint});
  EXPECT_EQ(endpoint.enter({.stop_processing = true, .cancelled = true}, false, true), FilterStep::run);
}

TEST(ZuulFilters, TakeTheGlobalLimitUnlessTheirOwnDiffersFromTheDefault) {
  const auto admitted = [](int own, int global) {
    FilterGuard guard({.concurrency_limit = own}, global);
    int count = 0;
    while (guard.enter({}) == FilterStep::run) ++count;
    return count;
  };
  EXPECT_EQ(admitted(4000, 4000), 4000);
  EXPECT_EQ(admitted(4000, 7), 7);
  EXPECT_EQ(admitted(3, 7), 3);
}

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

TEST(ZuulShedding, TheCubicMeetsThePublishedPoints) {
  EXPECT_NEAR(priority_threshold(0.35), 95.7, 0.05);
  EXPECT_NEAR(priority_threshold(0.80), 48.8, 0.05);
  EXPECT_NEAR(priority_threshold(0.95), 14.3, 0.05);
  EXPECT_NEAR(priority_threshold(0.965), 10, 0.2);
}

TEST(ZuulShedding, NothingIsShedBelowTheThresholdAndEverythingAtCapacity) {
  const SheddingProperties properties{.enabled = true, .throttling_threshold = 0.7, .capacity = 1};
  EXPECT_FALSE(should_shed(100, overload(0.7, properties)));
  EXPECT_TRUE(should_shed(1, overload(1.0, properties)));
  EXPECT_TRUE(should_shed(1, overload(2.0, properties)));
  EXPECT_NEAR(overload(0.85, properties), 0.5, 1e-12);
  EXPECT_TRUE(should_shed(88, overload(0.85, properties)));  // the threshold is 87.5
  EXPECT_FALSE(should_shed(87, overload(0.85, properties)));
  EXPECT_TRUE(should_shed(88, 0.0, overload(0.85, properties)));  // the worst measure counts
}

TEST(ZuulShedding, AGatewayThrottlesByTheWorstOfTheMeasuresItLooksAt) {
  const GatewayLoad overloaded{.cpu = 1, .in_flight = 1e6, .origin_in_flight = 1, .origin_errors = 1};
  EXPECT_FALSE(should_shed(100, overloaded, GatewaySheddingSpec{})) << "it looks at none unless it is told to";
  for (SheddingProperties GatewaySheddingSpec::*measure : {&GatewaySheddingSpec::cpu, &GatewaySheddingSpec::in_flight,
                                                           &GatewaySheddingSpec::origin_in_flight, &GatewaySheddingSpec::origin_errors}) {
    GatewaySheddingSpec spec;
    (spec.*measure).enabled = true;
    EXPECT_TRUE(spec.any());
    EXPECT_TRUE(should_shed(1, overloaded, spec));
    EXPECT_FALSE(should_shed(0, overloaded, spec)) << "what is most important is never shed";
    EXPECT_FALSE(should_shed(100, GatewayLoad{}, spec));
  }
}

TEST(ZuulBackOff, TheLessImportantRetryLessAndLater) {
  const BackOffProperties properties;
  const auto critical = directive_for(RequestClass::critical, properties);
  const auto non_critical = directive_for(RequestClass::non_critical, properties);
  EXPECT_GT(critical.retries_max, non_critical.retries_max);
  EXPECT_LT(critical.window, non_critical.window);
}

TEST(ZuulBackOff, ARequestsClassFollowsFromItsPriority) {
  const BackOffProperties properties;
  EXPECT_EQ(class_of(0, properties), RequestClass::critical);
  EXPECT_EQ(class_of(20, properties), RequestClass::critical);
  EXPECT_EQ(class_of(21, properties), RequestClass::degraded_experience);
  EXPECT_EQ(class_of(60, properties), RequestClass::degraded_experience);
  EXPECT_EQ(class_of(61, properties), RequestClass::non_critical);
}

class ZuulChoiceOfTwo : public ::testing::Test {
 protected:
  void make(std::size_t count, Instant launched = Instant{Duration{-1000}}) {
    std::vector<Server> servers;
    for (std::uint32_t host = 0; host < count; ++host) servers.push_back({host, 0});
    balancer.update(servers, std::vector<Instant>(count, launched));
    for (ServerSlot slot = 0; slot < count; ++slot) answer(slot, 0.3);
  }
  void answer(ServerSlot slot, double utilisation, bool error = false, Instant now = Instant{}) {
    balancer.request_started(slot);
    balancer.request_finished(slot, error, utilisation, now);
  }
  std::vector<int> picks(std::size_t count, Instant now = Instant{}, int draws = 20000) {
    std::vector<int> counts(count);
    for (int i = 0; i < draws; ++i) ++counts[*balancer.choose(now, random)];
    return counts;
  }
  ChoiceOfTwo balancer{ChoiceOfTwoProperties{}};
  Random random{2, "zuul", "choice"};
};

TEST_F(ZuulChoiceOfTwo, EqualServersShareEqually) {
  make(5);
  for (int count : picks(5)) EXPECT_NEAR(count / 20000.0, 0.2, 0.015);
}

TEST_F(ZuulChoiceOfTwo, TheWorstOfManyIsNeverTakenAgainstABetterOne) {
  make(5);
  for (int i = 0; i < 10; ++i) balancer.request_started(3);
  EXPECT_EQ(picks(5)[3], 0);
}

TEST_F(ZuulChoiceOfTwo, AvoidsTheBusyAndForgivesAfterTheDecay) {
  make(4);
  answer(1, 0.95);
  EXPECT_EQ(picks(4, s(0))[1], 0);
  EXPECT_NEAR(picks(4, s(31))[1] / 20000.0, 0.25, 0.015);
}

TEST_F(ZuulChoiceOfTwo, AvoidsServersWithConnectionErrors) {
  make(3);
  for (int i = 0; i < 10; ++i) answer(0, 0.3, true);
  EXPECT_EQ(picks(3)[0], 0);
}

TEST_F(ZuulChoiceOfTwo, AServerThatNeverAnsweredHasOneRequestAtATime) {
  make(3);
  std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  balancer.update(servers, std::vector<Instant>(4, s(-1000)));
  EXPECT_TRUE(balancer.on_probation(3));
  EXPECT_GT(picks(4)[3], 0);
  balancer.request_started(3);
  for (ServerSlot slot = 0; slot < 3; ++slot)
    for (int i = 0; i < 5; ++i) balancer.request_started(slot);  // it would have the best score
  EXPECT_EQ(picks(4, s(0), 2000)[3], 0);
}

// Nobody is acceptable: three work at 95 %, and the newcomer has its one request.
TEST_F(ZuulChoiceOfTwo, ProbationHoldsUnderOverload) {
  make(3);
  std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  balancer.update(servers, std::vector<Instant>(4, s(-1000)));
  for (ServerSlot slot = 0; slot < 3; ++slot) answer(slot, 0.95);
  for (int request = 0; request < 60; ++request) balancer.request_started(*balancer.choose(s(0), random));
  EXPECT_EQ(balancer.in_flight(3), 1);
  for (ServerSlot slot = 0; slot < 3; ++slot) EXPECT_NEAR(balancer.in_flight(slot), 59 / 3.0, 3);
}

TEST_F(ZuulChoiceOfTwo, SomebodyIsAskedWhenAllThatAreDrawnAreOnProbation) {
  const std::vector<Server> servers{{0, 0}, {1, 0}};
  balancer.update(servers, std::vector<Instant>(2, s(-1000)));
  for (int request = 0; request < 10; ++request) balancer.request_started(*balancer.choose(s(0), random));
  EXPECT_EQ(balancer.in_flight(0), 5);
  EXPECT_EQ(balancer.in_flight(1), 5);
}

TEST_F(ZuulChoiceOfTwo, RefusesAnAnswerToNoRequest) {
  make(2);
  EXPECT_NE(refusal_of<ProgrammingError>([&] { balancer.request_finished(1, false, 0.3, s(0)); }).find("none in flight"),
            std::string::npos);
  EXPECT_EQ(balancer.in_flight(1), 0);
}

TEST_F(ZuulChoiceOfTwo, ANewServerWarmsUpOverNinetySeconds) {
  make(4, s(-1000));
  std::vector<Instant> launched(4, s(-1000));
  launched[2] = s(0);
  balancer.update(std::vector<Server>{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, launched);
  const double at_start = picks(4, s(1))[2] / 20000.0;
  const double half_way = picks(4, s(45))[2] / 20000.0;
  const double after = picks(4, s(90))[2] / 20000.0;
  EXPECT_LT(at_start, 0.02);
  EXPECT_GT(half_way, 0.08);
  EXPECT_LT(half_way, 0.2);
  EXPECT_NEAR(after, 0.25, 0.015);
}

TEST_F(ZuulChoiceOfTwo, AServerThatLeftKeepsItsSlotUntilItsLastAnswer) {
  make(3);
  balancer.request_started(1);
  const std::vector<Server> without{{0, 0}, {2, 0}}, with_another{{0, 0}, {2, 0}, {7, 0}}, all{{0, 0}, {2, 0}, {7, 0}, {8, 0}};
  balancer.update(without, std::vector<Instant>(2, s(-1000)));
  EXPECT_EQ(balancer.slot_of(1), 1u);
  balancer.update(with_another, std::vector<Instant>(3, s(-1000)));
  EXPECT_EQ(balancer.slot_of(7), 3u);
  balancer.request_finished(1, false, 0.3, s(0));
  EXPECT_EQ(balancer.slot_of(1), std::nullopt);
  balancer.update(all, std::vector<Instant>(4, s(-1000)));
  EXPECT_EQ(balancer.slot_of(8), 1u);
  EXPECT_TRUE(balancer.on_probation(1)) << "the newcomer inherits nothing";
  EXPECT_EQ(balancer.slot_of(2), 2u);
  EXPECT_FALSE(balancer.on_probation(2));
}

TEST(ZuulSubset, SpreadsTheClientsEvenlyOverTheRing) {
  std::vector<Server> servers;
  for (std::uint32_t host = 0; host < 100; ++host) servers.push_back({host, 0});
  std::vector<int> clients(100);
  for (std::uint32_t client = 0; client < 40; ++client)
    for (const Server& server : ring_subset(servers, 20, client)) ++clients[server.host];
  const auto [fewest, most] = std::minmax_element(clients.begin(), clients.end());
  EXPECT_GE(*fewest, 6);
  EXPECT_LE(*most, 10);
  EXPECT_EQ(ring_subset(servers, 500, 3).size(), 100u);
}

}  // namespace
}  // namespace streamtwin::zuul
