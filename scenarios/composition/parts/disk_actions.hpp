// What the method can do to disks: those of agents of Titus, on which images lie, and those of a store's machines.
#pragma once

#include <vector>

#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

std::vector<Action> disk_actions();

}  // namespace streamtwin
