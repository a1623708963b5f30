// Files of arrivals as others write them: times, dates, access logs, counts and rates.
#include "models/clients/workload/arrival_files.hpp"
#include "models/clients/workload/course_files.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "models/clients/workload/access_log.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::workload {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> times_of(std::string_view text, const FileTimes& said = {}) {
  std::vector<double> times;
  for (const Duration time : parse_arrival_times("times.csv", text, said)) times.push_back(in_seconds(time));
  return times;
}

std::string refused_times(std::string_view text, const FileTimes& said = {}) {
  return refusal_of<std::invalid_argument>([&] { parse_arrival_times("times.csv", text, said); });
}

std::vector<std::string> course(const std::string& text, CourseFile spec = {}) {
  std::vector<std::string> points;
  for (const RatePoint& point : parse_course("counts.csv", text, spec))
    points.push_back(fmt::format("{} s: {}", in_seconds(point.at), point.rate.value()));
  return points;
}

const FileTimes from_first{.unit = {}, .from = TimeZero::first};

TEST(ArrivalFiles, OfSpreadsheetsLoseNothing) {
  EXPECT_THAT(times_of("\xef\xbb\xbf"
                       "0.0\n0.5\n1.0\n"),
              ElementsAre(0, 0.5, 1));
  EXPECT_THAT(times_of("id;time\r\n7;0,25\r\n8;0,75\r\n"), ElementsAre(0.25, 0.75));
  EXPECT_THAT(times_of("time\n0,25\n1,5\n"), ElementsAre(0.25, 1.5));
  EXPECT_THAT(times_of("0.25\tx\n0.75\ty\n"), ElementsAre(0.25, 0.75));
  EXPECT_THAT(refused_times("0,25\n0,75\n1,5\n"), HasSubstr("times.csv:1: `0,25` is a decimal comma or two columns"));
}

TEST(ArrivalFiles, MayCountInOtherUnitsAndFromTheirFirstLine) {
  EXPECT_THAT(times_of("250\n1500\n", {.unit = TimeUnit::milliseconds, .from = {}}), ElementsAre(0.25, 1.5));
  EXPECT_THAT(times_of("sched_us,x\n1500000,1\n"), ElementsAre(1.5));
  EXPECT_THAT(times_of("Time [min],x\n0.5,1\n"), ElementsAre(30));
  EXPECT_THAT(times_of("1700000000.5\n1700000002\n", from_first), ElementsAre(0, 1.5));
  EXPECT_THAT(times_of("1700000000500\n1700000002000\n", {.unit = TimeUnit::milliseconds, .from = TimeZero::first}), ElementsAre(0, 1.5));
  EXPECT_THAT(times_of("1700000000\n"), ElementsAre(1.7e9)) << "what nobody has said is not guessed";
}

TEST(ArrivalFiles, MayHoldDates) {
  EXPECT_THAT(times_of("2026-11-29T10:00:00Z\n2026-11-29T10:00:01.500Z\n"), ElementsAre(0, testing::DoubleNear(1.5, 1e-6)));
  EXPECT_THAT(times_of("date,time,path\n2026-11-29,10:00:00,/a\n2026-11-29,10:01:00,/b\n"), ElementsAre(0, 60));
  EXPECT_THAT(refused_times("2026-11-29 10:00:00\n12\n"), HasSubstr("times.csv:2: expected a date as in the lines before, found `12`"));
  EXPECT_THAT(refused_times("2026-11-29 10:00:00\n", {.unit = {}, .from = TimeZero::end_of_warm_up}), HasSubstr("`from: first`"));
}

TEST(ArrivalFiles, OfInvocationsThatNameTheirEndsAreSortedByTheirBegins) {
  EXPECT_THAT(times_of("app,func,end_timestamp,duration\na,f,10.0,8.0\na,g,5.0,0.5\n"), ElementsAre(2, 4.5));
}

TEST(AccessLog, OfTheCommonFormatSpreadsItsSeconds) {
  const std::string log = R"(192.0.2.7 - - [29/Nov/2026:10:00:05 +0000] "GET /a HTTP/1.1" 200 512
192.0.2.8 - bob [29/Nov/2026:10:00:00 +0000] "GET /a \" b HTTP/1.1" 200 - "-" "curl/8"
192.0.2.9 - - [29/Nov/2026:11:00:05 +0100] "POST /b HTTP/1.1" 500 0
)";
  const std::vector<double> times = times_of(log);
  ASSERT_EQ(times.size(), 3u);
  EXPECT_EQ(times[0], 0);
  EXPECT_GT(times[1], 4);
  EXPECT_LT(times[2], 6);
  EXPECT_NE(times[1], times[2]) << "they share a second, not an instant";
  EXPECT_EQ(times, times_of(log));
  EXPECT_THAT(refused_times(log + "garbage\nmore\n"),
              HasSubstr("times.csv: 2 of 5 lines of this access log hold no time of arrival: line 4, 5"));
}

