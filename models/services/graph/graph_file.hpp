// A call graph from a file, as services. CSV has a row for each call; JSON also says what a service is like:
//
//   caller,callee,probability,stage,critical        {"services": [{"name": "front", "cost_ms": 2, "cores": 4, "instances_per_zone": 2}],
//   front,back,0.5,0,true                            "calls": [{"caller": "front", "callee": "back", "probability": 0.5}]}
//
// JSON that lists services lists all of them. A JSON list is one of calls. What other tools export is for `import graph`.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/services/graph/graph_spec.hpp"
#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// What to say of a name that is not known: "; did you mean `back`?"
using NameHint = std::function<std::string(std::string_view name, std::span<const std::string_view> known)>;

struct GraphReading {
  NameHint hint;
  Loops loops = Loops::drop;
  std::vector<std::string>* warnings = nullptr;  ///< what was left out, if somebody wants to know
};

/// Throws std::invalid_argument with file, line or entry, and what was expected there: of all rows that are wrong.
std::map<std::string, ServiceSpec> read_graph(const std::filesystem::path& file, const GraphReading& how = {});
/// JSON begins with a brace or, if it only lists calls, a bracket.
std::map<std::string, ServiceSpec> parse_graph(const std::string& name, std::string_view text, const GraphReading& how = {});

}  // namespace streamtwin::services
