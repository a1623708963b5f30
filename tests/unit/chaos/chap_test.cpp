// An experiment's look at its two groups, and its course from the order to the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "models/chaos/chap/experiment.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {
namespace {

using testing::ElementsAre;

TEST(TwoProportions, TellNothingOfGroupsInWhichNothingOrEverythingFails) {
  EXPECT_EQ(two_proportion_z({0, 0}, {10, 10}), 0);
  EXPECT_EQ(two_proportion_z({10, 10}, {20, 20}), 0);
  EXPECT_EQ(two_proportion_z({10, 0}, {20, 0}), 0);
  EXPECT_TRUE(std::isnan(share_ratio({10, 0}, {10, 5}).value));
}

TEST(StopRule, EndsAnExperimentWhoseStartsFallByMoreThanChance) {
  const StopSpec spec{.z = 3, .plays_before = 50, .error_budget = 1e6};
  EXPECT_EQ(look_at(spec, {100, 90}, {100, 95}), Conclusion::runs);
  EXPECT_EQ(look_at(spec, {100, 80}, {100, 95}), Conclusion::deviates);
  EXPECT_EQ(look_at(spec, {100, 95}, {100, 80}), Conclusion::runs) << "better is no reason";
  EXPECT_EQ(look_at(spec, {49, 0}, {1000, 1000}), Conclusion::runs) << "too few plays";
  EXPECT_EQ(look_at(spec, {50, 0}, {1000, 1000}), Conclusion::deviates);
}

TEST(StopRule, EndsAnExperimentThatHasSpentItsErrorBudget) {
  const StopSpec spec{.z = 1000, .plays_before = 50, .error_budget = 20};
  EXPECT_EQ(look_at(spec, {200, 180}, {100, 100}), Conclusion::runs);
  EXPECT_EQ(look_at(spec, {200, 179}, {100, 100}), Conclusion::budget_spent);
  EXPECT_EQ(look_at(spec, {200, 179}, {100, 90}), Conclusion::runs) << "a tenth fails anyhow";
  EXPECT_EQ(look_at(spec, {30, 9}, {10, 10}), Conclusion::budget_spent) << "that is of no sample";
}

TEST(StopRule, ConcludesWhatThereIsToConclude) {
  const StopSpec spec{.z = 3, .plays_before = 50, .error_budget = 1e6};
  EXPECT_EQ(conclude(spec, {100, 99}, {100, 99}), Conclusion::passed);
  EXPECT_EQ(conclude(spec, {100, 80}, {100, 95}), Conclusion::deviates);
  EXPECT_EQ(conclude(spec, {49, 49}, {100, 99}), Conclusion::inconclusive);
}

/// An experiment of a hundred seconds, from second 10, whose clusters need half a minute to come up.
class AnExperiment : public ::testing::Test {
 protected:
  void SetUp() override {
    spec.service = "api";
    spec.lasts = 100s;
    spec.stop.plays_before = 10;
  }
  /// Members of both groups press play once a second; of the experiment's, one in so many fails.
  Task<> members(int one_in) {
    for (int second = 0;; ++second) {
      co_await delay(1s);
      if (!sends) continue;
      experiment->play_ended(true, static_cast<std::uint32_t>(second % 7), one_in == 0 || second % one_in != 0);
      experiment->play_ended(false, static_cast<std::uint32_t>(second), true);
    }
  }
  void run(int one_in, Instant closes = at(1h)) {
    Bench bench{.launch = [this] { note("launch"); },
                .are_up = [this] { return now() >= comes_up; },
                .open =
                    [this] {
                      note("open");
                      sends = true;
                    },
                .close =
                    [this] {
                      note("close");
                      sends = false;
                    },
                .dispose = [this] { note("dispose"); }};
    experiment.emplace("slow-ratings", spec, common, bench, closes, recorder, measures);
    experiment->start(at(10s));
    scope.spawn_service("members", members(one_in));
    simulation.run_until(at(1h));
  }
  void note(const std::string& what) {
    course.push_back(what + " " + std::to_string(static_cast<int>(in_seconds(now().time_since_epoch()))));
  }

  Simulation simulation{Seed{1}};
  Recorder recorder;
  ExperimentSpec spec;
  ChapSpec common;
  Instant comes_up = at(40s);
  ExperimentMeasures measures;
  std::optional<Experiment> experiment;
  std::vector<std::string> course;
  bool sends = false;
  Scope scope;
};

TEST_F(AnExperiment, PassesWhenNothingIsWrong) {
  run(0);
  EXPECT_THAT(course, ElementsAre("launch 10", "open 130", "close 230", "dispose 230")) << "lists are read 90 s after the clusters are up";
  EXPECT_EQ(measures.conclusion, Conclusion::passed);
  EXPECT_EQ(measures.looks.size(), 10);
  EXPECT_TRUE(measures.harmed.empty());
}

TEST_F(AnExperiment, IsStoppedAtTheFirstLookThatTells) {
  run(2);
  EXPECT_THAT(course, ElementsAre("launch 10", "open 130", "close 150", "dispose 150"));
  EXPECT_EQ(measures.conclusion, Conclusion::deviates);
  EXPECT_EQ(measures.looks.back().conclusion, Conclusion::deviates);
  EXPECT_EQ(measures.looks.front().conclusion, Conclusion::runs);
  EXPECT_EQ(measures.harmed.size(), 7) << "each once";
}

TEST_F(AnExperiment, IsStoppedWhenWorkIsOver) {
  run(0, at(175s));
  EXPECT_THAT(course, ElementsAre("launch 10", "open 130", "close 175", "dispose 175"));
  EXPECT_EQ(measures.conclusion, Conclusion::hours_over);
}

TEST_F(AnExperiment, DoesNotBeginWithoutItsClusters) {
  comes_up = never;
  common.up_timeout = 60s;
  run(0);
  EXPECT_THAT(course, ElementsAre("launch 10", "dispose 70"));
  EXPECT_EQ(measures.conclusion, Conclusion::did_not_come_up);
}

TEST_F(AnExperiment, IsInconclusiveWithTooFewPlays) {
  spec.stop.plays_before = 1000;
  run(0);
  EXPECT_EQ(measures.conclusion, Conclusion::inconclusive);
}

}  // namespace
}  // namespace streamtwin::chaos
