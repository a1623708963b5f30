// The three ways in which the spans of a request are written.
#include "sim-core/record/spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "sim-core/random.hpp"
#include "sim-core/record/trace_files.hpp"

namespace streamtwin {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string attribute(std::string_view key, std::string_view value) {
  return fmt::format("{{\"key\":{},\"value\":{{\"stringValue\":{}}}}}", quoted(key), quoted(value));
}

/// The positions of the spans by place, places in the order of their names.
std::map<std::string_view, std::vector<std::size_t>> by_place(const std::vector<SpanRecord>& spans) {
  std::map<std::string_view, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < spans.size(); ++i) places[spans[i].where].push_back(i);
  return places;
}

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ",\n")); }

/// The service of an instance: "web" of "web/us-east-1a/3".
std::string_view service_of(std::string_view where) { return where.substr(0, where.find('/')); }

std::map<std::string_view, std::vector<std::size_t>> by_service(const std::vector<SpanRecord>& spans) {
  std::map<std::string_view, std::vector<std::size_t>> services;
  for (std::size_t i = 0; i < spans.size(); ++i) services[service_of(spans[i].where)].push_back(i);
  return services;
}

/// Span.SpanKind of opentelemetry-proto.
enum class Kind { internal = 1, server = 2, client = 3 };

/// Whoever serves is a server. Whoever sends to one, or tries to, is its client.
std::vector<Kind> kinds_of(const std::vector<SpanRecord>& spans) {
  const auto is = [](const SpanRecord& span, std::string_view word) { return std::string_view(span.name).starts_with(word); };
  std::vector<Kind> kinds(spans.size(), Kind::internal);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const SpanRecord& span = spans[i];
    if (is(span, "try") || is(span, "play request") || is(span, "chunk")) kinds[i] = Kind::client;
    if (!is(span, "serve")) continue;
    kinds[i] = Kind::server;
    if (span.parent != 0 && kinds[span.parent - 1] == Kind::internal) kinds[span.parent - 1] = Kind::client;
  }
  return kinds;
}

/// Whole, so that what begins where another ends does so in the file, too.
std::int64_t nanoseconds(Instant time) { return std::llround(in_seconds(time) * 1e9); }

/// Microseconds with all their digits.
std::string microseconds(std::int64_t nanoseconds) {
  const std::int64_t size = std::abs(nanoseconds);
  return fmt::format("{}{}.{:03}", nanoseconds < 0 ? "-" : "", size / 1000, size % 1000);
}

/// Status of opentelemetry-proto: 0 is unset, 1 ok, 2 an error with its reason.
std::string status_of(const SpanRecord& span) {
  if (span.status == SpanStatus::ok) return "{\"code\":1}";
  if (span.status == SpanStatus::unfinished) return "{\"code\":0}";
  std::string_view reason = name_of(span.status);
  for (const auto& [key, value] : span.notes)
    if (key == "reason") reason = value;
  return fmt::format("{{\"code\":2,\"message\":{}}}", quoted(reason));
}

/// Threads for complete events: on one thread, two spans either nest or do not meet.
class Lanes {
 public:
  std::size_t lane_for(const SpanRecord& span) {
    for (std::size_t lane = 0; lane < open_.size(); ++lane) {
      auto& stack = open_[lane];
      while (!stack.empty() && stack.back() <= span.begin) stack.pop_back();
      if (stack.empty() || span.end <= stack.back()) {
        stack.push_back(span.end);
        return lane;
      }
    }
    open_.push_back({span.end});
    return open_.size() - 1;
  }

 private:
  std::vector<std::vector<Instant>> open_;  ///< per lane: the ends of the spans that are open, innermost last
};

}  // namespace

std::string_view name_of(SpanStatus status) {
  switch (status) {
    case SpanStatus::ok: return "ok";
    case SpanStatus::failed: return "failed";
    case SpanStatus::cancelled: return "cancelled";
    case SpanStatus::unfinished: break;
  }
  return "unfinished";
}

Span Span::open(std::vector<SpanRecord>& all, std::uint32_t parent, std::string_view name, std::string_view where, Instant now) {
  all.push_back({parent, std::string(name), std::string(where), now, now, SpanStatus::unfinished, {}});
  return {&all, static_cast<std::uint32_t>(all.size())};
}

void Span::close(Instant now, SpanStatus status) const {
  auto& record = (*all_)[id_ - 1];
  if (record.status != SpanStatus::unfinished) return;  // the first end counts; a late reply changes nothing
  record.end = now;
  record.status = status;
}

std::string open_telemetry_json(const std::vector<SpanRecord>& spans, std::uint64_t request) {
  return open_telemetry_json(spans, request, Duration{0});
}

