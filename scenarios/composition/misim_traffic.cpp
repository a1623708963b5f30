#include "scenarios/composition/misim_traffic.hpp"

#include "models/services/misim/dependencies.hpp"

namespace streamtwin {

// The check of the scenario has made sure that operations do not call each other in a circle.
void MisimTraffic::add(const Scenario& scenario, const std::string& service, const std::string& operation, double requests) {
  const services::ServiceSpec& spec = scenario.services.at(service);
  const misim::MisimOperationSpec& asked = spec.misim->operations.at(operation);
  AtService& here = services[service];
  here.requests += requests;
  here.work += Duration{requests * asked.demand * spec.cores / spec.misim->capacity};
  const std::vector<double> means = misim::Dependencies(asked.dependencies).means();
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (means[i] == 0) continue;
    const misim::MisimDependencySpec& call = asked.dependencies[i];
    calls[{service, call.service}] += requests * means[i];
    add(scenario, call.service, call.operation, requests * means[i]);
  }
}

}  // namespace streamtwin
