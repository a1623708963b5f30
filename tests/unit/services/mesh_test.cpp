// One call between two services, step by step: threads and their queue, time-outs, retries, connections. The callee's
// work takes a known time and the network a known latency, so that every instant is known.
#include "models/services/mesh.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
namespace {

constexpr Duration one_way = 5ms;  // between the machines
constexpr Duration work = 100ms;   // of a request at the callee

ServiceSpec callee_with(int instances) {
  ServiceSpec spec;
  spec.instances_per_zone = instances;
  spec.cores = 100;
  spec.cost = {work, 0};
  return spec;
}

/// A caller with one call, and a callee with some instances; everything in one zone.
class MeshTest : public testing::Test {
 public:
  void build(CallSpec call, ServiceSpec callee) { build(std::vector{call}, std::move(callee)); }
  void build(std::vector<CallSpec> calls, ServiceSpec callee) {
    ServiceSpec caller, cache, store;
    cache.cache.emplace();
    store.store.emplace();
    cache.cost = {1ms, 0};
    caller.calls = std::move(calls);
    for (CallSpec& call : caller.calls) call.service = "callee";
    mesh.add({{"callee", callee}, {"caller", caller}, {"cache", cache}, {"store", store}});
    registry::AppView listed{.app = mesh.service("callee").index, .version = 1, .up = {}};
    for (int number = 0; number < callee.instances_per_zone; ++number) {
      Host& machine = platform.add_host("callee " + std::to_string(number), platform.world(), Speed{1e9}, 1, BitRate{1e9});
      listed.up.push_back({mesh.lives.launch(mesh.service("callee"), machine, 0, number).id, 0});
    }
    Host& machine = platform.add_host("caller", platform.world(), Speed{1e9}, 1, BitRate{1e9});
    caller_ = &mesh.lives.launch(mesh.service("caller"), machine, 0, 0);
    if (!caller_was_running) caller_->run_cold(now());
    mesh.lives.launch(mesh.service("store"), platform.add_host("store", platform.world(), Speed{1e9}, 1, BitRate{1e9}), 0, 0);
    mesh.lives.launch(mesh.service("cache"), platform.add_host("cache", platform.world(), Speed{1e9}, 1, BitRate{1e9}), 0, 0);
    platform.seal();
    registry::RegistryView view;
    view.apps.resize(4);
    view.apps[listed.app] = std::make_shared<registry::AppView>(listed);
    mesh.refresh_balancers(*caller_, view);
  }
  void make_slow(Duration latency) {
    trouble_.latency = latency;
    for (Instance& there : mesh.service("callee").instances()) there.trouble = &trouble_;
  }
  Instance& callee(int number) { return *mesh.service("callee").slot(0, number); }
  Outgoing& outgoing(std::size_t position = 0) { return caller_of(*caller_).outgoing(position); }

  struct Ended {
    Status status;
    double at;
  };
  void call_at(Duration when, std::size_t position = 0) {
    caller_->scope.spawn("a request", [](MeshTest& test, Duration delay_first, std::size_t which) -> Task<> {
      co_await delay(delay_first);
      const Reply reply = co_await test.mesh.call(caller_of(*test.caller_), which, {});
      test.ended.push_back({reply.status, in_seconds(now())});
    }(*this, when, position));
  }
  /// What the caller's balancer knows of a server of the callee.
  const ribbon::ServerStats& known_of(ribbon::ServerIndex server) { return outgoing().balancer.stats(server); }

  bool caller_was_running = false;  ///< when the run began
  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography{{{"region", 0, 0, 1}}, places::CloudNetworkSpec{.same_zone_rtt = 2 * one_way}};
  Mesh mesh{geography, recorder};
  std::vector<Ended> ended;

 private:
  rpc::Trouble trouble_;
  Instance* caller_ = nullptr;
};

// The first request to a server opens a connection, which costs a round trip more.
TEST_F(MeshTest, ANewConnectionCostsAHandshake) {
  build(CallSpec{}, callee_with(1));
  call_at(0s);
  call_at(1s);
  simulation.run();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_DOUBLE_EQ(ended[0].at, in_seconds(work + 4 * one_way));
  EXPECT_DOUBLE_EQ(ended[1].at, in_seconds(1s + work + 2 * one_way));
}

TEST_F(MeshTest, AConnectionBetweenTwoThatWereRunningBeforeIsThere) {
  caller_was_running = true;
  build(CallSpec{}, callee_with(1));
  call_at(0s);
  simulation.run();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_DOUBLE_EQ(ended[0].at, in_seconds(work + 2 * one_way));
}

TEST_F(MeshTest, CallsWaitForAThreadOfTheirPool) {
  CallSpec call;
  call.pool = {.core_size = 1, .max_queue_size = 5};
  build(call, callee_with(1));
  for (int i = 0; i < 3; ++i) call_at(0s);
  simulation.run();
  ASSERT_EQ(ended.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ended[i].status, Status::ok);
    EXPECT_NEAR(ended[i].at, in_seconds(2 * one_way + (i + 1) * (work + 2 * one_way)), 1e-12);
  }
  EXPECT_EQ(outgoing().pool.busy(), 0);
}

