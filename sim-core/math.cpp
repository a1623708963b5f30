// Elementary functions from IEEE additions, multiplications and divisions (and integer arithmetic) only. Derived
// here from their series: log from atanh, exp and sin from Taylor, arguments reduced exactly; pow and log10 carry
// the logarithm in two doubles. Compiled with -ffp-contract=off these have one result on every machine.
#include "sim-core/math.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace streamtwin::math {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2_high = 0x1.62e42fefp-1;  // 33 bits: k * ln2_high is exact for every exponent k
constexpr double ln2_low = 0x1.473de6af278edp-34;
constexpr double ln2_lowest = -0x1.9ff0342542fc3p-90;

/// An unevaluated sum of two doubles, |low| <= ulp(high) / 2.
struct Pair {
  double high;
  double low;
};

/// Exact for |a| >= |b| (Dekker).
inline Pair fast_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// Exact for any order (Knuth).
inline Pair two_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// Exact product by splitting each factor into halves of 26 bits (Veltkamp, Dekker).
inline Pair two_product(double a, double b) {
  constexpr double splitter = 0x1p27 + 1;
  const double product = a * b;
  const double a_big = splitter * a, b_big = splitter * b;
  const double a_high = a_big - (a_big - a), b_high = b_big - (b_big - b);
  const double a_low = a - a_high, b_low = b - b_high;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

inline Pair operator*(Pair a, Pair b) {
  const Pair product = two_product(a.high, b.high);
  return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

inline Pair operator+(Pair a, Pair b) {
  const Pair sum = two_sum(a.high, b.high);
  return fast_two_sum(sum.high, sum.low + (a.low + b.low));
}

/// x = 2^exponent * mantissa with the mantissa in [sqrt(1/2), sqrt(2)); x is positive and finite.
struct Split {
  double mantissa;
  int exponent;
};

inline Split split(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  // Adding the distance from sqrt(1/2) to 1 in the integer picture carries into the exponent from sqrt(2) on.
  constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0);
  constexpr std::uint64_t shift = one - std::bit_cast<std::uint64_t>(0x1.6a09e667f3bcdp-1);
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) + shift;
  const int k = static_cast<int>(shifted >> 52) - 1023;
  const std::uint64_t bits = (shifted & 0x000fffffffffffffULL) + (one - shift);
  return {std::bit_cast<double>(bits), exponent + k};
}

