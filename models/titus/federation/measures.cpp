#include "models/titus/federation/measures.hpp"

namespace streamtwin::titus {

FederationMeasures::FederationMeasures(Recorder& recorder)
    : service_launch(recorder.histogram("federation.services.launch_latency")),
      batch_launch(recorder.histogram("federation.batch.launch_latency")),
      lacking(recorder.gauge("federation.services.lacking")),
      elsewhere(recorder.gauge("federation.services.elsewhere")),
      jobs(recorder.counter("federation.jobs")),
      jobs_elsewhere(recorder.counter("federation.jobs_elsewhere")),
      jobs_moved(recorder.counter("federation.jobs_moved")),
      overflowed(recorder.counter("federation.services.overflowed")),
      returned(recorder.counter("federation.services.returned")) {
  recorder.mean_series("federation.services.lacking", lacking);
  recorder.mean_series("federation.services.elsewhere", elsewhere);
}

const std::vector<KpiRow<FederationMeasures>> federation_kpis{
    {"services.launch_latency.p50", KpiKind::duration,
     "Median time from when a container of a service is wanted, or its loss is noticed, until one has started in some cell",
     [](const FederationMeasures& m) { return record::quantile(m.service_launch, 0.5); }},
    {"services.launch_latency.p99", KpiKind::duration, "99th percentile of that time",
     [](const FederationMeasures& m) { return record::quantile(m.service_launch, 0.99); }},
    {"services.lacking_max", KpiKind::count, "Most containers of services that were wanted and had not started, as far as was known",
     [](const FederationMeasures& m) { return m.lacking.measured_peak(); }},
    {"services.lacking_hours", KpiKind::hours, "Container hours that services were lacking",
     [](const FederationMeasures& m) { return m.lacking.measured_area() / in_seconds(Duration{1h}); }},
    {"services.elsewhere_max", KpiKind::count, "Most containers of services that ran in another cell than that of their route",
     [](const FederationMeasures& m) { return m.elsewhere.measured_peak(); }},
    {"services.overflowed", KpiKind::count, "Containers of services that were wanted in another cell instead",
     [](const FederationMeasures& m) { return m.overflowed.measured(); }},
    {"services.returned", KpiKind::count, "Containers of services that were wanted in a preferred cell again",
     [](const FederationMeasures& m) { return m.returned.measured(); }},
    {"batch.launch_latency.p50", KpiKind::duration,
     "Median time from when a batch job comes to the federation until a container of it has started for the first time",
     [](const FederationMeasures& m) { return record::quantile(m.batch_launch, 0.5); }},
    {"batch.launch_latency.p99", KpiKind::duration, "99th percentile of that time",
     [](const FederationMeasures& m) { return record::quantile(m.batch_launch, 0.99); }},
    {"jobs", KpiKind::count, "Batch jobs that came to the federation", [](const FederationMeasures& m) { return m.jobs.measured(); }},
    {"jobs_elsewhere", KpiKind::count, "Of these, jobs that went to another cell than that of their route as they came",
     [](const FederationMeasures& m) { return m.jobs_elsewhere.measured(); }},
    {"jobs_moved", KpiKind::count, "How often a batch job that had found no place was taken to another cell",
     [](const FederationMeasures& m) { return m.jobs_moved.measured(); }},
};

}  // namespace streamtwin::titus
