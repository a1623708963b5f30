// The results folder: what is written is what is read, whole or not at all, and a disk that says no is
// explained.
#include "scenarios/results/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/results/example.hpp"

namespace streamtwin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ResultsFolder : public ::testing::Test {
 protected:
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_)) names.push_back(entry.path().filename());
    return names;
  }

  const ScratchFolder scratch_;
  const fs::path& root_ = scratch_.path();
};

TEST_F(ResultsFolder, SummaryHasThePromisedShape) {
  const auto summary = nlohmann::json::parse(summary_json(example_result()));
  std::vector<std::string> keys;
  for (const auto& [key, value] : summary.items()) keys.push_back(key);
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre("scenario", "description", "policies", "scenario_digest", "version", "seed",
                                                    "simulated_seconds", "wall_seconds", "setup_seconds", "events", "digest", "partial",
                                                    "replications", "kpis", "verdicts"));
  const auto& kpi = summary["kpis"]["plays.start_delay.p99"];
  EXPECT_EQ(kpi["value"], 3.25);
  EXPECT_EQ(kpi["unit"], "s");
  EXPECT_TRUE(kpi["lower"].is_null()) << "a single run has no interval";
  EXPECT_TRUE(kpi["upper"].is_null());
  EXPECT_TRUE(summary["kpis"]["plays.nothing"]["value"].is_null());
  EXPECT_EQ(summary["verdicts"][0]["held"], true);
  EXPECT_TRUE(summary["verdicts"][1]["held"].is_null());
  EXPECT_EQ(summary["events"], 123456789012);
  EXPECT_EQ(summary["wall_seconds"], 12.5);
  EXPECT_EQ(summary["setup_seconds"], 0.75);
}

TEST_F(ResultsFolder, IsReadBackAsItWasWritten) {
  const RunResult written = example_result();
  write_results(written, root_);
  const RunResult read = read_results(root_);
  EXPECT_EQ(summary_json(read), summary_json(written));
  ASSERT_EQ(read.kpis.size(), 3u);
  EXPECT_EQ(read.kpis[0].doc, "Plays that showed a first frame");
  EXPECT_EQ(read.verdicts[0].ends, at(3720s));
  ASSERT_EQ(read.series.size(), 1u);
  EXPECT_EQ(read.series[0].times, written.series[0].times);
  EXPECT_TRUE(std::isnan(read.series[0].values[1]));
  EXPECT_EQ(read.series[0].values[2], 3);
  EXPECT_EQ(read.histograms[0].buckets, written.histograms[0].buckets);
  EXPECT_EQ(read.timeline, written.timeline);
  EXPECT_EQ(read.sites[0].served, Bytes{1e15});
  EXPECT_FALSE(read.sites[0].alive);
  EXPECT_EQ(read.tiers[0].p99, written.tiers[0].p99);
  EXPECT_TRUE(std::isnan(read.tiers[0].bound_rps));
  ASSERT_EQ(read.calls.size(), 2u);
  EXPECT_EQ(read.calls[1].callee, "plan");
  EXPECT_EQ(read.calls[1].times, 0.5);
  ASSERT_EQ(read.agents.size(), 1u);
  EXPECT_EQ(read.agents[0].group, "flex");
  EXPECT_EQ(read.agents[0].memory_given, Bytes{48e9});
  ASSERT_EQ(read.commands.size(), 1u);
  EXPECT_EQ(read.commands[0].circuit_changes, 2);
  EXPECT_EQ(read.commands[0].p99, 20ms);
  EXPECT_TRUE(std::isnan(in_seconds(read.commands[0].p99_5)));
  ASSERT_EQ(read.stations.size(), 2u);
  EXPECT_EQ(read.stations[0].region, "eu-west-1");
  EXPECT_EQ(read.stations[0].servers, 48);
  EXPECT_EQ(read.stations[0].mean_cost, Duration{2ms});
  EXPECT_EQ(read.stations[0].bound_plays, 24742.3);
  EXPECT_TRUE(std::isnan(read.stations[1].bound_plays));
  ASSERT_EQ(read.steering_manifest_log.size(), 1u);
  EXPECT_EQ(read.steering_manifest_log[0].appliances, "c001.fra001.ix c002.fra001.ix");
  EXPECT_EQ(read.steering_manifest_log[0].title, 7u);
  ASSERT_EQ(read.server_log.size(), 1u);
  EXPECT_EQ(read.server_log[0].miss, "health_miss");
  EXPECT_EQ(read.server_log[0].bytes, Bytes{2e6});
  EXPECT_EQ(read.description, written.description);
  EXPECT_EQ(read.clock_starts, written.clock_starts);
  EXPECT_EQ(read.audit[0].tally, written.audit[0].tally);
  EXPECT_EQ(read.audit_errors, written.audit_errors);
  EXPECT_EQ(read.slowest_request, 41u);
  EXPECT_EQ(read.warm_up, 120s);
}