inline double power_of_two(int k) { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

/// 2^k * x for x near 1; one multiplication where the result is a normal number.
inline double scale(double x, int k) {
  if (k >= -1021 && k <= 1023) return x * power_of_two(k);
  if (k > 1023) return x * 0x1p1023 * power_of_two(k - 1023);
  return x * power_of_two(k + 1000) * 0x1p-1000;
}

/// e^(x + low) for |x| in the range where the result is neither 0 nor infinite.
inline double exp_of(double x, double low) {
  constexpr double rounder = 0x1.8p52;  // adding and subtracting it rounds to the nearest integer
  const double k = (x * 0x1.71547652b82fep0 + rounder) - rounder;
  const Pair r = two_sum(x - k * ln2_high, low - k * ln2_low);
  const double t = r.high, t2 = t * t, t4 = t2 * t2;
  // sum of t^(n-2) / n! for n = 2..13, pairs of terms evaluated side by side
  const double a = 1.0 / 2 + t * (1.0 / 6) + t2 * (1.0 / 24 + t * (1.0 / 120));
  const double b = 1.0 / 720 + t * (1.0 / 5040) + t2 * (1.0 / 40320 + t * (1.0 / 362880));
  const double c = 1.0 / 3628800 + t * (1.0 / 39916800) + t2 * (1.0 / 479001600 + t * (1.0 / 6227020800.0));
  const double tail = t2 * (a + t4 * (b + t4 * c));
  const Pair sum = fast_two_sum(1.0, t);
  return scale(sum.high + (sum.low + (tail + r.low * sum.high)), static_cast<int>(k));
}

/// The logarithm in two doubles, relative error below 2^-63; x is positive and finite.
Pair log_pair(double x) {
  const auto [m, k] = split(x);
  const double f = m - 1;  // exact
  // s = f / (2 + f) in two doubles: log(1 + f) = 2 atanh(s)
  const Pair denominator = fast_two_sum(2.0, f);
  const double s_high = f / denominator.high;
  const Pair product = two_product(s_high, denominator.high);
  const double s_low = (((f - product.high) - product.low) - s_high * denominator.low) / denominator.high;
  const Pair s{s_high, s_low};
  const Pair s2 = s * s;
  const double z = s2.high;
  double tail = 1.0 / 27;
  for (int n = 25; n >= 5; n -= 2) tail = tail * z + 1.0 / n;
  tail *= 2 * z * z;
  constexpr Pair two_thirds{0x1.5555555555555p-1, 0x1.5555555555555p-55};
  const Pair series = Pair{2, 0} + (s2 * two_thirds + Pair{tail, 0});
  const Pair fraction = s * series;
  if (k == 0) return fraction;
  const Pair ln2_part = Pair{k * ln2_high, 0} + (two_product(k, ln2_low) + Pair{k * ln2_lowest, 0});
  return ln2_part + fraction;
}

/// 2/pi in binary: the first word is before the point, so that small arguments need no case of their own.
constexpr std::array<std::uint64_t, 22> two_over_pi = {0,
                                                       0xa2f9836e4e441529,
                                                       0xfc2757d1f534ddc0,
                                                       0xdb6295993c439041,
                                                       0xfe5163abdebbc561,
                                                       0xb7246e3a424dd2e0,
                                                       0x06492eea09d1921c,
                                                       0xfe1deb1cb129a73e,
                                                       0xe88235f52ebb4484,
                                                       0xe99c7026b45f7e41,
                                                       0x3991d639835339f4,
                                                       0x9c845f8bbdf9283b,
                                                       0x1ff897ffde05980f,
                                                       0xef2f118b5a0a6d1f,
                                                       0x6d367ecf27cb09b7,
                                                       0x4f463f669e5fea2d,
                                                       0x7527bac7ebe5f17b,
                                                       0x3d0739f78a5292ea,
                                                       0x6bfb5fb11f8d5d08,
                                                       0x56033046fc7b6bab,
                                                       0xf0cfbc209af4361d,
                                                       0xa9e391615ee61b08};

constexpr Pair half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/// x = quadrant * pi/2 + remainder, |remainder| <= pi/4.
struct Reduced {
  Pair remainder;
  unsigned quadrant;
};

/// Payne and Hanek: multiply the 53 bits of x by the 192 bits of 2/pi that matter; what lies above is a multiple
/// of four quadrants, what lies below is beyond the last bit. x >= 1/2 and finite.
Reduced reduce(double x) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t mantissa = (bits & 0x000fffffffffffffULL) | 0x0010000000000000ULL;
  const int exponent = static_cast<int>(bits >> 52) - 1075;  // x = mantissa * 2^exponent
  const int first = 64 + exponent - 2;                       // first bit of the table that matters, from 0
  const int word = first / 64, offset = first % 64;
  const auto window = [&](int i) {
    const std::uint64_t left = two_over_pi[word + i] << offset;
    return offset == 0 ? left : left | two_over_pi[word + i + 1] >> (64 - offset);
  };
  using Wide = unsigned __int128;
  const Wide low = static_cast<Wide>(mantissa) * window(2);
  const Wide middle = static_cast<Wide>(mantissa) * window(1) + static_cast<std::uint64_t>(low >> 64);
  const std::uint64_t top = mantissa * window(0) + static_cast<std::uint64_t>(middle >> 64);
  // 192 bits (top, middle, low): two bits of quadrant, then the fraction of a quadrant
  const std::uint64_t second = static_cast<std::uint64_t>(middle), third = static_cast<std::uint64_t>(low);
  const Wide fraction_bits = (static_cast<Wide>(top << 2 | second >> 62) << 64) | (second << 2 | third >> 62);
  unsigned quadrant = static_cast<unsigned>(top >> 62);
  const __int128 fraction = static_cast<__int128>(fraction_bits);  // in [-1/2, 1/2) of a quadrant
  if (fraction < 0) ++quadrant;
  const double high = static_cast<double>(fraction);
  const double low_part = static_cast<double>(fraction - static_cast<__int128>(high));
  return {Pair{high * 0x1p-128, low_part * 0x1p-128} * half_pi, quadrant & 3};
}

