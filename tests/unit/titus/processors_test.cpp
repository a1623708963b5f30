// The processors of an agent: who gets which part of what it wants, and how much longer work takes then.
#include "models/titus/executor/processors.hpp"

#include <gmock/gmock.h>

#include <list>
#include <optional>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

class ProcessorsTest : public testing::Test {
 protected:
  ProcessorsTest() : simulation(Seed{1}) {
    processors.emplace(there(), measures, [this] { paces.push_back(processors->pace().value()); });
  }
  static fenzo::Resources there() { return {fenzo::Cores{16}, fenzo::Megabytes{64000}, fenzo::Megabits{0}, fenzo::Megabytes{0}}; }

  /// Ends each round so.
  Task<> work(Duration alone, Outcome with = Outcome::finished) {
    const auto pass = [with](Duration left) -> Task<Outcome> {
      co_await delay(left);
      co_return with;
    };
    outcome = co_await at_pace(*processors, alone, pass);
    ended = in_seconds(now());
  }

  Simulation simulation;
  Recorder recorder;
  ProcessorMeasures measures{recorder, "titus.stack"};
  std::optional<Processors> processors;
  std::vector<double> paces;
  Scope scope;
  std::optional<Outcome> outcome;
  double ended = 0;
};

TEST_F(ProcessorsTest, WhereThereIsEnoughEverybodyHasWhatItWants) {
  const Processors::Use first(*processors, fenzo::Cores{10}), second(*processors, fenzo::Cores{6});
  EXPECT_EQ(processors->pace(), Fraction{1});
  EXPECT_EQ(measures.oversubscribed.value(), 0);
  scope.spawn("work", work(60s));
  simulation.run_until(at(1h));
  EXPECT_EQ(ended, 60);
}

TEST_F(ProcessorsTest, WhereThereIsTooLittleEverybodyGetsTheSamePart) {
  std::optional<Processors::Use> first(std::in_place, *processors, fenzo::Cores{16});
  const Processors::Use second(*processors, fenzo::Cores{24});
  EXPECT_EQ(processors->pace(), Fraction{0.4});
  EXPECT_EQ(measures.oversubscribed.value(), 1);
  EXPECT_EQ(measures.lacking.value(), 24);
  first.reset();
  EXPECT_EQ(processors->pace(), Fraction{16.0 / 24});
  EXPECT_THAT(paces, testing::ElementsAre(0.4, 16.0 / 24)) << "told when it changes, and not before";
}

// A third of the time at half the pace, and half of what is left then at a quarter of it.
TEST_F(ProcessorsTest, WorkTakesAsMuchLongerAsItGetsLess) {
  std::optional<Processors::Use> half(std::in_place, *processors, fenzo::Cores{32});
  scope.spawn("work", work(60s));
  simulation.run_until(at(40s));
  EXPECT_DOUBLE_EQ(in_seconds(processors->attained()), 20);
  half.emplace(*processors, fenzo::Cores{32});  // for an instant both
  EXPECT_EQ(processors->pace(), Fraction{0.5});
  const Processors::Use more(*processors, fenzo::Cores{32});
  EXPECT_EQ(processors->pace(), Fraction{0.25});
  simulation.run_until(at(120s));
  EXPECT_DOUBLE_EQ(in_seconds(processors->attained()), 40);
  simulation.run_until(at(1h));
  EXPECT_NEAR(ended, 200, in_seconds(negligible_work) / 0.25);
  EXPECT_EQ(outcome, Outcome::finished);
}

TEST_F(ProcessorsTest, AnExecutorWantsItsShareAndIsCountedApart) {
  const Processors::Use container(*processors, fenzo::Cores{16});
  {
    const Processors::Use executor(*processors, Overhead{fenzo::Cores{4}, fenzo::Megabytes{32}});
    EXPECT_EQ(processors->pace(), Fraction{0.8});
    EXPECT_EQ(measures.overhead.value(), 4);
    EXPECT_EQ(measures.memory_overhead.value(), 32);
    EXPECT_EQ(measures.wanted.value(), 20);
  }
  EXPECT_EQ(processors->pace(), Fraction{1});
  EXPECT_EQ(measures.overhead.value(), 0);
}

TEST_F(ProcessorsTest, FractionsThatAddUpToAllAreNotTooMuch) {
  std::list<Processors::Use> tenths;
  for (int i = 0; i < 160; ++i) tenths.emplace_back(*processors, fenzo::Cores{0.1});
  EXPECT_EQ(processors->pace(), Fraction{1});
  EXPECT_EQ(measures.oversubscribed.value(), 0);
  tenths.emplace_back(*processors, fenzo::Cores{0.1});
  EXPECT_LT(processors->pace(), Fraction{1});
}

TEST_F(ProcessorsTest, WorkThatFailsIsNotGoneOnWith) {
  const Processors::Use half(*processors, fenzo::Cores{32});
  scope.spawn("work", work(60s, Outcome::failed));
  simulation.run_until(at(1h));
  EXPECT_EQ(outcome, Outcome::failed);
  EXPECT_EQ(ended, 60) << "the first round";
}

}  // namespace
}  // namespace streamtwin::titus
