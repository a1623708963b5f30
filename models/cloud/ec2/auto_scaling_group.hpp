// An EC2 auto scaling group of a service over the zones of a region: it launches and terminates instances until it has as many as
// are desired, as evenly over its zones as EC2 has machines. Facts: Amazon EC2 Auto Scaling User Guide.
#pragma once

#include <vector>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/cloud/auto_scaling/scaling_spec.hpp"
#include "models/cloud/ec2/fleet.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::ec2 {

class AutoScalingGroup final : public auto_scaling::Carrier, private rpc::LifeObserver {
 public:
  struct Subject {
    rpc::Service& service;
    Image image;
    std::string name;              ///< "play-api us-east-1", of which its random stream has its name
    std::vector<ZoneIndex> zones;  ///< of its region
  };
  AutoScalingGroup(rpc::Lives& lives, Fleet& fleet, Subject subject, auto_scaling::Termination termination);

  int size() const override;
  auto_scaling::Reached reach(int desired) override;
  bool is_starting() const override;

 private:
  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { std::erase(serving_, &instance); }
  void stopped(rpc::Instance& instance) override { std::erase(serving_, &instance); }

  bool launch_one();
  bool terminate_one();
  rpc::Instance* victim(ZoneIndex zone);

  Fleet& fleet_;
  const Subject subject_;
  const auto_scaling::Termination termination_;
  std::vector<rpc::Instance*> serving_;  ///< in the order in which they began to
  Random random_;
  Subscription lives_subscription_;
};

}  // namespace streamtwin::ec2
