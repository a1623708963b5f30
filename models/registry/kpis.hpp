// The key figures of registries.
#pragma once

#include <vector>

#include "models/registry/eureka_spec.hpp"
#include "models/registry/measures.hpp"
#include "models/registry/registry_spec.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::registry {

/// Of what such a registry has. Unknown where there are no measures.
void add_kpis(std::vector<Kpi>& kpis, const RegistrySpec& spec, const EurekaSpec& eureka, const RegistryMeasures* measures);
/// Of whatever a registry may have, unknown.
void add_all_kpis(std::vector<Kpi>& kpis);

}  // namespace streamtwin::registry
