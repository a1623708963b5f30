// Reads MiSim's files as its own adapters do (parsing/adapter), keys, alternative spellings and rules for names included.
// What MiSim itself would pass over, or break at, is told as a remark; what cannot be meant is an ImportError.
#pragma once

#include <filesystem>

#include "scenarios/import/json_value.hpp"
#include "scenarios/import/misim_model.hpp"

namespace streamtwin::import {

MisimArchitecture read_misim_architecture(const std::filesystem::path& file, Remarks& remarks);
/// An experiment, or a scenario with a stimulus. Files of arrivals are looked for from the experiment's folder upwards.
MisimExperiment read_misim_experiment(const std::filesystem::path& file, const MisimArchitecture& architecture, Remarks& remarks);

// What both share.
inline constexpr std::string_view misim_name = "MiSim";
/// A time as MiSim writes it: a number, "mean+-deviation" or "mean+deviation-deviation".
misim::MisimDelaySpec misim_delay(const JsonValue& value);
/// An operation's own name: without its service's before it. Other dots belong to it.
std::string misim_operation_name(const std::string& said, const std::string& service);
/// NameResolver: "service.operation", or a name by itself, of which the first service that has it is meant.
OperationName resolve_misim_operation(const JsonValue& at, const MisimArchitecture& architecture, const std::string& name);
std::string resolve_misim_service(const JsonValue& at, const MisimArchitecture& architecture, const std::string& name);
/// The workloads and actions of a scenario's stimulus (ScenarioDescription).
void read_misim_stimulus(const JsonValue& root, const std::filesystem::path& file, const MisimArchitecture& architecture,
                         MisimExperiment& experiment);
/// A file of arrivals that a MiSim file names, wherever it is: MiSim looks from where it was started.
workload::BurstSpec misim_arrivals(const JsonValue& at, const std::filesystem::path& beside, const std::string& name);

}  // namespace streamtwin::import
