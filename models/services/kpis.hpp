// The key figures of calls between services: commands, fallbacks, caches, retries, and why requests failed.
#pragma once

#include <string>
#include <vector>

#include "models/services/failures.hpp"
#include "models/services/service.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::services {

// All of them are unknown where there are no measures.

/// Of commands, fallbacks and caches.
void add_command_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh);
void add_retry_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh);
void add_warmer_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh);
/// Of ejections, hedges and what was held back.
void add_defence_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh);
/// Of failures that are injected into requests.
void add_injection_kpis(std::vector<Kpi>& kpis, const MeshMeasures* mesh);
/// As regions.<name>.<row>.
void add_region_kpis(std::vector<Kpi>& kpis, const std::string& name, const RegionMeasures* region);
/// As services.<name>.<row>.
void add_service_kpis(std::vector<Kpi>& kpis, const std::string& name, const ServiceMeasures* service);

/// Of what failed, a figure for each cause; `what` are they: "Requests that failed for good".
void add_causes(std::vector<Kpi>& kpis, const std::string& prefix, const std::string& what, const FailureMeasures* failed);
/// The same after their sum, which is called `prefix` and said to be `all`.
void add_failures(std::vector<Kpi>& kpis, const std::string& prefix, const std::string& all, const std::string& what,
                  const FailureMeasures* failed);

}  // namespace streamtwin::services
