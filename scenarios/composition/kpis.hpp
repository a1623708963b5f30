// The key figures of a run: one table, one row a KPI, with unit and what it says. A tolerance in a scenario names
// one of these.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/clients/measures.hpp"
#include "models/edge/measures.hpp"
#include "models/services/service.hpp"
#include "scenarios/language/scenario.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Everything that KPIs are computed from.
struct Measures {
  explicit Measures(Recorder& recorder)
      : plays(recorder), viewing(recorder), edge(recorder), saturated_links(recorder.gauge("delivery.saturated_links")) {}

  clients::PlayMeasures plays;
  clients::ViewingMeasures viewing;
  edge::EdgeMeasures edge;
  Gauge saturated_links;  ///< share of the delivery links in use
  const services::MeshMeasures* mesh = nullptr;
};

/// Every KPI, in the order in which they are shown.
std::vector<Kpi> compute_kpis(const Measures& measures);

/// Names of all KPIs, for the check of tolerances.
std::vector<std::string> kpi_names();

/// The section of the reference page that says what each KPI is, in Markdown.
std::string kpi_reference();

/// A verdict for each tolerance.
std::vector<Verdict> judge(const Scenario& scenario, const std::vector<Kpi>& kpis, Instant begins, Instant ends);

}  // namespace streamtwin
