// MiSim's decisions, each by itself.
#include "models/misim/policies.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/misim/balancer.hpp"
#include "models/misim/circuit_breaker.hpp"
#include "models/misim/dependencies.hpp"

namespace streamtwin::misim {
namespace {

using testing::ElementsAre;

// Mean of a normal distribution cut off at 0: 1.6 + 0.6 phi(8/3) / Phi(8/3) = 1.60687 ms.
TEST(MessageDelay, IsNormalAndNeverNegative) {
  Random random(1, "test", "delay");
  double sum = 0, least = 1;
  constexpr int draws = 400'000;
  for (int i = 0; i < draws; ++i) {
    const double drawn = in_seconds(draw(MisimSpec{}.delay, random));
    sum += drawn;
    least = std::min(least, drawn);
  }
  EXPECT_NEAR(sum / draws, 1.60687e-3, 5e-6);
  EXPECT_GE(least, 0);
  EXPECT_LT(least, 1e-4);
}

TEST(BackOff, GrowsByItsBaseUpToTheLongest) {
  Random random(1, "test", "back-off");
  MisimRetrySpec spec{.strategy = BackOff::exponential};
  std::vector<double> waits;
  for (int tries = 1; tries <= 6; ++tries) waits.push_back(in_seconds(back_off(spec, tries, random)));
  EXPECT_THAT(waits, testing::Pointwise(testing::DoubleNear(1e-12), {0.01, 0.03, 0.09, 0.27, 0.81, 1.0}));
}

TEST(BackOff, OfTheLinearStrategyTakesASecondOff) {
  Random random(1, "test", "back-off");
  MisimRetrySpec spec{.strategy = BackOff::linear, .base_backoff = 100ms, .max_backoff = 2s, .base = 0.6};
  EXPECT_DOUBLE_EQ(in_seconds(back_off(spec, 1, random)), 0);  // 0.1 + 0.6 - 1 is below 0
  EXPECT_NEAR(in_seconds(back_off(spec, 2, random)), 0.3, 1e-12);
  EXPECT_NEAR(in_seconds(back_off(spec, 9, random)), 2, 1e-12);
}

TEST(BackOff, WithJitterIsAnyShareOfIt) {
  Random random(1, "test", "back-off");
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double wait = in_seconds(back_off({.strategy = BackOff::jittering, .max_backoff = 1s}, 5, random));
    EXPECT_LE(wait, 0.81);
    sum += wait;
  }
  EXPECT_NEAR(sum / 10'000, 0.405, 0.01);
}

TEST(Autoscaler, AddsByTheWorkThatWaits) {
  Autoscaler autoscaler({});
  EXPECT_EQ(autoscaler.decide(2, 0.79, at(1s)), 2);
  EXPECT_EQ(autoscaler.decide(2, 0.8, at(2s)), 3);    // ceil(2 * 0.8 / 0.79)
  EXPECT_EQ(autoscaler.decide(2, 3.95, at(3s)), 10);  // ceil(2 * 3.95 / 0.79)
}

TEST(Autoscaler, TakesAwayWhenItHasHeldForAWhile) {
  Autoscaler autoscaler({.hold_time = 15s});
  EXPECT_EQ(autoscaler.decide(4, 0.9, at(10s)), 5);
  EXPECT_EQ(autoscaler.decide(5, 0, at(25s)), 5);      // not longer than the hold time
  EXPECT_EQ(autoscaler.decide(5, 0.1, at(25.1s)), 2);  // ceil(5 * 0.1 / 0.3)
  EXPECT_EQ(autoscaler.decide(2, 0, at(40.2s)), 1);    // an idle service counts as 0.01
  EXPECT_EQ(autoscaler.decide(1, 0, at(60s)), 1);
}

TEST(Autoscaler, KeepsItsLimits) {
  Autoscaler autoscaler({.min_instances = 2, .max_instances = 4, .hold_time = 0s});
  EXPECT_EQ(autoscaler.decide(0, 0, at(1s)), 2);
  EXPECT_EQ(autoscaler.decide(4, 10, at(2s)), 4);
  EXPECT_EQ(autoscaler.decide(3, 10, at(3s)), 4);
  EXPECT_EQ(autoscaler.decide(7, 0.5, at(4s)), 4);
  EXPECT_EQ(autoscaler.decide(3, 0, at(5s)), 2);
}

MisimCircuitBreakerSpec breaks_at(double share) {
  MisimCircuitBreakerSpec spec;
  spec.error_threshold = Fraction{share};
  return spec;
}

void fail(CircuitBreaker& breaker, Instant now) {
  ASSERT_EQ(breaker.decide(now), CircuitBreaker::Decision::send);
  breaker.failed(now);
}

TEST(CircuitBreaker, WantsFiveEndsBeforeItOpens) {
  CircuitBreaker breaker(breaks_at(0.5));
  for (int i = 0; i < 4; ++i) fail(breaker, at(1s));
  EXPECT_FALSE(breaker.is_open(at(1s)));
  fail(breaker, at(1s));
  EXPECT_TRUE(breaker.is_open(at(1s)));
  EXPECT_EQ(breaker.decide(at(1.499s)), CircuitBreaker::Decision::open);
}

TEST(CircuitBreaker, LetsEverythingThroughWhenItHasSlept) {
  CircuitBreaker breaker(breaks_at(0.5));
  for (int i = 0; i < 5; ++i) fail(breaker, at(1s));
  EXPECT_EQ(breaker.decide(at(1.5s)), CircuitBreaker::Decision::send);
  EXPECT_EQ(breaker.decide(at(1.5s)), CircuitBreaker::Decision::send);
  breaker.failed(at(1.6s));  // one failure, and it sleeps again
  EXPECT_TRUE(breaker.is_open(at(2.09s)));
  EXPECT_FALSE(breaker.is_open(at(2.1s)));
  breaker.succeeded(at(2.2s));  // one success, and all is forgotten
  EXPECT_DOUBLE_EQ(breaker.error_rate(), 0);
  for (int i = 0; i < 4; ++i) fail(breaker, at(2.3s));
  EXPECT_TRUE(breaker.is_open(at(2.3s)));  // the success and four failures
}

TEST(CircuitBreaker, CountsFailuresWhileItIsOpenWithoutSleepingLonger) {
  CircuitBreaker breaker(breaks_at(0.5));
  for (int i = 0; i < 5; ++i) fail(breaker, at(1s));
  EXPECT_EQ(breaker.decide(at(1.4s)), CircuitBreaker::Decision::open);
  breaker.failed(at(1.4s));
  EXPECT_FALSE(breaker.is_open(at(1.5s)));
  EXPECT_EQ(breaker.active(), 0);
}

TEST(CircuitBreaker, ForgetsWhatIsOlderThanItsWindow) {
  MisimCircuitBreakerSpec spec = breaks_at(0.5);
  spec.rolling_window = 10s;
  CircuitBreaker breaker(spec);
  for (int i = 0; i < 4; ++i) fail(breaker, at(1s));
  breaker.decide(at(11.1s));
  breaker.succeeded(at(11.1s));
  fail(breaker, at(11.2s));
  EXPECT_FALSE(breaker.is_open(at(11.2s)));
}

TEST(CircuitBreaker, CountsACallOverTheVolumeTwice) {
  MisimCircuitBreakerSpec spec;
  spec.request_volume_threshold = 2;
  CircuitBreaker breaker(spec);
  EXPECT_EQ(breaker.decide(at(1s)), CircuitBreaker::Decision::send);
  EXPECT_EQ(breaker.decide(at(1s)), CircuitBreaker::Decision::send);
  EXPECT_EQ(breaker.decide(at(1s)), CircuitBreaker::Decision::over_volume);
  breaker.failed(at(1s));
  breaker.succeeded(at(2s));
  breaker.succeeded(at(2s));
  EXPECT_EQ(breaker.decide(at(2s)), CircuitBreaker::Decision::send);
  breaker.succeeded(at(2s));
  EXPECT_DOUBLE_EQ(breaker.error_rate(), 0.4);  // two failures of one call, three successes
}

std::vector<StartNumber> choices(Balancer& balancer, std::vector<Candidate> running, int count) {
  Random random(7, "test", "balancer");
  std::vector<StartNumber> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(balancer.choose(running, random).value_or(99));
  return chosen;
}

TEST(Balancer, EvenGivesToWhoHasHadTheFewest) {
  Balancer balancer(BalancerKind::even);
  EXPECT_THAT(choices(balancer, {{0}, {1}, {2}}, 4), ElementsAre(0, 1, 2, 0));
  EXPECT_THAT(choices(balancer, {{1}, {2}}, 3), ElementsAre(1, 2, 1));  // a new number: counts begin anew
}

TEST(Balancer, EvenDoesNotSeeThatOneHasTakenTheOthersPlace) {
  Balancer balancer(BalancerKind::even);
  choices(balancer, {{0}, {1}}, 2);
  EXPECT_THAT(choices(balancer, {{1}, {2}}, 2), ElementsAre(0, 1));  // 0 is dead
}

TEST(Balancer, RoundRobinTakesNewOnesFirst) {
  Balancer balancer(BalancerKind::round_robin);
  EXPECT_THAT(choices(balancer, {{0}, {1}}, 3), ElementsAre(1, 0, 1));
  EXPECT_THAT(choices(balancer, {{0}, {1}, {2}}, 4), ElementsAre(2, 0, 1, 2));
  EXPECT_THAT(choices(balancer, {{0}, {2}}, 4), ElementsAre(0, 2, 0, 2));
}

TEST(Balancer, FastRoundRobinFailsWhenTheRestOfARoundHasDied) {
  Balancer balancer(BalancerKind::round_robin_fast);
  EXPECT_THAT(choices(balancer, {{0}, {1}}, 1), ElementsAre(0));
  EXPECT_THAT(choices(balancer, {{0}}, 2), ElementsAre(99, 0));
}

TEST(Balancer, UtilTakesOneOfTheLeastBusy) {
  Balancer balancer(BalancerKind::util);
  EXPECT_TRUE(balancer.asks_for_work());
  const std::vector<StartNumber> chosen = choices(balancer, {{0, 0.5}, {1, 0.2}, {2, 0.2}}, 200);
  EXPECT_THAT(chosen, testing::Each(testing::AnyOf(1u, 2u)));
  EXPECT_GT(std::count(chosen.begin(), chosen.end(), 1u), 60);
  EXPECT_GT(std::count(chosen.begin(), chosen.end(), 2u), 60);
}

TEST(Balancer, RandomTakesAll) {
  Balancer balancer(BalancerKind::random);
  const std::vector<StartNumber> chosen = choices(balancer, {{3}, {5}}, 400);
  EXPECT_NEAR(static_cast<double>(std::count(chosen.begin(), chosen.end(), 3u)), 200, 40);
}

TEST(Balancer, OfNobodyFindsNobody) {
  for (const BalancerKind kind :
       {BalancerKind::random, BalancerKind::even, BalancerKind::round_robin, BalancerKind::round_robin_fast, BalancerKind::util}) {
    Balancer balancer(kind);
    EXPECT_THAT(choices(balancer, {}, 1), ElementsAre(99));
  }
}

MisimDependencySpec call(const std::string& in = "", double probability = 1, double weight = 1) {
  MisimDependencySpec spec;
  spec.inside = in;
  spec.service = "service";
  spec.operation = "operation";
  spec.probability = Fraction{probability};
  spec.weight = weight;
  return spec;
}
MisimDependencySpec group(DependencyKind kind, const std::string& name, const std::string& in = "", int iterations = 1) {
  MisimDependencySpec spec;
  spec.kind = kind;
  spec.name = name;
  spec.inside = in;
  spec.iterations = iterations;
  return spec;
}

// A loop of three rounds, each with a choice of three to one, of which one calls in half of all cases.
TEST(Dependencies, OfAChoiceInALoopComeAsOftenAsTheirMeans) {
  const std::vector<MisimDependencySpec> spec{group(DependencyKind::loop, "l", "", 3), group(DependencyKind::alternative, "a", "l"),
                                              call("a", 1, 3), call("a", 0.5, 1), call("", 0.25)};
  ASSERT_FALSE(Dependencies::fault(spec));
  const Dependencies dependencies(spec);
  EXPECT_THAT(dependencies.means(), ElementsAre(0, 0, 2.25, 0.375, 0.25));
  Random random(3, "test", "dependencies");
  std::vector<double> drawn(5, 0.0);
  std::vector<std::size_t> calls;
  for (int i = 0; i < 20'000; ++i) {
    calls.clear();
    dependencies.draw(random, calls);
    for (const std::size_t at : calls) drawn[at] += 1.0 / 20'000;
  }
  EXPECT_THAT(drawn, testing::Pointwise(testing::DoubleNear(0.02), dependencies.means()));
}

TEST(Dependencies, TellWhatIsWrongWithThem) {
  const auto message = [](const std::vector<MisimDependencySpec>& spec) {
    const auto fault = Dependencies::fault(spec);
    return fault ? fmt::format("{} {}", fault->at, fault->message) : std::string();
  };
  EXPECT_THAT(message({call("nowhere")}), testing::StartsWith("0 it is `inside: nowhere`, and no alternative or loop"));
  EXPECT_THAT(message({call(), group(DependencyKind::loop, "")}), testing::StartsWith("1 an alternative or a loop needs a `name`"));
  EXPECT_THAT(message({group(DependencyKind::loop, "l"), group(DependencyKind::loop, "l")}), testing::HasSubstr("is taken"));
  EXPECT_THAT(message({group(DependencyKind::loop, "l", "l")}), testing::HasSubstr("no alternative or loop of that name stands before it"));
  MisimDependencySpec empty;
  EXPECT_THAT(message({empty}), testing::HasSubstr("needs a `service` and an `operation`"));
}

}  // namespace
}  // namespace streamtwin::misim
