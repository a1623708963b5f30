// Draws the services of a GeneratorSpec. Pure: the same specification gives the same services, whatever the run.
#pragma once

#include <map>
#include <string>

#include "models/services/graph/graph_spec.hpp"
#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// `zones`: over which the instances are spread. The gateway is called `gateway` and routes to the entries.
/// Throws std::invalid_argument for a specification that its own check refuses.
std::map<std::string, ServiceSpec> generate(const GeneratorSpec& spec, const std::string& gateway, int zones);

}  // namespace streamtwin::services
