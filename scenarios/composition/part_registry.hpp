// How services find each other: a Eureka in each region, or lists of addresses.
#pragma once

#include <deque>

#include "models/registry/eureka_cluster.hpp"
#include "models/registry/static_lists.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

class RegistryPart final : public TwinPart, private rpc::LifeObserver {
 public:
  explicit RegistryPart(Twin::Parts& parts);
  void start() override;

  /// Clients and leases of all regions (for inspection).
  struct Sizes {
    std::size_t clients, leases;
  };
  Sizes sizes();

 private:
  void started(services::Instance& instance) override;
  void draining(services::Instance& instance) override;
  void stopped(services::Instance& instance) override;
  registry::Member member_of(services::Instance& instance) const;

  Twin::Parts& parts_;
  registry::RegistryMeasures measures_;
  std::deque<registry::EurekaCluster> eureka_;      ///< by region
  std::deque<registry::StaticLists> static_lists_;  ///< by region, where services find each other by them
  Subscription told_of_lives_;
};

}  // namespace streamtwin
