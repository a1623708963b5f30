// What each kind of work plans for a unit, and what it decides when a task has ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/work/kinds/builds.hpp"
#include "models/work/kinds/reports.hpp"
#include "models/work/kinds/transcoding.hpp"
#include "models/work/kinds/watermarking.hpp"

namespace streamtwin::work {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t seed = 7;

TranscodingSpec half_an_hour() {
  TranscodingSpec spec;
  spec.film = {.length = 30min, .length_sigma = 0, .bit_rate = 50_Mbps};
  spec.cost_sigma = 0;
  return spec;
}

Duration work_of(const Plan& plan, StageIndex stage) {
  Duration sum{0};
  for (const TaskPlan& task : plan.tasks) sum += task.stage == stage ? task.work : Duration{0};
  return sum;
}

std::size_t tasks_of(const Plan& plan, StageIndex stage) {
  return static_cast<std::size_t>(std::count_if(plan.tasks.begin(), plan.tasks.end(), [=](const TaskPlan& t) { return t.stage == stage; }));
}

TEST(Transcoding, EncodesEachChunkForEachRung) {
  const TranscodingSpec spec = half_an_hour();
  const Plan plan = Transcoding(spec, seed).plan(1);
  EXPECT_EQ(tasks_of(plan, Transcoding::inspect), 1u);
  EXPECT_EQ(tasks_of(plan, Transcoding::encode), 10u * 10u) << "ten chunks of three minutes, ten rungs";
  EXPECT_EQ(tasks_of(plan, Transcoding::assemble), 10u);
  EXPECT_EQ(tasks_of(plan, Transcoding::check), 10u);
  EXPECT_NEAR(work_of(plan, Transcoding::inspect) / Duration{1min}, 5, 1e-9) << "Chelsea: five minutes for a title of thirty";
  EXPECT_NEAR(plan.tasks[0].in.value(), 30 * 60 * 50e6 / 8, 1) << "the whole master";
}

// The two rungs of 1080p take ten hours for an hour each; all together the sum of their pixels.
TEST(Transcoding, ARungCostsAsManyPixelsAsItHas) {
  const TranscodingSpec spec = half_an_hour();
  const Plan plan = Transcoding(spec, seed).plan(1);
  double pixels = 0;
  for (const RungSpec& rung : ladder_of_2015()) pixels += rung.pixels();
  EXPECT_NEAR(work_of(plan, Transcoding::encode) / Duration{1h}, 0.5 * 10 * pixels / (1920 * 1080), 1e-9);
}

TEST(Transcoding, ATitleThatIsNotCutIsOneChunk) {
  TranscodingSpec spec = half_an_hour();
  spec.chunk = 24h;
  spec.codecs["avc"] = {};
  spec.codecs["hevc"] = {.cost = 60, .ladder = {{.bit_rate = 16_Mbps, .width = 3840, .height = 2160}}};
  const Plan plan = Transcoding(spec, seed).plan(1);
  EXPECT_EQ(tasks_of(plan, Transcoding::encode), 11u);
  const double longest =
      std::max_element(plan.tasks.begin(), plan.tasks.end(), [](auto& a, auto& b) { return a.work < b.work; })->work / Duration{1h};
  EXPECT_NEAR(longest, 30, 1e-9) << "half an hour of HEVC at 2160p";
}

TEST(Transcoding, TheLastChunkIsWhatIsLeft) {
  TranscodingSpec spec = half_an_hour();
  spec.film.length = 31min;
  spec.codecs["one"] = {.cost = 20, .ladder = {{.bit_rate = 1_Mbps, .width = 640, .height = 480}}};
  const Plan plan = Transcoding(spec, seed).plan(3);
  EXPECT_EQ(tasks_of(plan, Transcoding::encode), 11u);
  EXPECT_NEAR(plan.tasks[11].work / Duration{1min}, 20, 1e-9) << "one minute of it";
}

// Checks of 10,000 chunks: about 5 of 100 are bad, and only those are encoded again, until none is.
TEST(Transcoding, TheCheckSendsBadChunksBack) {
  const TranscodingSpec spec = half_an_hour();
  const Transcoding kind(spec, seed);
  std::size_t again = 0, checks = 0;
  for (std::uint64_t number = 1; number <= 100; ++number) {
    Unit unit(kind, number);
    std::vector<TaskIndex> ready = unit.begin();
    while (!ready.empty()) {
      const TaskIndex task = ready.back();
      ready.pop_back();
      again += unit.task(task).stage == Transcoding::encode && unit.again(task) ? 1u : 0u;
      checks += unit.task(task).stage == Transcoding::check ? 1u : 0u;
      for (const TaskIndex next : unit.done(task)) ready.push_back(next);
    }
    EXPECT_TRUE(unit.over() && !unit.failed());
  }
  EXPECT_NEAR(static_cast<double>(again) / 10000, 0.05 / 0.95, 0.006);
  EXPECT_GT(checks, 100 * 10 * 1.3) << "a rung of ten chunks passes at once in six of ten cases";
}

TEST(Watermarking, EachRecipientHasACopy) {
  WatermarkingSpec spec;
  spec.film = {.length = 2h, .length_sigma = 0, .bit_rate = 50_Mbps};
  spec.recipients_sigma = 0;
  const Plan plan = Watermarking(spec, seed).plan(1);
  EXPECT_EQ(plan.tasks.size(), 40u);
  EXPECT_NEAR(plan.tasks[39].work / Duration{1h}, 24, 1e-9);
  EXPECT_EQ(plan.dag.before(39), 0u) << "none waits for another";
}

TEST(Reports, TheLastTaskWaitsForAllShards) {
  const ReportsSpec spec;
  const Plan plan = Reports(spec, seed).plan(1);
  EXPECT_EQ(plan.tasks.size(), 201u);
  EXPECT_EQ(plan.dag.before(200), 200u);
  EXPECT_EQ(plan.tasks[200].in.value(), 200 * 20e6);
}

std::map<std::string, PackageSpec> chain() {
  std::map<std::string, PackageSpec> packages;
  packages["base"] = {.depends_on = {}, .build = 2min, .tests = 1min, .weight = 1};
  packages["client"] = {.depends_on = {"base"}, .build = 3min, .tests = 5min, .weight = 0};
  packages["player"] = {.depends_on = {"client"}, .build = 4min, .tests = 10min, .weight = 0};
  packages["tool"] = {.depends_on = {}, .build = 1min, .tests = 1min, .weight = 0};
  return packages;
}

TEST(PackageGraph, KnowsAllThatIsBuiltOnAPackage) {
  const PackageGraph graph(chain());
  EXPECT_THAT(graph.dependants(0), ElementsAre(1, 2));
  EXPECT_THAT(graph.dependants(1), ElementsAre(2));
  EXPECT_THAT(graph.dependants(3), IsEmpty());
  EXPECT_EQ(graph.cycle(), "");
}

TEST(PackageGraph, NamesACircleAlongItsDependencies) {
  std::map<std::string, PackageSpec> packages = chain();
  packages["base"].depends_on = {"player"};
  const std::string circle = PackageGraph(packages).cycle();
  EXPECT_THAT(circle, testing::AnyOf("base -> player -> client -> base", "client -> base -> player -> client",
                                     "player -> client -> base -> player"));
}

TEST(Builds, AChangeIsTestedWithWhatDependsOnIt) {
  BuildsSpec spec;
  spec.packages = chain();
  EXPECT_EQ(work_of(Builds(spec, seed).plan(1), Builds::test) / Duration{1min}, 1 + 5 + 10);
  EXPECT_EQ(work_of(Builds(spec, seed).plan(1), Builds::build) / Duration{1min}, 2);
  spec.tested = Tested::package;
  EXPECT_EQ(work_of(Builds(spec, seed).plan(1), Builds::test) / Duration{1min}, 1);
}

/// Of 4000 changes to `base`, those that are stopped among those that break something else.
double broken_stopped(const BuildsSpec& spec) {
  const Builds kind(spec, seed);
  double broken = 0, stopped = 0;
  for (std::uint64_t number = 1; number <= 4000; ++number) {
    if (!kind.faults(number).in_dependants) continue;
    ++broken;
    Unit unit(kind, number);
    std::vector<TaskIndex> ready = unit.begin();
    while (!ready.empty() && !unit.over()) {
      const TaskIndex task = ready.back();
      ready.pop_back();
      for (const TaskIndex next : unit.done(task)) ready.push_back(next);
    }
    stopped += unit.failed() ? 1 : 0;
  }
  EXPECT_GT(broken, 200);
  return stopped / broken;
}

TEST(Builds, TestsOfDependantsFindBrokenIntegrations) {
  BuildsSpec spec;
  spec.packages = chain();
  spec.breaks_dependant = 5_pct;
  spec.flaky = 0_pct;
  spec.breaks_itself = 0_pct;
  EXPECT_NEAR(broken_stopped(spec), 0.9, 0.05) << "as often as tests find what is broken";
  spec.tested = Tested::package;
  EXPECT_EQ(broken_stopped(spec), 0) << "nobody looks";
}

TEST(Builds, AFailedTestStopsAChangeOnlyWhereItIsToFailFast) {
  BuildsSpec spec;
  spec.packages = chain();
  spec.breaks_itself = 100_pct;
  spec.tests_find = 100_pct;
  for (const bool fast : {true, false}) {
    spec.fail_fast = fast;
    const Builds kind(spec, seed);
    Unit unit(kind, 1);
    unit.begin();
    unit.done(0);
    unit.done(1);
    EXPECT_TRUE(unit.failed());
    EXPECT_EQ(unit.over(), fast);
  }
}

/// What a check says, one line each.
class Said final : public Checker {
 public:
  void error(std::string_view field, std::string_view message) override { text += std::string(field) + ": " + std::string(message) + "\n"; }
  void warning(std::string_view, std::string_view) override {}
  void name(std::string_view, std::string_view, std::string_view) override {}
  void one_of(std::string_view field, std::string_view value, std::string_view kind, std::span<const std::string> names) override {
    if (std::find(names.begin(), names.end(), value) == names.end()) error(field, "no " + std::string(kind));
  }
  std::string text;
};

TEST(Builds, PackagesThatDependOnEachOtherAreRefused) {
  BuildsSpec spec;
  spec.packages = chain();
  Said nothing, circle, unknown;
  spec.check(nothing);
  EXPECT_EQ(nothing.text, "");
  spec.packages["base"].depends_on = {"player"};
  spec.check(circle);
  EXPECT_THAT(circle.text, HasSubstr("none of these could be built first: "));
  spec.packages["base"].depends_on = {"plaier"};
  spec.check(unknown);
  EXPECT_EQ(unknown.text, "packages.base.depends_on[0]: no package of this pipeline\n");
}

// A run that begins later finds a unit further on.
TEST(CarryOn, LeavesWhatIsUnderWayAtAnAge) {
  TranscodingSpec spec = half_an_hour();
  spec.bad_chunks = 0_pct;
  spec.codecs["one"] = {.cost = 20, .ladder = {{.bit_rate = 1_Mbps, .width = 640, .height = 480}}};
  const Transcoding kind(spec, seed);
  const Pace pace{.cores = {1, 1, 1, 1}, .lead = {0s, 0s, 0s, 10s}, .network = BitRate{1e15}};
  const auto at = [&](Duration age) {
    Unit unit(kind, 1);
    return carry_on(unit, pace, age);
  };
  ASSERT_EQ(at(0s).size(), 1u);
  EXPECT_NEAR(at(4min).at(0).left, 0.2, 1e-6) << "of the inspection's five minutes";
  EXPECT_EQ(at(5min + 15min).size(), 10u);
  EXPECT_NEAR(at(5min + 15min).at(9).left, 0.75, 1e-6) << "an hour for each chunk";
  EXPECT_EQ(at(65min + 30s).at(0).task, 11u) << "the assembly";
  EXPECT_THAT(at(5h), IsEmpty());
  Unit unit(kind, 1);
  EXPECT_NEAR(time_of(unit, pace) / Duration{1min}, 5 + 60 + 1 + 10.0 / 60 + 3, 1e-4);
}

}  // namespace
}  // namespace streamtwin::work
