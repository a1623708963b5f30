// What is measured of delivery as a whole, at the end of each window.
#pragma once

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::openconnect {

struct DeliveryMeasures {
  DeliveryMeasures() = default;
  explicit DeliveryMeasures(Recorder& recorder) : saturated_links(recorder.gauge("delivery.saturated_links", share_unit)) {}

  Gauge saturated_links;  ///< share of the delivery links in use
};

inline constexpr KpiRow<DeliveryMeasures> delivery_kpis[] = {
    {"delivery.saturated_links_peak", KpiKind::share,
     "Highest share of the delivery links in use (ports, sites, peerings, access networks) that were full at the end of a window",
     [](const DeliveryMeasures& m) { return m.saturated_links.measured_peak(); }},
};

}  // namespace streamtwin::openconnect
