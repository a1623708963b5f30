// Which cell a job is for. Replays Netflix/titus-control-plane ApplicationCellRouter with RoutingRuleSelector: the cell that the job
// asks for, else the first whose rule matches its capacity group or its name and that it does not avoid, else any other that it does
// not avoid, else the first of all.
#pragma once

#include <cstddef>
#include <regex>
#include <string>
#include <vector>

#include "models/titus/federation/federation_spec.hpp"

namespace streamtwin::titus {

/// Into the list of the federation's cells.
using CellIndex = std::size_t;

class CellRouter {
 public:
  /// Throws std::regex_error for a rule that is none.
  explicit CellRouter(const FederationSpec& spec);

  CellIndex route(const std::string& name, const std::string& capacity_group, const CellChoiceSpec& job) const;
  /// Where it may run: the cell of its route, then the others in their order, without those that it avoids.
  std::vector<CellIndex> order(const std::string& name, const std::string& capacity_group, const CellChoiceSpec& job) const;

 private:
  struct Rule {
    std::regex jobs;
    CellIndex cell;
  };
  bool avoids(const CellChoiceSpec& job, CellIndex cell) const;
  std::vector<std::string> cells_;
  std::vector<Rule> rules_;
};

}  // namespace streamtwin::titus
