// The run verb with a twin that only counts: exit statuses, the results folder, interruption.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "scenarios/cli/commands.hpp"
#include "scenarios/results/store.hpp"
#include "scenarios/runner/jobs.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/runner/fake_twin.hpp"

namespace streamtwin::cli {
namespace {

namespace fs = std::filesystem;

class RunVerb : public ::testing::Test {
 protected:
  RunVerb() {
    arguments_.scenario = "fake.yaml";
    arguments_.out = root_ / "out";
    arguments_.quiet = true;
    arguments_.report = false;
  }

  static RunnableScenario fake(const std::string&, const std::vector<std::string>&) {
    return {"fake", 60s, [](const RunPlan& plan) { return std::make_unique<FakeTwin>(plan); }};
  }

  const ScratchFolder scratch_;
  const fs::path& root_ = scratch_.path();
  RunArguments arguments_;
};

TEST_F(RunVerb, EndsWithZeroWhenEverythingHeld) {
  EXPECT_EQ(run(arguments_, fake), 0);
  EXPECT_FALSE(read_results(root_ / "out").partial);
}

TEST_F(RunVerb, EndsWithOneWhenAnObjectiveBroke) {
  arguments_.loads = {1.5};
  EXPECT_EQ(run(arguments_, fake), 1);
  EXPECT_TRUE(fs::exists(root_ / "out" / "summary.json"));
}

TEST_F(RunVerb, LooksForHeadroomWithoutCallingItAFailure) {
  arguments_.loads = {1, 1.5};
  EXPECT_EQ(run(arguments_, fake), 0);
  EXPECT_TRUE(fs::exists(root_ / "out" / "headroom.json"));
}

TEST_F(RunVerb, AddsReplicationsUntilTheHalfWidthIsReached) {
  const auto known = [](const std::string& name, const std::vector<std::string>& sets) {
    RunnableScenario scenario = fake(name, sets);
    for (const Kpi& kpi : FakeTwin(RunPlan{}).result().kpis) scenario.kpis.push_back(kpi.name);
    return scenario;
  };
  const std::string kpi = FakeTwin(RunPlan{}).result().kpis[0].name;
  arguments_.replications = 30;
  arguments_.half_widths = {{kpi, Fraction{0.1}}};
  EXPECT_EQ(run(arguments_, known), 0);
  EXPECT_EQ(read_results(root_ / "out").replications, 20) << "the first look";
  arguments_.force = true;
  arguments_.half_widths = {{kpi, Fraction{0.0001}}};
  EXPECT_EQ(run(arguments_, known), 1) << "all are spent";
  EXPECT_EQ(read_results(root_ / "out").replications, 30);
  arguments_.half_widths = {{kpi + "x", Fraction{0.05}}};
  EXPECT_THROW(run(arguments_, known), BadInput);
}

TEST_F(RunVerb, CountsUntilFromTheEndOfTheWarmUp) {
  arguments_.until = 10s;
  EXPECT_EQ(run(arguments_, fake), 0);
  EXPECT_EQ(read_results(root_ / "out").simulated, 70s);
  EXPECT_FALSE(read_results(root_ / "out").partial);
}

TEST_F(RunVerb, RefusesAPlaceThatCannotBeWrittenBeforeItSimulates) {
  write_file(root_ / "file", "");
  arguments_.out = root_ / "file" / "out";
  bool built = false;
  const auto watching = [&](const std::string&, const std::vector<std::string>&) {
    return RunnableScenario{"fake", 0s, [&](const RunPlan& plan) {
                              built = true;
                              return std::make_unique<FakeTwin>(plan);
                            }};
  };
  EXPECT_THROW(run(arguments_, watching), ResultsError);
  EXPECT_FALSE(built);
}

TEST_F(RunVerb, LeavesNothingBehindWhenTheRunFails) {
  const auto broken = [](const std::string&, const std::vector<std::string>&) {
    return RunnableScenario{"fake", 0s, [](const RunPlan&) -> std::unique_ptr<Runnable> { throw std::bad_alloc(); }};
  };
  EXPECT_THROW(run(arguments_, broken), RunFailed);
  EXPECT_TRUE(fs::is_empty(root_));
}

TEST_F(RunVerb, EndsWith130AndPartialResultsWhenInterrupted) {
  const auto interrupted = [](const std::string&, const std::vector<std::string>&) {
    return RunnableScenario{"fake", 0s, [](const RunPlan& plan) {
                              auto twin = std::make_unique<FakeTwin>(plan);
                              twin->before_slice = [raised = false](Instant) mutable {
                                if (!raised) std::raise(SIGINT);
                                raised = true;
                              };
                              return twin;
                            }};
  };
  EXPECT_EQ(run(arguments_, interrupted), 130);
  EXPECT_TRUE(read_results(root_ / "out").partial);
}

TEST_F(RunVerb, NamesTheDefaultFolderAfterScenarioAndSeed) {
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  arguments_.out.reset();
  arguments_.seed = 9;
  const auto hostile = [](const std::string& name, const std::vector<std::string>& sets) {
    RunnableScenario scenario = fake(name, sets);
    scenario.name = "../../etc/passwd";
    return scenario;
  };
  EXPECT_EQ(run(arguments_, hostile), 0);
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(root_ / "results" / "------etc-passwd-9" / "summary.json"));
}

}  // namespace
}  // namespace streamtwin::cli
