// Workloads: requests to services from outside.
#pragma once

#include "models/clients/workload/workload.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class LoadPart final : public TwinPart {
 public:
  explicit LoadPart(Twin::Parts& parts);
  void start() override;
  void branch_taken(const TakenBranch& branch) override;

  workload::Workloads load;

 private:
  Twin::Parts& parts_;
};

}  // namespace streamtwin