TEST_F(MeshTest, TheTimeOutCoversTheWaitForAThreadAndLeavesTheQueue) {
  CallSpec call;
  call.pool = {.core_size = 1, .max_queue_size = 5};
  call.command.timeout = 150ms;
  build(call, callee_with(1));
  for (int i = 0; i < 3; ++i) call_at(0s);
  simulation.run_until(at(160ms));
  EXPECT_EQ(outgoing().pool.queued(), 0);
  simulation.run();
  ASSERT_EQ(ended.size(), 3u);
  EXPECT_EQ(ended[0].status, Status::ok);
  EXPECT_EQ(ended[1].status, Status::timed_out);
  EXPECT_EQ(ended[2].status, Status::timed_out);
  EXPECT_DOUBLE_EQ(ended[2].at, 0.150);
  EXPECT_EQ(mesh.service("callee").measures.requests.total(), 2) << "what never had a thread was never sent";
  EXPECT_EQ(outgoing().pool.busy(), 0);
}

// The thread becomes free while the second call, timed out in the queue, is busy with its fallback.
TEST_F(MeshTest, ACallThatTimedOutInTheQueueTakesNoThreadDuringItsFallback) {
  CallSpec call;
  call.pool = {.core_size = 1, .max_queue_size = 5};
  call.command.timeout = 150ms;
  call.command.honours_interrupt = false;
  call.fallback = Fallback::stale_cache;
  ServiceSpec spec = callee_with(1);
  spec.data = DataSpec{.cache = "cache", .store = "store"};
  build(call, spec);
  make_slow(35ms);  // the first answer comes 5 ms after its time-out
  call_at(0s);
  call_at(0s);
  simulation.run_until(at(152ms));
  EXPECT_EQ(outgoing().pool.queued(), 0);
  EXPECT_EQ(outgoing().pool.busy(), 1);
  EXPECT_TRUE(ended.empty()) << "both ask the cache";
  simulation.run();
  EXPECT_EQ(mesh.measures.fallbacks.total(), 2);
  EXPECT_EQ(outgoing().pool.busy(), 0);
}

TEST_F(MeshTest, AFullQueueRejects) {
  CallSpec call;
  call.pool = {.core_size = 1, .max_queue_size = 10, .queue_rejection_threshold = 2};
  build(call, callee_with(1));
  for (int i = 0; i < 5; ++i) call_at(0s);
  simulation.run();
  EXPECT_EQ(std::count_if(ended.begin(), ended.end(), [](const Ended& e) { return e.status == Status::pool_rejected; }), 2)
      << "the threshold bites before the queue's size";
  EXPECT_EQ(mesh.measures.pool_rejected.total(), 2);
}

TEST_F(MeshTest, AThreadThatIgnoresItsInterruptStaysBusyUntilTheAnswerComes) {
  CallSpec call;
  call.command.timeout = 50ms;
  call.command.honours_interrupt = false;
  build(call, callee_with(1));
  call_at(0s);
  simulation.run_until(at(60ms));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].status, Status::timed_out);
  EXPECT_EQ(outgoing().pool.busy(), 1);
  simulation.run_until(at(130ms));
  EXPECT_EQ(outgoing().pool.busy(), 0);
  EXPECT_EQ(mesh.measures.late_answers.total(), 1);
}

TEST_F(MeshTest, AnInterruptedThreadIsFreeAtOnce) {
  CallSpec call;
  call.command.timeout = 50ms;
  call.command.honours_interrupt = true;
  build(call, callee_with(1));
  call_at(0s);
  simulation.run_until(at(60ms));
  EXPECT_EQ(outgoing().pool.busy(), 0);
  EXPECT_EQ(mesh.measures.timeouts.total(), 1);
  simulation.run();
  EXPECT_EQ(mesh.service("callee").measures.busy.total(), in_seconds(work)) << "abandoned work is worked nevertheless";
}

