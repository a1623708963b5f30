// How services find each other: a Eureka in each region, names in DNS, or lists of addresses.
#pragma once

#include <deque>
#include <vector>

#include "models/registry/dns_names.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "models/registry/static_lists.hpp"
#include "scenarios/composition/twin/parts.hpp"

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

  /// Instances of a service, each with its region.
  struct Listed {
    RegionIndex region;
    InstanceId id;
  };
  /// Sets or deletes the override OUT_OF_SERVICE in Eureka.
  void take_out(const std::vector<Listed>& instances);
  void put_back(const std::vector<Listed>& instances);

 private:
  void started(services::Instance& instance) override;
  void draining(services::Instance& instance) override;
  void stopped(services::Instance& instance) override;
  registry::Member member_of(services::Instance& instance) const;

  Twin::Parts& parts_;
  registry::RegistryMeasures measures_;
  std::deque<registry::EurekaCluster> eureka_;      ///< by region
  std::deque<registry::StaticLists> static_lists_;  ///< by region, where services find each other by them
  std::deque<registry::DnsNames> dns_names_;        ///< by region, the same
  Subscription lives_subscription_;
};

}  // namespace streamtwin
