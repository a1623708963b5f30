#include "scenarios/composition/kpis/aftermath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/composition/kpis/watched.hpp"
#include "scenarios/scenario/schedule.hpp"

namespace streamtwin {
namespace {

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

/// Of a step that hit instances: whether and when anybody found out. Null: only named.
void add_detection(std::vector<Kpi>& kpis, const std::string& number, const RunResult* result, int step) {
  const std::string prefix = "faults." + number + ".", of = "of step " + number + " of the method";
  const bool hit =
      result != nullptr && static_cast<std::size_t>(step) < result->struck.size() && result->struck[static_cast<std::size_t>(step)] > 0;
  double time = unknown;
  for (const FindingResult& finding : hit ? result->findings : std::vector<FindingResult>{}) {
    const bool detects = finding.step == step && finding.what != name_of(NoticeKind::serving);
    if (detects && !(time <= in_seconds(finding.after))) time = in_seconds(finding.after);
  }
  add(kpis, prefix + "detected", KpiKind::share,
      "Whether anybody found out what has been hit because " + of +
          ": a balancer, a load balancer, the registry, a circuit, DNS or a status check; unknown where it hit no instance",
      hit ? (std::isnan(time) ? 0 : 1) : unknown);
  add(kpis, prefix + "time_to_detect", KpiKind::duration, "From that step to the first who did; unknown if not within the run", time);
}

/// Of each step all that becomes of it; the first is what its figures count from.
std::vector<std::vector<Instant>> instants_of_faults(const Scenario& scenario, std::uint64_t seed) {
  std::vector<std::vector<Instant>> faults;
  for (const FaultSpec& step : scenario.method) {
    std::vector<Instant>& instants = faults.emplace_back();
    for (const FaultSpec& once : occurrences(scenario, step, seed)) instants.push_back(at(scenario.clock.warm_up) + once.at);
  }
  return faults;
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
  const std::optional<WindowSeries> sources = series_of(tolerance.kpi);
  return sources && !sources->bad.empty() && tolerance.at_least && tolerance.at_least->value < 1;
}

double budget_spent(const Tolerance& tolerance, const RunResult& result) {
  const Kpi* const kpi = find_kpi(result, tolerance.kpi);
  return kpi == nullptr ? unknown : (1 - kpi->value) / (1 - tolerance.at_least->value);
}

}  // namespace

void add_aftermath_kpis(std::vector<Kpi>& kpis, const Scenario& scenario, const RunResult* result) {
  const std::vector<Tolerance> tolerances = watched_tolerances(scenario);
  if (tolerances.empty() || scenario.method.empty()) return;
  const chaos::Watch watch = result == nullptr ? chaos::Watch{} : watch_over(scenario, *result, tolerances);
  const std::vector<std::vector<Instant>> faults = instants_of_faults(scenario, result == nullptr ? 0 : result->seed);
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const Instant fault = faults[i].front();
    Instant next = never;
    for (const std::vector<Instant>& others : faults) {
      const auto later = std::upper_bound(others.begin(), others.end(), fault);
      if (later != others.end()) next = std::min(next, *later);
    }
    add_detection(kpis, fmt::format("{}", i), result, static_cast<int>(i));
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
  add_detection(kpis, "<number>", nullptr, 0);
  add_fault(kpis, "<number>", std::nullopt);
  add_objective(kpis, "<kpi>", true, unknown, unknown);
}

}  // namespace streamtwin
