// The key figures of the edge: of its load balancers and gateways.
#pragma once

#include <vector>

#include "models/edge/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::edge {

/// Unknown where there are no measures.
void add_kpis(std::vector<Kpi>& kpis, const EdgeMeasures* measures);

}  // namespace streamtwin::edge
