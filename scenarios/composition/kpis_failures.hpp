// The key figures of failures and retries: why requests failed, after how long, and what was tried again, by whom they came
// from, by region and by service.
#pragma once

#include <string>
#include <vector>

#include "scenarios/composition/kpis.hpp"

namespace streamtwin {

std::vector<Kpi> failure_kpis(const Scenario& scenario, const Measures& measures);
std::vector<KnownKpi> known_failure_kpis(const Scenario& scenario);
/// Rows of the reference page's table.
std::string failure_kpi_reference();

}  // namespace streamtwin
