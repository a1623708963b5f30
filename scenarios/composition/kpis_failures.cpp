#include "scenarios/composition/kpis_failures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin {
namespace {

using services::FailureMeasures;

/// One of a family of figures, of nothing in particular or of something that is measured.
struct FailureRow {
  std::string name, unit, doc;
  double value = unknown;
};

double sum_of(const FailureMeasures& failed) {
  double sum = 0;
  for (const Counter& counter : failed.by_cause) sum += counter.measured();
  return sum;
}

void add_failures(std::vector<FailureRow>& rows, const std::string& prefix, const std::string& what, const FailureMeasures* failed) {
  for (std::size_t cause = 0; cause < services::causes; ++cause) {
    rows.push_back({fmt::format("{}.{}", prefix, services::cause_names[cause].name), "",
                    fmt::format("{} because {}", what, services::cause_names[cause].doc),
                    failed == nullptr ? unknown : failed->by_cause[cause].measured()});
  }
  const auto quantile = [&](double p) { return failed == nullptr ? unknown : failed->latency.measured().quantile(p); };
  rows.push_back({prefix + ".latency.p50", "s", "Median time until they had failed", quantile(0.5)});
  rows.push_back({prefix + ".latency.p99", "s", "99th percentile of that time", quantile(0.99)});
}

void add_workload(std::vector<FailureRow>& rows, const std::string& name, const FailureMeasures* failed) {
  add_failures(rows, fmt::format("load.{}.failed", name), "Requests that failed for good", failed);
}

void add_plays(std::vector<FailureRow>& rows, const FailureMeasures* failed) {
  rows.push_back(
      {"plays.failed", "", "Play requests that failed, retries counted one by one", failed == nullptr ? unknown : sum_of(*failed)});
  add_failures(rows, "plays.failed", "Play requests that failed", failed);
}

void add_mesh(std::vector<FailureRow>& rows, const services::MeshMeasures* mesh) {
  rows.push_back(
      {"mesh.retries", "", "Tries of calls between services after the first", mesh == nullptr ? unknown : mesh->retries.measured()});
  rows.push_back({"mesh.retries_refused", "", "Further tries that the callers' retry budgets refused",
                  mesh == nullptr ? unknown : mesh->retries_throttled.measured()});
}

void add_region(std::vector<FailureRow>& rows, const std::string& name, const services::RegionMeasures* region) {
  const std::string prefix = "regions." + name;
  const FailureMeasures* failed = region == nullptr ? nullptr : &region->failed;
  const std::string what = "Requests from outside that failed there (of members each try, of workloads for good)";
  rows.push_back({prefix + ".failed", "", what, failed == nullptr ? unknown : sum_of(*failed)});
  add_failures(rows, prefix + ".failed", "Of those, failed", failed);
  rows.push_back({prefix + ".retries", "", "Tries after the first of calls between its services",
                  region == nullptr ? unknown : region->retries.measured()});
  rows.push_back({prefix + ".retries_refused", "", "Further tries that retry budgets refused there",
                  region == nullptr ? unknown : region->retries_refused.measured()});
}

void add_service(std::vector<FailureRow>& rows, const std::string& name, const services::ServiceMeasures* service) {
  rows.push_back({fmt::format("services.{}.retries", name), "", "Tries at the service after the first of a call",
                  service == nullptr ? unknown : service->retries.measured()});
  rows.push_back({fmt::format("services.{}.retries_refused", name), "", "Further tries at the service that retry budgets refused",
                  service == nullptr ? unknown : service->retries_refused.measured()});
}

/// Of the services that are called and were written by somebody: those that were drawn are too many to be shown each.
std::vector<std::string> called_services(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, spec] : scenario.services) {
    if (spec.role == services::Role::gateway) continue;
    for (const services::CallSpec& call : spec.calls) {
      if (!scenario.drawn.contains(call.service)) names.push_back(call.service);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<FailureRow> rows_of(const Scenario& scenario, const Measures* measures) {
  std::vector<FailureRow> rows;
  for (const auto& [name, workload] : scenario.load)
    add_workload(rows, name, measures == nullptr ? nullptr : &measures->load.at(name).failures);
  if (scenario.members) add_plays(rows, measures == nullptr ? nullptr : &measures->plays.failures);
  add_mesh(rows, measures == nullptr ? nullptr : measures->mesh);
  for (std::size_t region = 0; region < scenario.regions.size() && scenario.regions.size() > 1; ++region) {
    add_region(rows, scenario.regions[region].name, measures == nullptr ? nullptr : &measures->regions->at(region));
  }
  for (const std::string& name : called_services(scenario)) {
    add_service(rows, name, measures == nullptr ? nullptr : measures->services.at(name));
  }
  return rows;
}

}  // namespace

std::vector<Kpi> failure_kpis(const Scenario& scenario, const Measures& measures) {
  std::vector<Kpi> kpis;
  for (FailureRow& row : rows_of(scenario, &measures)) {
    Kpi& kpi = kpis.emplace_back();
    kpi.name = std::move(row.name);
    kpi.unit = std::move(row.unit);
    kpi.doc = std::move(row.doc);
    kpi.value = row.value;
  }
  return kpis;
}

std::vector<KnownKpi> known_failure_kpis(const Scenario& scenario) {
  std::vector<KnownKpi> known;
  for (FailureRow& row : rows_of(scenario, nullptr)) known.push_back({std::move(row.name), std::move(row.unit)});
  return known;
}

std::string failure_kpi_reference() {
  std::vector<FailureRow> rows;
  add_workload(rows, "<name>", nullptr);
  add_plays(rows, nullptr);
  add_mesh(rows, nullptr);
  add_region(rows, "<name>", nullptr);
  add_service(rows, "<name>", nullptr);
  std::string text;
  for (const FailureRow& row : rows) text += fmt::format("| `{}` | {} | {} |\n", row.name, row.unit, row.doc);
  return text;
}

}  // namespace streamtwin
