// Warnings of a scenario: what a run would do that its author can hardly have meant.
#pragma once

#include <string>

#include "scenarios/language/scenario.hpp"

namespace streamtwin {

/// Queues behind a smaller threshold, retries that multiply over layers, time-outs below what an answer takes.
void warn_of_classic_mistakes(const Scenario& scenario, Checker& checker);
/// Time-outs that do not fit into each other.
void warn_of_time_outs(const Scenario& scenario, Checker& checker);
/// More calls of a request at once than their command lets in.
void warn_of_fan_out(const Scenario& scenario, Checker& checker);
/// A gateway whose event loops have fewer connections than they are.
void warn_of_gateway(const Scenario& scenario, Checker& checker);

/// Where services stand that were drawn or read: there somebody can do something about them.
std::string place_of_drawn(const Scenario& scenario);

}  // namespace streamtwin
