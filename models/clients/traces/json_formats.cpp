// Bandwidth in JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "models/clients/traces/json_file.hpp"
#include "models/clients/traces/raw_trace.hpp"

namespace streamtwin::traces {
namespace {

constexpr double ms_max = 100 * 86400e3;
constexpr double kbps_max = 1e9;
constexpr double kbps_plausible = 1e6;  ///< what no line of AlphaRTC's collection had

RawTrace in_ms_and_kbps(const std::string& name, std::string_view format) {
  RawTrace trace;
  trace.name = name;
  trace.format = format;
  trace.seconds_per_unit = 1e-3;
  trace.bits_per_second_per_unit = 1e3;
  return trace;
}

RawTrace periods_of_sabre(const std::string& name, const json& list) {
  RawTrace trace = in_ms_and_kbps(name, "Sabre");
  for (const json& entry : list) {
    const std::string place = fmt::format("{}: entry {}", name, trace.pieces.size() + 1);
    trace.pieces.push_back({field(place, entry, "duration_ms", 1, ms_max), field(place, entry, "bandwidth_kbps", 0, kbps_max),
                            trace.pieces.size() + 1, Duration{field(place, entry, "latency_ms", 0, 1e6) / 1e3}});
  }
  return trace;
}

/// The pattern of one direction of AlphaRTC's gym, or nothing.
const json* pattern_of(const json& document, const char* direction) {
  const auto found = document.find(direction);
  if (found == document.end() || !found->is_object()) return nullptr;
  const auto pattern = found->find("trace_pattern");
  return pattern != found->end() && pattern->is_array() && !pattern->empty() ? &*pattern : nullptr;
}

RawTrace pattern_of_alpha_rtc(const std::string& name, const json& pattern) {
  RawTrace trace = in_ms_and_kbps(name, "AlphaRTC");
  bool left_out = false;
  double most = 0;
  for (const json& entry : pattern) {
    const std::string place = fmt::format("{}: trace_pattern {}", name, trace.pieces.size() + 1);
    const double rtt = entry.is_object() && entry.contains("rtt") ? field(place, entry, "rtt", 0, 1e6) : 0;
    trace.pieces.push_back({field(place, entry, "duration", 1, ms_max), field(place, entry, "capacity", 0, kbps_max),
                            trace.pieces.size() + 1, Duration{rtt / 1e3}});
    most = std::max(most, trace.pieces.back().rate);
    left_out = left_out || entry.contains("loss") || entry.contains("jitter");
  }
  if (left_out) trace.remarks.push_back("loss and jitter of AlphaRTC's patterns are left out");
  if (most > kbps_plausible) trace.remarks.push_back("patterns of AlphaRTC with more than 1 Gbit/s are taken as they are");
  return trace;
}

double number_at(const RawTrace& trace, std::size_t entry, const json& value) {
  if (!value.is_number() || !(value.get<double>() >= 0))
    throw TraceError(fmt::format("{}: entry {}: expected a number from 0 on", trace.name, entry));
  return value.get<double>();
}

/// `times` may be null: then each rate holds for the interval that the scenario says.
RawTrace list_of_rates(const std::string& name, const json& rates, const json* times, const TraceUnits& units) {
  RawTrace trace;
  trace.name = name;
  trace.format = "JSON list";
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const bool pair = rates[i].is_array() && rates[i].size() == 2;
    const double rate = number_at(trace, i + 1, pair ? rates[i][1] : rates[i]);
    if (times != nullptr || pair) {
      samples.push_back({number_at(trace, i + 1, pair ? rates[i][0] : (*times)[i]), rate, i + 1});
    } else {
      trace.pieces.push_back({units.interval.value_or(Duration{1}).count(), rate, i + 1});
    }
  }
  if (samples.empty() && (!units.interval || !units.rate)) {
    throw TraceError(
        fmt::format("{}: rates alone; `trace_units: {{rate: mbps, interval: 1 s}}` says what they are and for how long each holds", name));
  }
  if (samples.empty()) trace.seconds_per_unit = 1;
  take_samples(samples, trace);
  return trace;
}

const json* list_called(const json& document, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = document.find(std::string(name));
    if (found != document.end() && found->is_array() && !found->empty()) return &*found;
  }
  return nullptr;
}

}  // namespace

std::vector<RawTrace> traces_of_json(const std::string& name, std::string_view text, const TraceUnits& units) {
  const json document = parse_json(name, text);
  if (document.is_array()) {
    if (document.empty()) throw TraceError(fmt::format("{}: an empty list; a trace needs one entry at least", name));
    if (document.front().is_object()) return {periods_of_sabre(name, document)};
    return {list_of_rates(name, document, nullptr, units)};
  }
  if (document.is_object()) {
    for (const char* direction : {"downlink", "uplink"}) {
      const json* pattern = pattern_of(document, direction);
      if (pattern == nullptr) continue;
      RawTrace trace = pattern_of_alpha_rtc(name, *pattern);
      if (std::string_view(direction) == "uplink") trace.remarks.push_back("of AlphaRTC's patterns without a downlink the uplink is taken");
      return {std::move(trace)};
    }
    constexpr std::array<std::string_view, 5> rate_names{"bandwidth", "bandwidths", "throughput", "rates", "capacity"};
    constexpr std::array<std::string_view, 5> time_names{"time", "times", "timestamp", "timestamps", "seconds"};
    if (const json* rates = list_called(document, rate_names)) {
      const json* times = list_called(document, time_names);
      if (times != nullptr && times->size() != rates->size())
        throw TraceError(fmt::format("{}: {} times beside {} rates", name, times->size(), rates->size()));
      return {list_of_rates(name, *rates, times, units)};
    }
  }
  throw TraceError(
      fmt::format("{}: this JSON is not a trace; expected a list of {{\"duration_ms\", \"bandwidth_kbps\", \"latency_ms\"}}, AlphaRTC's "
                  "`trace_pattern`, or lists `time` and `bandwidth`",
                  name));
}

bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
}

}  // namespace streamtwin::traces
