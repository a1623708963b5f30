// The start of a container step by step, how it can fail, and that its end gives everything back.
#include "models/titus/executor/executor.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/titus/executor/kpis.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using namespace literals;

/// Preparing takes a second, the address two, its set-up four, system services eight, the boot sixteen. An image is 40 MB, which
/// takes four more, and the second before it.
class ExecutorTest : public testing::Test, private StartObserver {
 protected:
  static NetworkSpec network() {
    NetworkSpec spec;
    spec.sigma = 0;
    spec.service_call = 2s;
    spec.assign_call = spec.modify_call = spec.create_call = spec.attach_call = 0s;
    spec.setup = 4s;
    return spec;
  }
  static ImageRegistrySpec pulls() {
    ImageRegistrySpec spec;
    spec.unpack = BitRate{1e30};
    return spec;
  }
  static ExecutorSpec executor_spec() {
    ExecutorSpec spec;
    spec.sigma = 0;
    spec.preparing = 1s;
    spec.services = 8s;
    spec.boot = 16s;
    return spec;
  }
  static ImageSpec image_spec() {
    ImageSpec spec;
    spec.size = 40_MB;
    return spec;
  }
  void build(const ExecutorSpec& spec) { executor.emplace(spec, addresses, registry, 7, measures); }
  ExecutorTest() { build(executor_spec()); }

  Task<> run(ContainerId id) {
    StartOutcome outcome = co_await executor->start(*host, {.container = id, .image = image, .groups = 1, .role = 5}, *this);
    ends.push_back(outcome.end);
    steps.push_back(outcome.step);
    at_end = in_seconds(now());
    if (outcome.container) running.push_back(std::move(outcome.container));
  }
  void starting(ContainerId, StartStep done) override {
    log.push_back(std::string(enum_names<StartStep>[static_cast<std::size_t>(done)].name) + " " +
                  std::to_string(std::lround(in_seconds(now()))));
  }
  void expect_nothing_held() {
    EXPECT_EQ(host->network().used(), 0);
    EXPECT_EQ(host->proxy.size(), 0u);
  }

  Simulation simulation;
  Recorder recorder;
  NetworkMeasures network_measures;
  ImageMeasures image_measures;
  ExecutorMeasures measures{recorder};
  ImageTable images;
  ImageId image = images.add(image_spec());
  Addresses addresses{network(), network_measures};
  Registry registry{pulls(), images, image_measures};
  std::unique_ptr<ContainerHost> host =
      std::make_unique<ContainerHost>(HostShape{.interfaces = {2, 8}, .disk = 1_GB, .network = 160_Mbps, .subnet = 0}, addresses, registry);
  std::optional<Executor> executor;
  std::vector<std::string> log;
  std::vector<StartEnd> ends;
  std::vector<StartStep> steps;
  std::vector<Container> running;
  double at_end = 0;
};

TEST_F(ExecutorTest, StartsStepByStep) {
  spawn("a container", run(1));
  simulation.run();
  EXPECT_THAT(log, testing::ElementsAre("preparing 1", "image 6", "address 8", "network 12", "services 20"));
  EXPECT_THAT(ends, testing::ElementsAre(StartEnd::running));
  EXPECT_DOUBLE_EQ(at_end, 36);
  EXPECT_EQ(host->network().used(), 1);
  EXPECT_EQ(host->proxy.identity(1)->role, 5u);
  EXPECT_DOUBLE_EQ(measures.start_time.all().mean(), 36);
}

TEST_F(ExecutorTest, WithTheImageThereItTakesLess) {
  host->images.preload(image);
  spawn("a container", run(1));
  simulation.run();
  EXPECT_DOUBLE_EQ(at_end, 31);
}

TEST_F(ExecutorTest, AMissingImageEndsTheStartAsFailed) {
  ImageSpec bad;
  bad.missing = true;
  image = images.add(bad);
  spawn("a container", run(1));
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(StartEnd::image_not_found));
  EXPECT_EQ(steps[0], StartStep::image);
  EXPECT_EQ(reason_of(ends[0]), StartReason::failed);
  expect_nothing_held();
}

