// Tasks of a problem file, with what they ask for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/titus/fenzo/task.hpp"
#include "scenarios/fenzo/field.hpp"

namespace streamtwin::fenzo {

inline constexpr double amount_max = 1e12;  ///< of anything; more is a mistake
inline constexpr int count_max = 1'000'000;

Resources read_amounts(const Field& field, double otherwise = 0);
Scalars read_scalars(const Field& field);
Calculator read_calculator(const Field& field);
/// By id; `co_groups` as constraints name them.
/// `remarks` gets constraints that exclude each other: such a task is valid, and fails.
std::map<std::string, Task> read_tasks(const Field& problem, bool queued, std::vector<std::string>& remarks);

}  // namespace streamtwin::fenzo
