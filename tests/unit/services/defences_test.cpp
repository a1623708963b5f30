// What a client does against a callee that fails: servers that it ejects, tries side by side, budgets, and what it holds back.
#include <gmock/gmock.h>

#include "models/services/hedges.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// Without a breaker, a time-out, a pool, blackouts or retries in the way.
ClientSpec once() {
  ClientSpec client;
  client.retries_next_server = 0;
  return client;
}

class Defended {
 public:
  Defended(const ClientSpec& client, int backs, Duration work = 10ms, int cores = 1000, int queue = 1000)
      : backend({{"front", front(client)}, {"back", back(backs, work, cores, queue)}}) {}

  void ail(int number, const rpc::Trouble& trouble) {
    troubles_.push_back(std::make_unique<rpc::Trouble>(trouble));
    backend.instance("back", number).trouble = troubles_.back().get();
  }
  void send_every(Duration interval, int count, Duration from = 0s) {
    for (int i = 0; i < count; ++i) backend.send_at(from + i * interval, "front");
  }
  std::uint64_t requests_at(int number) { return backend.instance("back", number).requests; }
  Outgoing& outgoing() { return caller_of(backend.instance("front")).outgoing(0); }
  const DefenceMeasures& counted() { return backend.mesh.measures.defences; }
  void expect_nothing_under_way() {
    for (const ribbon::ServerIndex server : outgoing().balancer.list()) {
      EXPECT_EQ(static_cast<const ribbon::LoadBalancer&>(outgoing().balancer).stats(server).active(), 0);
    }
  }

  Backend backend;

 private:
  static ServiceSpec front(const ClientSpec& client) {
    CallSpec call = call_to("back", hystrix::Isolation::semaphore);
    call.command.execution_semaphore = 100000;
    call.command.timeout_enabled = false;
    call.command.circuit_breaker_enabled = false;
    call.balancer.connection_failure_threshold = 1'000'000;
    call.client = client;
    ServiceSpec spec = service_of(1us, 1000, {call});
    spec.cost = {1e-7s, 0};
    return spec;
  }
  static ServiceSpec back(int instances, Duration work, int cores, int queue) {
    ServiceSpec spec = service_of(work, cores);
    spec.instances_per_zone = instances;
    spec.queue_limit = queue;
    return spec;
  }

  std::vector<std::unique_ptr<rpc::Trouble>> troubles_;
};

ClientSpec ejecting(double most) {
  ClientSpec client = once();
  client.outlier_ejection = outlier::OutlierSpec{.max_ejected = Fraction{most}};
  return client;
}

TEST(Ejection, SendsNothingToAServerThatFailsUntilItsTimeIsOver) {
  Defended platform(ejecting(0.5), 3);
  platform.ail(0, {.errors = Fraction{1}});
  platform.send_every(100ms, 390);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.requests_at(0), 5u);
  EXPECT_NEAR(static_cast<double>(platform.requests_at(1)), static_cast<double>(platform.requests_at(2)), 1);
  EXPECT_EQ(platform.counted().ejections.total(), 1);
  ASSERT_FALSE(platform.backend.recorder.notices.all().empty());
  const Notice& notice = platform.backend.recorder.notices.all().front();
  EXPECT_EQ(notice.kind, NoticeKind::ejected);
  EXPECT_EQ(notice.target, platform.backend.instance("back", 0).name);
  EXPECT_EQ(notice.by, platform.backend.instance("front").name);
  EXPECT_NEAR(in_seconds(notice.time), 1.41, 1e-3) << "the fifth request to it, as every third is";
  platform.send_every(100ms, 60, 41s);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.requests_at(0), 10u) << "back at the sweep after 30 s, and out again";
}

TEST(Ejection, LeavesEverybodyInUseWhereItWouldBeTooMany) {
  Defended platform(ejecting(0.1), 3);
  platform.ail(0, {.errors = Fraction{1}});
  platform.send_every(100ms, 300);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.requests_at(0), 100u);
  EXPECT_EQ(platform.counted().ejections.total(), 0);
}

