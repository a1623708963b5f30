// A branch is the run that it would have been from the start with its steps in the method, to the last bit: in the same process, and
// forked by the runner as `streamtwin run` does it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "scenarios/results/store.hpp"
#include "scenarios/runner/branches.hpp"
#include "scenarios/runner/study.hpp"
#include "tests/end-to-end/runs.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

const std::filesystem::path keys_folder = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys";

Scenario branching(const std::string& file, const std::string& at, const std::string& what_ifs, std::vector<std::string> sets = {}) {
  sets.push_back(fmt::format("branches={{at: {}, what_ifs: {{{}}}}}", at, what_ifs));
  const auto loaded = language::load<Scenario>(keys_folder / file, sets);
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return loaded.value;
}

StudyResult branched(const Scenario& scenario, const std::filesystem::path& folder, StudyOptions options = {}) {
  options.branches.emplace(BranchPlan{.at = at(scenario.clock.warm_up + scenario.branches->at), .names = {}});
  for (const auto& [name, what_if] : scenario.branches->what_ifs) options.branches->names.push_back(name);
  ProgressLine silent("", false);
  const TwinFactory factory = [&](const RunPlan& plan) {
    return std::make_unique<RunnableTwin<Twin>>(scenario, plan, scenario_digest(scenario));
  };
  return run_study(factory, options, folder, silent);
}

RunResult from_the_start(const Scenario& scenario, std::uint64_t seed = 1) {
  Twin twin(scenario, {.seed = seed}, scenario_digest(scenario));
  twin.run_until(twin.end());
  return twin.result();
}

void expect_same(const RunResult& branch, const RunResult& whole, const std::string& what) {
  EXPECT_EQ(branch.digest, whole.digest) << what;
  EXPECT_EQ(branch.scenario_digest, whole.scenario_digest) << what;
  EXPECT_EQ(branch.scenario, whole.scenario);
  ASSERT_EQ(branch.kpis.size(), whole.kpis.size());
  for (std::size_t i = 0; i < whole.kpis.size(); ++i) {
    const double a = branch.kpis[i].value, b = whole.kpis[i].value;
    EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << what << ": " << whole.kpis[i].name << " is " << a << " and not " << b;
  }
}

void expect_branches_as_from_the_start(const Scenario& scenario) {
  const ScratchFolder scratch;
  const StudyResult study = branched(scenario, scratch.path(), {.jobs = 2});
  const RunResult itself = from_the_start(without_branches(scenario));
  expect_same(study.result(), itself, "the run itself");
  ASSERT_EQ(study.branches.size(), scenario.branches->what_ifs.size());
  for (const BranchResult& branch : study.branches) {
    ASSERT_TRUE(branch.result) << branch.name << ": " << (branch.failure ? branch.failure->what() : "was not run");
    expect_same(*branch.result, from_the_start(branch_of(scenario, branch.name)), branch.name);
    EXPECT_NE(branch.result->digest, itself.digest) << branch.name << " does nothing";
    EXPECT_NE(branch.result->scenario_digest, itself.scenario_digest);
  }
}

// Members, appliances, edge, registry, services, caches, stores; what a window, a check and a step do at the same instant.
constexpr const char* of_the_platform = R"(
  load: {method: [{at: 80 s, action: set_load, load: 1.7, lasts: 60 s}]},
  silence: {method: [{at: 80 s, action: set_load, load: 0, lasts: 30 s}, {at: 90 s, action: set_load, load: 2}]},
  zone: {method: [{at: 80 s, action: kill_zone, target: homea, lasts: 30 s}, {at: 85 s, action: kill_site, target: dxb001.ix, lasts: 20 s}]},
  instances: {method: [{at: 90 s, action: stop_instance, target: one of apps}, {at: 100 s, action: crash_instance, target: one of play, lasts: 5 s},
                       {at: 101 s, action: kill_instance, target: steering/homea/0, lasts: 30 s}]},
  slow: {method: [{at: 80 s, action: slow_processors, target: play, speed: 5 %, lasts: 30 s}, {at: 120 s, action: add_errors, target: apps, errors: 50 %},
                  {at: 130 s, action: lengthen_pauses, target: play, factor: 30, lasts: 20 s}]},
  network: {method: [{at: 81 s, action: disturb_network, target: home, to: away, latency: 300 ms, deviation: 50 ms, loss: 10 %, lasts: 60 s},
                     {at: 90 s, action: cut_network, target: homea, lasts: 20 s}, {at: 120 s, action: proxy_region, target: home, lasts: 40 s}]}
)";