// To Ribbon's statistics a server that Hystrix did not wait for has done nothing wrong.
TEST_F(MeshTest, ACommandThatTimesOutSaysNothingOfTheServer) {
  CallSpec call;
  call.command.timeout = 50ms;
  call.command.honours_interrupt = true;
  build(call, callee_with(1));
  for (int i = 0; i < 4; ++i) call_at(100ms * i);
  simulation.run();
  EXPECT_EQ(mesh.measures.timeouts.total(), 4);
  EXPECT_EQ(known_of(0).failures_in_row(), 0);
  EXPECT_EQ(known_of(0).active(), 0);
  for (const Ended& request : ended) EXPECT_EQ(request.status, Status::timed_out) << "never unreachable: nobody was blacked out";
}

TEST_F(MeshTest, AThreadThatGoesOnTellsTheStatisticsHowItsTryEnded) {
  CallSpec call;
  call.command.timeout = 50ms;
  call.client.retries_next_server = 0;
  call.client.read_timeout = 200ms;
  build(call, callee_with(1));
  call_at(0s);
  simulation.run_until(at(60ms));
  EXPECT_EQ(known_of(0).active(), 1) << "the request is still under way";
  simulation.run_until(at(130ms));
  EXPECT_EQ(known_of(0).active(), 0);
  EXPECT_EQ(known_of(0).failures_in_row(), 0);
  EXPECT_TRUE(outgoing().balancer.connect(0, false)) << "the connection has had its answer";
  make_slow(1s);
  call_at(0s);
  simulation.run_until(at(300ms));
  EXPECT_EQ(known_of(0).active(), 1);
  simulation.run_until(at(340ms));
  EXPECT_EQ(known_of(0).active(), 0);
  EXPECT_EQ(known_of(0).failures_in_row(), 1) << "the client's own time-out counts";
}

TEST_F(MeshTest, CallsWithOneKeyShareTheirCommand) {
  CallSpec call, other;
  call.pool = {.core_size = 1, .max_queue_size = -1};
  other = call;
  other.command_key = "another";
  build(std::vector{call, call, other}, callee_with(1));
  EXPECT_EQ(&outgoing(0), &outgoing(1));
  EXPECT_NE(&outgoing(0), &outgoing(2));
  for (std::size_t position = 0; position < 3; ++position) call_at(0s, position);
  simulation.run();
  EXPECT_EQ(mesh.measures.pool_rejected.total(), 1) << "the first two share one thread";
}

TEST_F(MeshTest, AnOverloadedServerIsLeftForTheNext) {
  CallSpec call;
  call.balancer.rule = ribbon::RuleKind::round_robin;
  ServiceSpec callee_spec = callee_with(2);
  callee_spec.cores = 1;
  callee_spec.queue_limit = 0;
  build(call, callee_spec);
  // Three at once on two servers with a place each: the third is turned away by both.
  for (int i = 0; i < 3; ++i) call_at(0s);
  simulation.run();
  ASSERT_EQ(ended.size(), 3u);
  EXPECT_EQ(mesh.measures.retries.total(), 1);
  EXPECT_EQ(std::count_if(ended.begin(), ended.end(), [](const Ended& e) { return e.status == Status::overloaded; }), 1);
}

TEST_F(MeshTest, ADeadMachineWithoutAConnectionIsGivenUpAfterTheConnectTimeOut) {
  CallSpec call;
  call.balancer.rule = ribbon::RuleKind::round_robin;
  call.command.timeout = 10s;
  build(call, callee_with(2));
  turn_off(callee(0).machine);
  turn_off(callee(1).machine);
  simulation.run_until(at(1ms));
  turn_on(callee(1).machine);
  simulation.run_until(at(2ms));
  for (int i = 0; i < 2; ++i) call_at(0s);
  simulation.run();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].status, Status::ok);
  EXPECT_EQ(ended[1].status, Status::ok);
  EXPECT_NEAR(ended[1].at, in_seconds(2ms + 2s + work + 2 * one_way), 1e-9) << "the second try finds the open connection";
}

TEST_F(MeshTest, ASilentServerCostsTheReadTimeOutAndThenAnotherIsAsked) {
  CallSpec call;
  call.command.timeout = 10s;
  call.client.read_timeout = 300ms;
  build(call, callee_with(1));
  call_at(0s);  // opens the connection
  simulation.run_until(at(1s));
  make_slow(1s);
  call_at(0s);
  simulation.run();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[1].status, Status::timed_out);
  EXPECT_NEAR(ended[1].at, 1.6, 1e-9) << "one try and one retry of 300 ms";
  EXPECT_EQ(mesh.measures.timeouts.total(), 0) << "the client's time-out is a failure of the command";
  EXPECT_EQ(known_of(0).failures_in_row(), 2);
}

}  // namespace
}  // namespace streamtwin::services
