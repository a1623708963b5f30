// How services find each other: by a registry in each region, of the kind that the scenario says.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/registry/dns_names.hpp"
#include "models/registry/observed.hpp"
#include "scenarios/composition/parts/registry_snapshot.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class RegistryPart final : public TwinPart, private rpc::LifeObserver {
 public:
  explicit RegistryPart(Twin::Parts& parts);
  void start() override;
  void add_results(RunResult& result) override;

  registry::Observed& of(RegionIndex region) { return *regions_[region]; }
  /// Null where services find each other by something else.
  registry::DnsNames* dns_in(RegionIndex region) { return dynamic_cast<registry::DnsNames*>(&of(region).kind()); }
  /// Of all regions together (for inspection).
  registry::Discovery::Sizes sizes();

  /// Instances of a service, each with its region.
  struct Listed {
    RegionIndex region;
    InstanceId id;
  };
  /// An operator takes instances out of traffic, and puts them back.
  void take_out(const std::vector<Listed>& instances);
  void put_back(const std::vector<Listed>& instances);
  /// Whom instances tell that listen for their own status.
  std::function<void(InstanceId, bool up)> own_status_changed;

 private:
  void started(services::Instance& instance) override;
  void attached(services::Instance& instance) override;
  void draining(services::Instance& instance) override;
  void stopped(services::Instance& instance) override;
  registry::Member member_of(services::Instance& instance) const;
  void list_gone();
  registry::Discovery& registry_of(const services::Instance& instance) { return *regions_[parts_.geography.region_of(instance.zone)]; }

  Twin::Parts& parts_;
  registry::RegistryMeasures measures_;
  std::vector<std::unique_ptr<registry::Observed>> regions_;
  FleetSnapshot snapshot_;
  Subscription lives_subscription_;
};

}  // namespace streamtwin
