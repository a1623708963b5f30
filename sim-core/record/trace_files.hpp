// The spans of a request as OpenTelemetry JSON, told in the scenario's time of day.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim-core/record/spans.hpp"

namespace streamtwin {

/// OpenTelemetry's JSON encoding of OTLP (opentelemetry-proto, trace/v1). A resource is an instance, its `service.name`
/// the service. The spans' time zero is `starts` after midnight of the epoch's first day; unknown is midnight.
std::string open_telemetry_json(const std::vector<SpanRecord>& spans, std::uint64_t request, Duration starts);

}  // namespace streamtwin
