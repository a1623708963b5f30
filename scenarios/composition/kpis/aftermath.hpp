// What became of each fault of the method, and how much of what objectives allow has been used up: key figures that are read off the
// windows of a run.
#pragma once

#include <vector>

#include "scenarios/results/result.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Figures for each step of the method and each objective that can be looked at window by window; without a result they are only named.
/// Of a scenario without either there are none.
void add_aftermath_kpis(std::vector<Kpi>& kpis, const Scenario& scenario, const RunResult* result);

/// Their names in the reference.
void add_all_aftermath_kpis(std::vector<Kpi>& kpis);

}  // namespace streamtwin
