// Whom an instance lets in: limits on what is in flight, their partitions and what they learn from, shedding by
// priority, deadlines, and the budget of a client's retries.
#include "models/rpc/admission.hpp"

#include <gmock/gmock.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using testing::ElementsAre;

Envelope with_priority(int priority) {
  Envelope request;
  request.priority = static_cast<std::uint8_t>(priority);
  return request;
}

Envelope with_deadline(Duration deadline) {
  Envelope request;
  request.deadline = at(deadline);
  return request;
}

/// `front` works 10 ms and waits 100 ms for `back`.
std::map<std::string, ServiceSpec> with_admission(AdmissionSpec admission) {
  ServiceSpec front = service_of(10ms, 8, {call_to("back")});
  front.admission = std::move(admission);
  return {{"back", service_of(100ms, 100)}, {"front", front}};
}

std::vector<Status> statuses(const Backend& backend) {
  std::vector<Status> all;
  for (const Backend::Ended& e : backend.ended) all.push_back(e.status);
  return all;
}

TEST(Admission, ALimitCountsWhatWaitsForOthersTooAndRefusesAtOnce) {
  Backend backend(with_admission({.limit = LimitKind::fixed, .fixed = 2}));
  for (const Duration when : {0ms, 0ms, 50ms, 111ms}) backend.send_at(when, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(50, 110, 110, 221));
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  EXPECT_EQ(backend.mesh.service("front").measures.over_limit.total(), 1);
  EXPECT_EQ(backend.mesh.service("front").measures.rejections.total(), 1);
  EXPECT_EQ(backend.instance("front").admission->in_flight(), 0);
}

// One place, which each keeps for 110 ms; two may wait for it.
TEST(Admission, OfThoseInTheBacklogTheLastToComeIsLetInFirst) {
  Backend backend(with_admission({.limit = LimitKind::fixed, .fixed = 1, .backlog = {.size = 2, .timeout = 1s}}));
  for (const Duration when : {0ms, 10ms, 20ms, 30ms}) backend.send_at(when, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(30, 110, 220, 330)) << "the fourth finds no room";
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  EXPECT_EQ(backend.ended[2].request, 2u);
  EXPECT_EQ(backend.ended[3].request, 1u);
  EXPECT_EQ(backend.mesh.service("front").measures.over_limit.total(), 1);
  EXPECT_EQ(backend.instance("front").admission->in_flight(), 0);
}

TEST(Admission, WhoWaitsInTheBacklogGivesUpAfterItsTimeOut) {
  Backend backend(with_admission({.limit = LimitKind::fixed, .fixed = 1, .backlog = {.size = 2, .timeout = 50ms}}));
  for (const Duration when : {0ms, 10ms, 100ms}) backend.send_at(when, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(60, 110, 220));
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  EXPECT_EQ(backend.mesh.service("front").measures.over_limit.total(), 1);
}

TEST(Admission, AGuaranteedPartitionGetsInHoweverManyOthersAreThere) {
  const AdmissionSpec admission{.limit = LimitKind::fixed, .fixed = 2, .partitions = {{20, Fraction{1}}, {100, Fraction{0}}}};
  Backend backend(with_admission(admission));
  for (const int priority : {80, 80, 80, 10, 20, 20, 21}) backend.send_at(0ms, "front", with_priority(priority));
  backend.simulation.run();
  // Two prefetches fill the limit and the third is refused; two plays have their places none the less.
  EXPECT_THAT(statuses(backend),
              ElementsAre(Status::overloaded, Status::overloaded, Status::overloaded, Status::ok, Status::ok, Status::ok, Status::ok));
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 4);
}

TEST(Admission, APartitionWithoutAShareHasWhatIsFreeAndOnePlace) {
  const AdmissionSpec admission{.limit = LimitKind::fixed, .fixed = 2, .partitions = {{20, Fraction{1}}, {100, Fraction{0}}}};
  Backend backend(with_admission(admission));
  for (const int priority : {10, 10, 80, 80}) backend.send_at(0ms, "front", with_priority(priority));
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 3);
}

TEST(Admission, WhatTheQueueTurnsAwayTeachesTheLimitADropAndAnErrorDoesNot) {
  ServiceSpec front = service_of(10ms, 1);
  front.queue_limit = 0;
  front.admission = {.limit = LimitKind::aimd, .aimd = {.initial = 10, .least = 1}};
  Backend backend({{"front", front}});
  const rpc::Admission& admission = *backend.instance("front").admission;
  backend.send_at(0ms, "front");
  backend.send_at(0ms, "front");
  backend.simulation.run_until(at(5ms));
  EXPECT_EQ(admission.limit(), 9) << "one found no worker free";
  backend.ail("front", {.errors = Fraction{1}});
  for (int i = 1; i < 10; ++i) backend.send_at(20ms * i, "front");
  backend.simulation.run();
  EXPECT_EQ(admission.limit(), 9) << "errors are answers, and one of nine in flight is too few to grow by";
}

