// What instances cost, and the key figures that are read off it.
#pragma once

#include <string>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::ec2 {

/// Of whoever runs some: dollars an hour.
struct Cost {
  Cost() = default;
  /// `prefix`: "service.home-page". `split`: there are reservations.
  Cost(Recorder& recorder, const std::string& prefix, bool split = false) : per_hour(recorder.gauge(prefix + ".cost_per_hour", "USD/h")) {
    recorder.mean_series(prefix + ".cost_per_hour", per_hour);
    if (!split) return;
    on_demand = recorder.gauge(prefix + ".on_demand_cost_per_hour", "USD/h");
    reserved = recorder.gauge(prefix + ".reserved_cost_per_hour", "USD/h");
  }

  Gauge per_hour;
  Gauge on_demand, reserved;  ///< of it, where there are reservations
};

inline double in_dollars(const Gauge& per_hour) { return per_hour.measured_area() / in_seconds(Duration{1h}); }

/// As services.<name>.<row>.
inline constexpr KpiRow<Cost> cost_kpis[] = {
    {"cost", KpiKind::money, "What its instances cost, those of warm pools included: on demand, but for what reservations cover",
     [](const Cost& cost) { return in_dollars(cost.per_hour); }},
};

/// Where there are reservations.
inline constexpr KpiRow<Cost> split_cost_kpis[] = {
    {"cost_on_demand", KpiKind::money, "Of this what no reservation covers", [](const Cost& cost) { return in_dollars(cost.on_demand); }},
    {"cost_reserved", KpiKind::money, "Of this what reservations cover, at their price",
     [](const Cost& cost) { return in_dollars(cost.reserved); }},
};

}  // namespace streamtwin::ec2