TEST(Branches, OfAPlatformAreTheRunsTheyWouldBeFromTheStart) {
  expect_branches_as_from_the_start(branching("small.yaml", "80 s", of_the_platform));
}

TEST(Branches, MayLeaveAtAnyInstant) {
  expect_branches_as_from_the_start(branching("small.yaml", "61.7 s", of_the_platform));
  expect_branches_as_from_the_start(branching("small.yaml", "0 s", of_the_platform));
  expect_branches_as_from_the_start(branching("small.yaml", "0 s", of_the_platform, {"clock.warm_up=0 s"}));
}

TEST(Branches, OfAStackOfTitusAreTheRunsTheyWouldBeFromTheStart) {
  expect_branches_as_from_the_start(branching("titus.yaml", "6 min", R"(
    more: {method: [{at: 6 min, action: set_containers, target: main/api, instances: 14}]},
    agents: {method: [{at: 6 min, action: kill_agents, target: main/flex, instances: 2, lasts: 1 min},
                      {at: 8 min, action: refresh_agents, target: main/flex}]},
    image: {method: [{at: 7 min, action: break_image, target: main/encode, errors: 90 %, lasts: 5 min},
                     {at: 7 min, action: slow_registry, target: main, speed: 2 %, lasts: 2 min}]},
    next: {method: [{at: 400 s, action: roll_out, target: main/shop}, {at: 405 s, action: kill_zone, target: homea, lasts: 1 min}]})"));
}

/// Arrivals along straight lines, evenly spaced ones, bursts, and those of a service with a queue.
constexpr const char* branching_mesh = R"(streamtwin: 1
name: mesh
regions: [{name: east, latitude: 0, longitude: 0, zones: 2}]
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
services:
  front: {instances_per_zone: 2, cores: 4, calls: [{service: back}]}
  back: {instances_per_zone: 2, cost: {median: 20 ms}}
load:
  lines: {target: front, between: lines, course: [{at: 0 s, rate: 10 /s}, {at: 23 s, rate: 90 /s}, {at: 50 s, rate: 30 /s}]}
  even: {target: front, rate: 10 /s, spacing: even}
  bursts: {target: back, bursts: {every: 1 s, sizes: [3, 9, 2]}}
method: [{at: 2 s, action: add_latency, target: one of back, latency: 30 ms, lasts: 40 s}]
)";

TEST(Branches, OfWorkloadsOfEveryKindAreTheRunsTheyWouldBeFromTheStart) {
  for (const std::string branching_at : {"20", "20.03"}) {
    const std::string branches = fmt::format(R"(branches={{at: {0} s, what_ifs: {{
      all: {{method: [{{at: {0} s, action: set_load, load: 1.5}}]}},
      lines: {{method: [{{at: {0} s, action: set_load, target: lines, load: 0.3, lasts: 10 s}}]}},
      even: {{method: [{{at: 25 s, action: set_load, target: even, load: 3}}]}},
      bursts: {{method: [{{at: 30.5 s, action: set_load, target: bursts, load: 2.5, lasts: 10 s}}]}},
      one: {{method: [{{at: {0} s, action: crash_instance, target: one of back, lasts: 5 s}}, {{at: 30 s, action: black_hole, target: one of front}}]}}}}}})",
                                             branching_at);
    expect_branches_as_from_the_start(scenario_of(branching_mesh, {branches}));
  }
}

TEST(Branches, OfEverySeedAreTheRunsTheyWouldBeFromTheStart) {
  const Scenario scenario =
      scenario_of(branching_mesh, {"branches={at: 20 s, what_ifs: {more: {method: [{at: 20 s, action: set_load, load: 2}]}}}"});
  const ScratchFolder scratch;
  const StudyResult study = branched(scenario, scratch.path(), {.seed = 11, .replications = 3, .jobs = 2});
  EXPECT_EQ(study.result().replications, 3);
  ASSERT_EQ(study.branches.size(), 1u);
  ASSERT_TRUE(study.branches[0].result);
  EXPECT_EQ(study.branches[0].result->replications, 3);
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    const auto folder = scratch.path() / "branches" / "more" / "replications" / fmt::format("seed-{}", seed);
    EXPECT_EQ(read_summary(folder).digest, from_the_start(branch_of(scenario, "more"), seed).digest);
  }
  const auto offered = std::find_if(study.branches[0].kpis.begin(), study.branches[0].kpis.end(),
                                    [](const ComparedKpi& kpi) { return kpi.name == "load.lines.offered"; });
  ASSERT_NE(offered, study.branches[0].kpis.end());
  EXPECT_TRUE(offered->significant()) << "pairs of the same seed";
}

}  // namespace
}  // namespace streamtwin
