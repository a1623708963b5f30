// The files that a scenario names are read when it is checked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/composition/text/files_text.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Files : public testing::Test {
 protected:
  /// `{file}` stands for a file of this text.
  language::Loaded<Scenario> checked(std::string how, const std::string& text) const {
    const std::string file = folder_.write("load.csv", text).string();
    how.replace(how.find("{file}"), 6, file);
    return language::parse<Scenario>(language::Document::from_text(
        "streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0}]\nservices: {front: {}}\n"
        "clock: {lasts: 1 min, warm_up: 0 s}\nload:\n  shop: {target: front, " +
            how + "}\n",
        "mesh.yaml"));
  }
  std::vector<std::string> warnings(const std::string& how, const std::string& text) const {
    const auto loaded = checked(how, text);
    EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
    std::vector<std::string> said;
    for (const language::Diagnostic& warning : loaded.warnings) said.push_back(to_string(warning));
    return said;
  }
  std::string errors(const std::string& how, const std::string& text) const { return language::print(checked(how, text).diagnostics); }

 private:
  const ScratchFolder folder_;
};

TEST_F(Files, OfArrivalsOutsideTheRunAreWarnedOf) {
  EXPECT_THAT(warnings("arrival_times: {file}", "1700000000.0\n1700000000.5\n1700000002\n"),
              ElementsAre(AllOf(HasSubstr("mesh.yaml:7:"), HasSubstr("load.shop.arrival_times"), HasSubstr("none of the 3 arrivals"),
                                HasSubstr("which lasts 60 s"), HasSubstr("from 1700000000 s to 1700000002 s"),
                                HasSubstr("these look like seconds since 1970: `file_times: {unit: seconds, counts_from: first}`"))));
  EXPECT_THAT(warnings("arrival_times: {file}", "1700000000000\n1700000001000\n"), ElementsAre(HasSubstr("like milliseconds since 1970")));
  EXPECT_THAT(warnings("arrival_times: {file}", "0\n100\n2500\n40000\n"),
              ElementsAre(AllOf(HasSubstr("3 of the 4 arrivals"), HasSubstr("come after the run"),
                                HasSubstr("if these are milliseconds, say so: `file_times: {unit: milliseconds}`"))));
  EXPECT_THAT(warnings("bursts: {file: {file}}", "1700000000,5\n"), ElementsAre(HasSubstr("none of the 1 bursts")));
  EXPECT_THAT(warnings("course_from: {file: {file}}", "1700000000,5\n1700000060,5\n"), ElementsAre(HasSubstr("none of the 2 points")));
  EXPECT_THAT(warnings("arrival_times: {file}, file_times: {counts_from: first}", "1700000000.0\n1700000002\n"), IsEmpty());
  EXPECT_THAT(warnings("arrival_times: {file}, file_times: {unit: milliseconds}", "0\n100\n2500\n40000\n"), IsEmpty());
  EXPECT_THAT(warnings("arrival_times: {file}", "2026-11-29T10:00:00Z\n2026-11-29T10:00:30Z\n"), IsEmpty());
}

TEST_F(Files, ThatARunWouldRefuseAreRefusedBeforeIt) {
  EXPECT_THAT(errors("arrival_times: {file}", "1\n3\n2\n"),
              AllOf(HasSubstr("mesh.yaml:7:"), HasSubstr("load.shop.arrival_times"), HasSubstr("load.csv:3: 2 s comes after 3 s")));
  EXPECT_THAT(errors("bursts: {file: {file}}", "1,2\n2,x\n"), AllOf(HasSubstr("load.shop.bursts.file"), HasSubstr("load.csv:2: expected")));
  EXPECT_THAT(errors("bursts: {file: {file}, repeat: true}", "0,2\n"), HasSubstr("time would stand still"));
  EXPECT_THAT(errors("course_from: {file: {file}}", "0,2\n"), AllOf(HasSubstr("load.shop.course_from.file"), HasSubstr("a single line")));
  EXPECT_THAT(errors("course_from: {}, arrival_times: {file}", "0\n"), HasSubstr("a course from a file needs the file"));
  EXPECT_EQ(errors("bursts: {file: {file}}", "time,count\n0,5\n1,5\n"), "");
}

class TraceFiles : public testing::Test {
 protected:
  language::Loaded<Scenario> checked(const std::string& how = "") const {
    return language::parse<Scenario>(
        language::Document::from_text("streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0}]\nservices:\n"
                                      "  zuul: {gateway: {origins: [{service: front}]}}\n  front: {role: playback_apps}\n" +
                                          std::string(how.find("open_connect") == std::string::npos ? "open_connect: {}\n" : "") +

                                          "members: {country: Germany, access: {traces: " + folder_.path().string() + how + "}}\n",
                                      "mesh.yaml"));
  }
  std::vector<std::string> warnings(const std::string& how = "") const {
    const auto loaded = checked(how);
    std::vector<std::string> said;
    for (const language::Diagnostic& warning : loaded.warnings) {
      if (warning.path == "members.access.traces") said.push_back(to_string(warning));
    }
    return said;
  }

