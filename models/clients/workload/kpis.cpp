#include "models/clients/workload/kpis.hpp"

#include <fmt/format.h>

#include "models/services/kpis.hpp"

namespace streamtwin::workload {
namespace {

using record::quantile;
using record::ratio;
using record::share_of_ended;

struct WorkloadFigures {
  const WorkloadMeasures& m;
  Duration measured;
};

constexpr KpiRow<WorkloadFigures> workload_rows[] = {
    {"offered", KpiKind::count, "Requests of the workload", [](const WorkloadFigures& f) { return f.m.offered.measured(); }},
    {"answered", KpiKind::count, "Requests that got an answer, after retries if need be",
     [](const WorkloadFigures& f) { return f.m.answered.measured(); }},
    {"failed", KpiKind::count, "Requests that failed for good", [](const WorkloadFigures& f) { return f.m.failed.measured(); }},
    {"availability", KpiKind::share, "Requests that got an answer over all that ended",
     [](const WorkloadFigures& f) { return share_of_ended(f.m.answered.measured(), f.m.failed.measured()); }},
    {"goodput", KpiKind::rate, "Answers per second",
     [](const WorkloadFigures& f) { return ratio(f.m.answered.measured(), in_seconds(f.measured)); }},
    {"retries", KpiKind::count, "Tries after the first", [](const WorkloadFigures& f) { return f.m.retries.measured(); }},
    {"timeouts", KpiKind::count, "Tries that the client stopped waiting for",
     [](const WorkloadFigures& f) { return f.m.timeouts.measured(); }},
    {"stale", KpiKind::count, "Requests answered in part by fallbacks", [](const WorkloadFigures& f) { return f.m.stale.measured(); }},
    {"latency.mean", KpiKind::duration, "Mean time from a request to its answer, retries included",
     [](const WorkloadFigures& f) { return f.m.latency.measured().mean(); }},
    {"latency.p50", KpiKind::duration, "Median time from a request to its answer, retries included",
     [](const WorkloadFigures& f) { return quantile(f.m.latency, 0.5); }},
    {"latency.p90", KpiKind::duration, "90th percentile of the time from a request to its answer",
     [](const WorkloadFigures& f) { return quantile(f.m.latency, 0.9); }},
    {"latency.p99", KpiKind::duration, "99th percentile of the time from a request to its answer",
     [](const WorkloadFigures& f) { return quantile(f.m.latency, 0.99); }},
    {"latency.p99_9", KpiKind::duration, "99.9th percentile of the time from a request to its answer",
     [](const WorkloadFigures& f) { return quantile(f.m.latency, 0.999); }},
};

}  // namespace

void add_kpis(std::vector<Kpi>& kpis, const std::string& name, const WorkloadMeasures* measures, Duration measured) {
  const std::string prefix = fmt::format("load.{}.", name);
  if (measures == nullptr) return add_rows<WorkloadFigures>(kpis, workload_rows, nullptr, prefix);
  const WorkloadFigures figures{*measures, measured};
  add_rows(kpis, workload_rows, &figures, prefix);
}

void add_failure_kpis(std::vector<Kpi>& kpis, const std::string& name, const WorkloadMeasures* measures) {
  const services::FailureMeasures* const failed = measures == nullptr ? nullptr : &measures->failures;
  services::add_causes(kpis, fmt::format("load.{}.failed", name), "Requests that failed for good", failed);
}

}  // namespace streamtwin::workload