TEST(Ejection, IsForgottenInAPanic) {
  Defended platform(ejecting(1), 4);
  for (const int bad : {0, 1, 2}) platform.ail(bad, {.errors = Fraction{1}});
  platform.send_every(100ms, 200);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.counted().ejections.total(), 3);
  EXPECT_GE(platform.requests_at(0), 40u) << "one of four is left, which is less than half: all are used";
}

/// Whom a balancer chooses first of two: Ribbon counts before it takes.
constexpr int first = 1;

ClientSpec hedging(std::optional<Duration> after, bool cancels, int at_most = 2) {
  ClientSpec client = once();
  client.hedging = HedgingSpec{.after = after, .at_most = at_most, .cancels = cancels};
  return client;
}

TEST(Hedging, TakesTheFirstGoodAnswerAndTakesTheOtherTryBack) {
  Defended platform(hedging(50ms, true), 2);
  platform.ail(first, {.latency = 1s});
  platform.send_every(10s, 1);
  platform.backend.simulation.run();
  EXPECT_THAT(platform.backend.ends_ms(), ElementsAre(DoubleNear(60, 0.01)));
  EXPECT_EQ(platform.counted().hedges.total(), 1);
  EXPECT_EQ(platform.counted().hedges_won.total(), 1);
  EXPECT_EQ(platform.counted().hedges_taken_back.total(), 1);
  EXPECT_EQ(platform.counted().hedges_spare.total(), 0);
  platform.expect_nothing_under_way();
}

TEST(Hedging, LetsTheOtherTryEndWhereTheProtocolDoesNotCancel) {
  Defended platform(hedging(50ms, false), 2);
  platform.ail(first, {.latency = 1s});
  platform.send_every(10s, 1);
  platform.backend.simulation.run();
  EXPECT_THAT(platform.backend.ends_ms(), ElementsAre(DoubleNear(60, 0.01)));
  EXPECT_EQ(platform.counted().hedges_taken_back.total(), 0);
  EXPECT_EQ(platform.counted().hedges_spare.total(), 1);
  platform.expect_nothing_under_way();
}

TEST(Hedging, AfterTheTimeOutOfATryLetsThatGoOn) {
  ClientSpec client = hedging(std::nullopt, true);
  client.read_timeout = 50ms;
  Defended platform(client, 2);
  platform.ail(first, {.latency = 60ms});
  platform.ail(0, {.latency = 80ms});
  platform.send_every(10s, 1);
  platform.backend.simulation.run();
  EXPECT_THAT(platform.backend.ends_ms(), ElementsAre(DoubleNear(70, 0.01))) << "the first try, though its time was over";
  EXPECT_EQ(platform.counted().hedges.total(), 1);
  EXPECT_EQ(platform.counted().hedges_won.total(), 0);
}

TEST(Hedging, SendsAtOnceAfterAFailureThatIsWorthAnother) {
  for (const bool retried : {false, true}) {
    ClientSpec client = hedging(500ms, true);
    client.retry_on.errors = retried;
    Defended platform(client, 2);
    platform.ail(first, {.errors = Fraction{1}});
    platform.send_every(10s, 1);
    platform.backend.simulation.run();
    EXPECT_THAT(platform.backend.ends_ms(), ElementsAre(DoubleNear(retried ? 20 : 10, 0.01)));
    EXPECT_EQ(platform.backend.ended.front().status, retried ? Status::ok : Status::failed);
  }
}

TEST(Hedging, EndsWithItsLastFailure) {
  ClientSpec client = hedging(5ms, true, 3);
  client.retry_on.errors = true;
  Defended platform(client, 3);
  for (const int bad : {0, 1, 2}) platform.ail(bad, {.errors = Fraction{1}});
  platform.send_every(10s, 1);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.backend.ended.front().status, Status::failed);
  EXPECT_THAT(platform.backend.ends_ms(), ElementsAre(DoubleNear(20, 0.01))) << "sent at 0, 5 and 10 ms";
}

