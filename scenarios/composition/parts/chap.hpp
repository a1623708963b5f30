// Experiments on members: two further clusters of a service, and who is sent there.
#pragma once

#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// The clusters of all experiments, without instances, and the ways there: before any instance is launched.
void add_clones(Twin::Parts& parts);

}  // namespace streamtwin
