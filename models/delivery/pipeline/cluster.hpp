// The server groups of a service in a region: how large they are, which of their instances take traffic, and how many serve.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "models/registry/discovery.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::delivery {

/// Who carries server groups: a fleet of EC2, or a stack of Titus.
class GroupCarrier {
 public:
  virtual ~GroupCarrier() = default;
  /// The instances that are there when the run begins are this group's: how many those are.
  virtual int adopt(rpc::ServerGroup& group) = 0;
  /// Launches what is missing, or gives up what is too much, as far as it can; asked again until it is so.
  virtual void reach(rpc::ServerGroup& group, int desired) = 0;
};

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

  Cluster(rpc::Lives& lives, rpc::Service& service, registry::Discovery& discovery, std::unique_ptr<GroupCarrier> carrier, Counter harmed);

  /// A group of a build, without instances.
  Group& add(const std::string& build, const rpc::BuildSpec& spec);
  /// What it is to be from now on. Shares out of service only grow, or are none.
  void want(Group& group, int desired, Fraction disabled);
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
  /// Instances of a group that serve and that the registry knows.
  int up(const Group& group) const;
  /// Null when nothing is left of it.
  Group* find(const rpc::ServerGroup& group);
  std::list<Group>& groups() { return groups_; }
  rpc::Service& service() { return service_; }

 private:
  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { leave(instance); }
  void stopped(rpc::Instance& instance) override { leave(instance); }
  void leave(rpc::Instance& instance);
  void set_out_of_service(Group& group);

  rpc::Service& service_;
  registry::Discovery& discovery_;
  std::unique_ptr<GroupCarrier> carrier_;
  Counter harmed_;
  std::list<rpc::ServerGroup> all_;  ///< whoever remembers one does so to the end
  std::list<Group> groups_;
  Group* current_ = nullptr;
  std::vector<const rpc::ServerGroup*> history_;  ///< what served before the current one, the last one last
  int number_ = 0;
  Subscription subscription_;
};

}  // namespace streamtwin::delivery
