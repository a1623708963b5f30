// What of a run's tolerances and objectives can be looked at window by window.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/chaos/recovery.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Series from which a KPI can be read window by window: a share of two rates, or the KPI's own.
struct WindowSeries {
  enum class Is : std::uint8_t { figure, good_of_both, all_but_bad };
  std::string first, bad;  ///< `bad` is empty where the first is the figure itself
  Is is = Is::figure;
};
/// Nothing where there is none.
std::optional<WindowSeries> series_of(const std::string& kpi);
/// Null without one.
const SeriesResult* series_named(const RunResult& result, const std::string& name);

/// Whose figure a KPI is, where it is a region's or a service's: "regions.eu-west-1".
std::optional<std::string> subject_of(const std::string& kpi);

/// Those of the scenario's tolerances that can be.
std::vector<Tolerance> watched_tolerances(const Scenario& scenario);
/// Subjects of these, each once.
std::vector<std::string> watched_subjects(const std::vector<Tolerance>& tolerances);
/// Windows of the measurement, and an objective for each of the tolerances: without a value where the run has no series of it.
chaos::Watch watch_over(const Scenario& scenario, const RunResult& result, const std::vector<Tolerance>& tolerances);

}  // namespace streamtwin
