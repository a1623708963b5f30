#include "models/delivery/pipeline/measures.hpp"

namespace streamtwin::delivery {

using record::quantile;

DeliveryMeasures::DeliveryMeasures(Recorder& recorder)
    : begun(recorder.counter("deliveries.begun")),
      done(recorder.counter("deliveries.done")),
      failed(recorder.counter("deliveries.failed")),
      rolled_back(recorder.counter("deliveries.rolled_back")),
      canaries(recorder.counter("deliveries.canaries")),
      canaries_failed(recorder.counter("deliveries.canaries_failed")),
      duration(recorder.histogram("deliveries.time")),
      back(recorder.histogram("deliveries.roll_back")),
      last_seen(recorder.histogram("deliveries.last_seen")),
      harmed(recorder.counter("deliveries.harmed")) {
  recorder.rate_series("deliveries.harmed", "/s", harmed);
}

const std::array<KpiRow<DeliveryMeasures>, 13> delivery_kpis{{
    {"begun", KpiKind::count, "Deliveries that began", [](const DeliveryMeasures& m) { return m.begun.measured(); }},
    {"done", KpiKind::count, "Deliveries whose build came to serve in all regions, rolled back later or not",
     [](const DeliveryMeasures& m) { return m.done.measured(); }},
    {"failed", KpiKind::count, "Deliveries that ended before: a canary failed, or instances did not come up",
     [](const DeliveryMeasures& m) { return m.failed.measured(); }},
    {"rolled_back", KpiKind::count, "Roll-backs of deliveries that were done, by hand or by themselves",
     [](const DeliveryMeasures& m) { return m.rolled_back.measured(); }},
    {"canaries", KpiKind::count, "Canaries that were judged, or did not come up",
     [](const DeliveryMeasures& m) { return m.canaries.measured(); }},
    {"canaries_failed", KpiKind::count, "Canaries that did not pass",
     [](const DeliveryMeasures& m) { return m.canaries_failed.measured(); }},
    {"time.mean", KpiKind::duration, "Mean time from the order until the next build serves in all regions",
     [](const DeliveryMeasures& m) { return m.duration.measured().mean(); }},
    {"time.p95", KpiKind::duration, "The same, 95th percentile", [](const DeliveryMeasures& m) { return quantile(m.duration, 0.95); }},
    {"roll_back.mean", KpiKind::duration,
     "Mean time from the decision to roll back until the old build serves in all regions and the bad one is out of service",
     [](const DeliveryMeasures& m) { return m.back.measured().mean(); }},
    {"roll_back.p95", KpiKind::duration, "The same, 95th percentile", [](const DeliveryMeasures& m) { return quantile(m.back, 0.95); }},
    {"last_answer.mean", KpiKind::duration,
     "Mean time from the decision until the bad instances of a region have answered their last request",
     [](const DeliveryMeasures& m) { return m.last_seen.measured().mean(); }},
    {"last_answer.p95", KpiKind::duration, "The same, 95th percentile",
     [](const DeliveryMeasures& m) { return quantile(m.last_seen, 0.95); }},
    {"harmed", KpiKind::count, "Requests to a service that failed because of the build that served them",
     [](const DeliveryMeasures& m) { return m.harmed.measured(); }},
}};

}  // namespace streamtwin::delivery
