#include "models/titus/federation/routing.hpp"

#include <algorithm>

namespace streamtwin::titus {

CellRouter::CellRouter(const FederationSpec& spec) : cells_(spec.cells) {
  for (const RouteSpec& route : spec.routes) {
    const auto cell = std::find(cells_.begin(), cells_.end(), route.cell);
    if (cell != cells_.end()) rules_.push_back({std::regex(route.jobs), static_cast<CellIndex>(cell - cells_.begin())});
  }
}

bool CellRouter::avoids(const CellChoiceSpec& job, CellIndex cell) const {
  return std::find(job.avoid_cells.begin(), job.avoid_cells.end(), cells_[cell]) != job.avoid_cells.end();
}

CellIndex CellRouter::route(const std::string& name, const std::string& capacity_group, const CellChoiceSpec& job) const {
  const auto pinned = std::find(cells_.begin(), cells_.end(), job.cell);
  if (pinned != cells_.end()) return static_cast<CellIndex>(pinned - cells_.begin());
  const std::string& key = capacity_group.empty() ? name : capacity_group;
  for (const Rule& rule : rules_) {
    if (!avoids(job, rule.cell) && std::regex_match(key, rule.jobs)) return rule.cell;
  }
  for (CellIndex cell = 0; cell < cells_.size(); ++cell) {
    if (!avoids(job, cell)) return cell;
  }
  return 0;
}

std::vector<CellIndex> CellRouter::order(const std::string& name, const std::string& capacity_group, const CellChoiceSpec& job) const {
  std::vector<CellIndex> order{route(name, capacity_group, job)};
  if (!job.cell.empty()) return order;
  for (CellIndex cell = 0; cell < cells_.size(); ++cell) {
    if (cell != order.front() && !avoids(job, cell)) order.push_back(cell);
  }
  return order;
}

}  // namespace streamtwin::titus
