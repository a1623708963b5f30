// Warnings of a scenario: what a run would do that its author can hardly have meant.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Queues behind a smaller threshold, retries that multiply over layers, time-outs below what an answer takes.
void warn_of_classic_mistakes(const Scenario& scenario, Checker& checker);
/// Time-outs that do not fit into each other.
void warn_of_time_outs(const Scenario& scenario, Checker& checker);
/// More calls of a request at once than their command lets in.
void warn_of_fan_out(const Scenario& scenario, Checker& checker);
/// Retries that multiply over the layers; `callers_first`: all services.
void warn_of_retries(const Scenario& scenario, const std::vector<std::string>& callers_first, Checker& checker);
/// Ejections that are never made.
void warn_of_ejection(const Scenario& scenario, Checker& checker);
/// Load that the cores cannot bear.
void warn_of_capacity(const Scenario& scenario, Checker& checker);
/// Steps of the load that multiply each other to what nothing bears.
void warn_of_load_steps(const Scenario& scenario, Checker& checker);
/// Services of which the workloads ask more at their peaks than the cores can do with which the run begins.
std::set<std::string> overloaded_as_it_begins(const Scenario& scenario);
/// Queues of such services that hold what nobody waits for any more.
void warn_of_stale_queues(const Scenario& scenario, Checker& checker);
/// A gateway whose event loops have fewer connections than they are.
void warn_of_gateway(const Scenario& scenario, Checker& checker);
/// Caches that never have what they are asked for.
void warn_of_caches(const Scenario& scenario, Checker& checker);

/// The service that requests come in by at the edge, null if there is none.
const services::ServiceSpec* gateway_of(const Scenario& scenario);
/// Where services stand that were drawn or read: there somebody can do something about them.
std::string place_of_drawn(const Scenario& scenario);

}  // namespace streamtwin
