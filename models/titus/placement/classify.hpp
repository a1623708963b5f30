// Which kind of reason it is that a task found no agent. Replays Netflix/titus-control-plane TaskPlacementFailureClassifier.
#pragma once

#include "models/titus/agents/failure_kind.hpp"
#include "models/titus/fenzo/failure.hpp"
#include "models/titus/placement/system_constraints.hpp"

namespace streamtwin::titus {

/// Right after the iteration: which of the system's constraints fails is looked up again. O(hosts of its causes).
FailureKind classify(const fenzo::TaskFailure& failure, const SystemConstraints& constraints);

}  // namespace streamtwin::titus