TEST_F(ExecutorTest, ARegistryThatIsOffIsATransientError) {
  registry.fail();
  spawn("a container", run(1));
  simulation.run();
  EXPECT_EQ(ends.at(0), StartEnd::image_unavailable);
  EXPECT_EQ(reason_of(ends[0]), StartReason::transient_system_error);
}

TEST_F(ExecutorTest, APullThatTakesTooLongTimesOut) {
  registry.set_bandwidth(BitRate{1e3});
  spawn("a container", run(1));
  simulation.run();
  EXPECT_EQ(ends.at(0), StartEnd::timed_out);
  EXPECT_DOUBLE_EQ(at_end, 15 * 60);
  EXPECT_EQ(host->images.in_flight(), 0u);
}

TEST_F(ExecutorTest, AnImageThatCrashesDoesSoAtTheEnd) {
  ImageSpec bad = image_spec();
  bad.crashes = Fraction{1};
  image = images.add(bad);
  spawn("a container", run(1));
  simulation.run();
  EXPECT_EQ(ends.at(0), StartEnd::crashed);
  EXPECT_EQ(reason_of(ends[0]), StartReason::crashed);
  EXPECT_DOUBLE_EQ(at_end, 36);
  expect_nothing_held();
}

TEST_F(ExecutorTest, ABadAgentIsALocalError) {
  host->local_errors = Fraction{1};
  spawn("a container", run(1));
  simulation.run();
  EXPECT_EQ(ends.at(0), StartEnd::local_error);
  EXPECT_EQ(reason_of(ends[0]), StartReason::local_system_error);
  EXPECT_EQ(steps[0], StartStep::network);
  expect_nothing_held();
}

TEST_F(ExecutorTest, SystemServicesHaveNinetySeconds) {
  ExecutorSpec spec = executor_spec();
  spec.services = 91s;
  build(spec);
  spawn("a container", run(1));
  simulation.run();
  EXPECT_EQ(ends.at(0), StartEnd::timed_out);
  EXPECT_EQ(steps[0], StartStep::services);
  EXPECT_DOUBLE_EQ(at_end, 12 + 90);
}

TEST_F(ExecutorTest, WhatWasOverBeforeAStepEndsThere) {
  ExecutorSpec spec = executor_spec();
  spec.prepare_timeout = 1s;
  spec.preparing = 2s;
  build(spec);
  spawn("a container that is prepared for too long", run(1));
  simulation.run();
  EXPECT_EQ(steps.at(0), StartStep::image);
  EXPECT_DOUBLE_EQ(at_end, 2);
  host->images.preload(image);
  spec = executor_spec();
  spec.start_timeout = 5s;
  build(spec);
  spawn("a container whose services take too long", run(2));
  simulation.run();
  EXPECT_EQ(steps.at(1), StartStep::boot);
  EXPECT_DOUBLE_EQ(at_end, 2 + 15);
  EXPECT_THAT(ends, testing::Each(StartEnd::timed_out));
}

TEST_F(ExecutorTest, OneThatAsksForItsHostIsRefusedAndCounted) {
  ImageSpec nosy = image_spec();
  nosy.asks_for_host = Fraction{1};
  image = images.add(nosy);
  for (const ContainerId id : {1, 2}) spawn("a container", run(id));
  simulation.run();
  EXPECT_EQ(host->proxy.refused(), 2u);
  EXPECT_EQ(measures.asked_for_host.total(), 2);
  EXPECT_THAT(ends, testing::Each(StartEnd::running)) << "it runs nevertheless";
}

