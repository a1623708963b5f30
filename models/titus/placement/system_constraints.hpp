// What an agent must be for any container, in Titus's order. Replays Netflix/titus-control-plane DefaultSystemHardConstraint with
// AgentManagementConstraint, AgentLaunchGuardConstraint and AgentContainerLimitSystemConstraint. Its other constraints concern what
// is not modelled, and always hold.
#pragma once

#include "models/titus/fenzo/plug_in.hpp"
#include "models/titus/placement/scheduler_spec.hpp"
#include "models/titus/placement/tally.hpp"

namespace streamtwin::titus {

/// The first thing that is wrong. All up to `relocation_required` concern the agent itself.
enum class SystemFailure : std::uint8_t {
  none,
  instance_not_found,
  group_not_active,
  system_no_placement,
  no_placement,
  instance_not_started,
  relocation_required,
  instance_unhealthy,
  tier_mismatch,
  no_gpus,
  gpus_only,
  taint_not_tolerated,
  launch_guard,
  container_limit,
};

/// Titus's AgentManagementConstraint is what fails.
constexpr bool is_agent_management(SystemFailure failure) {
  return failure != SystemFailure::none && failure < SystemFailure::launch_guard;
}
/// Titus's words for it.
const char* reason_of(SystemFailure failure);

class SystemConstraints final : public fenzo::Constraint {
 public:
  static constexpr const char* constraint_name = "DefaultSystemHardConstraint";

  SystemConstraints(const PlacementTally& tally, const SchedulerSpec& spec)
      : tally_(tally), launching_max_(spec.launching_max), containers_max_(spec.containers_max) {}

  std::string name() const override { return constraint_name; }
  std::optional<std::string> failure(const fenzo::TaskRequest& task, const fenzo::Host& host,
                                     const fenzo::TaskTracker& tasks) const override;
  bool holds(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker& tasks) const override;
  /// An iteration gives agents more tasks, never fewer.
  std::uint64_t refuses_for_good(const fenzo::TaskRequest& task) const override { return likeness(container(task)); }
  SystemFailure first_failure(const ContainerRequest& task, const fenzo::Host& host) const;

 private:
  static SystemFailure of_agent(const AgentFacts& agent, const ContainerRequest& task);

  const PlacementTally& tally_;
  int launching_max_, containers_max_;
};

}  // namespace streamtwin::titus
