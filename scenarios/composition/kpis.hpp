// The key figures of a run: one table, one row a KPI, with unit and what it says. A tolerance in a scenario names
// one of these.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/clients/measures.hpp"
#include "models/clients/workload/measures.hpp"
#include "models/edge/measures.hpp"
#include "models/services/service.hpp"
#include "scenarios/language/scenario.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Which parts of a platform a scenario has, besides its services.
struct PresentParts {
  explicit PresentParts(const Scenario& scenario);
  bool members, load, edge;
};

/// Everything that KPIs are computed from. What a scenario leaves out is not measured: its handles record nothing.
struct Measures {
  Measures(const Scenario& scenario, Recorder& recorder);

  const PresentParts present;
  clients::PlayMeasures plays;
  clients::ViewingMeasures viewing;
  edge::EdgeMeasures edge;
  Gauge saturated_links;  ///< share of the delivery links in use
  const services::MeshMeasures* mesh = nullptr;
  const std::vector<services::RegionMeasures>* regions = nullptr;
  std::map<std::string, const services::ServiceMeasures*> services;
  std::map<std::string, workload::WorkloadMeasures> load;  ///< by workload
};

/// Every KPI of the parts that the scenario has, in the order in which they are shown, over the time `measured`.
std::vector<Kpi> compute_kpis(const Measures& measures, Duration measured);

/// A KPI that a scenario can have a tolerance for.
struct KnownKpi {
  std::string name, unit;
};
std::vector<KnownKpi> known_kpis(const Scenario& scenario);

/// The section of the reference page that says what each KPI is, in Markdown.
std::string kpi_reference();

/// A verdict for each tolerance.
std::vector<Verdict> judge(const Scenario& scenario, const std::vector<Kpi>& kpis, Instant begins, Instant ends);

}  // namespace streamtwin
