// What a request holds on the instance that serves it: a worker for its own work on an event loop, a thread until its
// answer with blocking threads. `front` works 10 ms and calls `back`, which takes 100 ms.
#include "models/rpc/execution.hpp"

#include <gmock/gmock.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

using testing::ElementsAre;

ServiceSpec front(std::vector<CallSpec> calls) { return service_of(10ms, 1, std::move(calls)); }

ServiceSpec on_threads(ServiceSpec spec, int threads, int queue_limit = 200) {
  spec.execution = {ExecutionModel::blocking_threads, threads};
  spec.queue_limit = queue_limit;
  return spec;
}

std::map<std::string, ServiceSpec> before_back(ServiceSpec front, Duration back = 100ms) {
  return {{"back", service_of(back, 100)}, {"front", std::move(front)}};
}

TEST(EventLoop, ARequestHoldsNothingWhileItWaits) {
  Backend backend(before_back(front({call_to("back")})));
  for (int i = 0; i < 3; ++i) backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(110, 120, 130));
}

TEST(BlockingThreads, ARequestHoldsItsThreadUntilItIsAnswered) {
  Backend backend(before_back(on_threads(front({call_to("back")}), 1)));
  for (int i = 0; i < 3; ++i) backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(110, 220, 330));
  EXPECT_EQ(backend.instance("front").execution.threads->taken(), 0u);
}

TEST(BlockingThreads, RunningThreadsShareTheCores) {
  Backend backend(before_back(on_threads(front({call_to("back")}), 2)));
  backend.send_at(0ms, "front");
  backend.send_at(5ms, "front");
  backend.simulation.run();
  // 5 ms alone, then half a core each until the first has its 10 ms at 15 ms; the second has worked 5 ms by then.
  EXPECT_THAT(backend.ends_ms(), ElementsAre(115, 120));
  EXPECT_NEAR(in_seconds(backend.instance("front").execution.worked()), 0.020, 1e-12);
}

TEST(BlockingThreads, BeyondThreadsAndQueueARequestIsRejectedAtOnce) {
  Backend backend(before_back(on_threads(front({call_to("back")}), 1, 1)));
  for (int i = 0; i < 3; ++i) backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(0, 110, 220));
  EXPECT_EQ(backend.ended.front().status, Status::overloaded);
  EXPECT_EQ(backend.mesh.service("front").measures.rejections.total(), 1);
}

TEST(BlockingThreads, ASlowDependencyUsesUpTheThreadsAndNotTheCores) {
  Backend backend(before_back(on_threads(front({call_to("back")}), 4, 0), 900ms));
  for (int i = 0; i < 8; ++i) backend.send_at(100ms * i, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("front").measures.rejections.total(), 4);
  EXPECT_NEAR(in_seconds(backend.instance("front").execution.worked()), 0.040, 1e-12);
}

TEST(BlockingThreads, CallsWithThreadsOfTheirOwnRunInParallelAndTheOthersInTurn) {
  const CallSpec pooled = call_to("back");
  CallSpec own = call_to("back", hystrix::Isolation::semaphore);
  own.command_key = "own";
  const auto end_of = [](ServiceSpec front) {
    Backend backend(before_back(std::move(front)));
    backend.send_at(0ms, "front");
    backend.simulation.run();
    return backend.ends_ms().front();
  };
  EXPECT_EQ(end_of(on_threads(front({pooled, pooled}), 9)), 110);
  EXPECT_EQ(end_of(on_threads(front({own, own}), 9)), 210);
  EXPECT_EQ(end_of(on_threads(front({own, pooled, own, pooled}), 9)), 210) << "the pools' calls run beside those in turn";
  EXPECT_EQ(end_of(front({own, own})), 110) << "nothing of an event loop waits";
}

// HystrixCommand.execute() under semaphore isolation: the time-out is counted when it fires, the caller goes on when
// its code returns.
TEST(BlockingThreads, CodeOnTheRequestsThreadOutlivesItsCommandsTimeOut) {
  CallSpec own = call_to("back", hystrix::Isolation::semaphore);
  own.command.timeout = 50ms;
  own.fallback = Fallback::fixed_answer;
  Backend backend(before_back(on_threads(front({own}), 1)));
  backend.send_at(0ms, "front");
  backend.simulation.run_until(at(70ms));
  EXPECT_EQ(backend.mesh.measures.timeouts.total(), 1);
  EXPECT_EQ(backend.instance("front").execution.threads->taken(), 1u);
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(110));
  EXPECT_EQ(backend.ended.front().status, Status::ok);
}

TEST(BlockingThreads, CodeOnTheRequestsThreadEndsWithTheClientsReadTimeOut) {
  CallSpec own = call_to("back", hystrix::Isolation::semaphore);
  own.command.timeout = 50ms;
  own.client.read_timeout = 300ms;
  Backend backend(before_back(on_threads(front({own}), 1), 5s));
  backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(610)) << "both of its tries are made";
  EXPECT_EQ(backend.ended.front().status, Status::timed_out);
}

TEST(BlockingThreads, WhatAFaultAddsHoldsAThreadAndNoCore) {
  Backend backend({{"front", on_threads(front({}), 2)}});
  backend.ail("front", {.latency = 100ms});
  for (int i = 0; i < 3; ++i) backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(120, 120, 230));
}

TEST(BlockingThreads, ThreadsDieWithTheirMachine) {
  Backend backend(before_back(on_threads(front({call_to("back")}), 1)));
  for (int i = 0; i < 2; ++i) backend.send_at(0ms, "front");
  backend.simulation.run_until(at(50ms));
  backend.instance("front").die();
  EXPECT_EQ(backend.instance("front").execution.threads->taken(), 0u);
  EXPECT_TRUE(backend.ended.empty());
}