TEST(Admission, TheLimitsSeriesFollowsIt) {
  ServiceSpec front = service_of(10ms, 100);
  front.admission = {.limit = LimitKind::aimd, .aimd = {.initial = 2, .least = 1}};
  Backend backend({{"front", front}});
  for (int i = 0; i < 50; ++i) backend.send_at(1ms * i, "front");
  backend.simulation.run_until(at(1s));
  backend.recorder.turn_window(at(1s));
  const Series& limit = backend.recorder.series().at("service.front.limit");
  EXPECT_EQ(limit.values.back(), backend.instance("front").admission->limit());
  EXPECT_GT(limit.values.back(), 5);
}

TEST(Admission, EveryKindOfLimitLetsALightLoadIn) {
  for (const LimitKind kind : {LimitKind::fixed, LimitKind::aimd, LimitKind::vegas, LimitKind::gradient, LimitKind::gradient2}) {
    for (const bool windowed : {false, true}) {
      AdmissionSpec admission{.limit = kind};
      if (windowed) admission.window = limits::WindowProperties{};
      Backend backend(with_admission(admission));
      for (int i = 0; i < 300; ++i) backend.send_at(50ms * i, "front");
      backend.simulation.run();
      EXPECT_EQ(backend.mesh.service("front").measures.rejections.total(), 0);
      EXPECT_EQ(backend.instance("front").admission->in_flight(), 0);
      EXPECT_GE(backend.instance("front").admission->limit().value(), 4);
    }
  }
}

TEST(Shedding, ABusyInstanceTurnsTheUnimportantAway) {
  ServiceSpec front = service_of(100ms, 1);
  front.shedding.enabled = true;
  Backend backend({{"front", front}});
  for (int i = 0; i < 100; ++i) backend.send_at(0ms, "front", with_priority(0));  // busy for ten seconds
  for (const int priority : {0, 1, 100}) backend.send_at(9s, "front", with_priority(priority));
  backend.send_at(30s, "front", with_priority(100));  // idle again
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("front").measures.shed.total(), 2) << "only what is most important, when there is no room at all";
  EXPECT_EQ(backend.ended.back().status, Status::ok);
}

TEST(Shedding, ThreadsThatAreTakenAreLoadThoughTheirCoresIdle) {
  ServiceSpec front = service_of(1ms, 8, {call_to("back")});
  front.execution = {ExecutionModel::blocking_threads, 10};
  front.shedding.enabled = true;
  Backend backend({{"back", service_of(5s, 100)}, {"front", front}});
  for (int i = 0; i < 9; ++i) backend.send_at(0ms, "front", with_priority(0));
  backend.send_at(500ms, "front", with_priority(50));
  backend.send_at(500ms, "front", with_priority(80));  // nine of ten threads: 100 * (1 - (2/3)^3) is 70.4
  backend.simulation.run_until(at(600ms));
  EXPECT_THAT(statuses(backend), ElementsAre(Status::overloaded));
}

// A play writes a log entry, and both end at `back`; the entry's way leads over another service.
std::map<std::string, ServiceSpec> play_and_log() {
  CallSpec log = call_to("log"), play = call_to("back");
  log.priority = 90;
  log.fallback = Fallback::fixed_answer;
  play.command.timeout = 60s;
  ServiceSpec back = service_of(100ms, 1);
  back.shedding.enabled = true;
  return {{"back", back}, {"front", service_of(1ms, 8, {play, log})}, {"log", service_of(1ms, 8, {call_to("back")})}};
}

TEST(CallPriority, MakesABusyServiceDropTheLogAndNotThePlayThatItBelongsTo) {
  Backend backend(play_and_log());
  for (int i = 0; i < 100; ++i) backend.send_at(0ms, "back", with_priority(0));  // busy for ten seconds
  backend.send_at(9s, "front", with_priority(0));
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("back").measures.shed.total(), 4) << "two tries of the log's call, and two of its own second try";
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 105);
  EXPECT_EQ(backend.mesh.measures.fallbacks.total(), 1);
  EXPECT_EQ(backend.ended.back().status, Status::ok);
  EXPECT_GT(backend.ended.back().at, 10) << "the play has waited for its turn";
}

TEST(CallPriority, IsThatOfTheRequestUnlessTheCallSaysOtherwise) {
  std::map<std::string, ServiceSpec> services = play_and_log();
  for (CallSpec& call : services.at("front").calls) call.priority.reset();
  Backend backend(services);
  for (int i = 0; i < 100; ++i) backend.send_at(0ms, "back", with_priority(0));
  backend.send_at(9s, "front", with_priority(0));
  backend.send_at(9s, "front", with_priority(50));
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("back").measures.shed.total(), 6)
      << "both calls of the less important one, each twice, the log's at both of its layers";
}

