// Which tasks a service gives up when it is scaled down. Facts: Netflix/titus-control-plane ScaleDownEvaluator. Upstream's order
// of zones and agents that are equal is that of a hash map: here the one that comes first in the list is taken.
// O(n log n) in the tasks.
#pragma once

#include <span>
#include <vector>

#include "models/titus/jobs/job_task.hpp"

namespace streamtwin::titus {

struct ScaleDownCandidate {
  Slot slot = 0;
  TaskState state = TaskState::accepted;
  std::uint32_t zone = 0;
  AgentId agent = 0;
  Instant since{};
};

/// Those to give up so that `size` are left, in the order in which they are chosen: first whoever is being killed, then
/// the accepted, then those that have not started, then the started. Of the last two, always the oldest of the largest group on
/// one agent, in the zone with most tasks of those that have such a group.
std::vector<Slot> tasks_to_give_up(std::span<const ScaleDownCandidate> tasks, std::size_t size);

}  // namespace streamtwin::titus
