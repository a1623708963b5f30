// Instances that a step of the method names: a service, what it has in a region or a zone, one instance, all that a place or a
// machine has, and some of any of these.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/chaos/target.hpp"
#include "models/rpc/impairments.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// That the target names instances that the scenario has.
void check_instances(const StepCheck& on);
/// The same, or calls between instances that are made.
void check_instances_or_call(const StepCheck& on);
/// Whether a target without a selection is instances of something that the scenario has.
bool means_instances(const Scenario& scenario, std::string_view place);
/// Whether the target reads like instances, and not like a machine without one.
bool names_instances(const Scenario& scenario, std::string_view target);

/// Services of which the target can mean instances; none if it means nothing.
std::vector<std::string> services_meant(const Scenario& scenario, const std::string& target);

/// The instances that a step names; selections of the same text at the same time are the same. Who comes later is taken in where a
/// whole service or place is named: not into a selection, and not into a slot, whose next instance is another machine. Throws
/// std::invalid_argument if there is no such place.
rpc::Group instances_of(Twin::Parts& parts, const FaultSpec& step);

/// Both ends of the calls that a step names.
struct CallGroups {
  rpc::Group callers, callees;
};
/// Nothing if the target is no call.
std::optional<CallGroups> call_of(Twin::Parts& parts, const FaultSpec& step);

/// Random numbers of a step, by its target and time: the same for all that choose of the same at that time, so that several strike
/// the same ones.
Random stream_of(Twin::Parts& parts, const FaultSpec& step);

/// Machines of the instances of a group, when it is asked.
std::function<std::vector<Host*>()> machines_of(rpc::Group group);

/// Whom a step strikes, for its event: by name, or how many where they are many.
std::string names_of(const std::vector<rpc::Instance*>& instances);

}  // namespace streamtwin
