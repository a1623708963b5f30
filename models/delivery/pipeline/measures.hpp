// What is measured of deliveries, and the key figures that are read off it. As deliveries.<row>.
#pragma once

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::delivery {

struct DeliveryMeasures {
  DeliveryMeasures() = default;
  explicit DeliveryMeasures(Recorder& recorder);

  Counter begun, done, failed, rolled_back;
  Counter canaries, canaries_failed;
  Histogram duration;   ///< from the order until the next build serves everywhere
  Histogram back;       ///< from the decision to roll back until the old build serves everywhere
  Histogram last_seen;  ///< and until a bad instance has answered its last request
  Counter harmed;       ///< requests that failed because of a build
};

extern const std::array<KpiRow<DeliveryMeasures>, 13> delivery_kpis;

}  // namespace streamtwin::delivery
