// Server groups of a service that scales: each has auto scaling of its own, as Spinnaker copies policies and scheduled actions from one
// group to the next. While a delivery goes on, the group that serves is not made smaller, and the next one begins with the size that
// the old one has then. Facts: spinnaker/orca CaptureSourceServerGroupCapacityTask, PinServerGroupStage, ResizeStrategySupport,
// ApplySourceServerGroupCapacityTask, ExplicitRollback; spinnaker/clouddriver EnableDisableAsgDescription.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "models/cloud/auto_scaling/scaler.hpp"
#include "models/delivery/pipeline/group_carrier.hpp"

namespace streamtwin::delivery {

class ScaledGroups final : public GroupCarrier {
 public:
  using Carrier = std::unique_ptr<auto_scaling::Carrier>;
  struct Ground {
    std::unique_ptr<GroupCarrier> adopts;  ///< knows what is there when the run begins
    std::function<Carrier(rpc::ServerGroup& group)> make_carrier;
    /// Of a group that has so many instances.
    std::function<std::unique_ptr<auto_scaling::Scaler>(const rpc::ServerGroup& group, int desired, Carrier carrier)> make_scaler;
  };
  explicit ScaledGroups(Ground ground) : ground_(std::move(ground)) {}

  int adopt(rpc::ServerGroup& group) override;
  void reach(rpc::ServerGroup& group, int desired) override;
  void resize(rpc::ServerGroup& group, int desired, Pin pin) override;
  void unpin(rpc::ServerGroup& group) override;
  titus::Capacity capacity(const rpc::ServerGroup& group, int desired) const override;
  void forget(rpc::ServerGroup& group) override;
  /// Begins to scale what is there when the run begins.
  void start();

 private:
  struct Scaled {
    std::unique_ptr<auto_scaling::Scaler> scaler;
    titus::Capacity original{};                  ///< before a delivery pinned it
    std::optional<std::pair<int, Pin>> ordered;  ///< by the delivery that goes on
  };
  Scaled& scaled(rpc::ServerGroup& group);
  std::unique_ptr<auto_scaling::Scaler> scaler_of(rpc::ServerGroup& group, int desired) {
    return ground_.make_scaler(group, desired, ground_.make_carrier(group));
  }

  const Ground ground_;
  std::map<const rpc::ServerGroup*, Scaled> groups_;  ///< looked up only: an order of addresses decides nothing
};

}  // namespace streamtwin::delivery
