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

/// Figures of a step of the method, of the whole or of one region or service.
struct FaultNames {
  std::string prefix, of, there;
};
FaultNames names_of(const std::string& number, const std::string& subject = "") {
  return {"faults." + number + "." + (subject.empty() ? "" : subject + "."), "of step " + number + " of the method",
          subject.empty() ? "" : " there"};
}

/// A time that is longer than the run is not known: what is said of several runs is that of the shorter ones.
std::string of_those_alone(std::string_view ended) {
  return fmt::format("unknown if not within the run, and over replications the mean of those alone in which it was (`{}`)", ended);
}

/// Of a step that hit instances: whether and when anybody found out.
void add_detection(std::vector<Kpi>& kpis, const FaultNames& fault, bool hit, std::optional<Duration> after) {
  add(kpis, fault.prefix + "detected", KpiKind::share,
      "Whether anybody found out what has been hit" + fault.there + " because " + fault.of +
          ": a balancer, a load balancer, the registry, a circuit, DNS or a status check; unknown where it hit no instance" + fault.there,
      hit ? (after ? 1 : 0) : unknown);
  add(kpis, fault.prefix + "time_to_detect", KpiKind::duration,
      fmt::format("From that step to the first who did; {}", of_those_alone("detected")), after ? in_seconds(*after) : unknown);
}

bool hit_anybody(const RunResult& result, int step) {
  return static_cast<std::size_t>(step) < result.struck.size() && result.struck[static_cast<std::size_t>(step)] > 0;
}

/// Another instance in the place of one that is gone is no detection.
std::optional<Duration> first_finding(const RunResult& result, int step) {
  std::optional<Duration> first;
  for (const FindingResult& finding : result.findings) {
    if (finding.step != step || finding.what == name_of(NoticeKind::serving)) continue;
    if (!first || finding.after < *first) first = finding.after;
  }
  return first;
}

const DetectionResult* detection_there(const RunResult& result, int step, const std::string& subject) {
  const auto found = std::find_if(result.detections.begin(), result.detections.end(),
                                  [&](const DetectionResult& one) { return one.step == step && one.subject == subject; });
  return found == result.detections.end() ? nullptr : &*found;
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

void add_fault(std::vector<Kpi>& kpis, const FaultNames& fault, const std::optional<chaos::Aftermath>& found) {
  using chaos::Aftermath;
  add(kpis, fault.prefix + "mitigated", KpiKind::share,
      "Whether every objective" + fault.there + " holds again for three windows after the first that it broke in because " + fault.of +
          "; 1 if none broke",
      as_share(found, &Aftermath::mitigated));
  add(kpis, fault.prefix + "time_to_mitigate", KpiKind::duration,
      fmt::format("From that step to the first of those windows; {}", of_those_alone("mitigated")),
      seconds_of(found, &Aftermath::mitigated));
  add(kpis, fault.prefix + "recovered", KpiKind::share,
      "Whether the figures of all objectives" + fault.there +
          " are for three windows as they were before that step: not worse than in the worst window, than 95 % of the mean, or than three "
          "standard deviations from it",
      as_share(found, &Aftermath::recovered));
  add(kpis, fault.prefix + "time_to_recover", KpiKind::duration,
      fmt::format("From that step to the first of those windows; {}", of_those_alone("recovered")),
      seconds_of(found, &Aftermath::recovered));
}

void add_objective(std::vector<Kpi>& kpis, const std::string& name, bool budget, double broken, double spent) {
  add(kpis, "objectives." + name + ".broken_time", KpiKind::duration, "Time in windows in which the objective did not hold", broken);
  if (!budget) return;
  add(kpis, "objectives." + name + ".budget_spent", KpiKind::number,
      "What failed over what the objective lets fail: above 1 the error budget is overdrawn", spent);
}

/// By its figure; a further objective on the same one has a number.
std::string name_of_objective(const std::vector<Tolerance>& tolerances, std::size_t which) {
  const auto here = tolerances.begin() + static_cast<std::ptrdiff_t>(which);
  const auto before = std::count_if(tolerances.begin(), here, [&](const Tolerance& other) { return other.kpi == here->kpi; });
  return before == 0 ? here->kpi : fmt::format("{}.{}", here->kpi, before + 1);
}

bool has_budget(const Tolerance& tolerance) {
  const std::optional<WindowSeries> sources = series_of(tolerance.kpi);
  return sources && sources->is != WindowSeries::Is::figure && tolerance.at_least && tolerance.at_least->value < 1;
}

double budget_spent(const Tolerance& tolerance, const RunResult& result) {
  const Kpi* const kpi = find_kpi(result, tolerance.kpi);
  return kpi == nullptr ? unknown : (1 - kpi->value) / (1 - tolerance.at_least->value);
}

/// What of it is watched of one region or service.
chaos::Watch watch_there(const chaos::Watch& watch, const std::vector<Tolerance>& tolerances, const std::string& subject) {
  chaos::Watch there{.ends = watch.ends, .begins = watch.begins, .objectives = {}};
  for (std::size_t i = 0; i < watch.objectives.size(); ++i) {
    if (subject_of(tolerances[i].kpi) == subject) there.objectives.push_back(watch.objectives[i]);
  }
  return there;
}

bool has_values(const chaos::WatchedObjective& objective) {
  return std::any_of(objective.values.begin(), objective.values.end(), [](double value) { return !std::isnan(value); });
}

/// When the next fault of the method is, of which each may be several.
Instant next_after(const std::vector<std::vector<Instant>>& faults, Instant fault) {
  Instant next = never;
  for (const std::vector<Instant>& others : faults) {
    const auto later = std::upper_bound(others.begin(), others.end(), fault);
    if (later != others.end()) next = std::min(next, *later);
  }
  return next;
}

}  // namespace

