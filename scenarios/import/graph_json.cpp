// JSON of tracing tools; that of others is told apart by its keys and read beside.
#include <fmt/format.h>

#include <algorithm>

#include "models/files/json_text.hpp"
#include "models/files/text_file.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/import/json_look.hpp"

namespace streamtwin::import {
namespace {

using nlohmann::json;

Span::Kind kind_of(const std::string& name) {
  if (name == "server" || name == "SERVER" || name == "SPAN_KIND_SERVER" || name == "consumer" || name == "CONSUMER" ||
      name == "SPAN_KIND_CONSUMER")
    return Span::Kind::server;
  if (name == "client" || name == "CLIENT" || name == "SPAN_KIND_CLIENT" || name == "producer" || name == "PRODUCER" ||
      name == "SPAN_KIND_PRODUCER")
    return Span::Kind::client;
  return Span::Kind::unknown;
}
bool is_consumer(const std::string& kind) { return kind == "consumer" || kind == "CONSUMER" || kind == "SPAN_KIND_CONSUMER"; }

/// Whom a client says that it calls: names of OpenTelemetry's and OpenTracing's conventions.
constexpr const char* peer_keys[] = {"peer.service", "db.system", "messaging.system"};

Span jaeger_span(const json& said, const json& processes) {
  Span span;
  span.trace = text_at(said, "traceID");
  span.id = text_at(said, "spanID");
  span.parent = text_at(said, "parentSpanID");  // of old dumps
  for (const json& reference : list_at(said, "references")) {
    if (!span.parent.empty() && text_at(reference, "refType") != "CHILD_OF") continue;
    span.parent = text_at(reference, "spanID");
    span.waited_for = text_at(reference, "refType") != "FOLLOWS_FROM";
  }
  span.service = text_at(member_at(processes, text_at(said, "processID").c_str()), "serviceName");
  if (span.service.empty()) span.service = text_at(member_at(said, "process"), "serviceName");
  span.start_us = number_at(said, "startTime", 0);
  span.duration_us = number_at(said, "duration", -1);
  for (const json& tag : list_at(said, "tags")) {
    const std::string key = text_at(tag, "key");
    if (key == "span.kind") {
      span.kind = kind_of(text_at(tag, "value"));
      if (is_consumer(text_at(tag, "value"))) span.waited_for = false;
    }
    for (const char* peer : peer_keys)
      if (key == peer && span.peer.empty()) span.peer = text_at(tag, "value");
  }
  return span;
}

void add_jaeger_trace(const json& trace, std::vector<Span>& spans) {
  for (const json& said : list_at(trace, "spans")) spans.push_back(jaeger_span(said, member_at(trace, "processes")));
}

void add_zipkin_span(const json& said, std::vector<Span>& spans) {
  Span span;
  const std::string kind = text_at(said, "kind");
  span.trace = text_at(said, "traceId");
  span.id = text_at(said, "id");
  span.parent = text_at(said, "parentId");
  span.kind = kind_of(kind);
  span.waited_for = !is_consumer(kind);
  span.service = text_at(member_at(said, "localEndpoint"), "serviceName");
  span.peer = text_at(member_at(said, "remoteEndpoint"), "serviceName");
  span.start_us = number_at(said, "timestamp", 0);
  span.duration_us = number_at(said, "duration", -1);
  spans.push_back(std::move(span));
}

std::string attribute(const json& holder, const char* key) {
  for (const json& entry : list_at(holder, "attributes")) {
    if (text_at(entry, "key") == key) return text_at(member_at(entry, "value"), "stringValue");
  }
  return "";
}

Span otlp_span(const json& said, const std::string& service) {
  // The numbers of the protocol: 2 server, 3 client, 4 producer, 5 consumer.
  static constexpr const char* kinds[] = {"", "", "server", "client", "producer", "consumer"};
  const double number = number_at(said, "kind", 0);
  const std::string kind =
      number >= 0 && number < 6 && text_at(said, "kind").empty() ? kinds[static_cast<int>(number)] : text_at(said, "kind");
  Span span;
  span.trace = text_at(said, "traceId");
  span.id = text_at(said, "spanId");
  span.parent = text_at(said, "parentSpanId");
  span.service = service;
  span.kind = kind_of(kind);
  span.waited_for = !is_consumer(kind);
  span.start_us = number_at(said, "startTimeUnixNano", 0) / 1e3;
  const double end_us = number_at(said, "endTimeUnixNano", -1) / 1e3;
  span.duration_us = end_us < 0 ? -1 : std::max(0.0, end_us - span.start_us);
  for (const char* peer : peer_keys)
    if (span.peer.empty()) span.peer = attribute(said, peer);
  return span;
}

void add_otlp(const json& document, std::vector<Span>& spans) {
  for (const json& resource : list_at(document, "resourceSpans")) {
    const std::string service = attribute(member_at(resource, "resource"), "service.name");
    for (const char* scopes : {"scopeSpans", "instrumentationLibrarySpans"}) {
      for (const json& scope : list_at(resource, scopes)) {
        for (const json& said : list_at(scope, "spans")) spans.push_back(otlp_span(said, service));
      }
    }
  }
}

CallGraphFile traced(std::string format, const std::string& name, std::vector<Span> spans, Remarks& remarks) {
  const std::size_t all = spans.size();
  std::erase_if(spans, [](const Span& span) { return span.service.empty() || span.id.empty(); });
  if (spans.size() < all)
    remarks.push_back(fmt::format("{}: {} of {} spans name no service or have no id: left out", name, all - spans.size(), all));
  return graph_of_spans(std::move(format), std::move(spans), remarks);
}

CallGraphFile dependencies(const json& list, const std::string& name, Remarks& remarks) {
  std::vector<CountedCall> calls;
  for (const json& entry : list) {
    const CountedCall call{text_at(entry, "parent"), text_at(entry, "child"), number_at(entry, "callCount", -1)};
    if (call.caller.empty() || call.callee.empty() || call.count < 0)
      throw ImportError(fmt::format("{}: entry {}: expected {{\"parent\", \"child\", \"callCount\"}}", name, calls.size()));
    calls.push_back(call);
  }
  return graph_of_counts("dependencies of Jaeger or Zipkin", calls, remarks);
}

CallGraphFile graph_of_list(const json& list, const std::string& name, Remarks& remarks) {
  const json& first = list.front();
  std::vector<Span> spans;
  if (first.is_object() && first.contains("parent") && first.contains("callCount")) return dependencies(list, name, remarks);
  if (first.is_object() && first.contains("spans")) {
    for (const json& trace : list) add_jaeger_trace(trace, spans);
    return traced("traces of Jaeger", name, std::move(spans), remarks);
  }
  const bool of_lists = first.is_array();
  if (of_lists || (first.is_object() && first.contains("traceId") && first.contains("id"))) {
    for (const json& entry : list) {
      if (!of_lists) add_zipkin_span(entry, spans);
      if (of_lists)
        for (const json& said : entry) add_zipkin_span(said, spans);
    }
    return traced("traces of Zipkin", name, std::move(spans), remarks);
  }
  throw ImportError(fmt::format("{}: a list that is neither traces nor dependencies of Jaeger or Zipkin", name));
}

/// JSON that is near to a call graph and holds none.
void refuse_relatives(const json& document, const std::string& name) {
  if (!document.is_object()) return;
  if (document.contains("microservices"))
    throw ImportError(fmt::format("{}: an architecture of MiSim; `streamtwin import misim` reads it with its experiment", name));
  const auto is_address = [](const json& service) {
    return service.is_object() && service.contains("port") && service.contains("timeout_ms");
  };
  if (std::any_of(document.begin(), document.end(), is_address))
    throw ImportError(
        fmt::format("{}: addresses of DeathStarBench's services, without who calls whom; its Jaeger's traces have that: save "
                    "/api/traces or /api/dependencies",
                    name));
}

/// Files of OpenTelemetry's collector have one JSON object a line.
std::vector<json> documents_of(const std::string& name, std::string_view text) {
  std::vector<json> documents;
  const std::size_t first_end = text.find('\n');
  const std::string_view first = text.substr(0, first_end);
  const bool lines =
      first_end != std::string_view::npos && json::accept(first) && text.find_first_not_of(" \t\r\n", first_end) != std::string_view::npos;
  if (!lines) return {files::json_of(name, text)};
  for (std::size_t begin = 0, line = 1; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view one = text.substr(begin, end - begin);
    if (one.find_first_not_of(" \t\r") != std::string_view::npos)
      documents.push_back(files::json_of(fmt::format("{}, line {}", name, line), one));
    begin = end + 1;
  }
  return documents;
}

}  // namespace

CallGraphFile read_json_graph(const std::string& name, std::string_view text, Remarks& remarks) {
  const std::vector<json> documents = documents_of(name, text);
  const json& first = documents.front();
  std::vector<Span> spans;
  if (first.is_object() && first.contains("resourceSpans")) {
    for (const json& document : documents) add_otlp(document, spans);
    return traced("traces of OpenTelemetry", name, std::move(spans), remarks);
  }
  if (documents.size() > 1) throw ImportError(fmt::format("{}: JSON lines are expected of OpenTelemetry only, with `resourceSpans`", name));
  if (first.is_object() && first.contains("spans")) {
    add_jaeger_trace(first, spans);
    return traced("traces of Jaeger", name, std::move(spans), remarks);
  }
  if (is_uqsim(first)) return read_uqsim(std::filesystem::path(name).parent_path(), remarks);
  const json& list = first.is_object() ? list_at(first, "data") : first;
  if (list.is_array() && !list.empty()) return graph_of_list(list, name, remarks);
  if (is_kiali(first)) return graph_of_kiali(first, name, remarks);
  if (is_work_model(first)) return graph_of_work_model(first, name, remarks);
  if (is_mubench_trace(first)) return graph_of_mubench_trace(name, text, remarks);
  refuse_relatives(first, name);
  throw ImportError(
      fmt::format("{}: no call graph that is known here: traces of Jaeger (`data`, `spans`), Zipkin (`traceId`) and OpenTelemetry "
                  "(`resourceSpans`), dependencies (`parent`, `child`, `callCount`), Kiali's graphs (`elements`), µBench's work models "
                  "(`external_services`) and traces (`s0__1`) and uqSim's graphs (`microservices`, `edges`) are",
                  name));
}

}  // namespace streamtwin::import
