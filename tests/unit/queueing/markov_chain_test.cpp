// Chains that are solved by hand.
#include "sim-core/queueing/markov_chain.hpp"

#include <gtest/gtest.h>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::queueing {
namespace {

using namespace literals;

MarkovChain::States only(int state, int states) {
  MarkovChain::States those = MarkovChain::States::Constant(states, false);
  those(state) = true;
  return those;
}

/// A lamp that burns for 4 s on average and is repaired within 1 s on average.
const MarkovChain& lamp() {
  static const MarkovChain chain(2, {{0, 1, 0.25_per_s}, {1, 0, 1_per_s}});
  return chain;
}

TEST(MarkovChain, OfTwoStatesIsWhereItsRatesSay) {
  EXPECT_NEAR(lamp().stationary()(0), 0.8, 1e-12);
  EXPECT_NEAR(in_seconds(lamp().time_to(only(1, 2))[0]), 4, 1e-12);
  EXPECT_EQ(in_seconds(lamp().time_to(only(1, 2))[1]), 0);
  EXPECT_NEAR(lamp().slowest(5).at(0).real(), -1.25, 1e-9) << "the trace, as the other eigenvalue is zero";
  EXPECT_EQ(lamp().slowest(5).size(), 1u);
}

TEST(MarkovChain, ReachesByATimeWithTheExponentialLaw) {
  EXPECT_NEAR(lamp().reached(0, only(1, 2), 4s), 1 - math::exp(-1), 1e-10);
  EXPECT_EQ(lamp().reached(1, only(1, 2), 0s), 1);
  EXPECT_EQ(lamp().reached(0, only(1, 2), 0s), 0);
  EXPECT_NEAR(lamp().reached(0, only(1, 2), 40000s), 1, 1e-9) << "though no jump at all has a chance of e^-40000";
}

TEST(MarkovChain, EscapesAsAGamblerDoes) {
  // Fair steps between 0 and 4: from 1 upwards first in half of the cases, and then 4 before 1 with probability 1/3.
  std::vector<MarkovChain::Transition> steps;
  for (int i = 0; i < 4; ++i) steps.push_back({i, i + 1, 1_per_s}), steps.push_back({i + 1, i, 1_per_s});
  const MarkovChain walk(5, steps);
  EXPECT_NEAR(walk.escape(1, only(4, 5)), 0.5 / 3, 1e-12);
  EXPECT_NEAR(in_seconds(walk.time_to(only(4, 5))[0]), 1 + 2 + 3 + 4, 1e-9)
      << "half a second more for each step further from the wall, twice";
}

TEST(MarkovChain, AddsTheRatesOfATransitionUp) {
  const MarkovChain chain(2, {{0, 1, 1_per_s}, {0, 1, 2_per_s}, {1, 0, 3_per_s}, {1, 1, 5_per_s}});
  EXPECT_EQ(chain.generator().coeff(0, 1), 3);
  EXPECT_EQ(chain.generator().coeff(0, 0), -3);
  EXPECT_EQ(chain.generator().coeff(1, 1), -3) << "what goes nowhere is no transition";
}

TEST(MarkovChain, RefusesWhatIsNone) {
  EXPECT_THROW(MarkovChain(2, {{0, 2, 1_per_s}}), ProgrammingError);
  EXPECT_THROW(MarkovChain(2, {{0, 1, -1.0 * 1_per_s}}), ProgrammingError);
  EXPECT_THROW(lamp().time_to(MarkovChain::States::Constant(2, false)), ProgrammingError);
  EXPECT_THROW(lamp().escape(1, only(1, 2)), ProgrammingError);
}

}  // namespace
}  // namespace streamtwin::queueing
