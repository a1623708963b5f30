// A step of the method holds until its own end, whatever other steps of the same target begin or end meanwhile.
#include "models/chaos/method.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/chaos/hold_down.hpp"
#include "models/rpc/impairments.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::chaos {
namespace {

class MethodTest : public testing::Test, private Census {
 protected:
  Host& machine() { return backend.instance("front").machine; }
  const rpc::Trouble& trouble_at(Duration when) {
    backend.simulation.run_until(at(when));
    return *backend.instance("front").trouble;
  }

  Step kill(Duration when, Duration lasts) { return {when, lasts, "kill", "front", hold_down.effect({&machine()})}; }
  Step impair(Duration when, const rpc::Trouble& trouble, Duration lasts) {
    const auto number = impairments.add({.present = [this] { return std::vector{&backend.instance("front")}; }, .takes_in = {}}, trouble);
    return {when,
            lasts,
            "impair",
            "front",
            {.text = [] { return "ill"; },
             .begin = [this, number] { impairments.begin(number); },
             .end = [this, number] { impairments.end(number); }}};
  }
  Step errors(Duration when, double share, Duration lasts) { return impair(when, {.errors = Fraction{share}}, lasts); }
  Step latency(Duration when, Duration added, Duration lasts) { return impair(when, {.latency = added}, lasts); }
  Step slow(Duration when, double speed, Duration lasts) { return impair(when, {.slowdown = 1 / speed}, lasts); }

  void carry_out(std::vector<Step> steps) {
    method.emplace(std::move(steps), Instant{}, backend.recorder, static_cast<const Census&>(*this));
    method->start();
  }
  bool is_on(Duration when) {
    backend.simulation.run_until(at(when));
    return machine().is_on();
  }
  double errors_at(Duration when) { return trouble_at(when).errors.value(); }
  double latency_at(Duration when) { return in_seconds(trouble_at(when).latency); }
  double slowdown_at(Duration when) { return trouble_at(when).slowdown; }

  std::set<std::string> serving() const override {
    std::set<std::string> names;
    for (const services::Service& service : backend.mesh.services()) {
      for (const rpc::Instance& instance : service.instances()) {
        if (instance.alive()) names.insert(instance.name);
      }
    }
    return names;
  }

