#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/bounded_queue.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/servers/semaphore.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

using Log = std::vector<std::string>;

Task<> say(Log& log, std::string word, Duration after) {
  co_await delay(after);
  log.push_back(word + "@" + std::to_string(static_cast<int>(in_seconds(now()))));
}

Task<int> number(int value, Duration after) {
  co_await delay(after);
  co_return value;
}

TEST(Process, RunsInTheOrderOfItsDelays) {
  Simulation simulation;
  Log log;
  spawn("b", say(log, "b", 2s));
  spawn("a", say(log, "a", 1s));
  simulation.run();
  EXPECT_EQ(log, (Log{"a@1", "b@2"}));
}

TEST(Process, AwaitsChildrenAndGetsTheirResults) {
  Simulation simulation;
  int sum = 0;
  auto parent = [](int& result) -> Task<> {
    result = co_await number(2, 1s);
    result += co_await number(3, 1s);
  };
  spawn("parent", parent(sum));
  simulation.run();
  EXPECT_EQ(sum, 5);
  EXPECT_EQ(simulation.now(), at(2s));
}

TEST(Process, StopsWaitingAtADeadline) {
  Simulation simulation;
  Log log;
  auto body = [](Log& out) -> Task<> {
    const std::optional<int> late = co_await within(1s, number(1, 5s));
    out.push_back(late ? "value" : "late");
    const std::optional<int> early = co_await within(2s, number(7, 1s));
    out.push_back(early ? std::to_string(*early) : "late");
    out.push_back(co_await within(1s, delay(5s)) ? "done" : "late");
  };
  spawn("body", body(log));
  simulation.run();
  EXPECT_EQ(log, (Log{"late", "7", "late"}));
  EXPECT_EQ(simulation.now(), at(3s));
}

TEST(Process, WaitsForAnyAndForAll) {
  Simulation simulation;
  std::size_t first = 9;
  int sum = 0;
  auto body = [](std::size_t& winner, int& total) -> Task<> {
    winner = (co_await any_of(delay(3s), number(4, 1s), delay(2s))).index();
    auto [a, b] = co_await all_of(number(1, 2s), number(2, 4s));
    total = a + b;
    std::vector<Task<int>> many;
    for (int i = 0; i < 3; ++i) many.push_back(number(i, 1s));
    for (int value : co_await all_of(std::move(many))) total += value;
  };
  spawn("body", body(first, sum));
  simulation.run();
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(simulation.now(), at(6s));
}

TEST(Future, CarriesAReplyOrTimesOut) {
  Simulation simulation;
  Log log;
  auto server = [](Promise<int> promise, Duration after) -> Task<> {
    co_await delay(after);
    promise.set(42);
  };
  auto client = [server](Log& out) -> Task<> {
    for (const Duration after : {Duration{1s}, Duration{3s}}) {
      auto [promise, future] = make_promise<int>();
      spawn("server", server(std::move(promise), after));
      const std::optional<int> reply = co_await future.within(2s);
      out.push_back(reply ? std::to_string(*reply) : "timeout");
    }
  };
  spawn("client", client(log));
  simulation.run();
  EXPECT_EQ(log, (Log{"42", "timeout"}));
  EXPECT_EQ(simulation.now(), at(4s));
}

TEST(Future, CarriesAReplyThatIsOnItsWayWhenTheSenderHasEnded) {
  Simulation simulation;
  Log log;
  Scope sender;
  auto server = [](Promise<int> promise) -> Task<> {
    co_await delay(1s);
    std::move(promise).set_after(2s, 42);
  };
  auto client = [](Future<int> future, Log& out) -> Task<> {
    const std::optional<int> early = co_await future.within(2s);
    out.push_back(early ? "early" : "on its way");
    const int reply = co_await future;
    out.push_back(std::to_string(reply) + "@" + std::to_string(static_cast<int>(in_seconds(now()))));
  };
  auto [promise, future] = make_promise<int>();
  sender.spawn("server", server(std::move(promise)));
  spawn("client", client(std::move(future), log));
  simulation.run_until(at(1500ms));
  sender.cancel();
  simulation.run();
  EXPECT_EQ(log, (Log{"on its way", "42@3"}));
}

