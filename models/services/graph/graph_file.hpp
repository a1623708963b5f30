// A call graph from a file, as services. CSV has a row for each call; JSON also says what a service is like:
//
//   caller,callee,probability,stage,critical        {"services": [{"name": "front", "cost_ms": 2, "cores": 4, "instances_per_zone": 2}],
//   front,back,0.5,0,true                            "calls": [{"caller": "front", "callee": "back", "probability": 0.5}]}
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// Throws std::invalid_argument with file, line or entry, and what was expected there; a cycle is named.
std::map<std::string, ServiceSpec> read_graph(const std::filesystem::path& file);
/// JSON begins with a brace.
std::map<std::string, ServiceSpec> parse_graph(const std::string& name, std::string_view text);

}  // namespace streamtwin::services
