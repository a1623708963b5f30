// The table of Hystrix commands in a result: what their dashboards showed.
#pragma once

#include <vector>

#include "models/services/mesh.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Of every command that has a dashboard, over the windows that have ended since `begin`.
std::vector<CommandResult> commands_of(const services::Mesh& mesh, Instant begin);

}  // namespace streamtwin
