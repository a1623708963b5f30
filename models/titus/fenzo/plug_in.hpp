// What is asked about a task on a host: constraints, which say no and why, and calculators of fitness, from 0 (not here) to 1.
// Those of Fenzo are values that the search knows (constraints.hpp, calculators.hpp); others implement an interface.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace streamtwin::fenzo {

class Host;
class TaskTracker;
struct TaskRequest;

class Constraint {
 public:
  virtual ~Constraint() = default;
  virtual std::string name() const = 0;
  /// Why the task may not run on this host; nothing if it may. What it throws ends the iteration without any assignment.
  virtual std::optional<std::string> failure(const TaskRequest& task, const Host& host, const TaskTracker& tasks) const = 0;
  /// Whether it may, which the search asks host by host, and `failure` only to explain: the same answer, without a text.
  virtual bool holds(const TaskRequest& task, const Host& host, const TaskTracker& tasks) const { return !failure(task, host, tasks); }
  /// It says the same of tasks of one kind (TaskRequest::kind) on a host until some host changes: leases, what runs or is assigned,
  /// attributes. A task that found no host is then not searched for again before that.
  virtual bool lasting() const { return false; }
  /// Not 0: within an iteration it goes on to refuse this task the hosts that it refuses it now, whatever is assigned meanwhile, and
  /// also to all tasks for which it gives the same number. Such a task is then searched for once in an iteration.
  virtual std::uint64_t refuses_for_good(const TaskRequest&) const { return 0; }
};

class Fitness {
 public:
  virtual ~Fitness() = default;
  virtual std::string name() const = 0;
  /// From 0 to 1; exactly 0 refuses the host. What it throws ends the iteration without any assignment.
  virtual double score(const TaskRequest& task, const Host& host, const TaskTracker& tasks) const = 0;
  /// As that of a constraint; what counts is which hosts it refuses, not how much it likes the others.
  virtual bool lasting() const { return false; }
  virtual std::uint64_t refuses_for_good(const TaskRequest&) const { return 0; }
};

/// Netflix/Fenzo plugins BinPackingFitnessCalculators, SpreadingFitnessCalculators and DefaultFitnessCalculator (`none`).
enum class BuiltIn {
  none,
  cpu_bin_packer,
  memory_bin_packer,
  network_bin_packer,
  cpu_mem_bin_packer,
  cpu_mem_network_bin_packer,
  cpu_spreader,
  memory_spreader,
  network_spreader,
  cpu_mem_spreader,
  cpu_mem_network_spreader
};

struct WeightedAverage;
using Calculator = std::variant<BuiltIn, std::shared_ptr<const WeightedAverage>, std::shared_ptr<const Fitness>>;

/// Netflix/Fenzo plugins WeightedAverageFitnessCalculator: 0 as soon as one of them is.
struct WeightedAverage {
  /// Throws std::invalid_argument unless there is one at least and the weights sum to exactly 1.
  explicit WeightedAverage(std::vector<std::pair<Calculator, double>> weighted);

  std::vector<std::pair<Calculator, double>> parts;
};

/// The tasks that a constraint looks at, shared by all who name the same; the task itself may be among them.
using TaskIds = std::shared_ptr<const std::vector<std::string>>;

/// Netflix/Fenzo plugins UniqueHostAttrConstraint: no two of them on hosts of one value.
struct UniqueValue {
  TaskIds among;
  std::string attribute;  ///< empty: the host's name
};
/// Netflix/Fenzo plugins ExclusiveHostConstraint. The host is closed to others once the task runs, not while it is assigned.
struct ExclusiveHost {};
/// Netflix/Fenzo plugins BalancedHostAttrConstraint.
struct BalancedValues {
  TaskIds among;
  std::string attribute;
  int expected = 0;  ///< values that there are
};
/// Netflix/Fenzo plugins HostAttrValueConstraint.
struct RequiredValue {
  std::string attribute;  ///< empty: the host's name
  std::string value;
};
using HardConstraint = std::variant<UniqueValue, ExclusiveHost, BalancedValues, RequiredValue, std::shared_ptr<const Constraint>>;

/// Netflix/Fenzo AsSoftConstraint: 1 or 0.
struct Satisfied {
  HardConstraint constraint;
};
/// Netflix/Fenzo plugins BalancedHostAttrConstraint.asSoftConstraint.
struct BalanceScore {
  BalancedValues values;
};
using SoftConstraint = std::variant<Satisfied, BalanceScore, Calculator>;

/// As failures name it: `UniqueHostAttrConstraint-zone`.
std::string name_of(const HardConstraint& constraint);

}  // namespace streamtwin::fenzo
