#include "models/failover/measures.hpp"

namespace streamtwin::failover {
namespace {

double seconds(const std::optional<Duration>& took) { return took ? in_seconds(*took) : unknown; }
double hours(const Gauge& gauge) { return gauge.measured_area() / in_seconds(Duration{1h}); }

}  // namespace

const std::vector<KpiRow<FailoverMeasures>> failover_kpis{
    {"dark_hours", KpiKind::hours, "Hours of instances that were dark", [](const FailoverMeasures& m) { return hours(m.dark); }},
    {"dark_cost", KpiKind::money, "What those cost on demand whose machines have a type",
     [](const FailoverMeasures& m) { return hours(m.cost_per_hour); }},
    {"attached", KpiKind::count, "Dark instances that were attached", [](const FailoverMeasures& m) { return m.attached.measured(); }},
    {"launched", KpiKind::count, "Instances that were launched for evacuations",
     [](const FailoverMeasures& m) { return m.launched.measured(); }},
    {"refused", KpiKind::count, "Instances for evacuations that EC2 had no machine for",
     [](const FailoverMeasures& m) { return m.refused.measured(); }},
};

const std::vector<KpiRow<EvacuationMeasures>> evacuation_kpis{
    {"evacuations", KpiKind::count, "Evacuations of the region that began", [](const EvacuationMeasures& m) { return double(m.begun); }},
    {"turned_back", KpiKind::count, "Of those, the ones that went back: the trouble followed, or no region could take the traffic",
     [](const EvacuationMeasures& m) { return double(m.turned_back); }},
    {"overloaded", KpiKind::count, "Regions that had too few instances for what the last one sent to them, and launched more",
     [](const EvacuationMeasures& m) { return double(m.overloaded); }},
    {"detection", KpiKind::duration, "From the beginning of the trouble until it was declared regional, in the last one",
     [](const EvacuationMeasures& m) { return seconds(m.detection); }},
    {"capacity", KpiKind::duration, "Then until the other regions had the instances for its traffic, and callers knew of them",
     [](const EvacuationMeasures& m) { return seconds(m.capacity); }},
    {"proxying", KpiKind::duration, "Then until its gateways proxied all requests",
     [](const EvacuationMeasures& m) { return seconds(m.proxying); }},
    {"dns", KpiKind::duration, "Then until the answers of DNS had run out that had named it",
     [](const EvacuationMeasures& m) { return seconds(m.dns); }},
    {"evacuated", KpiKind::duration, "All of that together", [](const EvacuationMeasures& m) { return seconds(m.evacuated); }},
    {"availability", KpiKind::share, "Of the tries of all clients meanwhile, those that were answered",
     [](const EvacuationMeasures& m) { return m.answered.value_or(unknown); }},
    {"given_back", KpiKind::duration, "From the order to return its traffic until it had all of it",
     [](const EvacuationMeasures& m) { return seconds(m.given_back); }},
};

}  // namespace streamtwin::failover
