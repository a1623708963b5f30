// Bandwidth traces: the formats that exist, and garbage that must be refused with place and remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "models/clients/traces/readers.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::traces {
namespace {

using namespace literals;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

std::string message_of(std::string_view text) {
  return refusal_of<TraceError>([&] { parse_trace("trace.log", text); });
}

TEST(BandwidthTrace, RepeatsForEver) {
  const BandwidthTrace trace("t", {{2s, 1_Mbps, 0s}, {3s, 4_Mbps, 20ms}});
  EXPECT_EQ(trace.rate_at(0s), 1_Mbps);
  EXPECT_EQ(trace.rate_at(2s), 4_Mbps);
  EXPECT_EQ(trace.rate_at(4999ms), 4_Mbps);
  EXPECT_EQ(trace.rate_at(5s), 1_Mbps);
  EXPECT_EQ(trace.rate_at(5003s), 4_Mbps);
  EXPECT_EQ(trace.next_change(0s), 2s);
  EXPECT_EQ(trace.next_change(2s), 5s);
  EXPECT_EQ(trace.next_change(5001s), 5002s);
  EXPECT_NEAR(trace.mean_rate().value(), 14e6 / 5, 1e-6);
}

TEST(BandwidthTrace, NextChangeAlwaysMovesOn) {
  const BandwidthTrace trace("t", {{Duration{0.1}, 1_Mbps, 0s}, {Duration{0.2}, 2_Mbps, 0s}});
  Duration now{0};
  for (int i = 0; i < 100'000; ++i) {
    const Duration next = trace.next_change(now);
    ASSERT_GT(next, now);
    now = next;
  }
  EXPECT_GT(now, 10'000s);
}

TEST(BandwidthTrace, RefusesATraceInWhichNothingPasses) {
  EXPECT_THROW(BandwidthTrace("t", {}), std::invalid_argument);
  EXPECT_THROW(BandwidthTrace("t", {{1s, 0_Mbps, 0s}}), std::invalid_argument);
  EXPECT_THROW(BandwidthTrace("t", {{0s, 1_Mbps, 0s}}), std::invalid_argument);
}

TEST(TraceReader, ColumnsMaySeparateByTabOrSpace) {
  for (const char* text :
       {"10.0\t1.0\n12.0\t2.5\n13.0\t0.5\n", "10.0 1.0\n12.0 2.5\n13.0 0.5", "10.0 1.0\r\n\r\n12.0   2.5\r\n13.0 0.5\r\n"}) {
    const BandwidthTrace trace = parse_trace("t", text);
    ASSERT_EQ(trace.periods().size(), 2u);
    EXPECT_EQ(trace.periods()[0].length, 2s);
    EXPECT_EQ(trace.periods()[0].rate, BitRate{2.5e6});
    EXPECT_EQ(trace.periods()[1].length, 1s);
  }
}

TEST(TraceReader, ReadsSabresJson) {
  const BandwidthTrace trace = parse_trace("t", R"([{"duration_ms": 500, "bandwidth_kbps": 1500, "latency_ms": 20}])");
  EXPECT_EQ(trace.length(), 500ms);
  EXPECT_EQ(trace.rate_at(0s), 1500_kbps);
  EXPECT_EQ(trace.at(0s).latency, 20ms);
}

TEST(TraceReader, GarbageNamesLineAndRemedy) {
  EXPECT_THAT(message_of("0 1\n1 x\n"), HasSubstr("trace.log:2: the rate is not a number"));
  EXPECT_THAT(message_of("0 1\n1 2 3\n"), HasSubstr("trace.log:2: 3 columns instead of two"));
  EXPECT_THAT(message_of("0 1\n0.0009 2\n"), HasSubstr("trace.log:2: less than 1 ms since the line before"));
  EXPECT_THAT(message_of("0 1\n1 -2\n"), HasSubstr("trace.log:2"));
  EXPECT_THAT(message_of("0 1\n1 nan\n"), HasSubstr("trace.log:2"));
  EXPECT_THAT(message_of("0 1\n1e300 1\n"), HasSubstr("trace.log:2"));
  EXPECT_THAT(message_of("time,rate\n"), HasSubstr("fewer than two lines"));
  EXPECT_THAT(message_of(""), HasSubstr("fewer than two lines"));
  EXPECT_THAT(message_of("0 1\n"), HasSubstr("fewer than two lines"));
  EXPECT_THAT(message_of("0 0\n1 0\n"), HasSubstr("needs a rate above 0"));
  EXPECT_THAT(message_of(std::string("\0\x01\xff\xfe", 4)), HasSubstr("trace.log:1"));
  EXPECT_THAT(message_of("[{\"duration_ms\": 1,\n}"), HasSubstr("trace.log:2:1: no JSON"));
  EXPECT_THAT(message_of("[]"), HasSubstr("an empty list"));
  EXPECT_THAT(message_of("[1]"), HasSubstr("rates alone"));
  EXPECT_THAT(message_of(R"([{"duration_ms":0,"bandwidth_kbps":1,"latency_ms":1}])"), HasSubstr("duration_ms"));
  EXPECT_THAT(
      message_of(R"([{"duration_ms":5,"bandwidth_kbps":1,"latency_ms":1},{"duration_ms":0.001,"bandwidth_kbps":1,"latency_ms":1}])"),
      HasSubstr("entry 2: duration_ms is 0.001; expected 1 to"));
  EXPECT_THAT(message_of(R"([{"duration_ms":5,"bandwidth_kbps":"1","latency_ms":1}])"), HasSubstr("bandwidth_kbps"));
  EXPECT_THAT(message_of(std::string(200'000, '[')), HasSubstr("deeper than 200 levels"));
  EXPECT_THAT(message_of(R"([{"duration_ms":1e999,"bandwidth_kbps":1,"latency_ms":1}])"), HasSubstr("too large"));
  EXPECT_THAT(message_of("[\"\xff\xfe\"]"), HasSubstr("no JSON"));
  EXPECT_THAT(message_of(R"({"segment_duration_ms": 3})"), HasSubstr("not a trace"));
}

TEST(TraceReader, MessagesNameTheFileOnce) {
  EXPECT_THAT(message_of("nonsense\n"), StartsWith("trace.log:1: 1 columns"));
  EXPECT_THAT(message_of("[1]"), StartsWith("trace.log: rates alone"));
  EXPECT_THAT(message_of("0 0\n1 0\n"), StartsWith("trace.log: "));
}

TEST(TraceReader, PeriodsOfAMillisecondAreTheShortest) {
  std::string text;
  for (int line = 0; line < 2000; ++line) text += std::to_string(line / 1000) + "." + std::to_string(1000 + line % 1000).substr(1) + " 1\n";
  EXPECT_EQ(parse_trace("t", text).periods().size(), 1999u);
}

TEST(TraceReader, AMissingFileOrFolderIsNamed) {
  EXPECT_THROW(read_trace("/nonexistent/trace"), TraceError);
  EXPECT_THROW(read_trace_folder("/nonexistent"), TraceError);
  EXPECT_THROW(read_trace("/"), TraceError);
}

TEST(TraceReader, AFolderIsReadInTheOrderOfNames) {
  const ScratchFolder folder;
  folder.write("b.log", "0 1\n1 1\n");
  folder.write("a.log", "0 1\n1 2\n");
  folder.write("sub/c.json", R"([{"duration_ms": 500, "bandwidth_kbps": 1500, "latency_ms": 20}])");
  folder.write("LICENSE", "free");
  folder.write("movie.json", "{}");
  const TraceFolder found = read_trace_folder(folder.path());
  ASSERT_EQ(found.traces.size(), 3u);
  EXPECT_EQ(found.traces[0].name(), "a.log");
  EXPECT_EQ(found.traces[1].name(), "b.log");
  EXPECT_EQ(found.traces[2].name(), "sub/c.json");
  EXPECT_EQ(found.not_traces.size(), 2u);
}

TEST(TraceReader, MoviesHaveOneSizeForEachBitrate) {
  const auto movie = parse_movie("m", R"({"segment_duration_ms": 3000, "bitrates_kbps": [230, 331],
                                          "segment_sizes_bits": [[800, 1600], [880, 1680]]})");
  EXPECT_EQ(movie.chunks(), 2u);
  EXPECT_EQ(movie.chunk_size(1, 1), 210_B);
  for (const char* garbage : {"[]", "{}", R"({"segment_duration_ms": 3000, "bitrates_kbps": [2, 1], "segment_sizes_bits": [[1, 2]]})",
                              R"({"segment_duration_ms": 3000, "bitrates_kbps": [1, 2], "segment_sizes_bits": [[1]]})",
                              R"({"segment_duration_ms": 3000, "bitrates_kbps": [1], "segment_sizes_bits": [["x"]]})",
                              R"({"segment_duration_ms": 3000, "bitrates_kbps": [], "segment_sizes_bits": []})"})
    EXPECT_THROW(parse_movie("m", garbage), TraceError) << garbage;
}

TEST(TraceReader, MoviesMayBeTablesOfBytes) {
  const auto movie = parse_movie("m",
                                 "\xef\xbb\xbf"
                                 "chunk;300 kbps;900\r\n1;150000,5;450000\r\n2;140000;440000\r\n",
                                 2s);
  EXPECT_EQ(movie.ladder().rate(0), 300_kbps);
  EXPECT_EQ(movie.chunks(), 2u);
  EXPECT_EQ(movie.chunk_duration(), 2s);
  EXPECT_EQ(movie.chunk_size(1, 1), 440000_B);
  const auto refused = [](const std::string& text) { return refusal_of<TraceError>([&] { parse_movie("m", text); }); };
  EXPECT_THAT(refused("300,900\n1,2\n3,0\n"), HasSubstr("m:3: expected a size in bytes above 0, found `0`"));
  EXPECT_THAT(refused("300,900\n1\n"), HasSubstr("m:2: 1 cells below 2 bitrates"));
  EXPECT_THAT(refused("a,b\n1,2\n"), HasSubstr("m:1: expected a bitrate in kbit/s"));
  EXPECT_THAT(refused("900,300\n1,2\n"), HasSubstr("must be positive and rise"));
  std::string text = "300\n";
  for (int i = 0; i < 30; ++i) text += "10\n";
  EXPECT_THAT(refused(text + "9000\n"), HasSubstr("chunk 31 of level 1 has 9000 bytes, more than 20 times the mean"));
}

TEST(TraceReader, MoviesMayBeAFolderOfAFileForEachLevel) {
  const ScratchFolder folder;
  folder.write("video_size_0", "150000\n50000\n");
  folder.write("video_size_1", "400000\n600000\n");
  const auto movie = read_movie(folder.path(), 4s);
  EXPECT_EQ(movie.ladder().rate(0), 200_kbps) << "the mean of its chunks";
  EXPECT_EQ(movie.ladder().rate(1), 1_Mbps);
  EXPECT_EQ(movie.chunk_size(1, 0), 50000_B);
  folder.write("video_size_1", "400000\n");
  EXPECT_THAT(refusal_of<TraceError>([&] { read_movie(folder.path()); }), HasSubstr("video_size_1: 1 chunks, and video_size_0 has 2"));
  EXPECT_THAT(refusal_of<TraceError>([&] { read_movie(folder.path() / "none"); }), HasSubstr("no regular file"));
}

TEST(TraceReader, ReadsEveryPublicTraceAtHand) {
  const char* data = std::getenv("STREAMTWIN_DATA");
  if (!data) GTEST_SKIP() << "STREAMTWIN_DATA is not set: the public traces are not at hand";
  const auto count = [&](const char* folder) { return read_trace_folder(fs::path(data) / folder).traces.size(); };
  EXPECT_EQ(count("bandwidth-traces/traces_oboe"), 428u);
  EXPECT_EQ(count("bandwidth-traces/traces_3gp"), 144u);
  EXPECT_EQ(count("bandwidth-traces/cooked_3gp"), 80u);
  EXPECT_EQ(count("bandwidth-traces/fcc_ori"), 88u);
  EXPECT_EQ(count("bandwidth-traces/puffer_220218"), 60u);
  EXPECT_EQ(count("sabre-traces"), 86u + 40 + 200 + 200);
}

}  // namespace
}  // namespace streamtwin::traces
