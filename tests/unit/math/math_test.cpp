// The elementary functions against the machine's long double ones (64 bits of mantissa), and at their edges.
#include "sim-core/math.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "sim-core/random.hpp"

namespace streamtwin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The distance of `value` from the exact result in units of the exact result's last place.
double error_in_ulps(double value, long double exact) {
  const double rounded = std::abs(static_cast<double>(exact));
  const double ulp = std::nextafter(rounded, infinity) - rounded;
  return static_cast<double>(std::abs(value - exact) / ulp);
}

double worst_error(double (*ours)(double), long double (*exact)(long double), const std::function<double(Random&)>& draw,
                   int draws = 400'000) {
  Random random(7, "math", "arguments");
  double worst = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = draw(random);
    worst = std::max(worst, error_in_ulps(ours(x), exact(x)));
  }
  return worst;
}

/// Any positive finite double, every exponent as likely as any other.
double any_positive(Random& random) { return std::bit_cast<double>(random.below(0x7ff0000000000000ULL - 1) + 1); }

TEST(Logarithm, IsWithinOneAndAHalfUlpsOfTheExactValue) {
  EXPECT_LT(worst_error(math::log, std::log, any_positive), 1.5);
  EXPECT_LT(worst_error(math::log, std::log, [](Random& r) { return r.uniform(0.5, 2.0); }), 1.5);
  EXPECT_LT(worst_error(math::log, std::log, [](Random& r) { return 1 + r.uniform(-1e-6, 1e-6); }), 1.5);
}

TEST(Logarithm, KnowsItsEdges) {
  EXPECT_EQ(math::log(1), 0);
  EXPECT_EQ(math::log(0), -infinity);
  EXPECT_EQ(math::log(infinity), infinity);
  EXPECT_TRUE(std::isnan(math::log(-1)));
  EXPECT_TRUE(std::isnan(math::log(std::nan(""))));
  EXPECT_DOUBLE_EQ(math::log(std::numeric_limits<double>::denorm_min()), -744.4400719213812);
}

TEST(Exponential, IsWithinOneAndAHalfUlpsOfTheExactValue) {
  EXPECT_LT(worst_error(math::exp, std::exp, [](Random& r) { return r.uniform(-708, 709.7); }), 1.5);
  EXPECT_LT(worst_error(math::exp, std::exp, [](Random& r) { return r.uniform(-1, 1); }), 1.5);
  EXPECT_LT(worst_error(math::exp, std::exp, [](Random& r) { return r.uniform(-1e-9, 1e-9); }), 1.5);
}

TEST(Exponential, KnowsItsEdges) {
  EXPECT_EQ(math::exp(0), 1);
  EXPECT_EQ(math::exp(-infinity), 0);
  EXPECT_EQ(math::exp(infinity), infinity);
  EXPECT_EQ(math::exp(710), infinity);
  EXPECT_EQ(math::exp(-746), 0);
  EXPECT_GT(math::exp(-745), 0);
  EXPECT_LT(math::exp(709.78), infinity);
  EXPECT_TRUE(std::isnan(math::exp(std::nan(""))));
}

TEST(Power, IsWithinOneAndAHalfUlpsOfTheExactValue) {
  Random random(8, "math", "powers");
  double worst = 0;
  for (int i = 0; i < 400'000; ++i) {
    const double x = any_positive(random);
    const double y = random.uniform(-700, 700) / std::abs(std::log(x));
    worst = std::max(worst, error_in_ulps(math::pow(x, y), std::pow(static_cast<long double>(x), y)));
  }
  EXPECT_LT(worst, 1.5);
}

TEST(Power, OfSmallIntegersIsExact) {
  for (int base = 1; base <= 20; ++base) {
    double exact = 1;
    for (int exponent = 0; exponent <= 12; ++exponent, exact *= base) {
      EXPECT_EQ(math::pow(base, exponent), exact) << base << "^" << exponent;
    }
  }
  EXPECT_EQ(math::pow(2, -1074), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(math::pow(2, 1023), 0x1p1023);
}

TEST(Power, KnowsItsEdges) {
  EXPECT_EQ(math::pow(0, 2), 0);
  EXPECT_EQ(math::pow(0, -1), infinity);
  EXPECT_EQ(math::pow(0, 0), 1);
  EXPECT_EQ(math::pow(infinity, 0.5), infinity);
  EXPECT_EQ(math::pow(infinity, -0.5), 0);
  EXPECT_EQ(math::pow(0.5, infinity), 0);
  EXPECT_EQ(math::pow(2, infinity), infinity);
  EXPECT_EQ(math::pow(2, 1e300), infinity);
  EXPECT_EQ(math::pow(1, 1e300), 1);
  EXPECT_EQ(math::pow(1, std::nan("")), 1);
  EXPECT_TRUE(std::isnan(math::pow(-2, 2)));
}

TEST(DecimalLogarithm, IsExactForThePowersOfTen) {
  double power = 1;
  for (int exponent = 0; exponent <= 22; ++exponent, power *= 10) EXPECT_EQ(math::log10(power), exponent);
  EXPECT_LT(worst_error(math::log10, std::log10, any_positive), 1.5);
}

TEST(SineAndCosine, AreWithinOneAndAHalfUlpsForSmallLargeAndHugeArguments) {
  for (const double range : {1.0, 10.0, 1e4, 1e9, 1e15}) {
    const auto draw = [range](Random& r) { return r.uniform(-range, range); };
    EXPECT_LT(worst_error(math::sin, std::sin, draw, 100'000), 1.5) << "range " << range;
    EXPECT_LT(worst_error(math::cos, std::cos, draw, 100'000), 1.5) << "range " << range;
  }
  EXPECT_LT(worst_error(math::sin, std::sin, any_positive, 100'000), 1.5);
  EXPECT_LT(worst_error(math::cos, std::cos, any_positive, 100'000), 1.5);
}

TEST(SineAndCosine, KnowTheirEdges) {
  EXPECT_EQ(math::sin(0), 0);
  EXPECT_EQ(math::cos(0), 1);
  EXPECT_TRUE(std::signbit(math::sin(-0.0)));
  EXPECT_TRUE(std::isnan(math::sin(infinity)));
  EXPECT_TRUE(std::isnan(math::cos(-infinity)));
  EXPECT_DOUBLE_EQ(math::sin(math::pi), 1.2246467991473532e-16);  // pi is not the double nearest to it
}

// The same bits on every machine and in every build: a hash over many results, written down once.
TEST(ElementaryFunctions, HaveTheSameBitsEverywhere) {
  Random random(9, "math", "digest");
  std::uint64_t digest = 0;
  const auto add = [&](double value) { digest = mix(digest ^ std::bit_cast<std::uint64_t>(value)) + 1; };
  for (int i = 0; i < 100'000; ++i) {
    const double x = random.uniform(1e-3, 700.0);
    add(math::log(x)), add(math::exp(x)), add(math::pow(x, 0.7)), add(math::log10(x));
    add(math::sin(x)), add(math::cos(x));
  }
  EXPECT_EQ(digest, 7279826290081215329ULL);
}

}  // namespace
}  // namespace streamtwin
