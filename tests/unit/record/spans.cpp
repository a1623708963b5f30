// Spans: off costs nothing and records nothing; on, they are a tree that other tools can read.
#include "sim-core/record/spans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim-core/record/recorder.hpp"

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