/// sin(r.high + r.low) for |r| <= pi/4.
double sin_small(Pair r) {
  const double t = r.high, z = t * t;
  const double series =
      z * (-1.0 / 6 +
           z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 +
                                                                        z * (1.0 / 6227020800.0 + z * (-1.0 / 1307674368000.0 +
                                                                                                       z * (1.0 / 355687428096000.0))))))));
  return t + (t * series + r.low * (1 - z / 2));
}

/// cos(r.high + r.low) for |r| <= pi/4.
double cos_small(Pair r) {
  const double t = r.high, z = t * t;
  const double series =
      z * z *
      (1.0 / 24 +
       z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600 + z * (-1.0 / 87178291200.0 +
                                                                                              z * (1.0 / 20922789888000.0 +
                                                                                                   z * (-1.0 / 6402373705728000.0))))))));
  const Pair lead = fast_two_sum(1.0, -z / 2);
  return lead.high + (lead.low + (series - t * r.low));
}

double cos_of(const Reduced& x) {
  const double value = x.quadrant & 1 ? sin_small(x.remainder) : cos_small(x.remainder);
  return x.quadrant == 1 || x.quadrant == 2 ? -value : value;
}

}  // namespace

double log(double x) {
  if (!(x > 0)) return x == 0 ? -infinity : not_a_number;
  if (x == infinity) return x;
  const auto [m, k] = split(x);
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s, z2 = z * z, z4 = z2 * z2;
  // log(1 + f) = 2 atanh(s) = 2 s + s * tail; with 2 s = f - s f the leading term is the exact f
  const double a = 2.0 / 3 + z * (2.0 / 5) + z2 * (2.0 / 7 + z * (2.0 / 9));
  const double b = 2.0 / 11 + z * (2.0 / 13) + z2 * (2.0 / 15 + z * (2.0 / 17));
  const double tail = z * (a + z4 * (b + z4 * (2.0 / 19 + z * (2.0 / 21))));
  const double half_square = f * f / 2;
  const double correction = half_square - s * (half_square + tail);
  if (k == 0) return f - correction;
  const Pair lead = fast_two_sum(k * ln2_high, f);
  return lead.high + (lead.low + (k * ln2_low - correction));
}

double exp(double x) {
  if (x > 709.79) return infinity;
  if (x < -745.14) return 0;
  if (x != x) return x;
  return exp_of(x, 0);
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y || x < 0) return not_a_number;
  if (x == 0) return y > 0 ? 0 : infinity;
  if (x == infinity) return y > 0 ? infinity : 0;
  // Beyond 2^63 the result is 0 or infinite for every x but 1, and the exact product below stays in range.
  const double bounded = y > 0x1p63 ? 0x1p63 : y < -0x1p63 ? -0x1p63 : y;
  const Pair exponent = log_pair(x) * Pair{bounded, 0};
  if (exponent.high > 709.79) return infinity;
  if (exponent.high < -745.14) return 0;
  return exp_of(exponent.high, exponent.low);
}

double log10(double x) {
  if (!(x > 0) || x == infinity) return log(x);
  constexpr Pair per_ln10{0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
  return (log_pair(x) * per_ln10).high;
}

double sin(double x) {
  if (x - x != 0) return not_a_number;
  const double magnitude = x < 0 ? -x : x;
  if (magnitude <= pi / 4) return magnitude < 0x1p-27 ? x : sin_small({x, 0});
  const auto [remainder, quadrant] = reduce(magnitude);
  const double value = quadrant & 1 ? cos_small(remainder) : sin_small(remainder);
  return ((quadrant & 2) != 0) != (x < 0) ? -value : value;
}

double cos(double x) {
  if (x - x != 0) return not_a_number;
  const double magnitude = x < 0 ? -x : x;
  if (magnitude <= pi / 4) return cos_small({x, 0});
  return cos_of(reduce(magnitude));
}

}  // namespace streamtwin::math