std::string open_telemetry_json(const std::vector<SpanRecord>& spans, std::uint64_t request, Duration starts) {
  const std::string trace_id = fmt::format("{:016x}{:016x}", mix(request + 1), request);
  const std::int64_t zero = std::isfinite(in_seconds(starts)) ? std::llround(in_seconds(starts) * 1e9) : 0;
  const std::vector<Kind> kinds = kinds_of(spans);
  std::vector<std::string> resources;
  for (const auto& [where, members] : by_place(spans)) {
    std::vector<std::string> written;
    for (std::size_t i : members) {
      const SpanRecord& s = spans[i];
      std::vector<std::string> attributes{attribute("streamtwin.outcome", name_of(s.status))};
      for (const auto& [key, value] : s.notes) attributes.push_back(attribute(key, value));
      const std::string parent = s.parent == 0 ? "" : fmt::format(",\"parentSpanId\":\"{:016x}\"", static_cast<std::uint64_t>(s.parent));
      written.push_back(
          fmt::format("{{\"traceId\":\"{}\",\"spanId\":\"{:016x}\"{},\"name\":{},\"kind\":{},\"startTimeUnixNano\":\"{}\","
                      "\"endTimeUnixNano\":\"{}\",\"attributes\":[{}],\"status\":{}}}",
                      trace_id, i + 1, parent, quoted(s.name), static_cast<int>(kinds[i]), zero + nanoseconds(s.begin),
                      zero + nanoseconds(s.end), fmt::join(attributes, ","), status_of(s)));
    }
    resources.push_back(
        fmt::format("{{\"resource\":{{\"attributes\":[{},{}]}},\"scopeSpans\":[{{\"scope\":{{\"name\":\"streamtwin\"}},"
                    "\"spans\":[\n{}]}}]}}",
                    attribute("service.name", service_of(where)), attribute("service.instance.id", where), joined(written)));
  }
  return fmt::format("{{\"resourceSpans\":[{}]}}\n", joined(resources));
}

std::string chrome_trace_json(const std::vector<SpanRecord>& spans) {
  std::vector<std::string> events;
  int process = 0;
  for (auto& [service, members] : by_service(spans)) {
    ++process;
    events.push_back(
        fmt::format("{{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{},\"args\":{{\"name\":{}}}}}", process, quoted(service)));
    auto outermost_first = members;
    std::stable_sort(outermost_first.begin(), outermost_first.end(), [&](std::size_t a, std::size_t b) {
      return spans[a].begin != spans[b].begin ? spans[a].begin < spans[b].begin : spans[a].end > spans[b].end;
    });
    Lanes lanes;
    for (std::size_t i : outermost_first) {
      const SpanRecord& s = spans[i];
      std::vector<std::string> arguments{fmt::format("\"outcome\":{}", quoted(name_of(s.status))),
                                         fmt::format("\"instance\":{}", quoted(s.where))};
      for (const auto& [key, value] : s.notes) {
        arguments.push_back(fmt::format("{}:{}", quoted(key), quoted(value)));
      }
      events.push_back(
          fmt::format("{{\"ph\":\"X\",\"name\":{},\"cat\":\"request\",\"pid\":{},\"tid\":{},\"ts\":{},\"dur\":{},"
                      "\"args\":{{{}}}}}",
                      quoted(s.name), process, lanes.lane_for(s) + 1, microseconds(nanoseconds(s.begin)),
                      microseconds(nanoseconds(s.end) - nanoseconds(s.begin)), fmt::join(arguments, ",")));
    }
  }
  return fmt::format("{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{}]}}\n", joined(events));
}

std::string trace_text(const std::vector<SpanRecord>& spans) {
  if (spans.empty()) return "no spans\n";
  std::vector<std::vector<std::size_t>> children(spans.size() + 1);
  for (std::size_t i = 0; i < spans.size(); ++i) children[spans[i].parent].push_back(i);
  std::string out;
  std::vector<std::pair<std::size_t, std::size_t>> to_write;  // position and depth, last first
  for (auto i = children[0].rbegin(); i != children[0].rend(); ++i) to_write.emplace_back(*i, 0);
  while (!to_write.empty()) {
    const auto [i, depth] = to_write.back();
    to_write.pop_back();
    const SpanRecord& s = spans[i];
    std::string notes;
    for (const auto& [key, value] : s.notes) notes += fmt::format(" {}={}", key, value);
    fmt::format_to(std::back_inserter(out), "{:>12.3f} ms {:>11.3f} ms  {:{}}{} @ {}{}{}\n", in_milliseconds(s.begin - spans[0].begin),
                   in_milliseconds(s.end - s.begin), "", depth * 2, s.name, s.where,
                   s.status == SpanStatus::ok ? "" : fmt::format("  [{}]", name_of(s.status)), notes);
    for (auto c = children[i + 1].rbegin(); c != children[i + 1].rend(); ++c) to_write.emplace_back(*c, depth + 1);
  }
  return out;
}

}  // namespace streamtwin
