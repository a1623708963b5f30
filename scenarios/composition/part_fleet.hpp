// The instances of the services on their machines.
#pragma once

#include "models/services/fleet.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

class FleetPart final : public TwinPart {
 public:
  explicit FleetPart(Twin::Parts& parts);
  void start() override;

  services::Fleet fleet;

 private:
  void launched(services::Instance& instance, bool registered);

  Twin::Parts& parts_;
};

}  // namespace streamtwin
