// A service of the mesh whose instances run in the containers of a service job: what they are to their callers is the same as on
// machines of EC2.
#pragma once

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
  void ended(ContainerId container) override;

 private:
  /// The first that is free among the zone's.
  int take_number(ZoneIndex zone);

  rpc::Lives& lives_;
  rpc::Service& service_;
  const Flops boot_;
  const Duration drain_;
  std::unordered_map<ContainerId, rpc::Instance*> instances_;  ///< looked up, or asked in any order
  std::vector<std::vector<bool>> numbers_;                     ///< by zone: those that are taken
  std::unordered_set<ContainerId> crashed_;                    ///< and not ended yet
  Signal crash_{"the end of an instance in a container"};
};

}  // namespace streamtwin::titus
