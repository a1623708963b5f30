// Warnings of a scenario: what a run would do that its author can hardly have meant.
#pragma once

#include "scenarios/language/scenario.hpp"

namespace streamtwin {

/// Queues behind a smaller threshold, retries that multiply over layers, time-outs below what an answer takes.
void warn_of_classic_mistakes(const Scenario& scenario, Checker& checker);

}  // namespace streamtwin