TEST_F(ResultsFolder, KeepsWhyAVerdictIsToBreak) {
  RunResult result = example_result();
  result.verdicts[0].held = false;
  result.verdicts[0].breaks_because = "the cache is cold";
  write_results(result, root_);
  for (const RunResult& read : {read_summary(root_), read_results(root_)}) {
    EXPECT_EQ(read.verdicts[0].breaks_because, "the cache is cold");
    EXPECT_TRUE(read.verdicts[0].as_expected());
    EXPECT_FALSE(read.verdicts[1].as_expected()) << "the run could not tell";
  }
}

TEST_F(ResultsFolder, HoldsTheTraceOfARequestThatWasAskedFor) {
  RunResult result = example_result();
  write_results(result, root_);
  EXPECT_FALSE(fs::exists(root_ / "trace.otel.json"));
  fs::remove(root_ / "run.sqlite");
  result.traced_request = 41;
  result.spans = {{0, "play", "client", at(1s), at(2s), SpanStatus::ok, {}}};
  write_results(result, root_);
  EXPECT_THAT(read_file(root_ / "trace.otel.json"), HasSubstr("resourceSpans"));
  EXPECT_THAT(read_file(root_ / "trace.perfetto.json"), HasSubstr("traceEvents"));
  EXPECT_THAT(read_file(root_ / "trace.txt"), HasSubstr("play @ client"));
}

TEST_F(ResultsFolder, AppearsOnlyWhenItIsWhole) {
  {
    NewFolder folder(root_ / "deep" / "run");
    write_results(example_result(), folder.path());
    EXPECT_FALSE(fs::exists(root_ / "deep" / "run"));
    folder.commit();
  }
  EXPECT_TRUE(fs::exists(root_ / "deep" / "run" / "summary.json"));
  { NewFolder abandoned(root_ / "deep" / "other"); }
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "deep"), {}), 1);
  { NewFolder abandoned(root_ / "new" / "and" / "deep"); }
  EXPECT_FALSE(fs::exists(root_ / "new")) << "folders made on the way are taken away again";
}

TEST_F(ResultsFolder, ReplacesOlderResultsAndNothingElse) {
  for (int seed : {1, 2}) {
    NewFolder folder(root_ / "run/");
    write_results(example_result(seed), folder.path());
    folder.commit();
  }
  EXPECT_EQ(read_results(root_ / "run").seed, 2u);
  EXPECT_THAT(entries(), ::testing::ElementsAre("run"));

  fs::create_directory(root_ / "thesis");
  write_file(root_ / "thesis" / "chapter1.tex", "precious");
  EXPECT_THAT(refusal_of<ResultsError>([&] { NewFolder folder(root_ / "thesis"); }),
              AllOf(HasSubstr("thesis: holds something else"), HasSubstr("--out")));
  EXPECT_EQ(read_file(root_ / "thesis" / "chapter1.tex"), "precious");
}

/// Writes results to a folder, with a file of a run of several loads and seeds.
void write_into(const fs::path& target, int seed, const std::string& inner, EarlierResults earlier = EarlierResults::replaced) {
  NewFolder folder(target, earlier);
  write_results(example_result(seed), folder.path());
  fs::create_directories((folder.path() / inner).parent_path());
  write_file(folder.path() / inner, "inner");
  folder.commit();
}

