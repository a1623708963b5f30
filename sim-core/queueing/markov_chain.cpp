#include "sim-core/queueing/markov_chain.hpp"

#include <Eigen/Dense>
#include <Eigen/SparseLU>
#include <algorithm>
#include <limits>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::queueing {
namespace {

using Sparse = Eigen::SparseMatrix<double>;
using Solver = Eigen::SparseLU<Sparse>;

void factorise(Solver& solver, const Sparse& matrix, const char* rule) {
  solver.compute(matrix);
  check(solver.info() == Eigen::Success, rule);
}

std::vector<int> outside(const MarkovChain::States& states) {
  std::vector<int> those;
  for (int i = 0; i < states.size(); ++i) {
    if (!states(i)) those.push_back(i);
  }
  return those;
}

/// Uniformisation needs the chance of n jumps of a Poisson process, n after n, though that of none may be too small a number:
/// it is carried as a logarithm until it is not.
class JumpCounts {
 public:
  explicit JumpCounts(double mean) : mean_(mean), logarithm_(-mean) {}
  double chance() const { return math::exp(logarithm_); }
  void next() { logarithm_ += math::log(mean_ / ++count_); }

 private:
  double mean_, logarithm_;
  int count_ = 0;
};

/// Arnoldi's Hessenberg matrix of `apply` on the space that `start` spans under it, of at most `most` dimensions.
template <class Apply>
Eigen::MatrixXd hessenberg(const Apply& apply, const Eigen::VectorXd& start, int most) {
  Eigen::MatrixXd basis(start.size(), most + 1), small = Eigen::MatrixXd::Zero(most + 1, most);
  basis.col(0) = start.normalized();
  for (int k = 0; k < most; ++k) {
    Eigen::VectorXd next = apply(basis.col(k));
    const double before = next.norm();
    for (int twice = 0; twice < 2; ++twice) {
      const Eigen::VectorXd along = basis.leftCols(k + 1).transpose() * next;
      next -= basis.leftCols(k + 1) * along;
      small.col(k).head(k + 1) += along;
    }
    small(k + 1, k) = next.norm();
    if (!(next.norm() > 1e-12 * before)) return small.topLeftCorner(k + 1, k + 1);
    basis.col(k + 1) = next.normalized();
  }
  return small.topLeftCorner(most, most);
}

}  // namespace

MarkovChain::MarkovChain(int states, const std::vector<Transition>& transitions) : rates_(states, states) {
  check(states >= 1, "a Markov chain has a state");
  std::vector<Eigen::Triplet<double>> entries;
  for (const Transition& one : transitions) {
    check(one.from >= 0 && one.from < states && one.to >= 0 && one.to < states, "a transition is between states of the chain");
    check(one.rate.value() >= 0, "a rate is not negative");
    if (one.rate.value() == 0 || one.from == one.to) continue;
    entries.emplace_back(one.from, one.to, one.rate.value());
    entries.emplace_back(one.from, one.from, -one.rate.value());
  }
  rates_.setFromTriplets(entries.begin(), entries.end());
}

Eigen::SparseMatrix<double> MarkovChain::between(const std::vector<int>& those) const {
  std::vector<int> place(static_cast<std::size_t>(states()), -1);
  for (std::size_t i = 0; i < those.size(); ++i) place[static_cast<std::size_t>(those[i])] = static_cast<int>(i);
  std::vector<Eigen::Triplet<double>> entries;
  for (const int column : those) {
    for (Sparse::InnerIterator entry(rates_, column); entry; ++entry) {
      const int row = place[static_cast<std::size_t>(entry.row())];
      if (row >= 0) entries.emplace_back(row, place[static_cast<std::size_t>(column)], entry.value());
    }
  }
  const auto size = static_cast<Eigen::Index>(those.size());
  Sparse part(size, size);
  part.setFromTriplets(entries.begin(), entries.end());
  return part;
}

Eigen::VectorXd MarkovChain::stationary() const {
  // pi Q = 0 leaves one equation too many, whose place the sum of the shares takes.
  std::vector<Eigen::Triplet<double>> entries;
  for (int from = 0; from < states(); ++from) entries.emplace_back(states() - 1, from, 1.0);
  for (int to = 0; to < states() - 1; ++to) {
    for (Sparse::InnerIterator entry(rates_, to); entry; ++entry) {
      entries.emplace_back(to, static_cast<int>(entry.row()), entry.value());
    }
  }
  Sparse equations(states(), states());
  equations.setFromTriplets(entries.begin(), entries.end());
  Solver solver;
  factorise(solver, equations, "the chain gets everywhere from everywhere");
  return solver.solve(Eigen::VectorXd::Unit(states(), states() - 1));
}

