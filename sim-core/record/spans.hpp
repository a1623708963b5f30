// The spans of one traced request: what happened where, from when to when, as a tree, in the manner of
// distributed tracing. Written as OpenTelemetry JSON (OTLP) or as Chrome trace JSON, which Perfetto opens.
// Tracing is off unless one request is asked for, and then costs every other request one comparison.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin {

enum class SpanStatus { unfinished, ok, failed, cancelled };

std::string_view name_of(SpanStatus status);

struct SpanRecord {
  std::uint32_t parent = 0;  ///< position of the parent plus one; 0 for the root
  std::string name;          ///< what was done: "hystrix.command viewing-history"
  std::string where;         ///< by whom: the service or instance
  Instant begin{};
  Instant end{};
  SpanStatus status = SpanStatus::unfinished;
  std::vector<std::pair<std::string, std::string>> notes;

  bool operator==(const SpanRecord&) const = default;
};

/// A place in the tree that children and notes are hung on; null when the request is not traced. 16 bytes,
/// copies freely, and is passed along with the request.
class Span {
 public:
  Span() = default;
  Span(std::vector<SpanRecord>* all, std::uint32_t id) : all_(all), id_(id) {}

  explicit operator bool() const { return all_ != nullptr; }
  Span child(std::string_view name, std::string_view where, Instant now) const {
    return all_ ? open(*all_, id_, name, where, now) : Span{};
  }
  void end(Instant now, SpanStatus status = SpanStatus::ok) const {
    if (all_) close(now, status);
  }
  void note(std::string_view key, std::string_view value) const {
    if (all_) (*all_)[id_ - 1].notes.emplace_back(key, value);
  }

  static Span open(std::vector<SpanRecord>& all, std::uint32_t parent, std::string_view name, std::string_view where, Instant now);

 private:
  void close(Instant now, SpanStatus status) const;

  std::vector<SpanRecord>* all_ = nullptr;
  std::uint32_t id_ = 0;
};

/// OpenTelemetry's JSON encoding of OTLP (opentelemetry-proto, trace/v1): one resource per `where`. Time zero
/// of the run is time zero of the epoch.
std::string open_telemetry_json(const std::vector<SpanRecord>& spans, std::uint64_t request);

/// The trace event format of Chrome and Perfetto: one process per `where`, complete events in microseconds from the spans' time
/// zero, on as many threads as overlapping spans need.
std::string chrome_trace_json(const std::vector<SpanRecord>& spans);

/// The tree as text, one line per span, for a terminal; times count from the beginning of the request.
std::string trace_text(const std::vector<SpanRecord>& spans);

}  // namespace streamtwin
