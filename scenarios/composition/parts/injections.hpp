// Failures that are injected into the requests of some members: who they are, and where they act.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/services/fit/injections.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

/// The row of `inject`.
Action inject_action();

/// Where a failure of calls acts: caches and stores have a point of their own.
fit::Point point_of(const std::optional<fit::Point>& said, const services::ServiceSpec& callee);
/// Why it cannot act there; empty where it can.
std::string_view why_not_there(const std::optional<fit::Point>& said, const services::ServiceSpec& callee);
/// Whether a service makes such calls under a command, or as its data.
bool makes_call(const services::ServiceSpec& caller, const std::string& callee);
/// Steps and experiments that inject failures: a request carries marks of a few.
std::size_t injections_of(const Scenario& scenario);
/// What is counted of all of them together, where there are any.
void count_injections(Twin::Parts& parts);

}  // namespace streamtwin