std::vector<Duration> MarkovChain::time_to(const States& targets) const {
  check(targets.size() == states() && targets.any(), "targets are states of the chain");
  std::vector<Duration> times(static_cast<std::size_t>(states()), Duration{0});
  const std::vector<int> others = outside(targets);
  if (others.empty()) return times;
  Solver solver;
  factorise(solver, between(others), "the targets are reached from everywhere");
  const Eigen::VectorXd expected = solver.solve(Eigen::VectorXd::Constant(static_cast<Eigen::Index>(others.size()), -1.0));
  for (std::size_t i = 0; i < others.size(); ++i) {
    const double time = expected(static_cast<Eigen::Index>(i));
    // Beyond that rounding decides, down to the sign.
    const bool told = time >= 0 && time < 1e12;
    times[static_cast<std::size_t>(others[i])] = seconds(told ? time : std::numeric_limits<double>::infinity());
  }
  return times;
}

double MarkovChain::reached(int from, const States& targets, Duration time) const {
  check(targets.size() == states() && targets.any(), "targets are states of the chain");
  if (targets(from)) return 1;
  const double fastest = -rates_.diagonal().minCoeff(), jumps = fastest * in_seconds(time);
  if (!(jumps > 0)) return 0;
  const Eigen::VectorXd stays = targets.select(Eigen::ArrayXd::Zero(states()), Eigen::ArrayXd::Ones(states())).matrix();
  Eigen::VectorXd there = Eigen::VectorXd::Unit(states(), from);
  JumpCounts counts(jumps);
  double seen = 0, not_reached = 0;
  for (int n = 0; seen < 1 - 1e-12 && n < jumps + 40 * math::sqrt(jumps) + 100; ++n, counts.next()) {
    seen += counts.chance();
    not_reached += counts.chance() * there.sum();
    there = ((there + rates_.transpose() * there / fastest).array() * stays.array()).matrix();
  }
  return 1 - not_reached;
}

double MarkovChain::escape(int from, const States& targets) const {
  check(targets.size() == states() && targets.any() && !targets(from), "the chain escapes from a state to others");
  States ends = targets;
  ends(from) = true;
  const std::vector<int> others = outside(ends);
  const Eigen::VectorXd to_targets = rates_ * targets.cast<double>().matrix();
  Eigen::VectorXd met = targets.cast<double>().matrix();  // the probability to meet targets before `from`
  if (!others.empty()) {
    Eigen::VectorXd right(static_cast<Eigen::Index>(others.size()));
    for (std::size_t i = 0; i < others.size(); ++i) right(static_cast<Eigen::Index>(i)) = -to_targets(others[i]);
    Solver solver;
    factorise(solver, between(others), "the targets are reached from everywhere");
    const Eigen::VectorXd solved = solver.solve(right);
    for (std::size_t i = 0; i < others.size(); ++i) met(others[i]) = solved(static_cast<Eigen::Index>(i));
  }
  const Eigen::VectorXd leaving = rates_.transpose() * Eigen::VectorXd::Unit(states(), from);
  const double rate = -leaving(from);
  double sum = 0;
  for (int to = 0; to < states(); ++to) {
    if (to != from) sum += leaving(to) / rate * met(to);
  }
  return sum;
}

std::vector<std::complex<double>> MarkovChain::slowest(int count) const {
  // Inverse iteration around a point just beside zero, on what is left of the space without zero's own eigenvector.
  const double beside = -rates_.diagonal().minCoeff() * 1e-3;
  Sparse identity(states(), states());
  identity.setIdentity();
  Solver solver;
  factorise(solver, rates_ - beside * identity, "a generator has no eigenvalue above zero");
  const Eigen::VectorXd shares = stationary();
  const auto apply = [&](const Eigen::VectorXd& vector) -> Eigen::VectorXd {
    const Eigen::VectorXd solved = solver.solve(vector);
    return solved - Eigen::VectorXd::Constant(states(), shares.dot(solved));
  };
  Eigen::VectorXd start = Eigen::VectorXd::LinSpaced(states(), -1, 1).array().cube() + 0.1;
  start -= Eigen::VectorXd::Constant(states(), shares.dot(start));
  if (states() < 2) return {};
  const Eigen::MatrixXd small = hessenberg(apply, start, std::min(states() - 1, 80));
  const Eigen::VectorXcd inverse = small.eigenvalues();
  std::vector<std::complex<double>> found;
  for (const std::complex<double>& one : inverse) found.push_back(beside + 1.0 / one);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return std::abs(a) < std::abs(b); });
  found.resize(std::min(found.size(), static_cast<std::size_t>(count)));
  return found;
}

}  // namespace streamtwin::queueing
