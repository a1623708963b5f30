// Pairing by seed, and the kind of interval that follows from it.
#include "scenarios/results/comparison.hpp"

#include <algorithm>
#include <map>

#include "scenarios/results/store.hpp"

namespace streamtwin {

namespace fs = std::filesystem;

namespace {

std::map<std::uint64_t, RunResult> replications_in(const fs::path& folder) {
  std::map<std::uint64_t, RunResult> by_seed;
  if (!fs::is_directory(folder / "replications")) return by_seed;
  for (const auto& entry : fs::directory_iterator(folder / "replications")) {
    if (!entry.path().filename().string().starts_with("seed-")) continue;  // somebody else's
    RunResult result = read_summary(entry.path());
    if (!result.partial) by_seed.emplace(result.seed, std::move(result));
  }
  return by_seed;
}

void set_difference(ComparedKpi& row, const Kpi& a, const Kpi& b, const RunResult& run_a, const RunResult& run_b,
                    const std::vector<std::pair<RunResult, RunResult>>& pairs) {
  std::vector<double> values_a, values_b;
  for (const auto& [left, right] : pairs) {
    const Kpi *x = find_kpi(left, a.name), *y = find_kpi(right, a.name);
    if (!x || !y || !std::isfinite(x->value) || !std::isfinite(y->value)) continue;
    values_a.push_back(x->value);
    values_b.push_back(y->value);
  }
  if (values_a.size() >= 2) {
    row.difference = paired_difference(values_a, values_b);
    row.from = DifferenceFrom::pairs;
  } else if (a.lower && a.upper && b.lower && b.upper && run_a.replications > 1 && run_b.replications > 1) {
    row.difference = welch_difference({a.value, *a.lower, *a.upper, run_a.replications}, {b.value, *b.lower, *b.upper, run_b.replications});
    row.from = DifferenceFrom::independent;
  } else {
    row.difference.mean = b.value - a.value;
  }
}

}  // namespace

std::vector<ComparedKpi> compared(const RunResult& a, const RunResult& b, const std::vector<std::pair<RunResult, RunResult>>& pairs) {
  std::vector<ComparedKpi> rows;
  for (const Kpi& kpi : a.kpis) {
    ComparedKpi row{kpi.name, kpi.unit, kpi.value};
    if (const Kpi* other = find_kpi(b, kpi.name)) {
      row.b = other->value;
      set_difference(row, kpi, *other, a, b, pairs);
    }
    rows.push_back(row);
  }
  for (const Kpi& kpi : b.kpis) {
    if (!find_kpi(a, kpi.name)) rows.push_back({kpi.name, kpi.unit, unknown, kpi.value});
  }
  return rows;
}

std::vector<std::pair<RunResult, RunResult>> paired_replications(const fs::path& a, const fs::path& b) {
  const auto left = replications_in(a), right = replications_in(b);
  std::vector<std::pair<RunResult, RunResult>> pairs;
  for (const auto& [seed, result] : left) {
    if (const auto other = right.find(seed); other != right.end()) pairs.emplace_back(result, other->second);
  }
  return pairs;
}

}  // namespace streamtwin
