// What the operator sees of the warm pools of a service, and the key figures that are read off it.
#pragma once

#include <string>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::ec2 {

/// Of one service, over its pools.
struct PoolMeasures {
  PoolMeasures() = default;
  PoolMeasures(Recorder& recorder, const std::string& service)
      : left(recorder.counter("service." + service + ".left_pool")), waiting(recorder.gauge("service." + service + ".warm_pool")) {
    recorder.mean_series("service." + service + ".warm_pool", waiting);
  }

  Counter left;   ///< instances that were launched from a pool
  Gauge waiting;  ///< those that get ready for it included
};

/// Of each service with a warm pool, as services.<name>.<row>.
inline constexpr KpiRow<PoolMeasures> pool_kpis[] = {
    {"pool_launches", KpiKind::count, "Instances that were launched from a warm pool",
     [](const PoolMeasures& m) { return m.left.measured(); }},
    {"pool_hours", KpiKind::hours, "Hours of instances in warm pools",
     [](const PoolMeasures& m) { return m.waiting.measured_area() / in_seconds(Duration{1h}); }},
};

}  // namespace streamtwin::ec2
