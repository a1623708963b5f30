// Failures that are injected into the requests of some members: who they are, and where they act.
#pragma once

#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

/// The row of `inject`.
Action inject_action();

}  // namespace streamtwin
