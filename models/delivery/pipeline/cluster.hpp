// The server groups of a service in a region: how large they are, which of their instances take traffic, and how many serve.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "models/delivery/pipeline/balancers.hpp"
#include "models/delivery/pipeline/group_carrier.hpp"
#include "models/registry/discovery.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::delivery {

class Cluster final : private rpc::LifeObserver {
 public:
  struct Group {
    rpc::ServerGroup& group;
    int desired = 0;
    Fraction disabled{0};
    Instant created{};
    std::vector<rpc::Instance*> serving;     ///< in the order in which they began to
    std::vector<InstanceId> out_of_service;  ///< of those
  };

  /// `balancers`: null where callers find its instances in the registry alone.
  Cluster(rpc::Lives& lives, rpc::Service& service, registry::Discovery& discovery, Balancers* balancers,
          std::unique_ptr<GroupCarrier> carrier, Counter harmed);

  /// A group of a build, without instances.
  Group& add(const std::string& build, const rpc::BuildSpec& spec);
  /// What it is to be from now on. Shares out of service only grow, or are none.
  void want(Group& group, int desired, Fraction disabled, Pin pin = Pin::min);
  /// The delivery that has wanted it is over.
  void unpin(Group& group) { carrier_->unpin(group.group); }
  /// A delivery begins, or the way back: of groups that scale, how large they are to be by now.
  void begin_delivery();
  int deliveries() const { return deliveries_; }
  titus::Capacity capacity(const Group& group) const { return carrier_->capacity(group.group, group.desired); }
  /// So large that it is the largest of all groups, and larger by so much, as far as it may be.
  int grown(const titus::Increase& increase) const;
  /// As large as the larger of two.
  int largest(const Group& one, const Group& other) const;
  /// Whether as many are out of service, or gone, as are to be.
  bool is_out(const Group& group) const;
  /// Asks for what is still missing, and forgets groups of which nothing is left.
  void poll();

  Group& current() { return *current_; }
  /// What served before, null where there was nothing; and its instances, null when they are gone.
  const rpc::ServerGroup* before() const { return history_.empty() ? nullptr : history_.back(); }
  Group* previous();
  /// `next` is the one that serves from now on.
  void succeed(Group& next);
  /// This one, of the build that served before, does so again.
  void go_back(Group& to);
  bool behind_balancers() const { return balancers_ != nullptr; }
  /// Instances of a group that serve and that the registry knows, and which load balancers have in service unless it is disabled.
  int up(const Group& group) const;
  /// Null when nothing is left of it.
  Group* find(const rpc::ServerGroup& group);
  std::list<Group>& groups() { return groups_; }
  rpc::Service& service() { return service_; }
  /// Whoever wants to know which group serves from now on.
  std::function<void(const rpc::ServerGroup&)> serves;

 private:
  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { leave(instance); }
  void stopped(rpc::Instance& instance) override { leave(instance); }
  void leave(rpc::Instance& instance);
  void take_sizes();
  void set_out_of_service(Group& group);
  void put_up(Group& group);

  rpc::Lives& lives_;
  rpc::Service& service_;
  registry::Discovery& discovery_;
  Balancers* const balancers_;
  std::unique_ptr<GroupCarrier> carrier_;
  Counter harmed_;
  std::list<rpc::ServerGroup> all_;  ///< whoever remembers one does so to the end
  std::list<Group> groups_;
  Group* current_ = nullptr;
  std::vector<const rpc::ServerGroup*> history_;  ///< what served before the current one, the last one last
  int number_ = 0, deliveries_ = 0;
  Subscription subscription_;
};

}  // namespace streamtwin::delivery
