// The instances of the services on their machines.
#pragma once

#include <algorithm>
#include <optional>

#include "models/cloud/ec2/bill.hpp"
#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/lending.hpp"
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

  /// Who may borrow what reservations lend; null where none does.
  ec2::Lending* lending() { return lending_ ? &*lending_ : nullptr; }
  /// What an instance of a service needs.
  static ec2::Image image_of(const services::Service& service);
  /// Of a machine that may be lent, whatever it is for.
  int cores_of_machine(int needed) const { return std::max(needed, cores_lent_); }

  ec2::Fleet fleet;

 private:
  void hold_and_lend();
  ec2::PoolPrices pool_prices(const services::Service& service);
  ec2::PoolMeasures& pool_measures(const std::string& service);

  Twin::Parts& parts_;
  ec2::Bill bill_;
  std::optional<ec2::Lending> lending_;
  int cores_lent_ = 0;
};

}  // namespace streamtwin
