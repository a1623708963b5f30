// How services find each other: a Eureka in each region, or lists of addresses.
#pragma once

#include <deque>

#include "models/registry/eureka_cluster.hpp"
#include "models/registry/static_lists.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

class RegistryPart final : public TwinPart {
 public:
  explicit RegistryPart(Twin::Parts& parts);
  void start() override;

  /// An instance begins its life. `registered`: it has been known for a while.
  void join(services::Instance& instance, bool registered);

 private:
  Twin::Parts& parts_;
  registry::RegistryMeasures measures_;
  std::deque<registry::EurekaCluster> eureka_;      ///< by region
  std::deque<registry::StaticLists> static_lists_;  ///< by region, where services find each other by them
};

}  // namespace streamtwin
