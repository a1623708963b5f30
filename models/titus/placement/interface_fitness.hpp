// Which network interface of an agent a container should get. Replays Netflix/titus-control-plane
// SimpleNetworkInterfaceFitnessEvaluator.
#pragma once

#include "models/titus/fenzo/resource_set.hpp"
#include "models/titus/placement/tally.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// In use with the same security groups, the fuller the better, before one that last had them, before one that never had any, before
/// the others, of which those that were used last are worst. Never above 0.2.
class InterfaceFitness final : public fenzo::SetEvaluator {
 public:
  /// `cooling`: SchedulerConfiguration.getPreferredNetworkInterfaceDelayMs
  InterfaceFitness(const PlacementTally& tally, Duration cooling) : tally_(tally), cooling_(cooling) {}

  /// Before each iteration.
  void set_now(Instant now) { now_ = now; }

  double idle(const fenzo::TaskRequest& task, std::uint32_t host, int index, int needed, int limit) const override;
  double used(const fenzo::TaskRequest& task, std::uint32_t host, int index, int needed, int in_use, int limit) const override;

 private:
  const PlacementTally& tally_;
  Duration cooling_;
  Instant now_{};
};

}  // namespace streamtwin::titus
