// The key figures of members: availability as they see it, their plays, what they watch and what is delivered to them.
#pragma once

#include <vector>

#include "models/clients/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::clients {

/// All of them are unknown where there are no measures: before a run, when they are only named.
void add_kpis(std::vector<Kpi>& kpis, const PlayMeasures* plays, const ViewingMeasures* viewing);
void add_failure_kpis(std::vector<Kpi>& kpis, const PlayMeasures* plays);

}  // namespace streamtwin::clients
