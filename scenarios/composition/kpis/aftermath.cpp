#include "scenarios/composition/kpis/aftermath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/chaos/recovery.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"

namespace streamtwin {
namespace {

const SeriesResult* find_series(const RunResult& result, const std::string& name) {
  const auto found =
      std::find_if(result.series.begin(), result.series.end(), [&](const SeriesResult& series) { return series.name == name; });
  return found == result.series.end() ? nullptr : &*found;
}

constexpr std::string_view availability = ".availability", goodput = ".goodput";

/// Series from which a KPI can be read window by window: a share of two counts, or the KPI's own.
struct Sources {
  std::string good, bad;  ///< `bad` is empty where `good` is the figure itself
};

std::optional<Sources> sources_of(const std::string& kpi) {
  if (kpi == "availability.end_to_end") return Sources{"plays.started", "plays.given_up"};
  if (kpi.starts_with("load.") && kpi.ends_with(availability)) {
    const std::string workload = kpi.substr(0, kpi.size() - availability.size());
    return Sources{workload + ".answered", workload + ".failed"};
  }
  if (kpi.starts_with("load.") && kpi.ends_with(goodput)) return Sources{kpi.substr(0, kpi.size() - goodput.size()) + ".answered", ""};
  const bool quantile = kpi.ends_with(".p50") || kpi.ends_with(".p99");
  if (quantile && (kpi.starts_with("load.") || kpi.starts_with("plays.start_delay"))) return Sources{kpi, ""};
  if (kpi == "members.rebuffer_ratio" || kpi == "members.bitrate") return Sources{kpi, ""};
  return std::nullopt;
}

std::vector<Tolerance> watched(const Scenario& scenario) {
  std::vector<Tolerance> found;
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string&) {
    if (sources_of(tolerance.kpi)) found.push_back(tolerance);
  });
  return found;
}

/// Windows of the measurement.
chaos::Watch watch_over(const Scenario& scenario, const RunResult& result, const std::vector<Tolerance>& tolerances) {
  chaos::Watch watch{.ends = {}, .begins = at(scenario.clock.warm_up), .objectives = {}};
  for (const Tolerance& tolerance : tolerances) {
    const Sources sources = sources_of(tolerance.kpi).value_or(Sources{});
    const SeriesResult* const good = find_series(result, sources.good);
    const SeriesResult* const bad = sources.bad.empty() ? nullptr : find_series(result, sources.bad);
    if (good == nullptr || (bad == nullptr) != sources.bad.empty()) continue;
    chaos::WatchedObjective objective;
    if (tolerance.at_least) objective.at_least = tolerance.at_least->value;
    if (tolerance.at_most) objective.at_most = tolerance.at_most->value;
    watch.ends.clear();
    for (std::size_t i = 0; i < good->values.size(); ++i) {
      if (good->times[i] <= watch.begins) continue;
      watch.ends.push_back(good->times[i]);
      objective.values.push_back(bad == nullptr ? good->values[i] : record::ratio(good->values[i], good->values[i] + bad->values[i]));
    }
    watch.objectives.push_back(std::move(objective));
  }
  return watch;
}

void add(std::vector<Kpi>& kpis, std::string name, KpiKind kind, std::string doc, double value) {
  Kpi& kpi = kpis.emplace_back();
  kpi.name = std::move(name);
  kpi.kind = kind;
  kpi.doc = std::move(doc);
  kpi.value = value;
}

/// One, zero, or unknown: over replications the share of them.
double as_share(const std::optional<chaos::Aftermath>& found, std::optional<Duration> chaos::Aftermath::*time) {
  return found ? ((*found).*time ? 1 : 0) : unknown;
}

double seconds_of(const std::optional<chaos::Aftermath>& found, std::optional<Duration> chaos::Aftermath::*time) {
  return found && (*found).*time ? in_seconds(*((*found).*time)) : unknown;
}

void add_fault(std::vector<Kpi>& kpis, const std::string& number, const std::optional<chaos::Aftermath>& found) {
  using chaos::Aftermath;
  const std::string prefix = "faults." + number + ".", of = "of step " + number + " of the method";
  add(kpis, prefix + "mitigated", KpiKind::share,
      "Whether every objective holds again for three windows after the first that it broke in because " + of + "; 1 if none broke",
      as_share(found, &Aftermath::mitigated));
  add(kpis, prefix + "time_to_mitigate", KpiKind::duration, "From that step to the first of those windows; unknown if not within the run",
      seconds_of(found, &Aftermath::mitigated));
  add(kpis, prefix + "recovered", KpiKind::share,
      "Whether the figures of all objectives are for three windows as they were before that step: not worse than in the worst window, "
      "than 95 % of the mean, or than three standard deviations from it",
      as_share(found, &Aftermath::recovered));
  add(kpis, prefix + "time_to_recover", KpiKind::duration, "From that step to the first of those windows; unknown if not within the run",
      seconds_of(found, &Aftermath::recovered));
}

void add_objective(std::vector<Kpi>& kpis, const std::string& name, bool budget, double broken, double spent) {
  add(kpis, "objectives." + name + ".broken_time", KpiKind::duration, "Time in windows in which the objective did not hold", broken);
  if (!budget) return;
  add(kpis, "objectives." + name + ".budget_spent", KpiKind::number,
      "What failed over what the objective lets fail: above 1 the error budget is overdrawn", spent);
}

bool has_budget(const Tolerance& tolerance) {
  const std::optional<Sources> sources = sources_of(tolerance.kpi);
  return sources && !sources->bad.empty() && tolerance.at_least && tolerance.at_least->value < 1;
}

double budget_spent(const Tolerance& tolerance, const RunResult& result) {
  const Kpi* const kpi = find_kpi(result, tolerance.kpi);
  return kpi == nullptr ? unknown : (1 - kpi->value) / (1 - tolerance.at_least->value);
}

}  // namespace

void add_aftermath_kpis(std::vector<Kpi>& kpis, const Scenario& scenario, const RunResult* result) {
  const std::vector<Tolerance> tolerances = watched(scenario);
  if (tolerances.empty() || scenario.method.empty()) return;
  const chaos::Watch watch = result == nullptr ? chaos::Watch{} : watch_over(scenario, *result, tolerances);
  const Instant zero = at(scenario.clock.warm_up);
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const Instant fault = zero + scenario.method[i].at;
    Instant next = never;
    for (const FaultSpec& other : scenario.method) {
      if (zero + other.at > fault) next = std::min(next, zero + other.at);
    }
    add_fault(kpis, fmt::format("{}", i), result == nullptr ? std::nullopt : chaos::aftermath(watch, fault, next));
  }
  for (std::size_t i = 0; i < tolerances.size(); ++i) {
    const bool known = i < watch.objectives.size();
    add_objective(kpis, tolerances[i].kpi, has_budget(tolerances[i]),
                  known ? in_seconds(chaos::broken_time(watch, watch.objectives[i])) : unknown,
                  known && has_budget(tolerances[i]) ? budget_spent(tolerances[i], *result) : unknown);
  }
}

void add_all_aftermath_kpis(std::vector<Kpi>& kpis) {
  add_fault(kpis, "<number>", std::nullopt);
  add_objective(kpis, "<kpi>", true, unknown, unknown);
}

}  // namespace streamtwin
