// What happens when somebody stops waiting: owners that die, deadlines, processes that end themselves; in every place
// where a process can be parked, and in the moment between being woken and going on.
#include <gtest/gtest.h>

#include <memory>
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

/// Counts how many are alive: what a destroyed process leaves behind is nothing.
struct Guard {
  explicit Guard(int& alive) : alive_(alive) { ++alive_; }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { --alive_; }
  int& alive_;
};

Task<> sleep_deep(int& alive, int depth) {
  const Guard guard{alive};
  if (depth > 0) {
    co_await sleep_deep(alive, depth - 1);
  } else {
    co_await delay(10s);
  }
}

TEST(Cancellation, UnwindsAllTheWayDown) {
  Simulation simulation;
  int alive = 0;
  Process process = spawn("deep", sleep_deep(alive, 5));
  simulation.run_until(at(1s));
  EXPECT_EQ(alive, 6);
  process.cancel();
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(process.alive());
  simulation.run();
  EXPECT_EQ(simulation.now(), at(1s)) << "nothing of it is left on the calendar";
}

Task<> sleep(Duration duration) { co_await delay(duration); }
Task<> sleep_twice() {
  co_await sleep(10s);
  co_await sleep(10s);
}

// The calendar finds a frame dead long after the parent's memory has been given to others: a compiler that puts the
// child's frame into its parent's, as clang may, must not do so.
TEST(Cancellation, OfAParentLeavesItsSleepingChildOnTheCalendar) {
  Simulation simulation;
  for (int i = 0; i < 50; ++i) {
    Process process = spawn("sleeper", sleep_twice());
    simulation.run_until(simulation.now() + 1s);
    process.cancel();
  }
  const std::uint64_t before = simulation.events();
  int alive = 0;
  for (int i = 0; i < 50; ++i) spawn("deep", sleep_deep(alive, 5));
  simulation.run();
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(simulation.now(), at(60s));
  EXPECT_EQ(simulation.events() - before, 50u * 2);
}

TEST(Cancellation, ReachesAProcessThatHasNotBegun) {
  Simulation simulation;
  int alive = 0;
  Process process = spawn("deep", sleep_deep(alive, 2));
  process.cancel();
  simulation.run();
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(simulation.events(), 0u);
}

TEST(Cancellation, OfOneselfTakesEffectAtTheNextAwait) {
  Simulation simulation;
  std::vector<std::string> log;
  int alive = 0;
  Process self;
  auto body = [](Process& me, std::vector<std::string>& out, int& count) -> Task<> {
    const Guard guard{count};
    co_await delay(1s);
    me.cancel();
    me.cancel();
    out.push_back("runs on");
    co_await delay(0s);
    out.push_back("never");
  };
  self = spawn("self", body(self, log, alive));
  simulation.run();
  EXPECT_EQ(log, (std::vector<std::string>{"runs on"}));
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(self.alive());
}

TEST(Cancellation, OfTheOwnScopeEndsTheOthersAtOnceAndOneselfAfterwards) {
  Simulation simulation;
  int alive = 0;
  auto owner = std::make_unique<Scope>();
  auto body = [](std::unique_ptr<Scope>& mine, int& count) -> Task<> {
    const Guard guard{count};
    co_await delay(1s);
    mine.reset();
    EXPECT_EQ(count, 1);
    co_await delay(1s);
    ADD_FAILURE() << "the process outlived its scope";
  };
  owner->spawn("other", sleep_deep(alive, 1));
  owner->spawn("self", body(owner, alive));
  simulation.run();
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(simulation.now(), at(1s));
}

TEST(Cancellation, OfOneselfAsTheLastActEndsOnce) {
  Simulation simulation;
  Scope scope;
  auto body = [](Scope& mine) -> Task<> {
    co_await delay(1s);
    mine.cancel();
  };
  scope.spawn("self", body(scope));
  simulation.run();
  EXPECT_EQ(scope.size(), 0u);
  EXPECT_EQ(simulation.now(), at(1s));
}

Task<> note_the_end(std::vector<int>& ended, int number, Duration lasts) {
  struct Note {
    ~Note() { to.push_back(number); }
    std::vector<int>& to;
    int number;
  } const note{ended, number};
  co_await delay(lasts);
}

TEST(Cancellation, OfAScopeEndsItsProcessesInTheOrderOfTheirBeginnings) {
  Simulation simulation;
  std::vector<int> ended;
  Scope scope;
  for (int i = 0; i < 3; ++i) scope.spawn("early", note_the_end(ended, i, i == 1 ? 1s : 10s));
  simulation.run_until(at(2s));
  scope.spawn("late, in the place of one that has ended", note_the_end(ended, 3, 10s));
  simulation.run_until(at(3s));
  scope.cancel();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(ended, (std::vector{1, 0, 2, 3}));
}

