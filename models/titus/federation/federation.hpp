// A federation in a run: jobs come to it, go to the cells of their routes, and to others where those are full or lost.
#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "models/titus/federation/federated_batch.hpp"
#include "models/titus/federation/federated_service.hpp"
#include "models/titus/federation/routing.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::titus {

class Federation {
 public:
  /// `cells`: by their order in the description, all settled; `clock`: local time of day when the run begins.
  Federation(const FederationSpec& spec, const std::vector<Stack*>& cells, Duration clock, FederationMeasures& measures);

  void start();
  /// False: it has no such service.
  bool desire(const std::string& service, int size);

 private:
  Task<> look();

  const OverflowSpec overflow_;
  std::map<std::string, FederatedService> services_;
  std::list<FederatedBatch> batch_;
  Scope scope_;
};

}  // namespace streamtwin::titus
