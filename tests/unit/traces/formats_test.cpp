// Bandwidth as the public collections publish it, and folders in which not all is well.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/clients/traces/readers.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::traces {
namespace {

using namespace literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "length s: rate Mbit/s", period by period.
std::vector<std::string> periods_of(const std::string& text, const TraceUnits& units = {}) {
  std::vector<std::string> all;
  const BandwidthTrace trace = parse_trace("t", text, units);
  for (const Period& period : trace.periods())
    all.push_back(fmt::format("{:g} s: {:g}", in_seconds(period.length), period.rate.value() / 1e6));
  return all;
}

std::string trace_refusal(const std::string& text, const TraceUnits& units = {}) {
  return refusal_of<TraceError>([&] { parse_trace("t", text, units); });
}

TEST(TraceFormats, LogsOfNorwayAndGhentAreBytesAndMilliseconds) {
  EXPECT_THAT(periods_of("1289400001 550100 59.85 10.78 250000 1000\n1289400002 551110 59.85 10.78 125000 0500\n"),
              ElementsAre("1 s: 2", "0.5 s: 2"));
  EXPECT_THAT(periods_of("1453120000100 1000 51.03 3.73 2500000 1000\r\n1453120001099 1999 51.03 3.73 5000000 1000\r\n"),
              ElementsAre("1 s: 20", "1 s: 40"));
  EXPECT_THAT(periods_of("1289400001 5 1 1 250000 1000\n1289400001 5 1 1 0 0\n1289400002 4 1 1 250000 2000\n"),
              ElementsAre("1 s: 2", "2 s: 1"));
  EXPECT_THAT(trace_refusal("1289400001 5 1 1 250000 1000\n1289400002 6 1 1 x 1000\n"), HasSubstr("t:2: expected six numbers"));
}

TEST(TraceFormats, OboesOriginalsArePairsInMillisecondsAndKilobits) {
  EXPECT_THAT(periods_of("20.0 2500\n620.0 2500\n720 3500\n1720 3500\n"), ElementsAre("0.6 s: 2.5", "0.1 s: 3", "1 s: 3.5"));
}

TEST(TraceFormats, MahimahiCountsItsChances) {
  std::string text;
  for (int ms = 1; ms <= 1000; ++ms) text += fmt::format("{}\n", ms);
  EXPECT_THAT(periods_of(text), ElementsAre("0.5 s: 12", "0.5 s: 12"));
  EXPECT_THAT(periods_of("1\n"), ElementsAre("0.001 s: 12"));
  EXPECT_THAT(periods_of("100\n100\n500\n750\n"), ElementsAre("0.5 s: 0.072", "0.25 s: 0.048"));
  EXPECT_THAT(trace_refusal("1700000000000\n1700000000001\n"), HasSubstr("t:2: more than ten days"));
}

TEST(TraceFormats, RatesAloneNeedToBeToldWhatTheyAre) {
  EXPECT_THAT(trace_refusal("12.4\n9.8\n11\n"), HasSubstr("trace_units: {rate: mbps, interval: 1 s}"));
  const TraceUnits told{.rate = RateUnit::bytes_per_second, .time = {}, .interval = 5s};
  EXPECT_THAT(periods_of("250000\n125000\n", told), ElementsAre("5 s: 2", "5 s: 1"));
  EXPECT_THAT(periods_of("[250000, 125000]", told), ElementsAre("5 s: 2", "5 s: 1"));
}

TEST(TraceFormats, HeadersNameTimeAndRate) {
  EXPECT_THAT(periods_of("\xef\xbb\xbftime_s;bandwidth_kbps;cell\r\n0;2000,5;a\r\n2;3000;b\r\n"), ElementsAre("2 s: 3"));
  EXPECT_THAT(periods_of("Timestamp,Longitude,DL_bitrate,UL_bitrate,State\n2019.12.20_10.00.01,-8.3,850,20,D\n"
                         "2019.12.20_10.00.02,-8.3,0,20,I\n2019.12.20_10.00.03,-8.3,-,20,D\n2019.12.20_10.00.03,-8.3,1000,20,D\n"
                         "2019.12.20_10.00.03,-8.3,3000,20,D\n"),
              ElementsAre("2 s: 2"));
  EXPECT_THAT(periods_of("run_num,seq_num,nrStatus,Throughput,mobility_mode\n1,1,CONNECTED,420,walking\n1,2,CONNECTED,440,walking\n"
                         "2,1,CONNECTED,10,walking\n2,2,CONNECTED,20,walking\n"),
              ElementsAre("1 s: 440", "1 s: 20"));
  EXPECT_THAT(trace_refusal("a,b,c\n1,2,3\n"), HasSubstr("t:1: 3 columns, and none is called `time` and `rate`"));
}

TEST(TraceFormats, OfTheFccHoldALineForEachBoxAndTarget) {
  const ScratchFolder folder;
  const std::string end = ",1790000,3000000,4000000,";
  folder.write("curr_httpgetmt.csv", "101,2016-06-01 00:05:12,sp1.example,192.0.2.1,5000000,9000000,500000" + end + "0,8,1,0\n" +
                                         "101,2016-06-01 00:05:12,sp1.example,192.0.2.1,5000000,9000000,1000000" + end + "1,8,1,0\n" +
                                         "101,2016-06-01 01:05:12,sp1.example,192.0.2.1,5000000,9000000,0" + end + "0,8,0,1\n" +
                                         "101,2016-06-01 02:05:12,sp1.example,192.0.2.1,5000000,9000000,2000000" + end + "0,8,1,0\n" +
                                         "102,2016-06-01 02:05:12,sp1.example,192.0.2.1,5000000,9000000,3000000" + end + "0,8,1,0\n");
  const TraceFolder found = read_trace_folder(folder.path());
  ASSERT_EQ(found.traces.size(), 2u);
  EXPECT_EQ(found.traces[0].name(), "curr_httpgetmt.csv#101 sp1.example");
  EXPECT_EQ(found.traces[0].length(), 10s);
  EXPECT_EQ(found.traces[0].mean_rate(), 12_Mbps);
  EXPECT_THAT(found.remarks, ElementsAre("1 lines hold no measurement and are passed over"));
}

TEST(TraceFormats, OfTheFccMayNameTheDateTwice) {
  const ScratchFolder folder;
  folder.write(
      "2022.csv",
      "unit_id,dtime,ddate,target,address,fetch_time,bytes_total,bytes_sec,bytes_sec_interval,warmup_time,warmup_bytes,sequence,threads,"
      "successes,failures\n101,2022-06-01 00:05:12,2022-06-01,sp1.example,192.0.2.1,5000000,9000000,500000,1,2,3,0,8,1,0\n");
  folder.write("plain.csv",
               "101,2022-06-01 00:05:12,2022-06-01,sp1.example,192.0.2.1,5000000,9000000,250000,1,2,3,0,8,1,0\n"
               "101,2022-06-01 00:06:12,2022-06-01,sp1.example,192.0.2.1,5000000,9000000,250000,1,2,3,0,8,0,1\n");
  const TraceFolder found = read_trace_folder(folder.path());
  ASSERT_EQ(found.traces.size(), 2u);
  EXPECT_EQ(found.traces[0].name(), "2022.csv#101 sp1.example");
  EXPECT_EQ(found.traces[0].mean_rate(), 4_Mbps);
  EXPECT_EQ(found.traces[1].mean_rate(), 2_Mbps);
}

TEST(TraceFormats, OfRatesAloneMayHaveTextAmongThem) {
  const TraceUnits told{.rate = RateUnit::mbps, .time = {}, .interval = 1s};
  EXPECT_THAT(periods_of("12.4,3,x\nlost the network\n9.8,4,y\n", told), ElementsAre("1 s: 12.4", "1 s: 9.8"));
  EXPECT_THAT(periods_of("1\n2\n3\n", told), ElementsAre("1 s: 1", "1 s: 2", "1 s: 3")) << "no schedule of Mahimahi";
}

TEST(TraceFormats, OfAlphaRtcSayWhatIsChosen) {
  const ScratchFolder folder;
  for (const char* name : {"a.json", "b.json"})
    folder.write(
        name, R"({"uplink": {"trace_pattern": [{"capacity": 8039999, "duration": 200, "loss": 1}, {"capacity": 900, "duration": 500}]}})");
  EXPECT_THAT(read_trace_folder(folder.path()).remarks,
              ElementsAre("loss and jitter of AlphaRTC's patterns are left out: a.json; b.json",
                          HasSubstr("without a downlink the uplink is taken"), HasSubstr("with more than 1 Gbit/s")));
}

TEST(TraceFormats, OfPufferHoldALineForEachStream) {
  const ScratchFolder folder;
  const auto sent = [](const std::string& time, const std::string& session, int rate) {
    return fmt::format("{},{},0,5,nbc,360360,1280x720-24,450000,0.97,60,12,30000,32000,{}\n", time, session, rate);
  };
  folder.write("video_sent_2022-01-01.csv",
               "time (ns GMT),session_id,index,expt_id,channel,video_ts,format,size,ssim_index,cwnd,in_flight,min_rtt,rtt,delivery_rate\n" +
                   sent("1572900000000000000", "ab+C/=", 500000) + sent("1572900001000000000", "other", 9) +
                   sent("1572900002000000000", "ab+C/=", 1000000));
  folder.write("client_buffer.csv", "time (ns GMT),session_id,index,expt_id,channel,event,buffer,cum_rebuf\n1,a,0,5,nbc,init,0,0\n");
  const TraceFolder found = read_trace_folder(folder.path());
  ASSERT_EQ(found.traces.size(), 1u);
  EXPECT_EQ(found.traces[0].mean_rate(), 8_Mbps);
  EXPECT_NEAR(in_seconds(found.traces[0].length()), 2, 1e-6);
  EXPECT_THAT(found.remarks, ElementsAre(HasSubstr("of Puffer's tables only video_sent holds a rate")));
}

TEST(TraceFormats, OfJsonAreToldByTheirKeys) {
  EXPECT_THAT(
      periods_of(
          R"({"downlink": {}, "uplink": {"trace_pattern": [{"capacity": 900, "duration": 500}, {"capacity": 0, "duration": 100}]}})"),
      ElementsAre("0.5 s: 0.9", "0.1 s: 0"));
  EXPECT_THAT(periods_of(R"({"timestamps": [0, 2, 3], "bandwidth": [1, 4, 5]})"), ElementsAre("2 s: 4", "1 s: 5"));
  EXPECT_THAT(periods_of("[[0, 1], [2, 4]]"), ElementsAre("2 s: 4"));
  EXPECT_THAT(trace_refusal(R"({"time": [0, 2], "bandwidth": [1]})"), HasSubstr("2 times beside 1 rates"));
}

TEST(TraceUnits, AreToldByTheRangeOfTheWholeFolder) {
  const ScratchFolder folder;
  folder.write("a.txt", "0 150\n9 140\n20 160\n");  // a slow line, which alone would pass for a fast one
  folder.write("b.txt", "0 2441\n9.5 3620\n20.5 1871\n27.5 2512\n");
  TraceFolder found = read_trace_folder(folder.path());
  EXPECT_NEAR(found.traces[0].mean_rate().value(), 151e3, 1e3);
  EXPECT_THAT(found.remarks, ElementsAre(AllOf(HasSubstr("the rates, of median 1871, as kbit/s"), HasSubstr("`trace_units`"))));
  found = read_trace_folder(folder.path(), {.rate = RateUnit::mbps, .time = {}, .interval = {}});
  EXPECT_GT(found.traces[0].mean_rate(), 100_Mbps);
  EXPECT_THAT(found.remarks, IsEmpty());
}

TEST(TraceUnits, OfMillisecondsAreKnownByTheirSteps) {
  EXPECT_THAT(periods_of("0 2441\n9500 3620\n20500 1871\n"), ElementsAre("9.5 s: 3.62", "11 s: 1.871"));
  EXPECT_THAT(periods_of("0 2\n1000 3\n2000 1\n"), ElementsAre("1 s: 3", "1 s: 1"));
  EXPECT_THAT(periods_of("0 2\n5 3\n10 1\n"), ElementsAre("5 s: 3", "5 s: 1"));
  EXPECT_THAT(periods_of("0 2\n1000 3\n", {.rate = {}, .time = TimeUnit::seconds, .interval = {}}), ElementsAre("1000 s: 3"));
}

TEST(TraceFolders, AreNotStoppedByALineAndNameAllThatIsWrong) {
  const ScratchFolder folder;
  folder.write("a.txt", "0 17\n1 18\n1 16\n2 23\n");
  folder.write("b.txt", "0 5\n1 6\n0 7\n1 8\n");
  folder.write("c.txt", "0 3\n1 4\n2 5\n");
  folder.write("d.txt", "0 3\n1 x\n");
  folder.write("e.txt", "0 3\n1 -1\n");
  folder.write("rtc.json", R"({"uplink": 5})");
  const TraceFolder found = read_trace_folder(folder.path());
  ASSERT_EQ(found.traces.size(), 3u);
  EXPECT_EQ(found.traces[0].rate_at(0s), 17_Mbps) << "the mean of 18 and 16";
  EXPECT_EQ(found.traces[1].length(), 2s);
  EXPECT_THAT(found.remarks,
              ElementsAre(AllOf(HasSubstr("2 files cannot be read and are left out"), HasSubstr("d.txt:2"), HasSubstr("e.txt:2")),
                          AllOf(HasSubstr("passed over"), HasSubstr("rtc.json: this JSON is not a trace")),
                          HasSubstr("1 lines have the time of the line before"), HasSubstr("1 lines step back in time")));
  folder.write("f.txt", "nonsense\n");
  folder.write("g.txt", "");
  EXPECT_THAT(refusal_of<TraceError>([&] { read_trace_folder(folder.path()); }),
              AllOf(HasSubstr("4 of 7 files cannot be read"), HasSubstr("d.txt:2"), HasSubstr("e.txt:2"), HasSubstr("f.txt:1"),
                    HasSubstr("g.txt: empty")));
}

}  // namespace
}  // namespace streamtwin::traces