TEST(Cancellation, BetweenTheNotificationAndGoingOnIsClean) {
  Simulation simulation;
  Signal signal;
  int alive = 0;
  auto listener = [](Signal& to, int& count) -> Task<> {
    const Guard guard{count};
    co_await to.wait();
    ADD_FAILURE() << "a cancelled process went on";
  };
  Process process = spawn("listener", listener(signal, alive));
  simulation.run_until(at(1s));
  signal.notify_all();
  process.cancel();
  EXPECT_EQ(alive, 0);
  simulation.run();
}

TEST(Cancellation, GivesAGrantedPermitBack) {
  Simulation simulation;
  Semaphore semaphore{1};
  std::vector<std::string> log;
  auto holder = [](Semaphore& of, std::vector<std::string>& out, std::string name) -> Task<> {
    const Permit permit = co_await of.acquire();
    out.push_back(name);
    co_await delay(1s);
  };
  Process first = spawn("first", holder(semaphore, log, "first"));
  Process second = spawn("second", holder(semaphore, log, "second"));
  Process third = spawn("third", holder(semaphore, log, "third"));
  spawn("fourth", holder(semaphore, log, "fourth"));
  simulation.run_until(at(500ms));
  EXPECT_EQ(semaphore.waiting(), 3u);
  second.cancel();  // while queued
  EXPECT_EQ(semaphore.waiting(), 2u);
  first.cancel();  // while holding: third is granted
  third.cancel();  // granted, but not gone on
  simulation.run();
  EXPECT_EQ(log, (std::vector<std::string>{"first", "fourth"}));
  EXPECT_EQ(semaphore.taken(), 0u);
  EXPECT_EQ(simulation.now(), at(1.5s));
}

TEST(Cancellation, LeavesTheQueueOfAServerButNotItsWork) {
  Simulation simulation;
  FcfsServers servers{1};
  std::vector<double> ends;
  auto customer = [](FcfsServers& at, std::vector<double>& out) -> Task<> {
    co_await at.serve(2s);
    out.push_back(in_seconds(now()));
  };
  Process served = spawn("served", customer(servers, ends));
  Process queued = spawn("queued", customer(servers, ends));
  spawn("last", customer(servers, ends));
  simulation.run_until(at(1s));
  queued.cancel();
  EXPECT_EQ(servers.queued(), 1u);
  served.cancel();
  EXPECT_EQ(servers.busy(), 1u) << "abandoned work keeps its server";
  EXPECT_EQ(servers.abandoned(), 1u);
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{4}));
  EXPECT_EQ(servers.abandoned(), 0u);
  EXPECT_EQ(servers.worked(), 4s);
}

TEST(Cancellation, LeavesItsJobAtASharedProcessor) {
  Simulation simulation;
  ProcessorSharing cpu{1};
  std::vector<double> ends;
  auto customer = [](ProcessorSharing& at, std::vector<double>& out) -> Task<> {
    co_await at.serve(2s);
    out.push_back(in_seconds(now()));
  };
  Process given_up = spawn("given up", customer(cpu, ends));
  spawn("stays", customer(cpu, ends));
  simulation.run_until(at(1s));
  given_up.cancel();
  EXPECT_EQ(cpu.jobs(), 2u);
  EXPECT_EQ(cpu.abandoned(), 1u);
  simulation.run();
  EXPECT_EQ(ends, (std::vector<double>{4})) << "the abandoned job takes its share to the end";
  EXPECT_EQ(cpu.abandoned(), 0u);
}

TEST(Cancellation, HandsAPoppedValueToTheNext) {
  Simulation simulation;
  BoundedQueue<int> queue{2};
  std::vector<int> got;
  auto consumer = [](BoundedQueue<int>& from, std::vector<int>& out) -> Task<> { out.push_back(co_await from.pop()); };
  Process first = spawn("first", consumer(queue, got));
  spawn("second", consumer(queue, got));
  simulation.run_until(at(1s));
  EXPECT_TRUE(queue.try_push(1));
  first.cancel();
  simulation.run();
  EXPECT_EQ(got, (std::vector<int>{1}));
}

