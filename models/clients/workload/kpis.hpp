// The key figures of a workload: what it offered, what was answered and how fast.
#pragma once

#include <string>
#include <vector>

#include "models/clients/workload/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::workload {

/// As load.<name>.<row>, over the time `measured`; unknown where there are no measures.
void add_kpis(std::vector<Kpi>& kpis, const std::string& name, const WorkloadMeasures* measures, Duration measured);
void add_failure_kpis(std::vector<Kpi>& kpis, const std::string& name, const WorkloadMeasures* measures);

}  // namespace streamtwin::workload
