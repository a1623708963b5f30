// Constraints of one task, made ready for many hosts: what depends on an attribute's value alone is decided once for each value.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/titus/fenzo/calculators.hpp"

namespace streamtwin::fenzo {

class ReadyConstraint {
 public:
  ReadyConstraint(const HardConstraint& constraint, const TaskRequest& task, HostTable& hosts, const TaskTracker& tasks);

  bool holds(Slot slot) const;
  /// What a plug-in says of a host on which it does not hold; empty of Fenzo's own constraints.
  std::string reason(Slot slot) const;
  /// The only hosts on which it may hold; null: any.
  const std::vector<Slot>* candidates() const { return candidates_; }
  const HardConstraint& constraint() const { return *constraint_; }

 private:
  void make(const UniqueValue& unique);
  void make(const ExclusiveHost&) { exclusive_ = true; }
  void make(const BalancedValues& balanced);
  void make(const RequiredValue& required);
  void make(const std::shared_ptr<const Constraint>& custom) { custom_ = custom.get(); }

  const HardConstraint* constraint_;
  const TaskRequest& task_;
  HostTable& hosts_;
  const TaskTracker& tasks_;
  const AttributeColumn* column_ = nullptr;
  std::vector<bool> allowed_;  ///< by value of the column
  const std::vector<Slot>* candidates_ = nullptr;
  bool exclusive_ = false;
  const Constraint* custom_ = nullptr;
};

class ReadyScore {
 public:
  ReadyScore(const SoftConstraint& constraint, const TaskRequest& task, HostTable& hosts, const TaskTracker& tasks);

  double score(Slot slot) const;

 private:
  void make(const Satisfied& satisfied);
  void make(const BalanceScore& balance);
  void make(const Calculator& calculator) { calculator_ = &calculator; }

  const TaskRequest& task_;
  HostTable& hosts_;
  const TaskTracker& tasks_;
  std::optional<ReadyConstraint> satisfied_;
  const AttributeColumn* column_ = nullptr;
  std::vector<double> scores_;  ///< by value of the column
  const Calculator* calculator_ = nullptr;
};

}  // namespace streamtwin::fenzo
