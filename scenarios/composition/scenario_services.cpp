// Services that a scenario has drawn or read from a file become services like those that it writes out.
#include <algorithm>
#include <stdexcept>

#include "models/services/graph/generator.hpp"
#include "models/services/graph/graph_file.hpp"
#include "scenarios/language/scenario.hpp"

namespace streamtwin {

std::map<std::string, services::ServiceSpec> Scenario::drawn_services() const {
  if (!services_from) return {};
  if (!services_from->file.text.empty()) return services::read_graph(services_from->file.path);
  if (!services_from->generator) return {};
  int zones = 0;
  for (const cloud::RegionSpec& region : regions) zones += region.zones;
  return services::generate(*services_from->generator, edge.gateway, std::max(1, zones));
}

void Scenario::complete(Checker& checker) {
  try {
    services.merge(drawn_services());
  } catch (const std::invalid_argument& error) {
    checker.error("services_from.file", error.what());
  }
}

}  // namespace streamtwin
