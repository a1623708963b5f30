// Which kind of reason it is that a task found no agent. Replays Netflix/titus-control-plane TaskPlacementFailureClassifier, from
// the hosts themselves rather than from a list of causes for each task and host: tasks that ask for nothing special share what is
// found once.
#pragma once

#include <vector>

#include "models/titus/agents/failure_kind.hpp"
#include "models/titus/fenzo/failure.hpp"
#include "models/titus/placement/system_constraints.hpp"

namespace streamtwin::titus {

class FailureClassifier {
 public:
  explicit FailureClassifier(const SystemConstraints& constraints) : constraints_(constraints) {}

  /// After an iteration, with the hosts that it could assign to, and after the tally knows what was assigned as launched.
  void begin(std::vector<const fenzo::Host*> hosts);
  /// Any fenzo::FailureDetail will do. O(1) but for the first of its tier and tolerations; O(hosts) for a task with constraints of its
  /// own.
  FailureKind kind_of(const fenzo::TaskFailure& failure, const fenzo::TaskTracker& tasks);

 private:
  /// What is in the way, over all hosts.
  struct Obstacles {
    bool takes_tasks = false;  ///< a host that the agent's state, tier and kind do not exclude
    bool launch_guard = false, container_limit = false, job_constraint = false, exclusive_host = false, other = false;
    FailureKind kind() const;
  };
  struct Shared {
    Tier tier;
    bool gpus;
    std::uint32_t tolerations;
    Obstacles obstacles;
  };
  Obstacles find(const ContainerRequest& task, const fenzo::TaskTracker& tasks) const;
  void find_at(const fenzo::Host& host, const ContainerRequest& task, const fenzo::TaskTracker& tasks, Obstacles& found) const;

  const SystemConstraints& constraints_;
  std::vector<const fenzo::Host*> hosts_;
  std::vector<Shared> shared_;
};

}  // namespace streamtwin::titus
