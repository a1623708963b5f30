// Scaling: for each service that does, a scaler in each region, which tells whoever carries the service there how many it wants. Of
// those that are delivered each server group has one, and deliveries make them.
#pragma once

#include <list>
#include <memory>

#include "models/cloud/auto_scaling/scaler.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class ScalingPart final : public TwinPart {
 public:
  explicit ScalingPart(Twin::Parts& parts);
  void start() override;
  void add_results(RunResult& result) override;

  /// Of a service in a region, or of one server group of it, that has so many instances.
  std::unique_ptr<auto_scaling::Scaler> scaler_of(services::Service& service, RegionIndex region, int desired,
                                                  std::unique_ptr<auto_scaling::Carrier> carrier, const rpc::ServerGroup* group = nullptr);

 private:
  std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region) const;

  Twin::Parts& parts_;
  std::list<std::unique_ptr<auto_scaling::Scaler>> scalers_;
};

}  // namespace streamtwin
