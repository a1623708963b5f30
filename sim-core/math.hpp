// Elementary functions on the path of a result. libm's last bits depend on the CPU (FMA, AVX2 variants); these are
// built from IEEE additions, multiplications and divisions only, so that a run has the same digest everywhere.
#pragma once

#include <cmath>

namespace streamtwin::math {

inline constexpr double pi = 3.141592653589793238462643383279502884;

/// Natural logarithm, error below 1.5 ulp; log(0) is -inf, of a negative number NaN.
double log(double x);
/// e to the x, error below 1.5 ulp; overflows to inf, underflows to 0.
double exp(double x);
/// x to the y for x >= 0.
double pow(double x, double y);
double sin(double x);
double cos(double x);
double log10(double x);
/// IEEE 754 requires a correctly rounded square root: libm's is the same everywhere.
inline double sqrt(double x) { return std::sqrt(x); }

}  // namespace streamtwin::math
