// What a service has in a region for the loss of another: a shadow auto scaling group whose instances run production's
// configuration and are STARTING in Eureka, so that nobody asks them; attached, they say that they are UP, without a boot
// (Netflix, Project Nimble). And what is launched instead where there is no time-saver of that kind.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "models/cloud/ec2/fleet.hpp"
#include "models/failover/capacity_plan.hpp"
#include "models/failover/measures.hpp"
#include "models/rpc/life.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::failover {

class Reserve final : private rpc::LifeObserver {
 public:
  struct Subject {
    rpc::Service& service;
    ec2::Image image;
    std::vector<ZoneIndex> zones;
    double visits = 0;  ///< requests for each that comes to the edge
    Rate each_instance{};
    double usd_per_hour = 0;
  };
  Reserve(rpc::Lives& lives, ec2::Fleet& fleet, Subject subject, Rate attach_rate, FailoverMeasures& measures);

  /// A dark instance that is there when the run begins, in a slot of a zone.
  void add_dark(ZoneIndex zone, int number, Host& machine);

  const std::string& service() const { return subject_.service.name; }
  ServiceStrength strength() const;
  /// So many dark ones are to take traffic, as fast as the API lets them.
  void attach(int instances);
  /// So many more are launched, as far as EC2 has machines.
  void launch(int instances);
  /// Whether all of those take traffic.
  bool complete() const { return attached_.size() >= to_attach_ && launched_.size() >= to_launch_; }
  Instant last_up() const { return last_up_; }
  /// This is the group that serves from now on: dark instances are replaced by such of its build, some at a time, unless they are about to
  /// be attached; those that take traffic keep theirs until they are given back.
  void follow(const rpc::ServerGroup& serving);
  /// They are ended: those that were dark are replaced by dark ones.
  void give_back();

 private:
  void started(rpc::Instance& instance) override;
  void attached(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { leave(instance); }
  void stopped(rpc::Instance& instance) override { leave(instance); }
  void leave(rpc::Instance& instance);
  void count_dark(int instances);
  bool is_shadow(const rpc::ServerGroup* group) const;
  bool is_further(const rpc::ServerGroup* group) const;
  Task<> replace_dark();

  Task<> attach_all();
  rpc::Instance* next_dark() const;
  bool launch_one();

  rpc::Lives& lives_;
  ec2::Fleet& fleet_;
  const Subject subject_;
  const Rate attach_rate_;
  FailoverMeasures& measures_;
  std::list<rpc::ServerGroup> shadows_, further_;  ///< of each build that has served, the present one last
  std::vector<rpc::Instance*> dark_, attached_, launched_;
  std::size_t to_attach_ = 0, to_launch_ = 0;
  bool attaching_ = false, replacing_ = false;
  Instant last_up_{};
  Subscription lives_subscription_;
  Scope scope_;
};

}  // namespace streamtwin::failover
