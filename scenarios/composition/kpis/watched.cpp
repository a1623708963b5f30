#include "scenarios/composition/kpis/watched.hpp"

#include <algorithm>

namespace streamtwin {
namespace {

constexpr std::string_view availability = ".availability", goodput = ".goodput";

}  // namespace

const SeriesResult* series_named(const RunResult& result, const std::string& name) {
  const auto found =
      std::find_if(result.series.begin(), result.series.end(), [&](const SeriesResult& series) { return series.name == name; });
  return found == result.series.end() ? nullptr : &*found;
}

std::optional<WindowSeries> series_of(const std::string& kpi) {
  if (kpi == "availability.end_to_end") return WindowSeries{"plays.started", "plays.given_up"};
  if (kpi.starts_with("load.") && kpi.ends_with(availability)) {
    const std::string workload = kpi.substr(0, kpi.size() - availability.size());
    return WindowSeries{workload + ".answered", workload + ".failed"};
  }
  if (kpi.starts_with("load.") && kpi.ends_with(goodput)) return WindowSeries{kpi.substr(0, kpi.size() - goodput.size()) + ".answered", ""};
  const bool quantile = kpi.ends_with(".p50") || kpi.ends_with(".p99");
  if (quantile && (kpi.starts_with("load.") || kpi.starts_with("plays.start_delay"))) return WindowSeries{kpi, ""};
  if (kpi == "members.rebuffer_ratio" || kpi == "members.bitrate") return WindowSeries{kpi, ""};
  return std::nullopt;
}

std::vector<Tolerance> watched_tolerances(const Scenario& scenario) {
  std::vector<Tolerance> found;
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string& at) {
    if (!at.starts_with("plan.") && series_of(tolerance.kpi)) found.push_back(tolerance);
  });
  return found;
}

chaos::Watch watch_over(const Scenario& scenario, const RunResult& result, const std::vector<Tolerance>& tolerances) {
  chaos::Watch watch{.ends = {}, .begins = at(scenario.clock.warm_up), .objectives = {}};
  for (const Tolerance& tolerance : tolerances) {
    const WindowSeries sources = series_of(tolerance.kpi).value_or(WindowSeries{});
    const SeriesResult* const good = series_named(result, sources.good);
    const SeriesResult* const bad = sources.bad.empty() ? nullptr : series_named(result, sources.bad);
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

}  // namespace streamtwin
