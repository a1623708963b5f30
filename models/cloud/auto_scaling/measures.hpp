// What the operator sees of scaling, and the key figures that are read off it.
#pragma once

#include <string>
#include <vector>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::auto_scaling {

/// Over all services and regions.
struct ScalingMeasures {
  ScalingMeasures() = default;
  explicit ScalingMeasures(Recorder& recorder)
      : launched(recorder.counter("scaling.launched")),
        terminated(recorder.counter("scaling.terminated")),
        refused(recorder.counter("scaling.refused")) {}

  Counter launched, terminated;
  Counter refused;  ///< each time that instances were wanted for which EC2 had no machine
};

/// Of one service, over its regions: instances.
struct ServiceCapacity {
  ServiceCapacity() = default;
  ServiceCapacity(Recorder& recorder, const std::string& service)
      : in_service(recorder.gauge("service." + service + ".instances")),
        desired(recorder.gauge("service." + service + ".desired_capacity")) {
    recorder.mean_series("service." + service + ".instances", in_service);
    recorder.mean_series("service." + service + ".desired_capacity", desired);
  }

  Gauge in_service, desired;
};

inline constexpr KpiRow<ScalingMeasures> scaling_kpis[] = {
    {"scaling.launched", KpiKind::count, "Instances that auto scaling groups have launched, replacements of dead ones not counted",
     [](const ScalingMeasures& m) { return m.launched.measured(); }},
    {"scaling.terminated", KpiKind::count, "Instances that auto scaling groups have given up",
     [](const ScalingMeasures& m) { return m.terminated.measured(); }},
    {"scaling.refused", KpiKind::count, "How often a group asked EC2 for a machine and there was none (InsufficientInstanceCapacity)",
     [](const ScalingMeasures& m) { return m.refused.measured(); }},
};

/// Of each service that scales, as services.<name>.<row>.
inline constexpr KpiRow<ServiceCapacity> capacity_kpis[] = {
    {"instance_hours", KpiKind::hours, "Hours of instances in service",
     [](const ServiceCapacity& c) { return c.in_service.measured_area() / in_seconds(Duration{1h}); }},
    {"instances_max", KpiKind::count, "Most instances in service at once",
     [](const ServiceCapacity& c) { return c.in_service.measured_peak(); }},
};

}  // namespace streamtwin::auto_scaling
