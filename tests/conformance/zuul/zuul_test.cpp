// Vectors of OriginTimeoutManagerTest and ProxyEndpointTest, the concurrency guards with their strict and non-strict comparisons, and
// the published points of the shedding cubic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/edge/zuul/filters.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/edge/zuul/origin.hpp"
#include "sim-core/check.hpp"
#include "tests/conformance/instants.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::zuul {
namespace {

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

}  // namespace
}  // namespace streamtwin::zuul
