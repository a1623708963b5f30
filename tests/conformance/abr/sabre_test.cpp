// Parity with Sabre, the reference simulator of the BOLA authors (UMass-LIDS/sabre @ 09b03bb): its values for
// one trace to six digits, and its aggregate rows over 86 3G and 40 4G traces to the printed digits. The
// options are -noa -b 25, and -a throughput | -ao -a bola -ab | -ao -a bola | ...; BBA-0 there was a plug-in
// from the paper.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "models/clients/abr/reference_session.hpp"
#include "models/clients/traces/readers.hpp"

namespace streamtwin::abr {
namespace {

namespace fs = std::filesystem;

class Sabre : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("STREAMTWIN_DATA");
    if (!data) GTEST_SKIP() << "STREAMTWIN_DATA is not set: the traces of Sabre are not at hand";
    folder_ = fs::path(data) / "sabre-traces";
  }
  static AbrSpec config(Rule rule) {
    AbrSpec config{.rule = rule};
    config.parameters.buffer_capacity = 25s;
    return config;
  }
  fs::path folder_;
};

std::string digits(double value, int places) { return fmt::format("{:.{}f}", value, places); }

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// The columns of the published table, printed as there.
std::string row(const std::vector<ReferenceResult>& results, Duration chunk_duration) {
  std::vector<double> rate, ratio, events, change, switches, utility, score, ramp_up;
  Duration rebuffer{0}, play_time{0};
  int stalled = 0;
  for (const ReferenceResult& r : results) {
    rate.push_back(r.played_bitrate.value() / 1e3);
    ratio.push_back(r.rebuffer_ratio());
    rebuffer += r.rebuffer;
    play_time += r.play_time;
    stalled += r.rebuffer > 1us;
    events.push_back(r.rebuffer_events);
    change.push_back(r.bitrate_change.value() / 1e3 / (r.play_time / chunk_duration));
    switches.push_back(r.switches());
    utility.push_back(r.played_utility);
    score.push_back(r.score);
    ramp_up.push_back(r.ramp_up.count());
  }
  return fmt::format("{:.0f} / {:.0f} | {:.5f} | {:.5f} | {}/{} | {:.2f} | {:.0f} | {:.1f} | {:.4f} | {:.4f} | {:.1f}", mean(rate),
                     median(rate), mean(ratio), rebuffer / play_time, stalled, results.size(), mean(events), mean(change), mean(switches),
                     mean(utility), mean(score), median(ramp_up));
}

TEST_F(Sabre, BolaBasicAgreesOnOneTraceToSixDigits) {
  const auto trace = traces::read_trace(folder_ / "3Glogs" / "report.2010-09-13_1003CEST.json");
  const Movie movie = traces::read_movie(folder_ / "bbb.json");
  const ReferenceResult result = reference_session(trace, movie, config(Rule::bola_basic));
  EXPECT_EQ(digits(result.played_bitrate.value() / 1e3, 6), "1081.519002");
  EXPECT_EQ(digits(result.play_time.count(), 6), "597.789774");
  EXPECT_EQ(result.rebuffer, Duration{0});
  EXPECT_EQ(digits(result.bitrate_change.value() / 1e3, 6), "6111.000000");
  EXPECT_EQ(digits(result.score, 6), "1.506203");
}

TEST_F(Sabre, BolaEAgreesOnOneTraceToSixDigits) {
  const auto trace = traces::read_trace(folder_ / "3Glogs" / "report.2010-09-13_1003CEST.json");
  const Movie movie = traces::read_movie(folder_ / "bbb.json");
  const ReferenceResult result = reference_session(trace, movie, config(Rule::bola_e));
  EXPECT_EQ(digits(result.played_bitrate.value() / 1e3, 6), "1142.558855");
  EXPECT_EQ(digits(result.play_time.count(), 6), "597.789774");
  EXPECT_EQ(result.rebuffer, Duration{0});
  EXPECT_EQ(digits(result.bitrate_change.value() / 1e3, 6), "4855.000000");
  EXPECT_EQ(digits(result.score, 6), "1.581289");
}

struct Row {
  const char* traces;
  const char* movie;
  Rule rule;
  const char* expected;
};

