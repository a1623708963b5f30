#include "models/misim/traffic.hpp"

#include "models/misim/dependencies.hpp"

namespace streamtwin::misim {

void Traffic::add(const MisimSpec& spec, const std::string& service, const std::string& operation, double requests) {
  const MisimServiceSpec& described = spec.services.at(service);
  const MisimOperationSpec& asked = described.operations.at(operation);
  AtService& here = services[service];
  here.requests += requests;
  here.work += Duration{requests * asked.demand * described.cores / described.capacity};
  const std::vector<double> means = Dependencies(asked.dependencies).means();
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (means[i] == 0) continue;
    const MisimDependencySpec& call = asked.dependencies[i];
    calls[{service, call.service}] += requests * means[i];
    add(spec, call.service, call.operation, requests * means[i]);
  }
}

}  // namespace streamtwin::misim
