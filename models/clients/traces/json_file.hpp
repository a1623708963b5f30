// JSON of traces and movies: read, and its numbers taken, with messages that name the place.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "models/clients/traces/raw_trace.hpp"

namespace streamtwin::traces {

using nlohmann::json;

/// Throws TraceError with file and line.
json parse_json(const std::string& name, std::string_view text);

/// A number of an object, in these bounds. Throws TraceError.
double field(const std::string& place, const json& object, const char* key, double min, double max);

}  // namespace streamtwin::traces
