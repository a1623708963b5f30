// Workloads: requests to services from outside.
#pragma once

#include "models/clients/workload/workload.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class LoadPart final : public TwinPart {
 public:
  explicit LoadPart(Twin::Parts& parts);
  void start() override;

  workload::Workloads load;
};

}  // namespace streamtwin
