// Zuul keeps its connections per event loop, and has one of those for each core: with more cores than connections to a
// server the last loops find the limit taken up by connections that idle at the others, however little there is to do.
#include <fmt/format.h>

#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {

void warn_of_gateway(const Scenario& scenario, Checker& checker) {
  const services::ServiceSpec* gateway = gateway_of(scenario);
  if (gateway == nullptr || gateway->origins().empty()) return;
  const edge::DrivenConnections& connections = scenario.edge.connections;
  const int cores = gateway->cores, most = connections.max_connections_per_host;
  if (most < 0 || cores <= most || connections.waterline == 0) return;
  checker.warning("edge.connections.max_connections_per_host",
                  fmt::format("each of the {} cores of {} keeps connections of its own, and to a server there may be {}: the requests that "
                              "come by the other {} cores find none free and are refused, even under a light load",
                              cores, scenario.edge.gateway, most, cores - most));
}

}  // namespace streamtwin
