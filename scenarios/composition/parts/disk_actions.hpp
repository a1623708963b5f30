// What the method can do to disks: those of agents of Titus, on which images lie, and those of a store's machines.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/titus/images/agent_disk.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

std::vector<Action> disk_actions();
/// Of one agent, for as long as it has it.
chaos::Effect trouble_disk(const std::shared_ptr<titus::AgentDisk>& disk, const titus::DiskTrouble& trouble, std::string text);

}  // namespace streamtwin
