// What is measured of evacuations, and of the capacity that is kept for them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::failover {

/// The last evacuation of a region: how long its steps took, of those that are over.
struct EvacuationMeasures {
  int begun = 0;
  int overloaded = 0;   ///< regions that had too few instances for what was sent to them
  int turned_back = 0;  ///< as the trouble followed, or nobody could take the traffic
  std::optional<Duration> detection, capacity, proxying, dns, evacuated, given_back;
  std::optional<double> answered;  ///< share of the tries of all clients, from the beginning of the trouble until it was evacuated
};

/// Of what all regions keep.
struct FailoverMeasures {
  FailoverMeasures() = default;
  explicit FailoverMeasures(Recorder& recorder)
      : dark(recorder.gauge("failover.dark")),
        cost_per_hour(recorder.gauge("failover.dark_cost_per_hour", "USD/h")),
        attached(recorder.counter("failover.attached")),
        launched(recorder.counter("failover.launched")),
        refused(recorder.counter("failover.refused")) {
    recorder.mean_series("failover.dark", dark);
  }

  Gauge dark, cost_per_hour;
  Counter attached, launched;
  Counter refused;  ///< that EC2 had no machine for
  std::map<std::string, EvacuationMeasures> regions;
};

/// As failover.<row>.
extern const std::vector<KpiRow<FailoverMeasures>> failover_kpis;
/// As failover.<region>.<row>.
extern const std::vector<KpiRow<EvacuationMeasures>> evacuation_kpis;

}  // namespace streamtwin::failover
