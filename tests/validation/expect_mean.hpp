// Measured against theory: independent replications with fixed seeds, the mean over them inside its own 99 %
// confidence interval (Student-t) around the value of the closed form.
#pragma once

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>

#include "sim-core/simulation.hpp"

namespace streamtwin {

/// Runs the replications, each giving one mean; expects theory inside the interval, and the interval to say something.
inline void expect_mean(const std::function<double(Seed)>& replicate, double theory, int replications = 20) {
  double sum = 0, squares = 0;
  for (int i = 0; i < replications; ++i) {
    const double mean = replicate(Seed{static_cast<std::uint64_t>(1000 + i)});
    sum += mean, squares += mean * mean;
  }
  const double mean = sum / replications;
  const double deviation = std::sqrt((squares - sum * mean) / (replications - 1));
  const double t = boost::math::quantile(boost::math::students_t(replications - 1), 0.995);
  const double half_width = t * deviation / std::sqrt(replications);
  EXPECT_NEAR(mean, theory, half_width);
  EXPECT_LT(half_width, 0.05 * theory) << "the interval is too wide to prove anything";
}

inline void expect_mean(const std::function<double(Seed)>& replicate, Duration theory, int replications = 20) {
  expect_mean(replicate, in_seconds(theory), replications);
}

}  // namespace streamtwin
