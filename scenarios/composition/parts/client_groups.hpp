// Client groups as steps of the method mean them: those of its target, or the one whose members alone are meant.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/rpc/roads.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

/// That there is one of that name, where the step names any in `client_group`.
void check_client_group(const StepCheck& on);
/// Nothing where it names none.
std::optional<std::uint16_t> client_group_of(Twin::Parts& parts, const FaultSpec& step);

/// Of a target that has been checked.
bool means_client_groups(Twin::Parts& parts, const FaultSpec& step);
/// Those of the target, by number, and their names where the step chooses some.
struct GroupsMeant {
  std::vector<std::uint16_t> groups;
  std::string names;
};
GroupsMeant groups_meant(Twin::Parts& parts, const FaultSpec& step);

/// cut_network and disturb_network, between members and the platform.
void check_group_network(const StepCheck& on);
chaos::Effect cut_group_network(Twin::Parts& parts, const FaultSpec& step);
chaos::Effect disturb_group_network(Twin::Parts& parts, const FaultSpec& step, const rpc::Road& road, const std::string& text);

}  // namespace streamtwin
