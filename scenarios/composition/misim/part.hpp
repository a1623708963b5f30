// Services that follow MiSim, in place of the platform's.
#pragma once

#include "models/misim/cluster.hpp"
#include "scenarios/composition/parts/own_services.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class MisimPart final : public TwinPart, public OwnServices {
 public:
  explicit MisimPart(Twin::Parts& parts);
  void start() override;

  std::unique_ptr<workload::Door> door_to(const workload::WorkloadSpec& workload) override;
  std::vector<StationResult> solve(const OfferedLoad& load) const override;
  std::vector<CallResult> calls(const OfferedLoad& load) const override;

  misim::Cluster cluster;

 private:
  Twin::Parts& parts_;
};

}  // namespace streamtwin
