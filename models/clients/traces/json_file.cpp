#include "models/clients/traces/json_file.hpp"

#include <fmt/format.h>

#include "models/files/json_text.hpp"

namespace streamtwin::traces {

json parse_json(const std::string& name, std::string_view text) {
  try {
    return files::json_of(name, text);
  } catch (const std::invalid_argument& fault) {
    throw TraceError(
        fmt::format("{}; expected a list of {{\"duration_ms\", \"bandwidth_kbps\", \"latency_ms\"}} or a movie", fault.what()));
  }
}

double field(const std::string& place, const json& object, const char* key, double min, double max) {
  if (!object.is_object()) throw TraceError(fmt::format("{}: expected an object with \"{}\"", place, key));
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) throw TraceError(fmt::format("{}: expected a number \"{}\"", place, key));
  const double value = found->get<double>();
  if (!(value >= min && value <= max)) throw TraceError(fmt::format("{}: {} is {}; expected {} to {}", place, key, value, min, max));
  return value;
}

}  // namespace streamtwin::traces