  const ScratchFolder folder_;
};

TEST_F(TraceFiles, ThatAreNoAccessLinesAreWarnedOf) {
  folder_.write("a.txt", "0 2441\n9.5 3620\n");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("as kbit/s")));
  EXPECT_THAT(warnings(", trace_units: {rate: mbps}"),
              ElementsAre(AllOf(HasSubstr("1 of 1 traces"), HasSubstr("a.txt has with 3620 Mbit/s"), HasSubstr("`trace_units`"))));
  EXPECT_THAT(warnings(", trace_units: {rate: kbps}"), IsEmpty());
  EXPECT_THAT(warnings(", trace_units: {rate: bps}"), ElementsAre(HasSubstr("a.txt has with 0.00362 Mbit/s")));
}

TEST_F(TraceFiles, AreDescribedByNumberLengthAndRates) {
  folder_.write("a.txt", "0 2\n10 3\n20 1\n");
  folder_.write("b.txt", "0 2\n5 8\n");
  folder_.write("LICENSE", "free");
  const auto loaded = checked();
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  EXPECT_THAT(files_text(loaded.value),
              ElementsAre(HasSubstr("2 traces, 5 to 20, median 20 s long, means 2 to 8, median 8 Mbit/s, extremes 1 and 8 Mbit/s"),
                          HasSubstr("passed over: LICENSE")));
}

TEST_F(TraceFiles, OfTheCatalogueAreReadBeforeTheRun) {
  folder_.write("a.txt", "0 2\n10 3\n");
  const auto errors = [&](const std::string& how) { return language::print(checked(how).diagnostics); };
  EXPECT_THAT(errors("}, ladder: [3 Mbps, 1 Mbps], abr: {"), HasSubstr("members.ladder: the bitrates of a ladder rise"));
  const ScratchFolder others;
  const auto write = [&](const char* text) { return others.write("file", text).string(); };
  EXPECT_THAT(errors("}, movie: " + write("300,900\n1,x\n") + ", abr: {"),
              AllOf(HasSubstr("members.movie"), HasSubstr("file:2: expected a size")));
  EXPECT_THAT(
      errors("}, movie: " + write(R"({"segment_duration_ms": 3000, "bitrates_kbps": [230], "segment_sizes_bits": [[800]]})") + ", abr: {"),
      HasSubstr("its chunks last 3 s, and `members.chunk` says 4 s; say `chunk: 3 s`"));
  EXPECT_THAT(errors("}}\nopen_connect: {title_popularity: " + write("title,views\nA,1\n") + ", topology: {foreign_exchanges: 2"),
              AllOf(HasSubstr("open_connect.title_popularity"), HasSubstr("holds 1 titles, and `titles` says 6000")));
  EXPECT_THAT(errors("}}\nopen_connect: {topology: {sites: " + write("a,b\n1,2\n")),
              AllOf(HasSubstr("open_connect.topology.sites"), HasSubstr("file:1: no column `kind`")));
}

TEST_F(TraceFiles, OfManifestsAreLaddersWithWhatIsAssumed) {
  folder_.write("a.txt", "0 2\n10 3\n");
  const ScratchFolder others;
  const std::string movie = others
                                .write("movie.m3u8",
                                       "#EXTM3U\n#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=500000,BANDWIDTH=9\na.m3u8\n"
                                       "#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=2500000,BANDWIDTH=9\nb.m3u8\n")
                                .string();
  const auto loaded = checked("}, movie: " + movie + ", abr: {");
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  EXPECT_THAT(language::print(loaded.warnings), AllOf(HasSubstr("members.movie"), HasSubstr("movie.m3u8: no sizes of its chunks")));
  EXPECT_THAT(files_text(loaded.value), testing::Contains(HasSubstr("movie.m3u8: HLS, 2 levels from 0.5 to 2.5 Mbit/s, chunks of 4 s")));
}

TEST_F(Files, OfMetricsAreDescribedWithWhatIsGuessed) {
  const std::string text =
      R"({"data": {"resultType": "matrix", "result": [{"metric": {"__name__": "a_total"}, "values": [[1700000000, "0"], [1700000030, "60"]]}]}})";
  EXPECT_THAT(warnings("course_from: {file: {file}}", text),
              ElementsAre(AllOf(HasSubstr("load.shop.course_from"), HasSubstr("taken as totals"))));
  EXPECT_THAT(files_text(checked("course_from: {file: {file}}", text).value),
              ElementsAre(HasSubstr("60 requests from 0 s to 30 s after the warm-up, 2/s in the mean"), HasSubstr("taken as totals")));
  EXPECT_THAT(warnings("course_from: {file: {file}, values: totals}", text), IsEmpty());
}

}  // namespace
}  // namespace streamtwin