TEST(UsageMeter, ForgetsExponentiallyWhatWasUsedLongerAgo) {
  rpc::UsageMeter meter(1s);
  EXPECT_EQ(meter.read(0.0, 0.0, at(0s)), 0);
  EXPECT_NEAR(meter.read(1.0, 1.0, at(1s)), 1 - std::exp(-1), 1e-12) << "used throughout";
  EXPECT_NEAR(meter.read(1.04, 1.04, at(1040ms)), 1 - std::exp(-1), 1e-12) << "looked at a moment ago";
  EXPECT_NEAR(meter.read(2.0, 2.0, at(2s)), 1 - std::exp(-2), 1e-12);
  EXPECT_NEAR(meter.read(2.0, 3.0, at(3s)), std::exp(-1) - std::exp(-3), 1e-12) << "not used at all";
  EXPECT_NEAR(meter.read(2.0, 3.0, at(9s)), 0, 1e-3) << "nothing was there to be used";
}

class Deadline : public testing::TestWithParam<Deadlines> {
 public:
  bool propagated() const { return GetParam() == Deadlines::propagate; }
};
INSTANTIATE_TEST_SUITE_P(All, Deadline, testing::Values(Deadlines::local, Deadlines::propagate),
                         [](const auto& deadlines) { return deadlines.param == Deadlines::local ? "local" : "propagated"; });

TEST_P(Deadline, AServerDropsWhenItsTurnComesWhatNobodyWaitsForAnyMore) {
  CallSpec call = call_to("back");
  call.command.timeout = 50ms;
  Backend backend({{"back", service_of(100ms, 1)}, {"front", service_of(10ms, 8, {call})}}, Seed{1}, {.deadlines = GetParam()});
  for (int i = 0; i < 3; ++i) backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(60, 60, 60));
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 3);
  EXPECT_NEAR(backend.mesh.service("back").measures.busy.total(), propagated() ? 0.1 : 0.3, 1e-12);
  EXPECT_EQ(backend.mesh.measures.expired.total(), propagated() ? 2 : 0);
}

TEST_P(Deadline, ACallIsNotMadeAfterIt) {
  CallSpec call = call_to("middle");
  call.command.timeout = 30ms;
  Backend backend(
      {{"back", service_of(10ms, 8)}, {"front", service_of(10ms, 8, {call})}, {"middle", service_of(50ms, 8, {call_to("back")})}}, Seed{1},
      {.deadlines = GetParam()});
  backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(40));
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), propagated() ? 0 : 1);
}

TEST(BlockingThreads, DropWhenTheirTurnComesWhatNobodyWaitsFor) {
  ServiceSpec front = service_of(100ms, 1);
  front.execution = {ExecutionModel::blocking_threads, 1};
  Backend backend({{"front", front}}, Seed{1}, {.deadlines = Deadlines::propagate});
  for (int i = 0; i < 2; ++i) backend.send_at(0ms, "front", with_deadline(50ms));
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(100, 100)) << "what was begun is worked to its end";
  EXPECT_NEAR(in_seconds(backend.instance("front").execution.worked()), 0.1, 1e-12);
}

TEST(RetryThrottle, AllowsRetriesWhileMoreThanHalfOfTheTokensAreThere) {
  const RetryThrottleSpec spec{.enabled = true, .max_tokens = 4, .token_ratio = 0.5};
  RetryThrottle throttle(spec);
  throttle.failed();
  EXPECT_TRUE(throttle.allows());
  throttle.failed();
  EXPECT_FALSE(throttle.allows()) << "half is not more than half";
  throttle.succeeded();
  EXPECT_TRUE(throttle.allows());
  for (int i = 0; i < 100; ++i) throttle.succeeded();
  EXPECT_EQ(throttle.tokens(), 4);
  for (int i = 0; i < 100; ++i) throttle.failed();
  EXPECT_EQ(throttle.tokens(), 0);
}

TEST(RetryThrottle, IsSpentByFailedTries) {
  CallSpec call = call_to("back");
  call.client.read_timeout = 10ms;
  call.client.retry_throttle = {.enabled = true, .max_tokens = 4};
  Backend backend({{"back", service_of(100ms, 100)}, {"front", service_of(10ms, 8, {call})}});
  backend.send_at(0ms, "front");
  backend.send_at(1s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(30, 1020));
  EXPECT_EQ(backend.mesh.measures.retries.total(), 1);
  EXPECT_EQ(backend.mesh.measures.retries_throttled.total(), 1);
}

}  // namespace
}  // namespace streamtwin::services
