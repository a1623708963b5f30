// Which idle hosts are given up: evenly over the values of an attribute, or by an order with scores of constraints. Replays
// Netflix/Fenzo AutoScaler.getHostsToTerminateLegacy, ScaleDownConstraintExecutor and the plug-ins BalancedScaleDownConstraintEvaluator
// and InactiveClusterScaleDownConstraintEvaluator.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/titus/fenzo/host.hpp"

namespace streamtwin::fenzo {

using Hosts = std::vector<const Host*>;

/// So many, one after another from the largest group of hosts with one value; of equal ones from the first in Java's order.
/// Hosts without the attribute are of the group "default".
Hosts balanced_choice(const Hosts& idle, int count, const std::string& attribute);

/// How much is for giving a host up, of the hosts of one set one after another.
class ScaleDownScore {
 public:
  virtual ~ScaleDownScore() = default;
  virtual std::string name() const = 0;
  /// 0: not this host. The function is asked host after host, and may remember.
  virtual std::function<double(const Host&)> begin() const = 0;
};

/// The n-th host of a group scores start + step * (1 - 0.5^n) / 0.5, the first (n = 0) start.
class BalancedScaleDown : public ScaleDownScore {
 public:
  BalancedScaleDown(std::function<std::string(const Host&)> group, double start, double step)
      : group_(std::move(group)), start_(start), step_(step) {}
  std::string name() const override { return "BalancedScaleDownConstraintEvaluator"; }
  std::function<double(const Host&)> begin() const override;

 private:
  std::function<std::string(const Host&)> group_;
  double start_, step_;
};

/// Into sets, of which those before go first.
using ScaleDownSets = std::function<std::vector<Hosts>(const Hosts&)>;

/// Hosts of inactive groups before the others, as it is meant; Fenzo puts all of them into the first set, and the active ones into
/// the second again.
ScaleDownSets inactive_first(std::function<bool(const Host&)> inactive);

class ScaleDownOrder {
 public:
  /// Throws std::invalid_argument for a weight that is not above 0.
  ScaleDownOrder(ScaleDownSets sets, std::vector<std::pair<std::shared_ptr<const ScaleDownScore>, double>> scores);

  /// Hosts that may go, those that go first before the others.
  Hosts order(const Hosts& idle) const;
  Hosts first(const Hosts& idle, int count) const;

 private:
  Hosts order_of_set(const Hosts& set) const;

  ScaleDownSets sets_;
  std::vector<std::pair<std::shared_ptr<const ScaleDownScore>, double>> scores_;
};

}  // namespace streamtwin::fenzo
