#include <fmt/format.h>

#include <algorithm>

#include "scenarios/cli/text.hpp"

namespace streamtwin::cli {
namespace {

bool alike(const ComparedKpi& row) { return row.a == row.b || (std::isnan(row.a) && std::isnan(row.b)); }

const ComparedKpi* row_of(const BranchResult& branch, const std::string& kpi) {
  const auto row = std::find_if(branch.kpis.begin(), branch.kpis.end(), [&](const ComparedKpi& one) { return one.name == kpi; });
  return row == branch.kpis.end() ? nullptr : &*row;
}

/// All figures of all branches, in the order in which they come first.
std::vector<const ComparedKpi*> all_figures(const std::vector<BranchResult>& branches) {
  std::vector<const ComparedKpi*> all;
  for (const BranchResult& branch : branches) {
    for (const ComparedKpi& row : branch.kpis) {
      const auto same = [&](const ComparedKpi* known) { return known->name == row.name; };
      if (std::none_of(all.begin(), all.end(), same)) all.push_back(&row);
    }
  }
  return all;
}

}  // namespace

std::string branches_text(const std::vector<BranchResult>& branches) {
  std::vector<std::vector<std::string>> rows{{"", "the run"}};
  std::vector<const BranchResult*> shown;
  for (const BranchResult& branch : branches) {
    if (!branch.result) continue;
    shown.push_back(&branch);
    rows.front().push_back(branch.name);
  }
  int same = 0;
  bool significant = false;
  for (const ComparedKpi* figure : all_figures(branches)) {
    std::vector<std::string> row{safe(figure->name), readable(figure->a, figure->kind)};
    bool differs = false;
    for (const BranchResult* branch : shown) {
      const ComparedKpi* const there = row_of(*branch, figure->name);
      differs |= there != nullptr && !alike(*there);
      significant |= there != nullptr && there->significant();
      row.push_back(there == nullptr ? "-" : readable(there->b, there->kind) + (there->significant() ? " *" : ""));
    }
    same += differs ? 0 : 1;
    if (differs) rows.push_back(std::move(row));
  }
  std::string text = table(rows);
  if (same > 0) text += fmt::format("\n  {} key figures are the same in all\n", same);
  if (significant) text += "  * the interval of the differences from the run excludes zero: same seeds, 95 %\n";
  for (const BranchResult& branch : branches) {
    if (!branch.result) text += fmt::format("  {}: {}\n", branch.name, branch.failure ? "has failed" : "was not run");
    if (branch.result && branch.result->partial) text += fmt::format("  {}: PARTIAL, interrupted before the end\n", branch.name);
  }
  return text;
}

}  // namespace streamtwin::cli