TEST(AccessLog, OfBalancersCountsFromTheRequestAndNotFromTheAnswer) {
  const std::string end = R"( 200 200 0 512 "GET http://a/ HTTP/1.1" "-" - -)";
  EXPECT_THAT(times_of("2026-11-29T10:00:01.0Z lb 192.0.2.7:4000 10.0.0.1:80 0.0 0.75 0.25" + end +
                       "\n2026-11-29T10:00:00.5Z lb 192.0.2.7:4001 - -1 -1 -1" + end + "\n"),
              ElementsAre(0, testing::DoubleNear(0.5, 1e-6)));
  const auto line = [](const std::string& answered, const std::string& created) {
    return "h2 " + answered + R"( app/x 192.0.2.7:4000 10.0.0.1:80 0.0 0.1 0.0 200 200 1 2 "GET /" "curl" - - arn "r" "d" "c" 0 )" +
           created + R"( "forward" "-" "-")" + "\n";
  };
  EXPECT_THAT(times_of(line("2026-11-29T10:00:09Z", "2026-11-29T10:00:02.25Z") + line("2026-11-29T10:00:03Z", "2026-11-29T10:00:01Z")),
              ElementsAre(0, testing::DoubleNear(1.25, 1e-6)));
}

TEST(AccessLog, OfNamedFieldsIsReadByTheirNames) {
  EXPECT_THAT(times_of("#Version: 1.0\n#Fields: time date x-edge-location time-taken\n"
                       "10:00:02\t2026-11-29\tDFW3\t1.5\n10:00:02\t2026-11-29\tDFW3\t0.25\n"),
              ElementsAre(0, testing::DoubleNear(1.25, 1e-6)));
}

TEST(Course, SpreadsCountsOverTheirIntervals) {
  EXPECT_THAT(course("0,120\n60,60\n120,0\n180,30\n"), ElementsAre("0 s: 2", "60 s: 1", "120 s: 0", "180 s: 0.5", "240 s: 0"));
  EXPECT_THAT(course("minute,count\n0,120\n1,60\n"), ElementsAre("0 s: 2", "60 s: 1", "120 s: 0"));
  EXPECT_THAT(course("event_time,event_count\n1998-06-01 00:00:00,1200\n1998-06-01 00:01:00,600\n"),
              ElementsAre("0 s: 20", "60 s: 10", "120 s: 0"));
}

TEST(Course, HasNobodyWhereLinesAreMissing) {
  EXPECT_THAT(course("0,60\n60,60\n240,60\n300,60\n"), ElementsAre("0 s: 1", "60 s: 1", "120 s: 0", "240 s: 1", "300 s: 1", "360 s: 0"));
  CourseFile said;
  said.interval = 10s;
  EXPECT_THAT(course("0,60\n", said), ElementsAre("0 s: 6", "10 s: 0"));
  EXPECT_THAT(refusal_of<std::invalid_argument>([] { course("0,60\n"); }), HasSubstr("say how long its `interval` is"));
  EXPECT_THAT(refusal_of<std::invalid_argument>([] { course("0,60\n0,50\n"); }), HasSubstr("the time 0 s stands there twice"));
}

TEST(Course, MayBeOfRates) {
  CourseFile rates;
  rates.values = CourseValues::rates;
  EXPECT_THAT(course("0.5,120.0;\n1.5,95.0;\n", rates), ElementsAre("0.5 s: 120", "1.5 s: 95", "2.5 s: 0"));
  rates.per = 60s;
  EXPECT_THAT(course("time;rate;note\n0;120;x\n10;60;y\n", rates), ElementsAre("0 s: 2", "10 s: 1", "20 s: 0"));
}

std::vector<std::string> remarks_on(const std::string& text, const CourseFile& spec = {}) {
  std::vector<std::string> remarks;
  parse_course("metrics", text, spec, {}, &remarks);
  return remarks;
}

std::string refused_course(const std::string& text, const CourseFile& spec = {}) {
  return refusal_of<std::invalid_argument>([&] { parse_course("metrics", text, spec); });
}

