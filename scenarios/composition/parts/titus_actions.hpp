// What the method can do to stacks of Titus: their services, agents, images and credentials.
#pragma once

#include <functional>
#include <vector>

#include "models/titus/stack/stack.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

std::vector<Action> titus_actions();

/// That the target is an instance group of a stack, or some of one.
void check_agents(const StepCheck& on);
/// Agents that a step means, of those that serve when they are chosen.
struct ChosenAgents {
  titus::Stack* stack = nullptr;
  std::function<std::vector<titus::AgentId>()> choose;
};
ChosenAgents agents_of(Twin::Parts& parts, const FaultSpec& step);

}  // namespace streamtwin
