// The steps of a method one by one, each at its instant: what is repeated or drawn is written once.
#pragma once

#include <vector>

#include "models/chaos/schedule.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

chaos::Schedule schedule_of(const FaultSpec& step);

/// All that becomes of a step in a run with that seed, each with its own `at`.
std::vector<FaultSpec> occurrences(const Scenario& scenario, const FaultSpec& step, std::uint64_t seed);

}  // namespace streamtwin
