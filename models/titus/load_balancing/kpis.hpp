// The key figures that are read off the registration of containers with load balancers. As titus.<stack>.<row>.
#pragma once

#include "models/titus/load_balancing/registration.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::titus {

inline constexpr KpiRow<LoadBalancingMeasures> load_balancing_kpis[] = {
    {"load_balancing.wait.p50", KpiKind::duration,
     "Time from a container's state until its load balancer has it, or has it no longer, median",
     [](const LoadBalancingMeasures& m) { return record::quantile(m.wait, 0.5); }},
    {"load_balancing.wait.p99", KpiKind::duration, "The same, 99 of 100 are below",
     [](const LoadBalancingMeasures& m) { return record::quantile(m.wait, 0.99); }},
    {"load_balancing.updates_per_batch", KpiKind::number, "Updates of targets for each batch that is sent",
     [](const LoadBalancingMeasures& m) { return record::ratio(m.updates.measured(), m.batches.measured()); }},
    {"load_balancing.repaired", KpiKind::count, "Targets that the reconciliation found not to be as they should be",
     [](const LoadBalancingMeasures& m) { return m.repaired.measured(); }},
};

}  // namespace streamtwin::titus
