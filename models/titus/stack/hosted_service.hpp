// A service of the mesh whose instances run in the containers of a service job: what they are to their callers is the same as on
// machines of EC2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "models/rpc/life.hpp"
#include "models/titus/stack/program.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::titus {

class HostedService final : public Program {
 public:
  /// `boot`: of one core, from the start of the container until it serves. `drain`: how long one that is told to end goes on serving
  /// after it has left the registry, if it may.
  HostedService(rpc::Lives& lives, rpc::Service& service, Flops boot, Duration drain)
      : lives_(lives), service_(service), boot_(boot), drain_(drain) {}
  /// The same service in the containers of another job: its instances are of this group.
  HostedService(const HostedService& beside, rpc::ServerGroup& group)
      : lives_(beside.lives_),
        service_(beside.service_),
        boot_(beside.boot_),
        drain_(beside.drain_),
        numbers_(beside.numbers_),
        group_(&group) {}

  /// Those that are there, and those that come, are of this group.
  void join(rpc::ServerGroup& group);

  const std::string& name() const { return service_.name; }
  /// In which container it runs, if in one of these.
  std::optional<ContainerId> container_of(const rpc::Instance& instance) const;
  /// Its process is killed: the container has failed. False if it runs in none of these.
  bool crash(rpc::Instance& instance);
  /// Whether a container is there whose instance does not serve yet.
  bool is_starting() const;

  void found(const Place& place) override;
  Task<ReasonCode> run(Place place) override;
  Task<> wind_down(ContainerId container, Duration left) override;
  void slowed(ContainerId container, Fraction pace) override;
  void ended(ContainerId container) override;

 private:
  /// The first that is free among the zone's.
  int take_number(ZoneIndex zone);

  rpc::Lives& lives_;
  rpc::Service& service_;
  const Flops boot_;
  const Duration drain_;
  std::unordered_map<ContainerId, rpc::Instance*> instances_;  ///< looked up, or asked in any order
  using Numbers = std::vector<std::vector<bool>>;
  std::shared_ptr<Numbers> numbers_ = std::make_shared<Numbers>();  ///< by zone: those that are taken, over all jobs of the service
  rpc::ServerGroup* group_ = nullptr;                               ///< null where it is never delivered
  std::unordered_set<ContainerId> crashed_;                         ///< and not ended yet
  Signal crash_{"the end of an instance in a container"};
};

}  // namespace streamtwin::titus
