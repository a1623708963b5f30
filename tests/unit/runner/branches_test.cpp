// Branches of a twin that only counts: who runs when, what becomes of one that fails, is killed or is told to stop.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/branches.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "sim-core/simulation.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/runner/fake_twin.hpp"

namespace streamtwin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RunBranches : public ::testing::Test {
 protected:
  StudyResult branch(const TwinFactory& factory, std::vector<std::string> names = {"a", "b"}, int jobs = 2, int replications = 1) {
    StudyOptions options{.seed = 7, .replications = replications, .jobs = jobs};
    options.branches.emplace(BranchPlan{.at = at(600s), .names = std::move(names)});
    return run_study(factory, options, folder_, line_);
  }
  /// A twin that does something when it becomes a branch, and at each slice from then on.
  static TwinFactory that(std::function<void(FakeTwin&, const std::string&)> when_taken) {
    return [when_taken](const RunPlan& plan) {
      auto twin = std::make_unique<FakeTwin>(plan);
      twin->when_taken = [when_taken, twin = twin.get()](const std::string& name) { when_taken(*twin, name); };
      return twin;
    };
  }
  static void nothing(FakeTwin&, const std::string&) {}
  static bool no_children() { return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

  const ScratchFolder scratch_;
  const std::filesystem::path& folder_ = scratch_.path();
  ProgressLine line_{"fake", false};
};

TEST_F(RunBranches, LeaveJustBeforeTheirInstantAndOnlyOnceSetUp) {
  const TwinFactory factory = that([](FakeTwin& twin, const std::string& name) {
    if (twin.now() != Instant{Duration{std::nextafter(600.0, 0.0)}}) throw std::logic_error(name + " left at the wrong time");
    if (!twin.taken.empty()) throw std::logic_error("taken twice");
  });
  const StudyResult study = branch(factory);
  ASSERT_EQ(study.branches.size(), 2u);
  for (const BranchResult& one : study.branches) {
    ASSERT_TRUE(one.result) << (one.failure ? one.failure->what() : "");
    EXPECT_EQ(one.result->simulated, 3600s);
    EXPECT_FALSE(one.result->partial);
    EXPECT_EQ(read_summary(folder_ / "branches" / one.name).digest, "d7");
  }
  EXPECT_EQ(study.result().digest, "d7");
  EXPECT_TRUE(no_children());
}

TEST_F(RunBranches, ThatFailAreErrorsOfTheirOwn) {
  const TwinFactory factory = that([](FakeTwin&, const std::string& name) {
    if (name == "bad") throw std::invalid_argument("nobody is there");
    if (name == "hangs") throw Hang("time stands still", {});
    if (name == "dies") raise(SIGKILL);
  });
  const StudyResult study = branch(factory, {"bad", "dies", "good", "hangs"});
  ASSERT_EQ(study.branches.size(), 4u);
  ASSERT_TRUE(study.branches[0].failure);
  EXPECT_EQ(study.branches[0].failure->status(), 2);
  EXPECT_STREQ(study.branches[0].failure->what(), "seed 7: nobody is there");
  ASSERT_TRUE(study.branches[1].failure);
  EXPECT_EQ(study.branches[1].failure->status(), 70);
  EXPECT_THAT(study.branches[1].failure->what(), HasSubstr("ended by signal 9"));
  EXPECT_FALSE(study.branches[2].failure);
  EXPECT_TRUE(study.branches[2].result);
  ASSERT_TRUE(study.branches[3].failure);
  EXPECT_EQ(study.branches[3].failure->status(), 3);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "branches" / "bad"));
  const auto told = nlohmann::json::parse(read_file(folder_ / "branches.json"));
  EXPECT_EQ(told["branches"]["bad"]["failed"], "seed 7: nobody is there");
  EXPECT_EQ(told["branches"]["good"]["digest"], "d7");
  EXPECT_EQ(told["at"], 600);
  EXPECT_TRUE(no_children());
}

TEST_F(RunBranches, OfARunThatFailsAreNotRun) {
  const TwinFactory factory = [](const RunPlan& plan) {
    auto twin = std::make_unique<FakeTwin>(plan);
    twin->before_slice = [](Instant to) {
      if (to > at(900s)) throw std::runtime_error("broken");
    };
    return twin;
  };
  try {
    branch(factory);
    FAIL() << "expected an exception";
  } catch (const RunFailed& failure) {
    EXPECT_EQ(failure.status(), 70);
    EXPECT_THAT(failure.what(), HasSubstr("seed 7: broken"));
  }
  EXPECT_TRUE(no_children());
}

/// How many processes were in there at a time.
struct Crowd {
  std::atomic<int> now{0}, most{0};
  void enter() {
    const int here = ++now;
    int before = most;
    while (before < here && !most.compare_exchange_weak(before, here)) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    --now;
  }
};

TEST_F(RunBranches, AreSoManyAtATimeAsTheyMay) {
  void* const memory = mmap(nullptr, sizeof(Crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  Crowd& crowd = *new (memory) Crowd;
  const TwinFactory factory = [&](const RunPlan& plan) {
    auto twin = std::make_unique<FakeTwin>(plan);
    twin->when_taken = [&](const std::string&) { crowd.enter(); };
    return twin;
  };
  const StudyResult study = branch(factory, {"a", "b", "c", "d", "e"}, 2, 2);
  EXPECT_LE(crowd.most, 2);
  EXPECT_GE(crowd.most, 1);
  EXPECT_EQ(study.branches.size(), 5u);
  for (const BranchResult& one : study.branches) EXPECT_TRUE(one.result && one.result->replications == 2);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "branches" / "e" / "replications" / "seed-8" / "run.sqlite"));
  munmap(memory, sizeof(Crowd));
}

TEST_F(RunBranches, StopWhenTheyAreInterrupted) {
  const InterruptWatch watch;
  const pid_t whole = getpid();
  const TwinFactory factory = that([whole](FakeTwin& twin, const std::string&) {
    twin.before_slice = [whole](Instant to) {
      if (to > at(1000s)) {
        kill(whole, SIGINT);
        std::this_thread::sleep_for(std::chrono::milliseconds(80));
      }
    };
  });
  const StudyResult study = branch(factory, {"a"}, 1);
  EXPECT_TRUE(study.interrupted);
  EXPECT_FALSE(study.result().partial) << "the run itself had ended by then";
  ASSERT_TRUE(study.branches[0].result);
  EXPECT_TRUE(study.branches[0].result->partial);
  EXPECT_TRUE(no_children());
}

}  // namespace
}  // namespace streamtwin