void add_aftermath_kpis(std::vector<Kpi>& kpis, const Scenario& scenario, const RunResult* result) {
  const std::vector<Tolerance> tolerances = watched_tolerances(scenario);
  if (tolerances.empty() || scenario.method.empty()) return;
  const chaos::Watch watch = result == nullptr ? chaos::Watch{} : watch_over(scenario, *result, tolerances);
  const std::vector<std::vector<Instant>> faults = instants_of_faults(scenario, result == nullptr ? 0 : result->seed);
  const std::vector<std::string> subjects = watched_subjects(tolerances);
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const auto step = static_cast<int>(i);
    const std::string number = fmt::format("{}", i);
    const Instant fault = faults[i].front(), next = next_after(faults, fault);
    const bool hit = result != nullptr && hit_anybody(*result, step);
    add_detection(kpis, names_of(number), hit, hit ? first_finding(*result, step) : std::nullopt);
    add_fault(kpis, names_of(number), chaos::aftermath(watch, fault, next));
    for (const std::string& subject : subjects) {
      const DetectionResult* const there = result == nullptr ? nullptr : detection_there(*result, step, subject);
      add_detection(kpis, names_of(number, subject), there != nullptr, there == nullptr ? std::nullopt : there->after);
      add_fault(kpis, names_of(number, subject), chaos::aftermath(watch_there(watch, tolerances, subject), fault, next));
    }
  }
  for (std::size_t i = 0; i < tolerances.size(); ++i) {
    const bool known = result != nullptr && has_values(watch.objectives[i]);
    add_objective(kpis, name_of_objective(tolerances, i), has_budget(tolerances[i]),
                  known ? in_seconds(chaos::broken_time(watch, watch.objectives[i])) : unknown,
                  known && has_budget(tolerances[i]) ? budget_spent(tolerances[i], *result) : unknown);
  }
}

void add_all_aftermath_kpis(std::vector<Kpi>& kpis) {
  add_detection(kpis, names_of("<number>"), false, std::nullopt);
  add_fault(kpis, names_of("<number>"), std::nullopt);
  for (const std::string subject : {"regions.<name>", "services.<name>"}) {
    add_detection(kpis, names_of("<number>", subject), false, std::nullopt);
    add_fault(kpis, names_of("<number>", subject), std::nullopt);
  }
  add_objective(kpis, "<kpi>", true, unknown, unknown);
}

}  // namespace streamtwin
