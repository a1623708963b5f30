// Services that follow MiSim.
#pragma once

#include "models/services/misim/cluster.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

class MisimPart final : public TwinPart {
 public:
  explicit MisimPart(Twin::Parts& parts);
  void start() override;

  misim::Cluster cluster;
};

}  // namespace streamtwin
