// The random streams: the generator's published known answers, uniformity, moments, and independence of streams.
#include "sim-core/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <vector>

namespace streamtwin {
namespace {

// Known answers of Random123 1.14, tests/kat_vectors, philox4x32 with 10 rounds.
TEST(Philox, GivesTheKnownAnswers) {
  using Counter = r123::Philox4x32::ctr_type;
  using Key = r123::Philox4x32::key_type;
  const auto philox = [](Counter c, Key k) { return r123::Philox4x32{}(c, k); };
  EXPECT_EQ(philox({{0, 0, 0, 0}}, {{0, 0}}), (Counter{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}));
  EXPECT_EQ(philox({{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}, {{0xffffffff, 0xffffffff}}),
            (Counter{{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}));
  EXPECT_EQ(philox({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, {{0xa4093822, 0x299f31d0}}),
            (Counter{{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}));
}

struct Moments {
  double mean, variance, third;
};

template <class Draw>
Moments moments(int draws, Draw draw) {
  std::vector<double> values(draws);
  double sum = 0;
  for (double& v : values) sum += v = draw();
  const double mean = sum / draws;
  double second = 0, third = 0;
  for (double v : values) second += (v - mean) * (v - mean), third += std::pow(v - mean, 3);
  return {mean, second / draws, third / draws};
}

constexpr int many = 1'000'000;

TEST(Random, UniformDrawsFillTheUnitIntervalEvenly) {
  Random random(1, "entity", "purpose");
  std::array<int, 1000> cells{};
  for (int i = 0; i < many; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    ++cells[static_cast<std::size_t>(u * cells.size())];
  }
  double chi_square = 0;
  const double expected = static_cast<double>(many) / cells.size();
  for (int count : cells) chi_square += (count - expected) * (count - expected) / expected;
  // chi-square with 999 degrees of freedom: mean 999, deviation 44.7
  EXPECT_NEAR(chi_square, 999, 4 * 44.7);
}

TEST(Random, TwoAtOnceAreTheNextTwo) {
  Random one(7, "entity", "pairs"), two(7, "entity", "pairs");
  for (int round = 0; round < 4; ++round) {
    const std::array<double, 2> expected{one.uniform(), one.uniform()};
    EXPECT_EQ(two.two_uniforms(), expected);
    if (round % 2 == 0) {
      EXPECT_EQ(one.bits(), two.bits()) << "from now on a pair is of two blocks, or of one again";
    }
  }
}

TEST(Random, IntegersBelowABoundAreEvenAndInRange) {
  Random random(1, "entity", "integers");
  std::array<int, 7> counts{};
  for (int i = 0; i < 700'000; ++i) ++counts.at(random.below(counts.size()));
  for (int count : counts) EXPECT_NEAR(count, 100'000, 4 * 293);
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, ExponentialDrawsHaveTheMomentsOfTheExponential) {
  Random random(2, "entity", "purpose");
  const auto [mean, variance, third] = moments(many, [&] { return random.exponential(3.0); });
  EXPECT_NEAR(mean, 3, 4 * 3 / std::sqrt(many));
  EXPECT_NEAR(variance, 9, 0.15);
  EXPECT_NEAR(third, 54, 3);
}

TEST(Random, NormalDrawsHaveTheMomentsOfTheNormal) {
  Random random(3, "entity", "purpose");
  const auto [mean, variance, third] = moments(many, [&] { return random.normal(10, 2); });
  EXPECT_NEAR(mean, 10, 4 * 2 / std::sqrt(many));
  EXPECT_NEAR(variance, 4, 4 * 4 * std::sqrt(2.0 / many));
  EXPECT_NEAR(third, 0, 0.15);
}

TEST(Random, LognormalDrawsHaveTheGivenMedian) {
  Random random(4, "entity", "purpose");
  int below = 0;
  for (int i = 0; i < many; ++i) below += random.lognormal(5.0, 0.8) < 5.0;
  EXPECT_NEAR(below, many / 2, 4 * 500);
}

// The same bits on every machine and in every build: tables and rare cases of the normal are of the project's own functions.
TEST(Random, NormalDrawsHaveTheSameBitsEverywhere) {
  Random random(5, "entity", "purpose");
  std::uint64_t digest = 0;
  for (int i = 0; i < 100'000; ++i) digest = mix(digest ^ std::bit_cast<std::uint64_t>(random.lognormal(1.0, 0.5))) + 1;
  EXPECT_EQ(digest, 15849680926948240410ULL);
}

TEST(Random, EqualNamesGiveEqualStreamsAndACopyKeepsItsPosition) {
  Random first(7, "viewer-12", "bandwidth"), second(7, "viewer-12", "bandwidth");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first.bits(), second.bits());
  Random copy = first;
  EXPECT_EQ(copy.bits(), first.bits());
}

TEST(Random, StreamsOfOtherNamesPurposesAndSeedsAreUncorrelated) {
  const auto correlation = [](Random a, Random b) {
    double sum = 0;
    for (int i = 0; i < 100'000; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    return sum / 100'000 * 12;
  };
  const double bound = 4 / std::sqrt(100'000);
  const Random base(7, "viewer-1", "bandwidth");
  EXPECT_NEAR(correlation(base, Random(7, "viewer-2", "bandwidth")), 0, bound);
  EXPECT_NEAR(correlation(base, Random(7, "viewer-1", "titles")), 0, bound);
  EXPECT_NEAR(correlation(base, Random(8, "viewer-1", "bandwidth")), 0, bound);
}

TEST(Random, AHundredThousandEntitiesBeginWithDifferentNumbers) {
  std::set<std::uint64_t> first_draws;
  for (std::uint64_t entity = 0; entity < 100'000; ++entity) first_draws.insert(Random(7, entity, 1).bits());
  EXPECT_EQ(first_draws.size(), 100'000u);
}

}  // namespace
}  // namespace streamtwin
