// Spans: off costs nothing and records nothing; on, they are a tree that other tools can read.
#include "sim-core/record/spans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim-core/record/recorder.hpp"
#include "sim-core/record/trace_files.hpp"

namespace streamtwin {
namespace {

using nlohmann::json;

/// A play that calls two services at once; the second call is cut off by the end of the run.
void trace_a_play(Recorder& recorder, std::uint64_t id) {
  const Span play = recorder.trace(id, "play \"title\"", "client", at(10s));
  const Span first = play.child("GET /licence", "licence", at(10.001s));
  const Span second = play.child("GET /steering", "steering", at(10.002s));
  first.note("attempt", "2");
  first.end(at(10.004s), SpanStatus::failed);
  first.end(at(11s));
  second.child("look up", "steering", at(10.003s));
  play.end(at(10.010s));
}

TEST(Spans, AreRecordedForTheTracedRequestOnly) {
  Recorder recorder;
  trace_a_play(recorder, 1);
  EXPECT_TRUE(recorder.spans().empty());
  recorder.trace_request(2);
  trace_a_play(recorder, 1);
  trace_a_play(recorder, 2);
  ASSERT_EQ(recorder.spans().size(), 4u);
  EXPECT_EQ(recorder.spans()[1].parent, 1u);
  EXPECT_EQ(recorder.spans()[1].end, at(10.004s)) << "the first end counts";
  EXPECT_EQ(recorder.spans()[3].parent, 3u);
  EXPECT_EQ(recorder.spans()[3].status, SpanStatus::unfinished);
}

TEST(Spans, AreWrittenAsOpenTelemetryJson) {
  Recorder recorder;
  recorder.trace_request(2);
  trace_a_play(recorder, 2);
  const json document = json::parse(open_telemetry_json(recorder.spans(), 2));
  ASSERT_EQ(document["resourceSpans"].size(), 3u);  // client, licence, steering
  const json& client = document["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  const json& licence = document["resourceSpans"][1]["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(client["name"], "play \"title\"");
  EXPECT_FALSE(client.contains("parentSpanId"));
  EXPECT_EQ(licence["parentSpanId"], client["spanId"]);
  EXPECT_EQ(licence["traceId"], client["traceId"]);
  EXPECT_EQ(licence["traceId"].get<std::string>().size(), 32u);
  EXPECT_EQ(licence["startTimeUnixNano"], "10001000000");
  EXPECT_EQ(licence["status"]["code"], 2);
  EXPECT_EQ(licence["attributes"][1]["key"], "attempt");
}

TEST(Spans, AreWrittenAsChromeTraceOnLanesThatNest) {
  std::vector<SpanRecord> spans{
      {0, "a", "x", at(0s), at(10s), SpanStatus::ok, {}},
      {1, "inside a", "x", at(1s), at(4s), SpanStatus::ok, {}},
      {1, "overlaps", "x", at(3s), at(12s), SpanStatus::ok, {}},
      {1, "after", "x", at(12s), at(13s), SpanStatus::ok, {}},
  };
  const json document = json::parse(chrome_trace_json(spans));
  std::map<std::string, json> by_name;
  for (const auto& event : document["traceEvents"]) by_name[event["name"]] = event;
  EXPECT_EQ(by_name["a"]["tid"], by_name["inside a"]["tid"]);
  EXPECT_NE(by_name["a"]["tid"], by_name["overlaps"]["tid"]);
  EXPECT_EQ(by_name["after"]["tid"], by_name["a"]["tid"]);
  EXPECT_EQ(by_name["inside a"]["ts"], 1e6);
  EXPECT_EQ(by_name["inside a"]["dur"], 3e6);
}

/// A call of two tries: the first server is dead, the second answers too late for the command.
std::vector<SpanRecord> call_that_timed_out() {
  return {
      {0, "request", "load.visitors", at(0s), at(1.1s), SpanStatus::ok, {}},
      {1, "try", "load.visitors", at(0s), at(1.1s), SpanStatus::ok, {}},
      {2, "serve", "web/here-1/0", at(0.01s), at(1.09s), SpanStatus::ok, {}},
      {3, "call shop", "web/here-1/0", at(0.02s), at(1.02s), SpanStatus::failed, {{"reason", "timed out"}, {"answered_by", "fallback"}}},
      {4, "try", "web/here-1/0", at(0.02s), at(0.22s), SpanStatus::failed, {{"peer", "shop/here-1/0"}, {"reason", "no connection"}}},
      {4, "try", "web/here-1/0", at(0.22s), at(1.02s), SpanStatus::failed, {{"peer", "shop/here-2/0"}, {"reason", "timed out"}}},
      {6, "serve", "shop/here-2/0", at(0.23s), at(0.23s), SpanStatus::unfinished, {}},
  };
}

/// What opentelemetry-proto (trace/v1/trace.proto, in its JSON encoding) says of a span.
void expect_otlp_span(const json& span) {
  const std::set<std::string> known{"traceId",           "spanId",          "parentSpanId", "name",  "kind",
                                    "startTimeUnixNano", "endTimeUnixNano", "attributes",   "status"};
  for (const auto& [key, value] : span.items()) EXPECT_TRUE(known.contains(key)) << key;
  const auto is_hex = [](const json& id, std::size_t digits) {
    const auto text = id.get<std::string>();
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos &&
           text.find_first_not_of('0') != std::string::npos;
  };
  EXPECT_TRUE(is_hex(span.at("traceId"), 32));
  EXPECT_TRUE(is_hex(span.at("spanId"), 16));
  if (span.contains("parentSpanId")) {
    EXPECT_TRUE(is_hex(span["parentSpanId"], 16));
  }
  for (const char* time : {"startTimeUnixNano", "endTimeUnixNano"})
    EXPECT_EQ(span.at(time).get<std::string>().find_first_not_of("0123456789"), std::string::npos) << "a fixed64 is a decimal string";
  EXPECT_LE(std::stoull(span["startTimeUnixNano"].get<std::string>()), std::stoull(span["endTimeUnixNano"].get<std::string>()));
  EXPECT_TRUE(span.at("kind") >= 1 && span.at("kind") <= 5);
  EXPECT_TRUE(span.at("status").at("code") >= 0 && span.at("status").at("code") <= 2);
  for (const json& attribute : span.at("attributes"))
    EXPECT_TRUE(attribute.at("key").is_string() && attribute.at("value").at("stringValue").is_string());
}

TEST(Spans, NameServicesInstancesAndSidesAsOpenTelemetryDoes) {
  const json document = json::parse(open_telemetry_json(call_that_timed_out(), 7, Duration{3600}));
  std::map<std::string, std::vector<json>> by_instance;
  for (const json& resource : document.at("resourceSpans")) {
    const json& attributes = resource.at("resource").at("attributes");
    EXPECT_EQ(attributes[0]["key"], "service.name");
    EXPECT_EQ(attributes[1]["key"], "service.instance.id");
    const std::string instance = attributes[1]["value"]["stringValue"];
    EXPECT_EQ(attributes[0]["value"]["stringValue"], instance.substr(0, instance.find('/')));
    for (const json& span : resource.at("scopeSpans").at(0).at("spans")) {
      expect_otlp_span(span);
      by_instance[instance].push_back(span);
    }
  }
  const auto& web = by_instance.at("web/here-1/0");
  ASSERT_EQ(web.size(), 4u);
  const std::vector<int> server_internal_client_client{2, 1, 3, 3};
  for (std::size_t i = 0; i < web.size(); ++i) EXPECT_EQ(web[i]["kind"], server_internal_client_client[i]) << web[i]["name"];
  EXPECT_EQ(web[1]["status"], json({{"code", 2}, {"message", "timed out"}})) << "though a fallback answered";
  EXPECT_EQ(web[2]["status"]["message"], "no connection") << "a try at the dead says why it failed";
  EXPECT_EQ(web[0]["startTimeUnixNano"], "3600010000000") << "on the scenario's clock";
  EXPECT_EQ(by_instance.at("shop/here-2/0")[0]["kind"], 2);
  EXPECT_EQ(by_instance.at("load.visitors")[1]["kind"], 3);
}

TEST(Spans, DoNotOverlapOnATrackOfAChromeTrace) {
  std::vector<SpanRecord> spans = call_that_timed_out();
  for (int i = 0; i < 200; ++i) {  // times that no binary fraction meets, each beginning where the last one ended
    spans.push_back({4, "try", "web/here-1/1", at(i * 0.1s), at((i + 1) * 0.1s), SpanStatus::ok, {}});
    spans.push_back({4, "try", "web/here-1/2", at(i * 0.1s + 0.05s), at(i * 0.1s + 0.3s), SpanStatus::ok, {}});
  }
  const json document = json::parse(chrome_trace_json(spans));
  std::map<std::pair<int, int>, std::vector<std::pair<std::int64_t, std::int64_t>>> tracks;
  std::set<std::string> processes;
  for (const json& event : document.at("traceEvents")) {
    ASSERT_TRUE(event.at("ph") == "X" || event.at("ph") == "M");
    if (event["ph"] == "M") {
      processes.insert(event.at("args").at("name"));
      continue;
    }
    EXPECT_TRUE(event.at("name").is_string() && event.at("ts").is_number() && event.at("dur") >= 0);
    const auto begin = std::llround(event["ts"].get<double>() * 1000), length = std::llround(event["dur"].get<double>() * 1000);
    tracks[{event.at("pid"), event.at("tid")}].emplace_back(begin, begin + length);
  }
  EXPECT_EQ(processes, (std::set<std::string>{"load.visitors", "shop", "web"})) << "a process is a service";
  for (const auto& [track, slices] : tracks) {
    for (std::size_t i = 0; i < slices.size(); ++i) {
      for (std::size_t j = i + 1; j < slices.size(); ++j) {
        const auto& [a, b] = slices[i];
        const auto& [c, d] = slices[j];
        EXPECT_TRUE(b <= c || d <= a || (a <= c && d <= b) || (c <= a && b <= d)) << a << ".." << b << " and " << c << ".." << d;
      }
    }
  }
}

TEST(Spans, ReadAsATreeOnATerminal) {
  Recorder recorder;
  recorder.trace_request(2);
  trace_a_play(recorder, 2);
  const std::string text = trace_text(recorder.spans());
  EXPECT_THAT(text, ::testing::HasSubstr("  GET /licence @ licence  [failed] attempt=2"));
  EXPECT_THAT(text, ::testing::HasSubstr("    look up @ steering  [unfinished]"));
  EXPECT_LT(text.find("GET /licence"), text.find("GET /steering"));
}

}  // namespace
}  // namespace streamtwin
