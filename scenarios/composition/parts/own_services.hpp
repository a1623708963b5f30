// What a part tells whose services answer by rules of their own, in place of the mesh's: the others ask for it without knowing
// which part that is.
#pragma once

#include <memory>
#include <vector>

#include "models/clients/workload/doors.hpp"
#include "models/clients/workload/workload_spec.hpp"
#include "scenarios/composition/tables/queueing_network.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

class OwnServices {
 public:
  virtual ~OwnServices() = default;
  /// The way of a workload's requests to its target.
  virtual std::unique_ptr<workload::Door> door_to(const workload::WorkloadSpec& workload) = 0;
  /// The services as stations of a queueing network in closed form.
  virtual std::vector<StationResult> solve(const OfferedLoad& load) const = 0;
  /// How often they call each other for a request.
  virtual std::vector<CallResult> calls(const OfferedLoad& load) const = 0;
};

}  // namespace streamtwin
