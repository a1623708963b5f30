// By how much the experiment's samples are shifted against the control's: the interval that the Mann-Whitney test does not
// reject, and the estimate of Hodges and Lehmann. The statistic is a step function of the shift, and its roots are looked for to
// an absolute 1e-4: of samples of that size the interval is mostly the solver's, as upstream's.
// Facts: spinnaker/kayenta MannWhitney.scala, BrentSolver.java.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "sim-core/units.hpp"

namespace streamtwin::kayenta {

struct Shift {
  double lower = 0, upper = 0;  ///< ends of the interval
  double estimate = 0;
};

/// Nothing where all are tied, which upstream calls an error.
std::optional<Shift> mann_whitney(std::span<const double> experiment, std::span<const double> control, Fraction confidence);

/// A root of f between a and b by Brent's method, of which fa and fb are the values at the ends: R's zeroin.
double brent_root(double a, double b, double fa, double fb, const std::function<double(double)>& f);

}  // namespace streamtwin::kayenta