TEST(Pauses, StopWorkAndLetItEndLater) {
  for (const bool threads : {false, true}) {
    Backend backend({{"front", threads ? on_threads(service_of(100ms, 2), 9) : service_of(100ms, 2)}});
    backend.send_at(0ms, "front");
    backend.send_at(50ms, "front");  // arrives during the pause
    backend.send_at(60ms, "front");  // an event loop has no worker for it until 160 ms
    rpc::Execution& execution = backend.instance("front").execution;
    backend.simulation.run_until(at(40ms));
    execution.pause(at(100ms));
    backend.simulation.run_until(at(100ms));
    EXPECT_NEAR(in_seconds(execution.worked()), 0.040, 1e-12) << "nothing was worked on";
    execution.resume();
    backend.simulation.run();
    if (threads) {
      // Three share two cores from 100 ms: the first has its 60 ms at 190 ms, the others 100 ms at 230 ms.
      EXPECT_THAT(backend.ends_ms(), ElementsAre(190, 230, 230));
    } else {
      EXPECT_THAT(backend.ends_ms(), ElementsAre(160, 200, 260));
    }
    EXPECT_NEAR(in_seconds(execution.worked()), 0.300, 1e-12);
  }
}

TEST(Pauses, AnAnswerThatComesMeanwhileIsReadAfterwards) {
  Backend backend(before_back(front({call_to("back")})));
  backend.send_at(0ms, "front");
  backend.simulation.run_until(at(50ms));
  backend.instance("front").execution.pause(at(150ms));
  backend.simulation.run_until(at(150ms));
  backend.instance("front").execution.resume();
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(150));
}

TEST(Pauses, NoFurtherTryIsSentMeanwhile) {
  CallSpec call = call_to("back");
  call.client.read_timeout = 50ms;
  Backend backend(before_back(front({call}), 45ms));
  backend.ail("back", {.slowdown = 55.0 / 45});
  backend.send_at(0ms, "front");  // the first try ends at 60 ms without an answer
  backend.simulation.run_until(at(40ms));
  backend.instance("front").execution.pause(at(150ms));
  backend.ail("back", {.slowdown = 1});
  backend.simulation.run_until(at(149ms));
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 1);
  backend.simulation.run_until(at(150ms));
  backend.instance("front").execution.resume();
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(195));
  EXPECT_EQ(backend.mesh.measures.retries.total(), 1);
}

TEST(Pauses, ComeAsDescribed) {
  ServiceSpec spec = service_of(1ms, 1);
  spec.garbage_collection = {.interval = 900ms, .pause = 100ms, .sigma = 0};
  Backend backend({{"front", spec}});
  for (int i = 0; i < 20000; ++i) backend.send_at(100ms * i, "front");
  backend.simulation.run_until(at(2000s));
  // A tenth of the time is spent in pauses, and as many requests come during one and wait for 50 ms on average.
  const LogHistogram& latency = backend.recorder.histograms().at("service.front.latency").all;
  EXPECT_NEAR(latency.mean(), 1.1e-3 + 0.1 * 0.050, 0.6e-3);
}

TEST(BlockingThreads, AnAnswerWaitsForTheSchedulerOnlyWhileOthersKeepTheCoresBusy) {
  ServiceSpec spec = on_threads(service_of(10ms, 1), 2);
  spec.execution.dispatch_delay = 2ms;
  double waited = 0;
  constexpr int runs = 400;
  for (int seed = 0; seed < runs; ++seed) {
    Backend backend({{"front", spec}}, Seed{static_cast<std::uint64_t>(seed)});
    backend.send_at(0ms, "front");
    backend.send_at(1ms, "front");
    backend.send_at(100ms, "front");
    backend.simulation.run();
    std::map<std::uint64_t, double> ends;
    for (const Backend::Ended& ended : backend.ended) ends[ended.request] = ended.at * 1e3;
    EXPECT_NEAR(ends[1], 20, 1e-6) << "nobody is left whom it could wait for";
    EXPECT_NEAR(ends[2], 110, 1e-6) << "alone";
    waited += ends[0] - 19;  // 1 ms alone, then 18 ms at half the pace
  }
  EXPECT_NEAR(waited / runs, 2, 0.3);
}

TEST(BlockingThreads, WhatTheHostStealsIsWorkedLonger) {
  ServiceSpec spec = on_threads(service_of(10ms, 1), 4);
  spec.execution.steal = Fraction{0.2};
  Backend backend({{"front", spec}});
  backend.send_at(0ms, "front");
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(12.5));
}

TEST(WarmUp, CostFallsInAStraightLineFromTheLaunchOn) {
  const WarmUpSpec spec{.cold_factor = 5, .lasts = 100s};
  EXPECT_EQ(cold_factor_at(spec, 0s), 5);
  EXPECT_EQ(cold_factor_at(spec, 25s), 4);
  EXPECT_EQ(cold_factor_at(spec, 75s), 2);
  EXPECT_EQ(cold_factor_at(spec, 100s), 1);
  EXPECT_EQ(cold_factor_at(spec, 1000s), 1);
}

TEST(WarmUp, OnlyAnInstanceLaunchedDuringTheRunIsCold) {
  ServiceSpec spec = service_of(10ms, 1);
  spec.warm_up = {.cold_factor = 5, .lasts = 100s};
  Backend backend({{"front", spec}});
  backend.send_at(0ms, "front");
  backend.send_at(75s, "front");
  backend.simulation.run_until(at(1s));
  EXPECT_THAT(backend.ends_ms(), ElementsAre(10));
  backend.instance("front").run_cold(at(0s));
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(10, 75020));
}

}  // namespace
}  // namespace streamtwin::services