TEST_F(ResultsFolder, WhatARunDidNotWriteStaysWhereItIs) {
  write_into(root_ / "run", 1, "scale-1.5/replications/seed-8/summary.json");
  const std::vector<std::string> users{"notes.md", ".git/HEAD", "replications/why.txt", "scale-1.5/replications/seed-8/plot.png",
                                       "scale-thesis/summary.json"};
  for (const std::string& file : users) scratch_.write("run/" + file, "precious");
  write_into(root_ / "run", 2, "replications/seed-9/run.sqlite");
  EXPECT_EQ(read_results(root_ / "run").seed, 2u);
  for (const std::string& file : users) EXPECT_EQ(read_file(root_ / "run" / file), "precious") << file;
  EXPECT_FALSE(fs::exists(root_ / "run/scale-1.5/replications/seed-8/summary.json"));
  EXPECT_TRUE(fs::exists(root_ / "run/replications/seed-9/run.sqlite"));
  EXPECT_THAT(entries(), ::testing::ElementsAre("run"));
  write_into(root_ / "plain", 1, "scale-1.5/summary.json");
  write_into(root_ / "plain", 2, "trace.txt");
  EXPECT_FALSE(fs::exists(root_ / "plain" / "scale-1.5")) << "a folder that only the earlier run had";
}

TEST_F(ResultsFolder, ASummaryOfSomebodyElsesMakesNoResultsFolder) {
  scratch_.write("web/summary.json", R"({"pages": 12})");
  scratch_.write("web/run.sqlite", "mine");
  EXPECT_THAT(refusal_of<ResultsError>([&] { NewFolder folder(root_ / "web"); }), HasSubstr("holds something else"));
  EXPECT_EQ(read_file(root_ / "web" / "run.sqlite"), "mine");
}

TEST_F(ResultsFolder, ASymlinkStaysOneAndTheFolderKeepsItsPlace) {
  fs::create_directory(root_ / "disk");
  fs::create_directory_symlink("disk", root_ / "latest");
  struct stat before {
  }, after{};
  stat((root_ / "disk").c_str(), &before);
  for (int seed : {1, 2}) write_into(root_ / "latest", seed, "trace.txt");
  stat((root_ / "disk").c_str(), &after);
  EXPECT_TRUE(fs::is_symlink(root_ / "latest"));
  EXPECT_EQ(before.st_ino, after.st_ino) << "it may be somebody's working directory";
  EXPECT_EQ(read_results(root_ / "disk").seed, 2u);
  fs::create_directory_symlink("not-yet", root_ / "dangling");
  write_into(root_ / "dangling", 3, "trace.txt");
  EXPECT_TRUE(fs::is_symlink(root_ / "dangling"));
  EXPECT_EQ(read_results(root_ / "not-yet").seed, 3u);
}

TEST_F(ResultsFolder, AFileInTheWayIsNamedAndTheOldResultsStay) {
  write_into(root_ / "run", 1, "trace.txt");
  fs::remove(root_ / "run" / "trace.txt");
  scratch_.write("run/trace.txt/thesis.tex", "precious");
  EXPECT_THAT(refusal_of<ResultsError>([&] { write_into(root_ / "run", 2, "trace.txt"); }), HasSubstr("trace.txt"));
  EXPECT_EQ(read_results(root_ / "run").seed, 1u);
  EXPECT_EQ(read_file(root_ / "run/trace.txt/thesis.tex"), "precious");
}

TEST_F(ResultsFolder, EarlierResultsAreReplacedOnlyWhenTheyMayBe) {
  write_into(root_ / "run", 1, "trace.txt");
  EXPECT_THAT(refusal_of<ResultsError>([&] { write_into(root_ / "run", 2, "trace.txt", EarlierResults::refused); }), HasSubstr("--force"));
  EXPECT_EQ(read_results(root_ / "run").seed, 1u);
  fs::create_directory(root_ / "empty");
  write_into(root_ / "empty", 2, "trace.txt", EarlierResults::refused);
  EXPECT_EQ(read_results(root_ / "empty").seed, 2u);
}