TEST(Hedging, AccountsForEveryTry) {
  for (const bool cancels : {false, true}) {
    ClientSpec client = hedging(15ms, cancels, 3);
    client.retry_on.errors = true;
    Defended platform(client, 3, 10ms, 1);
    platform.ail(0, {.latency = 30ms, .deviation = 20ms, .errors = Fraction{0.3}});
    platform.send_every(5ms, 2000);
    platform.backend.simulation.run();
    const DefenceMeasures& counted = platform.counted();
    double tries = 0;
    for (const int number : {0, 1, 2}) tries += static_cast<double>(platform.requests_at(number));
    EXPECT_EQ(tries, 2000 + counted.hedges.total());
    EXPECT_GT(counted.hedges.total(), 100);
    EXPECT_LE(counted.hedges_won.total(), counted.hedges.total());
    EXPECT_EQ((cancels ? counted.hedges_spare : counted.hedges_taken_back).total(), 0);
    EXPECT_GT((cancels ? counted.hedges_taken_back : counted.hedges_spare).total(), 100);
    EXPECT_EQ(platform.backend.ended.size(), 2000u);
    platform.expect_nothing_under_way();
  }
}

TEST(Hedging, NeedsABudgetWhereThereIsOne) {
  ClientSpec client = hedging(15ms, true, 3);
  client.retry_concurrency = budgets::RetryConcurrencySpec{.share = Fraction{0}, .least = 1};
  Defended platform(client, 1, 100ms);
  platform.send_every(1us, 10);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.counted().hedges.total(), 1);
  EXPECT_EQ(platform.backend.mesh.measures.retries_throttled.total(), 10) << "and the one that could hedge once not a second time";
}

TEST(RetryConcurrency, BoundsWhatIsTriedAgainAtATime) {
  ClientSpec client;
  client.retries_next_server = 1;
  client.retry_on.errors = true;
  client.retry_concurrency = budgets::RetryConcurrencySpec{.share = Fraction{0}, .least = 1};
  Defended platform(client, 1, 100ms);
  platform.ail(0, {.errors = Fraction{1}});
  platform.send_every(1us, 5);
  platform.send_every(1us, 1, 1s);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.requests_at(0), 5u + 1 + 2);
  EXPECT_EQ(platform.backend.mesh.measures.retries_throttled.total(), 4);
  EXPECT_EQ(platform.outgoing().defences->concurrency->retries(), 0);
  EXPECT_EQ(platform.outgoing().defences->tries_under_way, 0);
}

TEST(AdaptiveThrottle, HoldsBackWhatWouldBeRefusedAnyway) {
  ClientSpec client = once();
  client.adaptive_throttle.emplace();
  Defended platform(client, 1, 10min, 1, 0);
  platform.send_every(10ms, 1000);
  platform.backend.simulation.run_until(at(11s));
  EXPECT_GT(platform.counted().held_back.total(), 900);
  EXPECT_EQ(static_cast<double>(platform.requests_at(0)), 1000 - platform.counted().held_back.total());
  const auto throttled = std::count_if(platform.backend.ended.begin(), platform.backend.ended.end(),
                                       [](const Backend::Ended& ended) { return ended.status == Status::throttled; });
  EXPECT_EQ(static_cast<double>(throttled), platform.counted().held_back.total());
}

TEST(AdaptiveThrottle, LeavesACalleeAloneThatAnswersOrSaysThatItFailed) {
  ClientSpec client = once();
  client.adaptive_throttle.emplace();
  Defended platform(client, 1);
  platform.ail(0, {.errors = Fraction{0.8}});
  platform.send_every(20ms, 1000);
  platform.backend.simulation.run();
  EXPECT_EQ(platform.counted().held_back.total(), 0);
}

}  // namespace
}  // namespace streamtwin::services
