// The instances of the services on their machines.
#pragma once

#include "models/cloud/ec2/bill.hpp"
#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/warm_pool.hpp"
#include "scenarios/composition/parts/carriers.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class FleetPart final : public TwinPart, public Carriers {
 public:
  explicit FleetPart(Twin::Parts& parts);
  void start() override;
  void add_results(RunResult& result) override;
  std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region) override;
  /// Of one server group of a service.
  std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region, rpc::ServerGroup* group);

  ec2::Fleet fleet;

 private:
  ec2::PoolPrices pool_prices(const services::Service& service);
  ec2::PoolMeasures& pool_measures(const std::string& service);

  Twin::Parts& parts_;
  ec2::Bill bill_;
};

}  // namespace streamtwin
