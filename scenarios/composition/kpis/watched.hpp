// What of a run's tolerances and objectives can be looked at window by window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/chaos/recovery.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Series from which a KPI can be read window by window: a share of two counts, or the KPI's own.
struct WindowSeries {
  std::string good, bad;  ///< `bad` is empty where `good` is the figure itself
};
/// Nothing where there is none.
std::optional<WindowSeries> series_of(const std::string& kpi);
/// Null without one.
const SeriesResult* series_named(const RunResult& result, const std::string& name);

/// Those of the scenario's tolerances that can be.
std::vector<Tolerance> watched_tolerances(const Scenario& scenario);
/// Windows of the measurement; of each of the tolerances that the run has series of.
chaos::Watch watch_over(const Scenario& scenario, const RunResult& result, const std::vector<Tolerance>& tolerances);

}  // namespace streamtwin
