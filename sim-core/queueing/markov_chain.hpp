// A Markov chain in continuous time with finitely many states, solved exactly: where it is in the long run, how long it takes
// to reach a set of states, and which sets it is slow to leave. Hitting times: Norris, "Markov Chains" (1997) 3.3; escape
// probabilities and small eigenvalues as signs of metastability: Bovier, Eckhoff, Gayrard, Klein (arXiv math/0007160).
// Sparse LU throughout: some 0.1 s for 2,000 states on a grid.
#pragma once

#include <Eigen/Sparse>
#include <complex>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::queueing {

class MarkovChain {
 public:
  struct Transition {
    int from = 0, to = 0;
    Rate rate;
  };
  using States = Eigen::Array<bool, Eigen::Dynamic, 1>;  ///< a set of states

  /// Rates of the same transition add up. ProgrammingError for a state that is none and for a negative rate.
  MarkovChain(int states, const std::vector<Transition>& transitions);

  int states() const { return static_cast<int>(rates_.rows()); }
  /// Q: off the diagonal the rates, rows that add up to zero.
  const Eigen::SparseMatrix<double>& generator() const { return rates_; }

  /// The share of time in each state in the long run; of a chain that gets everywhere from everywhere.
  Eigen::VectorXd stationary() const;
  /// The expected time until one of `targets` is reached, from each state: zero there, infinite where it is beyond what
  /// double precision tells (1e12 s).
  std::vector<Duration> time_to(const States& targets) const;
  /// The probability that one of `targets` is reached within `time`.
  double reached(int from, const States& targets, Duration time) const;
  /// The probability that the chain, once it leaves `from`, meets one of `targets` before it comes back.
  double escape(int from, const States& targets) const;
  /// The eigenvalues nearest to zero but for zero itself, slowest first; at most as many as there are.
  std::vector<std::complex<double>> slowest(int count) const;

 private:
  Eigen::SparseMatrix<double> between(const std::vector<int>& those) const;

  Eigen::SparseMatrix<double> rates_;
};

}  // namespace streamtwin::queueing
