// Pipelines as a whole: what a scenario says of work, who runs it, and what comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string on_titus = R"(
streamtwin: 1
name: small-work
clock: {weekday: wednesday, starts: 12 h, lasts: 4 h, warm_up: 0 s, window: 30 min}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
titus:
  main:
    agents:
      flex: {tier: flex, type: m4.4xlarge, min: 20, desired: 20, max: 20}
    images:
      work: {size: 600 MB}
    scaling: {flex: {primary_type: m4.4xlarge}}
work:
)";

const std::string encodes = on_titus + R"(
  encodes:
    stack: main
    image: work
    transcoding:
      arrivals: {rate: 30 /h}
      film: {length: 20 min, length_sigma: 0.3}
      chunk: 4 min
      codecs:
        avc: {cost: 8, ladder: [{bit_rate: 1 Mbps, width: 640, height: 480}, {bit_rate: 4 Mbps, width: 1280, height: 720}]}
)";

const std::string builds = on_titus + R"(
  builds:
    stack: main
    image: work
    builds:
      arrivals: {rate: 120 /h}
      packages:
        base: {build: 1 min, tests: 2 min}
        client: {depends_on: [base], build: 2 min, tests: 3 min, weight: 0}
        player: {depends_on: [client], build: 2 min, tests: 4 min, weight: 0}
      breaks_dependant: 10 %
)";

double figure(const RunResult& result, const std::string& name) { return kpi(result, "work." + name); }

/// Of several seeds: the first window, and what those after it come to on average.
std::pair<double, double> first_and_later(const std::string& text, const std::string& name) {
  double first = 0, later = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const SeriesResult series = find_series(run(scenario_of(text), {.seed = seed}), name);
    first += series.values.front() / 6;
    for (std::size_t i = 1; i < series.values.size(); ++i) later += series.values[i] / static_cast<double>(series.values.size() - 1) / 6;
  }
  return {first, later};
}

TEST(Work, TitlesAreFoundHalfDoneAsTheRunBegins) {
  const auto [titles, titles_later] = first_and_later(encodes, "work.encodes.units");
  EXPECT_NEAR(titles, titles_later, 0.25 * titles_later);
  const auto [tasks, tasks_later] = first_and_later(encodes, "work.encodes.running");
  EXPECT_NEAR(tasks, tasks_later, 0.25 * tasks_later);
  EXPECT_GT(tasks_later, 50) << "30 titles an hour, more than two hours of work each";
}

TEST(Work, ABacklogIsWorkedOffSoManyTitlesAtATime) {
  const std::vector<std::string> backlog{"work.encodes.transcoding.arrivals.rate=0 /h", "work.encodes.transcoding.backlog=12",
                                         "work.encodes.transcoding.backlog_at_once=3", "clock.lasts=30 h"};
  const RunResult few = run(scenario_of(encodes, backlog));
  const SeriesResult& units = find_series(few, "work.encodes.units");
  EXPECT_EQ(*std::max_element(units.values.begin(), units.values.end()), 3);
  EXPECT_EQ(figure(few, "encodes.done"), 12);

  std::vector<std::string> all = backlog;
  all.emplace_back("work.encodes.transcoding.backlog_at_once=12");
  EXPECT_LT(figure(run(scenario_of(encodes, all)), "encodes.backlog_time"), figure(few, "encodes.backlog_time"));
}

// A report of 02:00 with an hour's work is under way at 02:30; the run has two nights' reports by 03:00 of the next day.
TEST(Work, ANightsReportIsFoundUnderWay) {
  const std::string nightly = on_titus + R"(
  nightly: {stack: main, image: work, reports: {shards: 60, shard: 30 GB, shard_sigma: 0, deadline: 2 h}}
)";
  const RunResult result = run(scenario_of(nightly, {"clock.starts=2.5 h", "clock.lasts=25 h"}));
  EXPECT_EQ(figure(result, "nightly.done"), 2);
  EXPECT_EQ(figure(result, "nightly.came"), 1);
  EXPECT_EQ(figure(result, "nightly.late"), 0);
  const RunResult hurried = run(scenario_of(nightly, {"clock.starts=2.5 h", "clock.lasts=25 h", "work.nightly.reports.deadline=40 min"}));
  EXPECT_EQ(figure(hurried, "nightly.late_share"), 1);
}

TEST(Work, BadChunksAreEncodedAgain) {
  const RunResult result = run(scenario_of(encodes));
  EXPECT_GT(figure(result, "encodes.done"), 80);
  EXPECT_GT(figure(result, "encodes.again_share"), 0.03);
  const RunResult perfect = run(scenario_of(encodes, {"work.encodes.transcoding.bad_chunks=0 %"}));
  EXPECT_EQ(figure(perfect, "encodes.again_share"), 0);
}

