// A call graph from a file, as services. CSV has a row for each call; JSON also says what a service is like:
//
//   caller,callee,probability,stage,critical        {"services": [{"name": "front", "cost_ms": 2, "cores": 4, "instances_per_zone": 2}],
//   front,back,0.5,0,true                            "calls": [{"caller": "front", "callee": "back", "probability": 0.5}]}
//
// JSON that lists services lists all of them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// What to say of a name that is not known: "; did you mean `back`?"
using NameHint = std::function<std::string(std::string_view name, std::span<const std::string_view> known)>;

/// Throws std::invalid_argument with file, line or entry, and what was expected there; a cycle is named.
std::map<std::string, ServiceSpec> read_graph(const std::filesystem::path& file, const NameHint& hint = {});
/// JSON begins with a brace.
std::map<std::string, ServiceSpec> parse_graph(const std::string& name, std::string_view text, const NameHint& hint = {});

}  // namespace streamtwin::services
