// A task of Titus as Fenzo is asked for it: what its placement goes by, in numbers.
#pragma once

#include <memory>
#include <optional>

#include "models/titus/fenzo/task.hpp"
#include "models/titus/ids.hpp"

namespace streamtwin::titus {

struct ContainerRequest : fenzo::TaskRequest {
  std::uint64_t number = 0;  ///< of the task, over the run
  JobId job = 0;
  JobKind kind = JobKind::batch;
  Tier job_tier = Tier::flex;
  ImageId image = 0;
  SecurityGroupsId security_groups = 0;  ///< as PlacementTally::add_security_groups gave it
  CapacityGroupId capacity_group = 0;
  std::uint32_t tolerations = 0;  ///< a bit each, as of the taints of agents
  int gpus = 0;
  bool counted_by_job = false;     ///< its job's tasks are to be counted by agent and by zone: UniqueHost, ZoneBalance
  bool exclusive_host = false;     ///< has that hard constraint
  bool bound = false;              ///< has a hard constraint on machine, group, type, or a toleration: never scaled for
  std::optional<AgentId> lent_to;  ///< an agent of another tier that takes it, and no others until then
  Instant accepted{};
};

/// All tasks of a stack's scheduler are containers.
inline const ContainerRequest& container(const fenzo::TaskRequest& task) { return static_cast<const ContainerRequest&>(task); }
inline const ContainerRequest& container(const fenzo::Task& task) { return container(*task); }

/// The same for all that an agent takes or refuses alike, but for what they need and for constraints of their jobs. Never 0.
inline std::uint64_t likeness(const ContainerRequest& task) {
  if (task.lent_to) return 0;  // one agent is not like the others to it
  return std::uint64_t{task.tolerations} << 3 | (task.gpus > 0 ? 4u : 0u) | (task.job_tier == Tier::flex ? 2u : 0u) | 1u;
}

}  // namespace streamtwin::titus