  services::Backend backend{{{"front", services::service_of(10ms, 1)}}};
  HoldDown hold_down;
  rpc::Impairments impairments{backend.mesh.lives};
  std::optional<Method> method;
};

TEST_F(MethodTest, AMachineStaysOffUntilTheLastFaultThatHoldsItDownEnds) {
  carry_out({kill(1s, 9s), kill(2s, 1s), kill(9s, 3s)});
  EXPECT_FALSE(is_on(2500ms));
  EXPECT_FALSE(is_on(4s)) << "the short one has ended, the long one has not";
  EXPECT_FALSE(is_on(11s)) << "the last one began before the long one ended";
  EXPECT_TRUE(is_on(12500ms));
}

TEST_F(MethodTest, KnowsWhomAStepStrikes) {
  Step silent = kill(1s, 1s), named = errors(5s, 0.5, 1s);
  named.struck = [] { return std::vector<std::string>{"front"}; };
  carry_out({silent, named});
  backend.simulation.run_until(at(10s));
  ASSERT_EQ(method->strikes().size(), 2u);
  EXPECT_EQ(method->strikes()[0].targets, std::vector{backend.instance("front").name}) << "who does not serve any more";
  EXPECT_EQ(method->strikes()[1].targets, std::vector<std::string>{"front"}) << "what the step says";
  EXPECT_TRUE(method->has_struck("front"));
  EXPECT_FALSE(method->has_struck("back"));
}

TEST_F(MethodTest, TellsWhatItDoesWhenItStrikesAndWhenItEnds) {
  int struck = 0;
  carry_out({{1s, 2s, "spoil", "front", {.text = [&] { return fmt::format("spoiled {}", struck); }, .begin = [&] { ++struck; }}},
             {5s, std::nullopt, "tell", "", {.text = [] { return "for ever"; }}}});
  backend.simulation.run_until(at(10s));
  std::vector<std::string> told;
  for (const TimelineEvent& event : backend.recorder.events())
    told.push_back(fmt::format("{:g} {} {}: {}", in_seconds(event.time), event.kind, event.target, event.text));
  EXPECT_THAT(told, testing::ElementsAre("1 spoil front: spoiled 0", "3 restored front: spoil ends", "5 tell : for ever"));
  EXPECT_EQ(struck, 1);
}

TEST_F(MethodTest, AFaultMayBeginAtTheInstantAtWhichAnotherOneEnds) {
  carry_out({kill(0s, 3s), kill(3s, 2s)});
  EXPECT_FALSE(is_on(4s));
  EXPECT_TRUE(is_on(6s));
  carry_out({kill(10s, 2s), kill(8s, 2s)});
  EXPECT_FALSE(is_on(11s));
  EXPECT_TRUE(is_on(13s));
}

TEST_F(MethodTest, AMachineThatWasOffBeforeIsNotTurnedOnByTheEndOfAFault) {
  carry_out({kill(2s, 2s)});
  backend.simulation.run_until(at(1s));
  turn_off(machine());
  EXPECT_FALSE(is_on(3s));
  EXPECT_FALSE(is_on(5s));
}

TEST_F(MethodTest, ErrorSharesOfOverlappingFaultsCombineAsIndependentCauses) {
  carry_out({errors(1s, 0.5, 9s), errors(2s, 0.2, 2s), errors(3s, 1, 3s)});
  EXPECT_EQ(errors_at(1500ms), 0.5);
  EXPECT_DOUBLE_EQ(errors_at(2500ms), 0.6);
  EXPECT_EQ(errors_at(3500ms), 1);
  EXPECT_EQ(errors_at(5s), 1);
  EXPECT_EQ(errors_at(7s), 0.5);
  EXPECT_EQ(errors_at(11s), 0);
}

TEST_F(MethodTest, AddedLatenciesOfOverlappingFaultsSumUpAndLeaveNothingBehind) {
  carry_out({latency(1s, 100ms, 9s), latency(2s, 200ms, 10s), latency(3s, 700ms, 1s)});
  EXPECT_EQ(latency_at(1500ms), 0.1);
  EXPECT_DOUBLE_EQ(latency_at(3500ms), 1.0);
  EXPECT_DOUBLE_EQ(latency_at(5s), 0.3);
  EXPECT_EQ(latency_at(11s), 0.2);
  EXPECT_EQ(latency_at(13s), 0);
}

TEST_F(MethodTest, AddedLatencyIsWaitingAndKeepsNoCoreBusy) {
  carry_out({latency(1s, 500ms, 10s)});
  for (int i = 0; i < 3; ++i) backend.send_at(2s, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), testing::ElementsAre(2510, 2520, 2530)) << "one core works on all three in 30 ms";
  EXPECT_NEAR(in_seconds(backend.instance("front").execution.worked()), 0.030, 1e-9);
}

TEST_F(MethodTest, LostProcessorSpeedIsWorkAndKeepsTheCoresBusy) {
  carry_out({slow(1s, 0.5, 10s), slow(3s, 0.25, 2s)});
  for (int i = 0; i < 3; ++i) backend.send_at(2s, "front");
  EXPECT_EQ(slowdown_at(2500ms), 2);
  EXPECT_THAT(backend.ends_ms(), testing::ElementsAre(2020, 2040, 2060));
  EXPECT_NEAR(in_seconds(backend.instance("front").execution.worked()), 0.060, 1e-9);
  EXPECT_EQ(slowdown_at(4s), 8) << "of two causes both count";
  EXPECT_EQ(slowdown_at(6s), 2);
  EXPECT_EQ(slowdown_at(12s), 1);
}

}  // namespace
}  // namespace streamtwin::chaos
