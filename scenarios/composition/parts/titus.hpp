// Stacks of Titus, each with its agents on machines of its region.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "models/delivery/pipeline/titus_groups.hpp"
#include "models/titus/stack/hosted_service.hpp"
#include "models/titus/stack/stack.hpp"
#include "scenarios/composition/parts/carriers.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class TitusPart final : public TwinPart, public Carriers {
 public:
  explicit TitusPart(Twin::Parts& parts);
  void start() override;
  void window_ends(Instant when) override;
  void measurement_begins(Instant when) override;
  void add_results(RunResult& result) override;

  std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region) override;

  /// Of a service that is delivered; null for one that somebody else carries there.
  std::unique_ptr<delivery::TitusGroups> groups_of(const services::Service& service, RegionIndex region);
  /// Null for a name that no stack has.
  titus::Stack* find(const std::string& name);
  /// The container in which an instance runs is killed, and replaced. False if it runs in none.
  bool kill_container_of(const rpc::Instance& instance);
  /// The process in its container is killed: the job's retry policy says what follows. False if it runs in none.
  bool crash(rpc::Instance& instance);
  /// What the stacks of a region launch and end their agents by.
  std::vector<ec2::LaunchLimit*> launch_limits_in(RegionIndex region);

 private:
  struct Hosted {
    Hosted(titus::Stack& its_stack, RegionIndex its_region, rpc::Lives& lives, rpc::Service& service, Flops boot, Duration drain)
        : stack(its_stack), region(its_region), program(lives, service, boot, drain) {}
    titus::Stack& stack;
    RegionIndex region;
    titus::HostedService program;
  };

  void host_services(titus::Stack& stack, const titus::StackSpec& spec);
  void add_machines(const std::string& name, const titus::StackSpec& spec, titus::Stack& stack);
  void add_agents(const std::string& name, const titus::Stack& stack, RunResult& result) const;
  std::map<std::string, ZoneIndex> zones_of(const titus::StackSpec& spec) const;
  RegionIndex region_of(const titus::StackSpec& spec) const;

  Twin::Parts& parts_;
  std::map<std::string, std::unique_ptr<ec2::LaunchLimit>> launch_limits_;  ///< of each stack's account
  std::list<Hosted> hosted_;                                                ///< dies after the stacks' containers
  std::map<std::string, std::unique_ptr<titus::Stack>> stacks_;
};

}  // namespace streamtwin