TEST(Course, OfAColumnCalledRpsIsOfRatesAndOfTotalsTheirDifferences) {
  EXPECT_THAT(course("time,rps\n0,120\n60,60\n"), ElementsAre("0 s: 120", "60 s: 60", "120 s: 0"));
  CourseFile totals;
  totals.values = CourseValues::totals;
  EXPECT_THAT(course("0,1000\n10,1050\n20,30\n50,60\n", totals), ElementsAre("0 s: 5", "10 s: 3", "20 s: 1", "50 s: 0"))
      << "what falls began again at 0, and a gap says nothing";
}

TEST(Course, OfPrometheusSumsItsSeriesAndHeedsResets) {
  const std::string total = R"({"status": "success", "data": {"resultType": "matrix", "result": [
    {"metric": {"__name__": "http_requests_total", "code": "200"}, "values": [[1764410400, "100"], [1764410410, "150"], [1764410420, "NaN"], [1764410430, "20"]]},
    {"metric": {"__name__": "http_requests_total", "code": "500"}, "values": [[1764410410, "0"], [1764410430, "40"]]}]}})";
  EXPECT_THAT(course(total), ElementsAre("0 s: 5", "10 s: 3", "30 s: 0"));
  EXPECT_THAT(remarks_on(total),
              ElementsAre(HasSubstr("1 samples are no finite numbers"), HasSubstr("taken as totals"), "the sum of 2 series"));
  const std::string rate =
      R"({"data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[10.5, "4"], [20.5, "6"], [50.5, "2"]]}]}})";
  EXPECT_THAT(course(rate), ElementsAre("0 s: 4", "10 s: 6", "40 s: 2", "70 s: 0")) << "a gap is not silence";
}

TEST(Course, OfPrometheusRefusesWhatIsNoCourse) {
  EXPECT_THAT(refused_course(R"({"status": "error", "error": "parse error"})"), HasSubstr("an answer that is an error: parse error"));
  EXPECT_THAT(refused_course(R"({"data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "2"]}]}})"),
              HasSubstr("a `vector`, which has one value"));
  EXPECT_THAT(refused_course(R"({"data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[1]]}]}})"),
              HasSubstr("series 1: value 1 is no pair"));
  EXPECT_THAT(
      refused_course(
          R"([{"metric": {"__name__": "a"}, "values": [[1, "2"], [2, "2"]]}, {"metric": {"__name__": "b"}, "values": [[1, "2"]]}])"),
      HasSubstr("holds 2 metrics (a, b)"));
  EXPECT_THAT(refused_course(R"({"data": {"resultType": "matrix", "result": []}})"), HasSubstr("no series with a value"));
  EXPECT_THAT(refused_times(R"({"data": {"resultType": "matrix"}})"), HasSubstr("`course_from` reads them"));
  EXPECT_THAT(refused_times(R"({"time": "5", "type": 0, "collection_id": "7"})"), HasSubstr("JSON, which is not read as requests"));
}

TEST(Course, OfOpenMetricsIsInSecondsAndOfOlderTextInMilliseconds) {
  const auto text = [&](const char* first, const char* second, const char* end) {
    return fmt::format(
        "# TYPE shop_requests counter\nshop_requests_total{{path=\"/a b}}\"}} 10 {}\n"
        "shop_requests_total{{path=\"/a b}}\"}} 30 {}\nlatency_bucket{{le=\"1\"}} 3 {}\n{}",
        first, second, first, end);
  };
  EXPECT_THAT(course(text("100.5", "110.5", "# EOF\n")), ElementsAre("0 s: 2", "10 s: 0"));
  EXPECT_THAT(course(text("100500", "110500", "")), ElementsAre("0 s: 2", "10 s: 0"));
  EXPECT_THAT(remarks_on(text("1", "2", "# EOF")), testing::Contains(HasSubstr("1 samples of buckets")));
  EXPECT_THAT(refused_course("# TYPE a counter\na_total 5\n"), HasSubstr("metrics:2: a sample without a time"));
  EXPECT_THAT(refused_course("# TYPE a counter\na_total{b=\"c} 5\n"), HasSubstr("metrics:2: labels that do not close"));
}

TEST(Course, OfAzureFunctionsSumsTheMinutesOfTheDay) {
  const std::string minutes = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\r\no,a,f,http,0,60,30\r\no,a,g,timer,120,0,0\r\n";
  EXPECT_THAT(course(minutes), ElementsAre("0 s: 2", "60 s: 1", "120 s: 0.5", "180 s: 0"));
  EXPECT_THAT(course(minutes + "\n#o,a,f\n,,,\n"), course(minutes)) << "lines that say nothing";
  EXPECT_THAT(refused_course(minutes + "o,a,h,http,1,x,0\n"), HasSubstr("metrics:4: expected the invocations of minute 2, found `x`"));
  EXPECT_THAT(refused_course("HashOwner,HashApp,HashFunction,Average,Count\no,a,f,3,5\n"), HasSubstr("how long functions of Azure take"));
  EXPECT_THAT(refused_times(minutes), HasSubstr("`course_from` reads them"));
}