TEST_F(ResultsFolder, WhatKilledRunsHaveLeftIsRemovedAndWhatLivingOnesWriteIsNot) {
  scratch_.write(".run.streamtwin-aB3dE6/summary.json", "half");
  scratch_.write(".other.streamtwin-aB3dE6/summary.json", "of another");
  scratch_.write(".run.streamtwin-notes/todo.txt", "precious");
  NewFolder alive(root_ / "run");
  EXPECT_FALSE(fs::exists(root_ / ".run.streamtwin-aB3dE6"));
  EXPECT_TRUE(fs::exists(root_ / ".other.streamtwin-aB3dE6"));
  EXPECT_TRUE(fs::exists(root_ / ".run.streamtwin-notes"));
  write_into(root_ / "run", 1, "trace.txt");
  EXPECT_TRUE(fs::exists(alive.path()));
  scratch_.write("run/.run.streamtwin-aB3dE6/summary.json", "half");
  write_into(root_ / "run", 2, "trace.txt");
  EXPECT_FALSE(fs::exists(root_ / "run/.run.streamtwin-aB3dE6"));
}

TEST_F(ResultsFolder, ExplainsAPlaceThatCannotBeWritten) {
  write_file(root_ / "file", "");
  EXPECT_THAT(refusal_of<ResultsError>([&] { NewFolder folder(root_ / "file" / "run"); }),
              AllOf(HasSubstr((root_ / "file").string()), HasSubstr("Not a directory"), HasSubstr("--out")));
  EXPECT_THAT(refusal_of<ResultsError>([&] { NewFolder folder(root_ / "file"); }), HasSubstr("is a file"));
  EXPECT_THAT(refusal_of<ResultsError>([&] { NewFolder folder("/proc/streamtwin"); }),
              AllOf(HasSubstr("/proc/streamtwin"), HasSubstr("--out")));
}

TEST_F(ResultsFolder, ExplainsADeviceWithoutSpace) {
  EXPECT_THAT(refusal_of<ResultsError>([&] { write_file("/dev/full", "text"); }),
              AllOf(HasSubstr("/dev/full"), HasSubstr("No space left on device"), HasSubstr("free some space")));
}

TEST_F(ResultsFolder, ADiskThatFillsUpIsExplainedAndLeavesNothing) {
  RunResult large = example_result();
  for (int i = 0; i < 20000; ++i) large.timeline.push_back({at(seconds(i)), "event", "target", "a text"});
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 200000;
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = refusal_of<ResultsError>([&] {
    NewFolder folder(root_ / "run");
    write_results(large, folder.path());
    folder.commit();
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_THAT(message, AllOf(HasSubstr("run.sqlite"), HasSubstr("free some space"), HasSubstr("--out")));
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(ResultsFolder, SaysSoWhenAFolderHoldsNoResults) {
  EXPECT_THAT(refusal_of<ResultsError>([&] { read_results(root_); }), AllOf(HasSubstr("summary.json"), HasSubstr("cannot be read")));
  write_file(root_ / "summary.json", "{\"scenario\": 3}");
  EXPECT_THAT(refusal_of<ResultsError>([&] { read_results(root_); }), HasSubstr("is not a summary"));
  write_file(root_ / "summary.json", "{");
  EXPECT_THAT(refusal_of<ResultsError>([&] { read_results(root_); }), HasSubstr("is not a summary"));
  write_file(root_ / "summary.json", summary_json(example_result()));
  write_file(root_ / "run.sqlite", "this is no database, however long it may be");
  EXPECT_THAT(refusal_of<ResultsError>([&] { read_results(root_); }), HasSubstr("run.sqlite"));
}

TEST_F(ResultsFolder, WritesTextThatIsNotUtf8WithoutFailing) {
  RunResult result = example_result();
  result.scenario = "caf\xe9";
  EXPECT_THAT(summary_json(result), HasSubstr("caf\xef\xbf\xbd"));
}

}  // namespace
}  // namespace streamtwin
