// A problem's rounds, driven through the scheduler, and the answer in the form of the problem files.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/fenzo/problem.hpp"

namespace streamtwin::fenzo {

/// `{"id":..., "rounds":[...]}`.
nlohmann::ordered_json answer_of(const Problem& problem);

/// Where two answers differ, `rounds[0].assigned[3].h: expected "a", found "b"`, of each round the first; none: they are alike.
/// The order among tasks that failed and among actions does not count.
std::vector<std::string> differences(const nlohmann::json& expected, const nlohmann::json& found);

}  // namespace streamtwin::fenzo