TEST(Cancellation, OfAPusherTakesItsValueAlong) {
  Simulation simulation;
  BoundedQueue<int> queue{1};
  auto producer = [](BoundedQueue<int>& to, int value) -> Task<> { co_await to.push(value); };
  spawn("one", producer(queue, 1));
  Process two = spawn("two", producer(queue, 2));
  spawn("three", producer(queue, 3));
  simulation.run_until(at(1s));
  two.cancel();
  EXPECT_EQ(queue.try_pop(), 1);
  EXPECT_EQ(queue.try_pop(), 3);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
  simulation.run();
}

TEST(Deadline, CancelsATaskInside) {
  Simulation simulation;
  int alive = 0;
  auto body = [](int& count) -> Task<> {
    const bool ended = co_await within(1s, sleep_deep(count, 3));
    EXPECT_FALSE(ended);
    EXPECT_EQ(count, 0);
    EXPECT_EQ(now(), at(1s));
  };
  spawn("body", body(alive));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(1s));
}

TEST(Deadline, OnAReplyLeavesTheCalleeAtWork) {
  Simulation simulation;
  FcfsServers servers{1};
  bool finished = false;
  auto callee = [](FcfsServers& at, Promise<int> promise, bool& done) -> Task<> {
    co_await at.serve(3s);
    done = true;
    EXPECT_FALSE(promise.awaited());
    promise.set(1);
  };
  auto caller = [callee](FcfsServers& at, bool& done) -> Task<> {
    auto [promise, future] = make_promise<int>();
    spawn("callee", callee(at, std::move(promise), done));
    const std::optional<int> reply = co_await within(1s, std::move(future));
    EXPECT_FALSE(reply);
  };
  spawn("caller", caller(servers, finished));
  simulation.run_until(at(1s));
  EXPECT_EQ(servers.busy(), 1u);
  EXPECT_FALSE(finished);
  simulation.run();
  EXPECT_TRUE(finished);
  EXPECT_EQ(simulation.now(), at(3s));
}

TEST(Deadline, AtTheInstantOfTheReplyGoesToWhicheverCameFirst) {
  Simulation simulation;
  std::vector<std::string> log;
  auto setter = [](Promise<int> promise) -> Task<> {
    co_await delay(1s);
    promise.set(1);
  };
  auto caller = [](std::vector<std::string>& out, Future<int> future) -> Task<> {
    const std::optional<int> reply = co_await future.within(1s);
    out.push_back(reply ? "reply" : "timeout");
  };
  {
    auto [promise, future] = make_promise<int>();
    spawn("setter", setter(std::move(promise)));
    spawn("caller", caller(log, std::move(future)));
  }
  {
    auto [promise, future] = make_promise<int>();
    spawn("caller", caller(log, std::move(future)));
    spawn("setter", setter(std::move(promise)));
  }
  simulation.run();
  EXPECT_EQ(log, (std::vector<std::string>{"timeout", "reply"})) << "of two events at one instant the one inserted first happens first";
}

TEST(AnyOf, CancelsTheLosers) {
  Simulation simulation;
  int alive = 0;
  auto body = [](int& count) -> Task<> {
    const auto first = co_await any_of(sleep_deep(count, 2), delay(1s), sleep_deep(count, 1));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(count, 0);
    // One that ends at once keeps those after it from beginning.
    auto at_once = []() -> Task<int> { co_return 5; };
    const auto second = co_await any_of(sleep_deep(count, 2), at_once(), sleep_deep(count, 1));
    EXPECT_EQ(std::get<1>(second), 5);
    EXPECT_EQ(count, 0);
  };
  spawn("body", body(alive));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(1s));
}

TEST(AnyOf, DiesWithItsProcess) {
  Simulation simulation;
  int alive = 0;
  auto body = [](int& count) -> Task<> {
    std::vector<Task<>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(sleep_deep(count, i));
    co_await any_of(std::move(tasks));
  };
  Process process = spawn("body", body(alive));
  simulation.run_until(at(1s));
  EXPECT_EQ(alive, 6);
  process.cancel();
  EXPECT_EQ(alive, 0);
  simulation.run();
}

TEST(Simulation, EndsWhateverIsAliveWithTheRun) {
  int alive = 0;
  {
    Simulation simulation;
    Semaphore semaphore{1};
    auto holder = [](Semaphore& of, int& count) -> Task<> {
      const Guard guard{count};
      const Permit permit = co_await of.acquire();
      co_await delay(10s);
    };
    spawn("holder", holder(semaphore, alive));
    spawn("waiter", holder(semaphore, alive));
    spawn("sleeper", sleep_deep(alive, 1));
    simulation.run_until(at(1s));
    EXPECT_EQ(alive, 4);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace streamtwin
