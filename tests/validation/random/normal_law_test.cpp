// The normal draws against their law: a table-driven method that is wrong in one layer, in a corner of it or in the tail
// still has good moments, so cells, tail and neighbours are looked at.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "sim-core/random.hpp"

namespace streamtwin {
namespace {

constexpr int many = 4'000'000;
/// How seldom a right generator fails one of these. The seeds are fixed: it never does.
constexpr double level = 1e-3;

double below(double x) { return boost::math::cdf(boost::math::normal(), x); }

std::vector<double> sorted_draws() {
  Random random(11, "normal", "law");
  std::vector<double> draws(many);
  for (double& draw : draws) draw = random.normal();
  std::sort(draws.begin(), draws.end());
  return draws;
}

/// The greatest distance of the draws' distribution from `law`, in units in which Kolmogorov's limit is the same for any number.
template <class Law>
double kolmogorov(const std::vector<double>& sorted, Law law) {
  const double count = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = law(sorted[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / count, static_cast<double>(i + 1) / count - expected});
  }
  return distance * std::sqrt(count);
}
/// Exceeded with a probability of `level`: 2 exp(-2 x^2).
const double kolmogorov_limit = std::sqrt(-std::log(level / 2) / 2);

TEST(NormalLaw, IsThatOfTheDrawsAtEveryPlace) {
  const std::vector<double> draws = sorted_draws();
  EXPECT_LT(kolmogorov(draws, below), kolmogorov_limit);
}

TEST(NormalLaw, IsThatOfTheDrawsInNarrowCells) {
  constexpr int cells = 4000;  // thirty to a layer of the ziggurat
  std::vector<int> counts(cells);
  Random random(12, "normal", "cells");
  for (int i = 0; i < many; ++i) ++counts[static_cast<std::size_t>(std::min(below(random.normal()) * cells, cells - 1.0))];
  double chi_square = 0;
  constexpr double expected = static_cast<double>(many) / cells;
  for (int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const boost::math::chi_squared law(cells - 1);
  EXPECT_LT(chi_square, boost::math::quantile(boost::math::complement(law, level / 2)));
  EXPECT_GT(chi_square, boost::math::quantile(law, level / 2)) << "too even to be random";
}

// The tail has a method of its own: an exponential in its place would be three hundredths off at most.
TEST(NormalLaw, IsThatOfTheDrawsInTheTailOnBothSides) {
  constexpr double from = 3.442619855899;
  Random random(13, "normal", "tail");
  std::vector<double> beyond;
  double above = 0, under = 0;
  for (int i = 0; i < 4 * many; ++i) {
    const double draw = random.normal();
    if (std::abs(draw) <= from) continue;
    ++(draw > 0 ? above : under);
    beyond.push_back(std::abs(draw));
  }
  const double expected = 4 * many * below(-from);
  EXPECT_NEAR(above, expected, 4 * std::sqrt(expected));
  EXPECT_NEAR(under, expected, 4 * std::sqrt(expected));
  std::sort(beyond.begin(), beyond.end());
  EXPECT_LT(kolmogorov(beyond, [](double x) { return 1 - below(-x) / below(-from); }), kolmogorov_limit);
}

// Layer and place within it are of one word of bits: they must not be of the same ones, nor those of a draw and the next.
TEST(NormalLaw, KnowsNoNeighbours) {
  Random random(14, "normal", "neighbours");
  double last = random.normal(), product = 0, of_squares = 0;
  for (int i = 0; i < many; ++i) {
    const double next = random.normal();
    product += last * next;
    of_squares += (last * last - 1) * (next * next - 1);
    last = next;
  }
  EXPECT_NEAR(product / std::sqrt(many), 0, 4);
  EXPECT_NEAR(of_squares / (2 * std::sqrt(many)), 0, 4);
}

}  // namespace
}  // namespace streamtwin
