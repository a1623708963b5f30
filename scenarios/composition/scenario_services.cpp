// Services that a scenario has drawn or read from a file become services like those that it writes out.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/services/graph/generator.hpp"
#include "models/services/graph/graph_file.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/scenario.hpp"

namespace streamtwin {

namespace {

int zones_of(const Scenario& scenario) {
  int zones = 0;
  for (const cloud::RegionSpec& region : scenario.regions) zones += region.zones;
  return std::max(1, zones);
}

}  // namespace

std::map<std::string, services::ServiceSpec> Scenario::drawn_services() const {
  if (!services_from) return {};
  if (!services_from->file.text.empty()) return services::read_graph(services_from->file.path, language::did_you_mean);
  if (!services_from->generator) return {};
  return services::generate(*services_from->generator, edge.gateway, zones_of(*this));
}

void Scenario::complete(Checker& checker) {
  const zuul::RoutingTable routes(edge.routes);
  for (auto& [name, workload] : load) {
    const zuul::RouteProperties* const route = workload.entry == workload::Entry::edge ? routes.match(workload.path) : nullptr;
    if (route != nullptr) workload.target = route->service;
  }
  if (services_from && services_from->generator && services_from->generator->instances) {
    const services::GeneratorSpec& spec = *services_from->generator;
    const long least = (spec.services + spec.stores + spec.caches + 1L) * zones_of(*this);
    checker.require(*spec.instances >= least, "services_from.generator.instances",
                    fmt::format("{} services, {} stores, {} caches and the gateway in {} zones are {} instances at least", spec.services,
                                spec.stores, spec.caches, zones_of(*this), least));
  }
  try {
    for (auto& [name, spec] : drawn_services()) {
      if (services.try_emplace(name, std::move(spec)).second) drawn.insert(name);
    }
  } catch (const std::invalid_argument& error) {
    checker.error("services_from.file", error.what());
  }
}

}  // namespace streamtwin