TEST(Course, OfTimesThatAreAllBeforeTheRunIsRefused) {
  CourseFile spec;
  spec.interval = 10s;
  EXPECT_THAT(refused_course("-20,5\n-10,5\n", spec), HasSubstr("all its times are before the run"));
}

TEST(Course, OfPageviewsIsTheHour) { EXPECT_THAT(course("en Main_Page 3000 0\nen.m A_title 600 0\n"), ElementsAre("0 s: 1", "3600 s: 0")); }

std::string worldcup_record(std::uint32_t time) {
  std::string record(20, '\0');
  for (std::size_t i = 0; i < 4; ++i) record[i] = static_cast<char>(time >> (24 - 8 * i) & 0xff);
  record[6] = 'c';
  return record;
}

TEST(AccessLog, OfTheWorldCupIsBinary) {
  const std::string log = worldcup_record(898'000'000) + worldcup_record(898'000'000) + worldcup_record(898'000'007);
  const std::vector<double> times = times_of(log, from_first);
  ASSERT_EQ(times.size(), 3u);
  EXPECT_EQ(times[0], 0);
  EXPECT_LT(times[1], 1);
  EXPECT_GT(times[2], 6);
  EXPECT_THAT(refused_times(log + "abc"), HasSubstr("3 bytes behind the last whole record of 20"));
  EXPECT_THAT(refused_times(log + worldcup_record(5)), HasSubstr("record 4: a time that is not of the World Cup"));
}

TEST(ArrivalFiles, OfAClusterOfGoogleAreWhenTasksAreSubmitted) {
  const auto row = [](const char* time, int event) { return fmt::format("{},,17,0,5,{},u,2,9,0.05,0.06,0.0004,0\n", time, event); };
  EXPECT_THAT(times_of(row("0", 0) + row("602500000", 0) + row("603000000", 1) + row("601000000", 0) + row("9223372036854775807", 0)),
              ElementsAre(1, 2.5))
      << "those of 0 were there before, and the last come after the trace";
}

TEST(CountFiles, OfThreeColumnsAreReadByTheirNamesOrRefused) {
  const auto refused = [](const std::string& text) {
    return refusal_of<std::invalid_argument>([&] { timed_values(files::Table("c.csv", text), {}, 1e6); });
  };
  EXPECT_EQ(timed_values(files::Table("c.csv", "host,count,time\na,5,1\n"), {}, 1e6)[0].value, 5);
  EXPECT_THAT(refused("0,5,200\n1,6,200\n"), HasSubstr("c.csv:1: 3 columns; expected a time and a number of requests: name the columns"));
  EXPECT_THAT(refused("time,a,b\n0,5,200\n"), HasSubstr("c.csv:1: 3 columns, and none is called `count` or `rate`"));
  EXPECT_THAT(refused("0,5\n1,6,7\n"), HasSubstr("c.csv:1: 3 columns"));
  EXPECT_THAT(refused("5\n6\n"), HasSubstr("one column; expected a time and a number"));
}

TEST(ArrivalFiles, OfARealGatewayAreReadFromItsLog) {
  const char* data = std::getenv("STREAMTWIN_DATA");
  const auto folder = data ? std::filesystem::path(data) / "counterpart" : std::filesystem::path{};
  if (!data || !std::filesystem::exists(folder)) GTEST_SKIP() << "STREAMTWIN_DATA is not set: the recorded logs are not at hand";
  const ScratchFolder scratch;
  const auto unpacked = [&](const std::string& name) {
    const std::string file = (scratch / name).string();
    EXPECT_EQ(std::system(("gzip -dc '" + (folder / (name + ".gz")).string() + "' > '" + file + "'").c_str()), 0);
    return file;
  };
  const auto by_gateway = read_arrival_times(unpacked("a-20.nginx.log"), from_first);
  const auto by_generator = read_arrival_times(unpacked("a-20.requests.csv"));
  EXPECT_EQ(by_gateway.size(), by_generator.size());
  EXPECT_NEAR(in_seconds(by_gateway.back()), in_seconds(by_generator.back() - by_generator.front()), 0.1);
}

}  // namespace
}  // namespace streamtwin::workload
