// A stack of Titus while ECS, S3 or its agents' disks fail.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/end-to-end/titus/small_stack.hpp"

namespace streamtwin {
namespace {

// Two more containers of a service are wished for while ECS refuses every call.
TEST(FailedEcs, StartsNothingAndLetsWhatRunsGoOn) {
  const RunResult result = run_stack({"titus.main.orchestration.era=ecs",
                                      "method=[{at: 5 min, action: fail_ecs, target: main, lasts: 5 min},"
                                      "{at: 6 min, action: set_containers, target: main/api, instances: 8}]"});
  const SeriesResult& running = find_series(result, "titus.main.critical.running");
  for (std::size_t i = 0; i < running.values.size(); ++i) {
    const double end = in_seconds(running.times[i].time_since_epoch());
    if (end <= 11 * 60) EXPECT_EQ(running.values[i], 6) << end;
  }
  EXPECT_EQ(running.values.back(), 8);
  EXPECT_GT(titus_kpi(result, "containers.lost"), 0) << "starts that were refused";
}

// Batch containers of 90 s that end meanwhile are heard of when it is over: nobody is lost, and their agents are free again.
TEST(FailedEcs, TellsOfWhatHasEndedWhenItIsBack) {
  const RunResult result =
      run_stack({"titus.main.orchestration.era=ecs", "method=[{at: 5 min, action: fail_ecs, target: main, lasts: 4 min}]"});
  const SeriesResult& running = find_series(result, "titus.main.flex.running");
  const auto at_end_of = [&](double minute) {
    for (std::size_t i = 0; i < running.values.size(); ++i) {
      if (in_seconds(running.times[i].time_since_epoch()) >= minute * 60) return running.values[i];
    }
    return running.values.back();
  };
  EXPECT_EQ(at_end_of(8.5), at_end_of(7)) << "the master believes what it last heard";
  EXPECT_GT(titus_kpi(result, "containers.done"), 100);
}

TEST(FailedEcs, IsNoneWhereMesosStartsContainers) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(
      small_stack, "stack.yaml", {.overrides = {"method=[{at: 1 s, action: fail_ecs, target: main}]"}, .limits = {}, .reader = {}}));
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_NE(loaded.diagnostics.front().message.find("main has no ECS that could fail"), std::string::npos);
}

// Agents that are launched meanwhile have no images yet.
TEST(FailedS3, LetsNobodyPullAnImage) {
  const std::string grow = "{at: 5 min, action: set_containers, target: main/api, instances: 16}";
  const auto grown_at = [&](const std::string& outage) {
    const RunResult result = run_stack({"method=[" + grow + outage + "]"});
    const SeriesResult& running = find_series(result, "titus.main.critical.running");
    EXPECT_EQ(running.values.back(), 16);
    const auto all = std::find(running.values.begin(), running.values.end(), 16) - running.values.begin();
    return in_seconds(running.times[static_cast<std::size_t>(all)].time_since_epoch());
  };
  EXPECT_LT(grown_at(""), 9 * 60);
  EXPECT_GT(grown_at(", {at: 4 min, action: fail_s3, target: home, lasts: 10 min}"), 14 * 60);
}

// Room for one of two images at a time: what is not in use makes room for the other, unless something else has taken it.
TEST(FullDisks, RefuseContainersOfImagesThatAreNotThere) {
  const std::vector<std::string> two{
      "titus.main.registry.cache_share=0.15 %", "titus.main.agents.flex={min: 1, desired: 1, max: 1}",
      "titus.main.images.report={size: 600 MB}",
      "titus.main.batch.reports={rate: 0.5 /min, tasks: 1, run_time: 20 s, container: {cpus: 2, memory: 4 GB, disk: 10 GB, "
      "image: report}}",
      "titus.main.batch.encodes={rate: 0.2 /min, tasks: 1, run_time: 20 s}"};
  const auto refused = [&](const std::string& method) {
    std::vector<std::string> sets = two;
    sets.push_back("method=[" + method + "]");
    return titus_kpi(run_stack(sets), "containers.lost");
  };
  EXPECT_EQ(refused(""), 0);
  EXPECT_GT(refused("{at: 2 min, action: fill_disk, target: main/flex, lasts: 20 min}"), 20) << "and is tried again and again";
  EXPECT_EQ(refused("{at: 2 min, action: fill_disk, target: main/flex, size: 1 MB, lasts: 20 min}"), refused("")) << "room enough is left";
}

}  // namespace
}  // namespace streamtwin