// Every container of the stack is a task of the pipeline, and one that is lost is begun again.
TEST(Work, TasksAreContainersOfTheStack) {
  const RunResult plain = run(scenario_of(encodes));
  EXPECT_EQ(kpi(plain, "titus.main.containers.lost"), 0);
  EXPECT_EQ(figure(plain, "encodes.tasks.done"), kpi(plain, "titus.main.containers.done"));
  const RunResult stricken = run(scenario_of(encodes, {"method=[{at: 1 h, action: kill_zone, target: homea, lasts: 10 min}]"}));
  EXPECT_GT(kpi(stricken, "titus.main.containers.lost"), 10);
  EXPECT_EQ(figure(stricken, "encodes.tasks.given_up"), 0);
  EXPECT_EQ(figure(stricken, "encodes.failed"), 0);
  const RunResult hopeless =
      run(scenario_of(encodes, {"method=[{at: 1 h, action: kill_zone, target: homea, lasts: 10 min}]", "work.encodes.retry={retries: 0}"}));
  EXPECT_GT(figure(hopeless, "encodes.failed"), 0) << "nobody tries again";
}

TEST(Work, TestsOfDependantsStopBrokenIntegrationsAndCost) {
  const RunResult all = run(scenario_of(builds));
  const RunResult own = run(scenario_of(builds, {"work.builds.builds.tested=package"}));
  EXPECT_GT(figure(all, "builds.broken_stopped_share"), 0.8);
  EXPECT_LT(figure(own, "builds.broken_stopped_share"), 0.3) << "only where the change is broken in itself too";
  EXPECT_GT(figure(all, "builds.test_core_hours"), 3 * figure(own, "builds.test_core_hours"));
  const RunResult slow = run(scenario_of(builds, {"work.builds.builds.fail_fast=false"}));
  EXPECT_GT(figure(slow, "builds.test_core_hours"), figure(all, "builds.test_core_hours")) << "what has failed runs on";
  EXPECT_NEAR(figure(slow, "builds.broken_stopped_share"), figure(all, "builds.broken_stopped_share"), 0.02) << "the same are found";
}

const std::vector<std::string> on_machines{"work.encodes.stack=",
                                           "work.encodes.machines={groups: {all: {machines: 20}}, fresh: false, at_once: 16}"};

// One pool without what is told against virtual machines is as good as a stack.
TEST(Work, MachinesWithoutTheirDrawbacksDoAsMuch) {
  const RunResult titus = run(scenario_of(encodes));
  const RunResult machines = run(scenario_of(encodes, on_machines));
  EXPECT_NEAR(figure(machines, "encodes.time.p50"), figure(titus, "encodes.time.p50"), 0.05 * figure(titus, "encodes.time.p50"));
  EXPECT_NEAR(figure(machines, "encodes.core_hours"), figure(titus, "encodes.core_hours"), 0.05 * figure(titus, "encodes.core_hours"));
  std::vector<std::string> fresh = on_machines;
  fresh[1] = "work.encodes.machines={groups: {all: {machines: 20}}, boot: 10 min}";
  EXPECT_LT(figure(run(scenario_of(encodes, fresh)), "encodes.tasks.done"), 0.5 * figure(titus, "encodes.tasks.done"));
}

TEST(Work, WhatADeadMachineHadIsBegunAgain) {
  std::vector<std::string> sets = on_machines;
  sets.push_back("method=[{at: 1 h, action: kill_zone, target: homea, lasts: 10 min}]");
  const RunResult result = run(scenario_of(encodes, sets));
  EXPECT_GT(figure(result, "encodes.machines.lost"), 10);
  EXPECT_GT(figure(result, "encodes.done"), 80);
}

std::string refused(const std::string& text, std::vector<std::string> sets) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "scenario.yaml", {.overrides = std::move(sets)}));
  return loaded.ok() ? "accepted" : language::print(loaded.diagnostics);
}

TEST(Work, WhatCannotBeDoneIsRefusedInItsPlace) {
  using testing::HasSubstr;
  EXPECT_THAT(refused(encodes, {"work.encodes.stack=mian"}), HasSubstr("mian"));
  EXPECT_THAT(refused(encodes, {"work.encodes.image=wrok"}), HasSubstr("wrok"));
  EXPECT_THAT(refused(encodes, {"work.encodes.stages={encod: {cpus: 2}}"}), HasSubstr("encod"));
  EXPECT_THAT(refused(encodes, {"work.encodes.stages={encode: {cpus: 20}}"}), HasSubstr("no agent of the tier flex is large enough"));
  EXPECT_THAT(refused(encodes, {"work.encodes.machines={}"}), HasSubstr("expected who does it"));
  EXPECT_THAT(refused(encodes, {"work.encodes.reports={}"}), HasSubstr("expected one kind of work"));
  EXPECT_THAT(refused(encodes, {"work.encodes.stack=", "work.encodes.machines={groups: {some: {machines: 2, stages: [encode]}}}"}),
              HasSubstr("no group takes tasks of the stage inspect"));
  EXPECT_THAT(refused(builds, {"work.builds.builds.packages.base.depends_on=[player]"}), HasSubstr("none of these could be built first"));
  EXPECT_THAT(refused(builds, {"work.builds.builds.packages.base.depends_on=[plaier]"}), HasSubstr("plaier"));
}

}  // namespace
}  // namespace streamtwin