TEST(Future, DropsAReplyOnItsWayWhenNobodyWaitsAnyMore) {
  Simulation simulation;
  auto client = [](Future<int> future) -> Task<> {
    const std::optional<int> reply = co_await future.within(1s);
    EXPECT_FALSE(reply.has_value());
  };
  auto [promise, future] = make_promise<int>();
  spawn("client", client(std::move(future)));
  std::move(promise).set_after(5s, 1);
  simulation.run();
  EXPECT_EQ(simulation.now(), at(1s)) << "the event of the reply went with whoever waited";
}

TEST(Scope, LosesWhatIsOnItsWayToADeadOwner) {
  Simulation simulation;
  Log log;
  Scope owner;
  owner.spawn_after(1s, "early", say(log, "early", 0s));
  owner.spawn_after(3s, "late", say(log, "late", 0s));
  simulation.run_until(at(2s));
  owner.cancel();
  simulation.run();
  EXPECT_EQ(log, (Log{"early@1"}));
}

TEST(Scope, EndsItsProcessesWithTheOwner) {
  Simulation simulation;
  Log log;
  {
    Scope scope;
    scope.spawn("a", say(log, "a", 1s));
    scope.spawn("b", say(log, "b", 3s));
    simulation.run_until(at(2s));
    EXPECT_EQ(scope.size(), 1u);
  }
  simulation.run();
  EXPECT_EQ(log, (Log{"a@1"}));
  EXPECT_EQ(simulation.now(), at(2s));
}

TEST(Servers, ServeInOrderAndReject) {
  Simulation simulation;
  Log log;
  FcfsServers servers{1, 1};
  auto customer = [](FcfsServers& at, Log& out, std::string name) -> Task<> {
    const Service end = co_await at.serve(2s);
    out.push_back(name + (end == Service::served ? " served" : " rejected"));
  };
  for (const char* name : {"a", "b", "c"}) spawn(name, customer(servers, log, name));
  simulation.run();
  EXPECT_EQ(log, (Log{"c rejected", "a served", "b served"}));
  EXPECT_EQ(simulation.now(), at(4s));
}

TEST(Servers, ShareAProcessorEqually) {
  Simulation simulation;
  ProcessorSharing cpu{1};
  std::vector<double> ends;
  auto job = [](ProcessorSharing& on, std::vector<double>& out, Duration arrival, Duration work) -> Task<> {
    co_await delay(arrival);
    co_await on.serve(work);
    out.push_back(in_seconds(now()));
  };
  spawn("long", job(cpu, ends, 0s, 3s));
  spawn("short", job(cpu, ends, 1s, 1s));
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{3, 4}));
}

TEST(Servers, HandPermitsAndValuesOver) {
  Simulation simulation;
  Log log;
  Semaphore semaphore{1};
  BoundedQueue<int> queue{1};
  auto producer = [](Semaphore& of, BoundedQueue<int>& to) -> Task<> {
    Permit permit = co_await of.acquire();
    for (int i = 0; i < 3; ++i) co_await to.push(i);
  };
  auto consumer = [](Semaphore& of, BoundedQueue<int>& from, Log& out) -> Task<> {
    co_await delay(1s);
    for (int i = 0; i < 3; ++i) out.push_back(std::to_string(co_await from.pop()));
    Permit permit = co_await of.acquire();
    out.push_back("permit");
  };
  spawn("producer", producer(semaphore, queue));
  spawn("consumer", consumer(semaphore, queue, log));
  simulation.run();
  EXPECT_EQ(log, (Log{"0", "1", "2", "permit"}));
  EXPECT_EQ(semaphore.taken(), 0u);
}

}  // namespace
}  // namespace streamtwin
