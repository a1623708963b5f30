// An EC2 auto scaling group of a service over the zones of a region: it launches and terminates instances until it has as many as
// are desired, as evenly over its zones as EC2 has machines. What is lost with a zone it launches in the others, and evens them out
// when the zone is back, launching before it terminates. Facts: Amazon EC2 Auto Scaling User Guide.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/cloud/auto_scaling/scaling_spec.hpp"
#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/warm_pool.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::ec2 {

class AutoScalingGroup final : public auto_scaling::Carrier, private rpc::LifeObserver {
 public:
  struct Subject {
    rpc::Service& service;
    Image image;
    std::string name;                   ///< "play-api us-east-1", of which its random stream has its name
    std::vector<ZoneIndex> zones;       ///< of its region
    rpc::ServerGroup* group = nullptr;  ///< whose it is; null: the service is never delivered, and has one
  };
  AutoScalingGroup(rpc::Lives& lives, Fleet& fleet, Subject subject, auto_scaling::Termination termination);
  void add_warm_pool(const auto_scaling::WarmPoolSpec& spec, const PoolPrices& prices, PoolMeasures& measures);

  int size() const override;
  auto_scaling::Reached reach(int desired) override;
  bool is_starting() const override;
  void limit(int max) override;

 private:
  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { std::erase(serving_, &instance); }
  void stopped(rpc::Instance& instance) override { std::erase(serving_, &instance); }

  void replace_lost();
  void count_launch(auto_scaling::Reached& reached);
  void even_out(int desired, auto_scaling::Reached& reached);
  int size_in(ZoneIndex zone) const { return fleet_.size(subject_.service, zone, subject_.group); }
  int too_many_in_a_zone() const;
  bool launch_one();
  void launch_in(ZoneIndex zone);
  std::optional<ZoneIndex> smallest_zone(bool with_one_that_waits) const;
  bool terminate_one();
  bool give_up_one();
  rpc::Instance* victim(ZoneIndex zone);

  Fleet& fleet_;
  const Subject subject_;
  const auto_scaling::Termination termination_;
  std::vector<rpc::Instance*> serving_;  ///< in the order in which they began to
  std::unique_ptr<WarmPool> pool_;
  std::optional<int> max_;  ///< none before it has been told
  int lost_ = 0;            ///< that are not replaced yet
  int surplus_ = 0;         ///< launched to even out the zones, before as many are terminated
  Random random_;
  Subscription lives_subscription_;
};

}  // namespace streamtwin::ec2