TEST_F(ExecutorTest, CutOffAtAnyStepItGivesBackWhatItHas) {
  for (double cut = 0.5; cut < 36; cut += 1) {
    Process start = spawn("a container", run(1));
    simulation.run_until(now() + seconds(cut));
    start.cancel();
    running.clear();
    expect_nothing_held();
    EXPECT_EQ(host->images.in_flight(), 0u) << cut;
    simulation.run_until(now() + 2min);  // addresses are no longer idle
  }
  EXPECT_THAT(ends, testing::SizeIs(5)) << "those that had the time, as the image was there by then";
}

TEST_F(ExecutorTest, OneThatHeedsEndsSoonTheOthersAreKilled) {
  for (const double heeds : {1.0, 0.0}) {
    ExecutorSpec spec = executor_spec();
    spec.heeds_stop = Fraction{heeds};
    spec.stopping = 3s;
    spec.clean_up = 1s;
    build(spec);
    spawn("a container", run(1));
    simulation.run();
    const Instant told = now();
    spawn("its end", executor->stop(std::move(running.at(0)), executor->kill_wait(JobKind::batch)));
    running.clear();
    simulation.run();
    EXPECT_DOUBLE_EQ(in_seconds(now() - told), (heeds == 1.0 ? 3 : 10) + 1 + 2);
    expect_nothing_held();
  }
  EXPECT_EQ(measures.stopped.total(), 1);
  EXPECT_EQ(measures.killed.total(), 1);
  EXPECT_EQ(executor->kill_wait(JobKind::service), 120s);
}

TEST_F(ExecutorTest, OneThatHasEndedIsCleanedUp) {
  spawn("a container", run(1));
  simulation.run();
  spawn("its end", executor->clean_up(std::move(running.at(0))));
  running.clear();
  simulation.run();
  EXPECT_DOUBLE_EQ(in_seconds(now()), 36 + 0.5 + 2);
  expect_nothing_held();
}

TEST_F(ExecutorTest, ARunMayBeginWithContainersOnAFullAgent) {
  std::size_t fit = 0;
  for (ContainerId id = 1; id <= 20; ++id) {
    Container container = executor->found(*host, {.container = id, .image = image, .groups = 1});
    if (!container) break;
    ++fit;
    running.push_back(std::move(container));
  }
  EXPECT_EQ(fit, 16u) << "two interfaces of eight addresses";
  EXPECT_EQ(host->network().used(), 16);
  EXPECT_EQ(host->proxy.size(), 16u);
  EXPECT_TRUE(host->images.cache().has(image));
  EXPECT_EQ(simulation.now(), Instant{});
  running.clear();
  expect_nothing_held();
}

TEST_F(ExecutorTest, KeyFiguresAreReadOffIt) {
  ImageMeasures counted(recorder);
  image_measures = counted;
  for (const ContainerId id : {1, 2}) {
    spawn("a container", run(id));
    simulation.run();
  }
  std::vector<Kpi> kpis;
  add_rows(kpis, executor_kpis, &measures);
  add_rows(kpis, image_kpis, &image_measures);
  const auto value = [&](std::string_view name) {
    const auto found = std::find_if(kpis.begin(), kpis.end(), [&](const Kpi& kpi) { return kpi.name == name; });
    return found != kpis.end() ? found->value : -1;
  };
  EXPECT_EQ(value("containers.start_failed_share"), 0);
  EXPECT_EQ(value("images.cached_share"), 0.5);
  EXPECT_EQ(value("images.pulled_bytes"), 40e6);
}

TEST_F(ExecutorTest, AnAgentThatDiesTakesItsContainersWithIt) {
  Scope scope;
  scope.spawn("a container", run(1));
  simulation.run_until(at(40s));
  scope.spawn("another", run(2));
  simulation.run_until(at(43s));
  scope.cancel();
  running.clear();
  host.reset();
  EXPECT_EQ(addresses.vpc().free_interfaces(0), NetworkSpec{}.warm_interfaces);
  simulation.run();
  EXPECT_THAT(ends, testing::ElementsAre(StartEnd::running));
}

}  // namespace
}  // namespace streamtwin::titus
