// What must hold of a scenario's `plan`, and what its variables are in the scenario as it is.
#pragma once

#include <optional>
#include <string>

#include "models/openconnect/topology.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// That each failure of a plan has steps, each within the run; that variables are parameters with a number, and have a price; that
/// objectives name failures that there are.
void check_plan(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker);

/// The service whose instances a path counts; empty for another path.
std::string counted_service(const Scenario& scenario, const std::string& path);
/// The number at a path, in this unit (empty: bare); nothing where the path leads to none, or to several.
std::optional<double> number_at(const Scenario& scenario, const std::string& path, const std::string& unit);

}  // namespace streamtwin
