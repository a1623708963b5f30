// Pairing by seed.
#include "scenarios/results/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "scenarios/results/store.hpp"

namespace streamtwin {

namespace fs = std::filesystem;

namespace {

/// "seed-7", the folder of a replication.
bool is_seed_folder(const fs::path& path) {
  const std::string name = path.filename().string();
  constexpr std::string_view before = "seed-";
  return name.starts_with(before) && name.size() > before.size() &&
         name.find_first_not_of("0123456789", before.size()) == std::string::npos && fs::is_directory(path);
}

std::map<std::uint64_t, RunResult> replications_in(const fs::path& folder, std::vector<std::string>& left_out) {
  std::map<std::uint64_t, RunResult> by_seed;
  if (!fs::is_directory(folder / "replications")) return by_seed;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder / "replications")) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  const auto leave_out = [&](const fs::path& path, std::string_view why) {
    left_out.push_back(fmt::format("{}: left out, {}", path.string(), why));
  };
  for (const fs::path& path : found) {
    if (!is_seed_folder(path)) {
      leave_out(path, "as it is no replication");
      continue;
    }
    try {
      RunResult result = read_summary(path);
      if (result.partial) {
        leave_out(path, "as it was interrupted");
      } else {
        by_seed.emplace(result.seed, std::move(result));
      }
    } catch (const ResultsError& error) {
      leave_out(path, error.what());
    }
  }
  return by_seed;
}

Interval difference(const Kpi& a, const Kpi& b, const std::vector<std::pair<RunResult, RunResult>>& pairs) {
  std::vector<double> values_a, values_b;
  for (const auto& [left, right] : pairs) {
    const Kpi *x = find_kpi(left, a.name), *y = find_kpi(right, a.name);
    if (!x || !y || !std::isfinite(x->value) || !std::isfinite(y->value)) continue;
    values_a.push_back(x->value);
    values_b.push_back(y->value);
  }
  return values_a.size() >= 2 ? paired_difference(values_a, values_b) : Interval{b.value - a.value};
}

}  // namespace

std::vector<ComparedKpi> compared(const RunResult& a, const RunResult& b, const std::vector<std::pair<RunResult, RunResult>>& pairs) {
  std::vector<ComparedKpi> rows;
  for (const Kpi& kpi : a.kpis) {
    ComparedKpi row{kpi.name, kpi.kind, kpi.value};
    if (const Kpi* other = find_kpi(b, kpi.name)) {
      row.b = other->value;
      row.difference = difference(kpi, *other, pairs);
    }
    rows.push_back(row);
  }
  for (const Kpi& kpi : b.kpis) {
    if (!find_kpi(a, kpi.name)) rows.push_back({kpi.name, kpi.kind, unknown, kpi.value});
  }
  return rows;
}

PairedReplications paired_replications(const fs::path& a, const fs::path& b) {
  PairedReplications found;
  const auto left = replications_in(a, found.left_out), right = replications_in(b, found.left_out);
  for (const auto& [seed, result] : left) {
    if (const auto other = right.find(seed); other != right.end()) found.pairs.emplace_back(result, other->second);
  }
  return found;
}

}  // namespace streamtwin
