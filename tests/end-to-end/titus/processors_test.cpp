// What containers feel of each other on an agent: executors cost more than was asked for, and fleets over-commit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// Four agents of 16 processors for batch work that wants more than all of them.
const std::string too_much_work = R"(
streamtwin: 1
name: too-much-work
clock: {weekday: wednesday, starts: 17 h, lasts: 60 min, warm_up: 5 min, window: 30 s}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
titus:
  main:
    agents:
      flex: {type: m4.4xlarge, min: 4, desired: 4, max: 4}
    capacity: {groups: {DEFAULT: {instances: 0}}}
    images:
      encode: {size: 600 MB}
    scheduler: {launching_max: 8}
    scaling: {enabled: false, removes: false}
    batch:
      encodes:
        rate: 10 /min
        run_time: 2 min
        run_time_sigma: 0
        fails: 0 %
        container: {cpus: 4, memory: 2 GB, disk: 20 GB, image: encode}
)";

RunResult run_work(std::vector<std::string> sets = {}) { return run(scenario_of(too_much_work, std::move(sets))); }

double work_kpi(const RunResult& result, const std::string& name) { return kpi(result, "titus.main." + name); }

const std::string overcommit = "titus.main.agents.flex.cpu_overcommit=";

TEST(Processors, AreEnoughWhereNothingIsOvercommitted) {
  const RunResult result = run_work();
  EXPECT_GT(work_kpi(result, "flex.cpu_use"), 0.9);
  EXPECT_TRUE(std::isnan(work_kpi(result, "agents.oversubscribed"))) << "nobody counts what cannot be";
  const RunResult counted = run_work({"titus.main.executor.overhead.memory=32 MB"});
  EXPECT_EQ(work_kpi(counted, "agents.oversubscribed"), 0);
  EXPECT_EQ(work_kpi(counted, "agents.processors_lacking"), 0);
  EXPECT_EQ(work_kpi(counted, "overhead.cpus"), 0);
  EXPECT_EQ(work_kpi(counted, "containers.done"), work_kpi(result, "containers.done"));
}

// 64 processors work off 64 minutes of work a minute, whoever waits for them: in the queue, or on an agent.
TEST(Processors, OvercommitTradesTheWaitForAPlaceForSlowerWork) {
  const RunResult plain = run_work(), twice = run_work({overcommit + "2"});
  EXPECT_GT(work_kpi(twice, "flex.cpu_use"), 1.5) << "given, of those that there are";
  EXPECT_GT(work_kpi(twice, "agents.oversubscribed"), 0.9);
  EXPECT_NEAR(work_kpi(twice, "agents.processors_lacking"), 0.5, 0.1);
  EXPECT_NEAR(work_kpi(twice, "containers.done") / work_kpi(plain, "containers.done"), 1, 0.1) << "nothing is worked off sooner";
  EXPECT_NEAR(find_series(twice, "titus.main.flex.running").values.back() / find_series(plain, "titus.main.flex.running").values.back(), 2,
              0.3);
}

TEST(Processors, OvercommitPaysWhereContainersLeaveThemIdle) {
  const std::string busy = "titus.main.batch.encodes.container.busy=50 %";
  const RunResult plain = run_work({busy}), twice = run_work({busy, overcommit + "2"});
  EXPECT_EQ(work_kpi(twice, "agents.oversubscribed"), 0);
  EXPECT_GT(work_kpi(twice, "containers.done"), 1.2 * work_kpi(plain, "containers.done"));
}

TEST(Processors, WhatIsKeptFreeIsGivenToNobody) {
  const RunResult result = run_work({overcommit + "0.75"});
  EXPECT_LE(work_kpi(result, "flex.cpu_use"), 0.75);
  EXPECT_GT(work_kpi(result, "flex.cpu_use"), 0.65);
}

// Four containers of 4 fill an agent; with an executor that takes one more each, 20 are wanted of 16.
TEST(Processors, AnOverheadThatNobodyCountsIsFelt) {
  const std::string overhead = "titus.main.executor.overhead=";
  const RunResult uncounted = run_work({overhead + "{cpus: 1, memory: 32 MB}"}),
                  counted = run_work({overhead + "{cpus: 1, counted: true}"});
  EXPECT_GT(work_kpi(uncounted, "agents.oversubscribed"), 0.9);
  EXPECT_NEAR(work_kpi(uncounted, "agents.processors_lacking"), 0.2, 0.02);
  EXPECT_NEAR(work_kpi(uncounted, "overhead.cpus"), 0.25, 0.02);
  EXPECT_GT(work_kpi(uncounted, "overhead.memory"), 0.001);
  EXPECT_EQ(work_kpi(counted, "agents.oversubscribed"), 0) << "three of 5 fit";
  EXPECT_LT(work_kpi(counted, "containers.done"), work_kpi(uncounted, "containers.done")) << "a processor of each agent is left over";
}

TEST(Processors, WhoIsSlowedMeetsItsRunTimeLimit) {
  const std::string limit = "titus.main.batch.encodes.run_time_limit=3 min";
  EXPECT_EQ(work_kpi(run_work({limit}), "containers.ran_too_long"), 0);
  EXPECT_GT(work_kpi(run_work({limit, overcommit + "2"}), "containers.ran_too_long"), 50);
}

const std::string encodes = R"(
streamtwin: 1
name: small-work
clock: {weekday: wednesday, starts: 12 h, lasts: 24 h, warm_up: 0 s, window: 30 min}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
titus:
  main:
    agents:
      flex: {tier: flex, type: m4.4xlarge, min: 1, desired: 1, max: 1}
    images:
      work: {size: 600 MB}
    scaling: {flex: {primary_type: m4.4xlarge}}
work:
  encodes:
    stack: main
    image: work
    transcoding:
      arrivals: {rate: 0.5 /h}
      film: {length: 20 min, length_sigma: 0.3}
      chunk: 4 min
      codecs:
        avc: {cost: 8, ladder: [{bit_rate: 1 Mbps, width: 640, height: 480}, {bit_rate: 4 Mbps, width: 1280, height: 720}]}
)";

// A network of 2 Gbps has room for eight tasks. Each wants a processor and its executor three: twice as many as there are.
TEST(Processors, PipelinesOfWorkShareThem) {
  const RunResult alone = run(scenario_of(encodes)), beside = run(scenario_of(encodes, {"titus.main.executor.overhead.cpus=3"}));
  EXPECT_GT(work_kpi(beside, "agents.oversubscribed"), 0.1);
  EXPECT_GT(kpi(alone, "work.encodes.used_share"), 0.99);
  EXPECT_LT(kpi(beside, "work.encodes.used_share"), 0.9) << "they hold their places longer than they compute";
  EXPECT_GT(kpi(beside, "work.encodes.time.p50"), 1.1 * kpi(alone, "work.encodes.time.p50"));
}

}  // namespace
}  // namespace streamtwin
