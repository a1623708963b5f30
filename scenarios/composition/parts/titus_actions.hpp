// What the method can do to stacks of Titus: their services, agents, images and credentials.
#pragma once

#include <vector>

#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

std::vector<Action> titus_actions();

}  // namespace streamtwin
