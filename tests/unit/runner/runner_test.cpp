// The runner against a twin that only counts: slices, interrupts, processes, studies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/results/version.hpp"
#include "scenarios/results/store.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/jobs.hpp"
#include "scenarios/runner/progress.hpp"
#include "scenarios/runner/slices.hpp"
#include "scenarios/runner/study.hpp"
#include "sim-core/simulation.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/runner/fake_twin.hpp"

namespace streamtwin {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::unique_ptr<Runnable> make_fake(const RunPlan& plan) { return std::make_unique<FakeTwin>(plan); }

class Study : public ::testing::Test {
 protected:
  StudyResult run(const StudyOptions& options, const TwinFactory& factory = make_fake) {
    return run_study(factory, options, folder_, line_);
  }
  const ScratchFolder scratch_;
  const fs::path& folder_ = scratch_.path();
  ProgressLine line_{"fake", false};
};

TEST(Slices, ReachTheEndExactlyAndAreFewWhenSlicesAreFast) {
  FakeTwin twin{{}};
  EXPECT_TRUE(run_in_slices(twin, never, [](Instant) { return true; }));
  EXPECT_EQ(twin.now(), at(3600s));
  EXPECT_LT(twin.slices, 20);
}

TEST(Slices, StopEarlyAtTheTimeAskedFor) {
  FakeTwin twin{{}};
  EXPECT_TRUE(run_in_slices(twin, at(61s), [](Instant) { return true; }));
  EXPECT_EQ(twin.now(), at(61s));
}

TEST(Slices, StopWhenTheObserverSaysSo) {
  FakeTwin twin{{}};
  EXPECT_FALSE(run_in_slices(twin, never, [](Instant now) { return now < at(10s); }));
  EXPECT_GE(twin.now(), at(10s));
  EXPECT_LT(twin.now(), at(3600s));
}

TEST(Slices, BeginShortHoweverLongTheRun) {
  FakeTwin twin{{}, 24h * 365};
  EXPECT_FALSE(run_in_slices(twin, never, [](Instant) { return false; }));
  EXPECT_LE(twin.now(), at(1s)) << "nothing is known yet about how fast the simulation is";
}

TEST(Slices, BecomeShorterWhenTheSimulationIsSlow) {
  FakeTwin twin{{}, 100s};
  Duration longest{0};
  twin.before_slice = [&](Instant to) {
    longest = std::max(longest, to - twin.now());
    std::this_thread::sleep_for(std::chrono::duration<double>(0.01 * in_seconds(to - twin.now())));  // 100x real time
  };
  EXPECT_TRUE(run_in_slices(twin, never, [](Instant) { return true; }));
  EXPECT_LT(longest, 60s) << "a slice of 60 s would leave Ctrl-C unheard for long";
}

TEST(RunOnce, MarksAnInterruptedResultAsPartial) {
  const RunResult whole = run_once(make_fake, {.seed = 5}, std::nullopt, [](Instant, Instant) { return true; });
  EXPECT_FALSE(whole.partial);
  EXPECT_EQ(whole.simulated, 3600s);
  EXPECT_EQ(whole.version, project_version);
  EXPECT_EQ(whole.seed, 5u);
  const RunResult cut = run_once(make_fake, {}, std::nullopt, [](Instant, Instant) { return false; });
  EXPECT_TRUE(cut.partial);
  EXPECT_LT(cut.simulated, 3600s);
}

TEST_F(Study, OfASingleRunWritesOneFolderWithoutIntervals) {
  const StudyResult study = run({.seed = 3});
  EXPECT_FALSE(study.interrupted);
  EXPECT_EQ(study.result().kpis[0].value, 103);
  const RunResult read = read_results(folder_);
  EXPECT_EQ(read.kpis[0].value, 103);
  EXPECT_FALSE(read.kpis[0].lower);
  EXPECT_FALSE(fs::exists(folder_ / "replications"));
  EXPECT_FALSE(fs::exists(folder_ / "headroom.json"));
}

TEST_F(Study, RunsReplicationsAsProcessesWithOneSeedEach) {
  const StudyResult study = run({.seed = 10, .replications = 4, .jobs = 2});
  const RunResult read = read_results(folder_);
  EXPECT_EQ(read.replications, 4);
  EXPECT_DOUBLE_EQ(read.kpis[0].value, 111.5);  // seeds 10 to 13
  EXPECT_TRUE(read.kpis[0].lower.has_value());
  for (int seed = 10; seed < 14; ++seed) {
    const RunResult one = read_results(folder_ / "replications" / ("seed-" + std::to_string(seed)));
    EXPECT_EQ(one.digest, "d" + std::to_string(seed));
    EXPECT_FALSE(one.kpis[0].lower);
  }
  EXPECT_EQ(study.result().seed, 10u);
}

TEST_F(Study, OfSeveralLoadsNamesTheTierThatBreaks) {
  const StudyResult study = run({.seed = 1, .replications = 2, .loads = {1, 1.2, 1.5}});
  ASSERT_THAT(study.loads, SizeIs(3));
  EXPECT_TRUE(all_held(study.result()));
  EXPECT_FALSE(all_held(study.loads[2].result));
  const auto headroom = nlohmann::json::parse(read_file(folder_ / "headroom.json"));
  ASSERT_EQ(headroom.size(), 3u);
  EXPECT_EQ(headroom[1]["scale"], 1.2);
  EXPECT_TRUE(headroom[1]["limiting_tier"].is_null());
  EXPECT_EQ(headroom[2]["limiting_tier"], "api");
  EXPECT_EQ(headroom[2]["bound"]["tier"], "api");
  EXPECT_EQ(headroom[2]["bound"]["region"], "home");
  EXPECT_EQ(headroom[2]["bound"]["play_requests_per_second"], 150);
  EXPECT_DOUBLE_EQ(headroom[2]["kpis"]["tier.api.utilisation"]["value"].get<double>(), 0.75);
  EXPECT_EQ(headroom[2]["kpis"]["plays"]["value"], 151.5);
  EXPECT_EQ(read_results(folder_ / "scale-1.5").kpis[0].value, 151.5);
  EXPECT_EQ(read_results(folder_ / "scale-1.5" / "replications" / "seed-2").kpis[0].value, 152);
  EXPECT_EQ(read_results(folder_).kpis[0].value, 101.5);
}

TEST_F(Study, TracesTheSlowestRequestInASecondRun) {
  const StudyResult study = run({.trace = TraceWish::slowest});
  EXPECT_EQ(study.result().traced_request, 17u);
  EXPECT_TRUE(fs::exists(folder_ / "trace.otel.json"));
  EXPECT_THAT(read_file(folder_ / "trace.txt"), HasSubstr("play @ client"));
  EXPECT_TRUE(study.remarks.empty());
}

TEST_F(Study, SaysWhenThereIsNothingToTrace) {
  EXPECT_THAT(run({.trace = TraceWish::failed}).remarks, ElementsAre(HasSubstr("no play failed")));
  EXPECT_THAT(run({.trace = std::uint64_t{99}}).remarks, ElementsAre(HasSubstr("request 99 does not exist")));
  EXPECT_FALSE(fs::exists(folder_ / "trace.otel.json"));
}

TEST_F(Study, InterruptedInASingleRunKeepsWhatThereIs) {
  const InterruptWatch watch;
  const StudyResult study = run({}, [](const RunPlan& plan) {
    auto twin = std::make_unique<FakeTwin>(plan);
    twin->before_slice = [](Instant to) {
      if (to > at(100s)) std::raise(SIGINT);
    };
    return twin;
  });
  EXPECT_TRUE(study.interrupted);
  EXPECT_TRUE(read_results(folder_).partial);
  EXPECT_LT(read_results(folder_).simulated, 3600s);
}

TEST_F(Study, InterruptedBetweenReplicationsKeepsTheCompleteOnes) {
  const InterruptWatch watch;
  const pid_t parent = getpid();
  const StudyResult study = run({.seed = 1, .replications = 5, .jobs = 1}, [parent](const RunPlan& plan) {
    auto twin = std::make_unique<FakeTwin>(plan);
    if (plan.seed == 3) {
      twin->before_slice = [parent, told = false](Instant to) mutable {
        if (to < at(50s)) return;
        if (!told) kill(parent, SIGINT);
        told = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
      };
    }
    return twin;
  });
  EXPECT_TRUE(study.interrupted);
  const RunResult read = read_results(folder_);
  EXPECT_TRUE(read.partial);
  EXPECT_EQ(read.replications, 2) << "seeds 1 and 2 were complete";
  EXPECT_TRUE(read_results(folder_ / "replications" / "seed-3").partial);
  EXPECT_FALSE(fs::exists(folder_ / "replications" / "seed-5"));
}

int status_of(const std::function<void()>& action, std::string& message) {
  try {
    action();
  } catch (const RunFailed& failure) {
    message = failure.what();
    return failure.status();
  }
  return 0;
}

TEST_F(Study, AReplicationThatFailsEndsTheStudyWithItsMessage) {
  std::string message;
  const int status = status_of(
      [&] {
        run({.seed = 1, .replications = 3}, [](const RunPlan& plan) -> std::unique_ptr<Runnable> {
          if (plan.seed == 2) throw ResultsError("the trace folder is empty");
          return std::make_unique<FakeTwin>(plan);
        });
      },
      message);
  EXPECT_EQ(status, 2);
  EXPECT_EQ(message, "seed 2: the trace folder is empty");
}

TEST_F(Study, AReplicationThatCrashesIsReportedAndNothingHangs) {
  std::string message;
  const int status = status_of(
      [&] {
        run({.seed = 1, .replications = 2}, [](const RunPlan& plan) -> std::unique_ptr<Runnable> {
          if (plan.seed == 1) std::raise(SIGKILL);
          return std::make_unique<FakeTwin>(plan);
        });
      },
      message);
  EXPECT_EQ(status, 70);
  EXPECT_THAT(message, HasSubstr("seed 1: the run was ended by signal 9"));
}

TEST_F(Study, AHangHasAnExitStatusOfItsOwn) {
  std::string message;
  const auto hanging = [](const RunPlan&) -> std::unique_ptr<Runnable> {
    throw Hang("nothing can happen any more", {{"viewer 7", "a chunk", at(12s)}});
  };
  EXPECT_EQ(status_of([&] { run({}, hanging); }, message), 3);
  EXPECT_THAT(message, HasSubstr("viewer 7"));
  EXPECT_EQ(status_of([&] { run({.replications = 2}, hanging); }, message), 3);
  EXPECT_THAT(message, HasSubstr("viewer 7"));
}

TEST_F(Study, AnExceptionOfTheModelIsABugAndSaysSo) {
  std::string message;
  const auto broken = [](const RunPlan&) -> std::unique_ptr<Runnable> { throw std::logic_error("broken rule"); };
  EXPECT_EQ(status_of([&] { run({}, broken); }, message), 70);
  EXPECT_THAT(message, HasSubstr("broken rule (this is a bug"));
}

TEST(InterruptWatch, SeesTheFirstSignalAndPutsBackWhatWasThere) {
  struct sigaction before {
  }, after{};
  sigaction(SIGINT, nullptr, &before);
  {
    const InterruptWatch watch;
    EXPECT_FALSE(InterruptWatch::interrupted());
    std::raise(SIGINT);
    EXPECT_TRUE(InterruptWatch::interrupted());
  }
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  const InterruptWatch again;
  EXPECT_FALSE(InterruptWatch::interrupted());
}

TEST(ProgressText, SaysHowFarHowFastAndHowLongStill) {
  EXPECT_EQ(progress_text("friday-night", {.simulated = 900s, .total = 3600s, .wall = 3s}, 0),
            "friday-night  [#####---------------]  25 %  15:00 of 1:00:00  300x real time  ETA 0:09");
  EXPECT_EQ(progress_text("x", {.runs = 10, .runs_done = 3, .simulated = 30s, .total = 100s, .wall = 10s}, 0),
            "x  [######--------------]  30 %  3 of 10 runs  3.0x real time  ETA 0:23");
}

TEST(ProgressText, FitsTheTerminalAndSurvivesTheFirstMoment) {
  EXPECT_THAT(progress_text("friday-night", {.simulated = 900s, .total = 3600s, .wall = 3s}, 40), SizeIs(40));
  EXPECT_EQ(progress_text("x", {}, 0), "x  [--------------------]   0 %  0:00 of 0:00");
}

TEST(LimitingTier, IsTheFullestByUtilisationOrByItsAnalyticBound) {
  RunResult result;
  EXPECT_EQ(limiting_tier(result), "");
  result.tiers = {{.name = "a", .utilisation = 0.9}, {.name = "b", .rps = 95, .utilisation = 0.2, .bound_rps = 100}};
  EXPECT_EQ(limiting_tier(result), "b");
}

}  // namespace
}  // namespace streamtwin
