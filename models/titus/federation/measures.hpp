// What is measured of a federation, and the key figures that are read off it. As federation.<row>.
#pragma once

#include <vector>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::titus {

struct FederationMeasures {
  FederationMeasures() = default;
  explicit FederationMeasures(Recorder& recorder);

  Histogram service_launch, batch_launch;  ///< from the time that a container is wanted of the federation until it has started
  Gauge lacking;                           ///< containers of services that are wanted and have not started
  Gauge elsewhere;                         ///< containers of services that run in another cell than that of their route
  Counter jobs, jobs_elsewhere, jobs_moved;
  Counter overflowed, returned;  ///< containers of services
};

extern const std::vector<KpiRow<FederationMeasures>> federation_kpis;

}  // namespace streamtwin::titus
