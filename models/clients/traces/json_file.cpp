#include "models/clients/traces/json_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::traces {

json parse_json(const std::string& name, std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& fault) {
    const auto line = 1 + std::count(text.begin(), text.begin() + std::min(fault.byte, text.size()), '\n');
    throw TraceError(
        fmt::format("{}:{}: not valid JSON; expected a list of {{\"duration_ms\", "
                    "\"bandwidth_kbps\", \"latency_ms\"}} or a movie",
                    name, line));
  } catch (const json::exception&) {  // a number beyond any double
    throw TraceError(fmt::format("{}: a number in this JSON is too large; expected plain numbers", name));
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
