#include "scenarios/composition/kpis/watched.hpp"

#include <algorithm>

namespace streamtwin {
namespace {

constexpr std::string_view availability = ".availability", goodput = ".goodput", latency = ".latency.p99";
constexpr std::string_view of_region = "regions.", of_service = "services.";

}  // namespace

const SeriesResult* series_named(const RunResult& result, const std::string& name) {
  const auto found =
      std::find_if(result.series.begin(), result.series.end(), [&](const SeriesResult& series) { return series.name == name; });
  return found == result.series.end() ? nullptr : &*found;
}

std::optional<WindowSeries> series_of(const std::string& kpi) {
  using enum WindowSeries::Is;
  if (kpi == "availability.end_to_end") return WindowSeries{"plays.started", "plays.given_up", good_of_both};
  if (kpi.starts_with(of_region) && kpi.ends_with(availability)) {
    const std::string region = *subject_of(kpi);
    return WindowSeries{region + ".answered", region + ".failures", good_of_both};
  }
  if (kpi.starts_with(of_service)) {
    const std::string service = "service." + subject_of(kpi).value_or(kpi).substr(of_service.size());
    if (kpi.ends_with(availability)) return WindowSeries{service + ".rps", service + ".failures", all_but_bad};
    if (kpi.ends_with(latency)) return WindowSeries{service + ".latency.p99", ""};
  }
  if (kpi.starts_with("load.") && kpi.ends_with(availability)) {
    const std::string workload = kpi.substr(0, kpi.size() - availability.size());
    return WindowSeries{workload + ".answered", workload + ".failed", good_of_both};
  }
  if (kpi.starts_with("load.") && kpi.ends_with(goodput)) return WindowSeries{kpi.substr(0, kpi.size() - goodput.size()) + ".answered", ""};
  const bool quantile = kpi.ends_with(".p50") || kpi.ends_with(".p99");
  if (quantile && (kpi.starts_with("load.") || kpi.starts_with("plays.start_delay"))) return WindowSeries{kpi, ""};
  if (kpi == "members.rebuffer_ratio" || kpi == "members.bitrate") return WindowSeries{kpi, ""};
  return std::nullopt;
}

std::optional<std::string> subject_of(const std::string& kpi) {
  if (!kpi.starts_with(of_region) && !kpi.starts_with(of_service)) return std::nullopt;
  for (const std::string_view figure : {availability, latency}) {
    if (kpi.ends_with(figure)) return kpi.substr(0, kpi.size() - figure.size());
  }
  return std::nullopt;
}

std::vector<Tolerance> watched_tolerances(const Scenario& scenario) {
  std::vector<Tolerance> found;
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string& at) {
    if (!at.starts_with("plan.") && series_of(tolerance.kpi)) found.push_back(tolerance);
  });
  return found;
}

std::vector<std::string> watched_subjects(const std::vector<Tolerance>& tolerances) {
  std::vector<std::string> subjects;
  for (const Tolerance& tolerance : tolerances) {
    const std::optional<std::string> subject = subject_of(tolerance.kpi);
    if (subject && std::find(subjects.begin(), subjects.end(), *subject) == subjects.end()) subjects.push_back(*subject);
  }
  return subjects;
}

namespace {

struct Sources {
  const SeriesResult* first = nullptr;
  const SeriesResult* bad = nullptr;
  WindowSeries::Is is{};

  bool there() const { return first != nullptr && (bad != nullptr || is == WindowSeries::Is::figure); }
  double value(std::size_t i) const {
    const double one = first->values[i];
    switch (is) {
      case WindowSeries::Is::good_of_both: return record::ratio(one, one + bad->values[i]);
      case WindowSeries::Is::all_but_bad: return record::ratio(std::max(0.0, one - bad->values[i]), one);
      case WindowSeries::Is::figure: break;
    }
    return one;
  }
};

Sources sources_of(const RunResult& result, const std::string& kpi) {
  const WindowSeries names = series_of(kpi).value_or(WindowSeries{});
  return {series_named(result, names.first), series_named(result, names.bad), names.is};
}

chaos::WatchedObjective objective_of(const Tolerance& tolerance, const Sources& sources, const std::vector<Instant>& ends) {
  chaos::WatchedObjective objective{.values = std::vector<double>(ends.size(), unknown), .at_least = {}, .at_most = {}};
  if (tolerance.at_least) objective.at_least = tolerance.at_least->value;
  if (tolerance.at_most) objective.at_most = tolerance.at_most->value;
  for (std::size_t i = 0; sources.there() && i < sources.first->times.size(); ++i) {
    const auto window = std::lower_bound(ends.begin(), ends.end(), sources.first->times[i]);
    const bool watched = window != ends.end() && *window == sources.first->times[i];
    if (watched) objective.values[static_cast<std::size_t>(window - ends.begin())] = sources.value(i);
  }
  return objective;
}

}  // namespace

chaos::Watch watch_over(const Scenario& scenario, const RunResult& result, const std::vector<Tolerance>& tolerances) {
  chaos::Watch watch{.ends = {}, .begins = at(scenario.clock.warm_up), .objectives = {}};
  std::vector<Sources> sources;
  for (const Tolerance& tolerance : tolerances) {
    sources.push_back(sources_of(result, tolerance.kpi));
    if (!sources.back().there()) continue;
    std::vector<Instant> ends = sources.back().first->times;
    std::erase_if(ends, [&](Instant end) { return end <= watch.begins; });
    if (ends.size() > watch.ends.size()) watch.ends = std::move(ends);  // that of a part which came later is its end
  }
  for (std::size_t i = 0; i < tolerances.size(); ++i) watch.objectives.push_back(objective_of(tolerances[i], sources[i], watch.ends));
  return watch;
}

}  // namespace streamtwin