const Row rows[] = {
    {"3Glogs", "bbb.json", Rule::bola_basic, "881 / 717 | 0.08277 | 0.14248 | 62/86 | 7.74 | 52 | 30.3 | 1.0758 | 0.6619 | 21.5"},
    {"3Glogs", "bbb.json", Rule::throughput, "776 / 637 | 0.07369 | 0.13409 | 51/86 | 6.69 | 56 | 38.0 | 0.9807 | 0.6122 | 5.0"},
    {"3Glogs", "bbb.json", Rule::bba_0, "1128 / 918 | 0.09445 | 0.15568 | 76/86 | 9.12 | 220 | 79.6 | 1.2310 | 0.7588 | 16.6"},
    {"4Glogs", "bbb4k.json", Rule::bola_basic, "20326 / 20065 | 0.00178 | 0.00191 | 2/40 | 0.05 | 754 | 14.8 | 2.8065 | 2.7976 | 21.3"},
    {"4Glogs", "bbb4k.json", Rule::throughput, "16941 / 16661 | 0.00195 | 0.00206 | 2/40 | 0.05 | 1102 | 20.8 | 2.6672 | 2.6575 | 9.2"},
    {"4Glogs", "bbb4k.json", Rule::bba_0, "15037 / 15514 | 0.00193 | 0.00203 | 3/40 | 0.07 | 254 | 8.9 | 2.6391 | 2.6295 | 21.2"},
    {"3Glogs", "bbb.json", Rule::bola, "881 / 729 | 0.08601 | 0.14667 | 75/86 | 8.34 | 66 | 34.4 | 1.0811 | 0.6510 | 7.0"},
    {"3Glogs", "bbb.json", Rule::bola_pl, "895 / 744 | 0.08422 | 0.14438 | 69/86 | 8.10 | 60 | 32.6 | 1.1000 | 0.6789 | 4.5"},
    {"3Glogs", "bbb.json", Rule::bola_e, "939 / 779 | 0.08125 | 0.14106 | 64/86 | 7.62 | 44 | 24.8 | 1.1580 | 0.7518 | 4.6"},
    {"3Glogs", "bbb.json", Rule::dynamic, "890 / 745 | 0.08612 | 0.14649 | 76/86 | 8.33 | 59 | 32.9 | 1.0950 | 0.6644 | 5.0"},
    {"3Glogs", "bbb.json", Rule::dynamic_dash, "936 / 784 | 0.08106 | 0.14092 | 59/86 | 7.42 | 45 | 25.1 | 1.1580 | 0.7527 | 5.0"},
    {"4Glogs", "bbb4k.json", Rule::bola, "20708 / 20441 | 0.00196 | 0.00209 | 4/40 | 0.10 | 897 | 15.8 | 2.8510 | 2.8412 | 9.3"},
    {"4Glogs", "bbb4k.json", Rule::bola_pl, "20737 / 20606 | 0.00209 | 0.00221 | 3/40 | 0.12 | 836 | 15.1 | 2.8616 | 2.8512 | 7.9"},
    {"4Glogs", "bbb4k.json", Rule::bola_e, "20423 / 20290 | 0.00215 | 0.00228 | 2/40 | 0.07 | 760 | 12.9 | 2.8521 | 2.8413 | 9.3"},
    {"4Glogs", "bbb4k.json", Rule::dynamic, "20738 / 20576 | 0.00231 | 0.00244 | 3/40 | 0.17 | 844 | 15.3 | 2.8634 | 2.8519 | 9.3"},
    {"4Glogs", "bbb4k.json", Rule::dynamic_dash, "20410 / 20263 | 0.00215 | 0.00228 | 2/40 | 0.10 | 765 | 13.3 | 2.8519 | 2.8412 | 9.2"},
};

TEST_F(Sabre, RowsAgreeToThePrintedDigits) {
  for (const Row& expected : rows) {
    const Movie movie = traces::read_movie(folder_ / expected.movie);
    std::vector<ReferenceResult> results;
    for (const auto& trace : traces::read_trace_folder(folder_ / expected.traces).traces)
      results.push_back(reference_session(trace, movie, config(expected.rule)));
    EXPECT_EQ(row(results, movie.chunk_duration()), expected.expected) << expected.traces << ", rule " << static_cast<int>(expected.rule);
  }
}

}  // namespace
}  // namespace streamtwin::abr
