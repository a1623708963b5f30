// The run as a whole: one at a time, errors, hangs, stopping, progress.
#include "sim-core/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/semaphore.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin {
namespace {

using testing::HasSubstr;

Task<> tick(Duration every, int times) {
  for (int i = 0; i < times; ++i) co_await delay(every);
}

TEST(Simulation, IsAloneInItsProcess) {
  const Simulation first;
  EXPECT_THROW(Simulation second, ProgrammingError);
  EXPECT_EQ(&Simulation::current(), &first);
}

TEST(Simulation, IsNeededByWhatAsksForTheTime) {
  EXPECT_THROW(Simulation::current(), ProgrammingError);
  EXPECT_THROW(now(), ProgrammingError);
}

TEST(Simulation, RunsNothingWhenThereIsNothing) {
  Simulation simulation;
  simulation.run();
  EXPECT_EQ(simulation.now(), at(0s));
  EXPECT_FALSE(simulation.step());
  simulation.run_until(at(3s));
  EXPECT_EQ(simulation.now(), at(3s));
}

TEST(Simulation, RefusesThePast) {
  Simulation simulation;
  simulation.run_until(at(3s));
  EXPECT_THROW(simulation.run_until(at(2s)), ProgrammingError);
  auto body = []() -> Task<> { co_await until(at(1s)); };
  spawn("late", body());
  EXPECT_THROW(simulation.run(), ProgrammingError);
}

TEST(Simulation, IncludesTheInstantItRunsTo) {
  Simulation simulation;
  spawn("ticks", tick(1s, 5));
  simulation.run_until(at(3s));
  EXPECT_EQ(simulation.events(), 4u) << "the start and three ticks";
}

TEST(Simulation, StepsOneEventAtATime) {
  Simulation simulation;
  spawn("ticks", tick(1s, 2));
  std::vector<double> times;
  while (simulation.step()) times.push_back(in_seconds(simulation.now()));
  EXPECT_EQ(times, (std::vector<double>{0, 1, 2}));
}

TEST(Simulation, StopsAfterThePresentEvent) {
  Simulation simulation;
  auto body = []() -> Task<> {
    co_await delay(1s);
    Simulation::current().stop();
    co_await delay(1s);
  };
  spawn("stopper", body());
  simulation.run();
  EXPECT_TRUE(simulation.stopped());
  EXPECT_EQ(simulation.now(), at(1s));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(2s));
}

TEST(Simulation, ReportsProgress) {
  Simulation simulation;
  spawn("ticks", tick(1s, 10));
  std::vector<double> reports;
  simulation.on_progress(4, [&](Instant time) { reports.push_back(in_seconds(time)); });
  simulation.run();
  EXPECT_EQ(reports, (std::vector<double>{3, 7}));
}

TEST(Simulation, RethrowsWhatAProcessThrewAndNamesIt) {
  Simulation simulation;
  auto inner = []() -> Task<int> {
    co_await delay(2s);
    throw std::out_of_range("no such title");
    co_return 0;
  };
  auto outer = [inner]() -> Task<> { (void)co_await inner(); };
  spawn("faulty", outer());
  spawn("innocent", tick(1s, 5));
  EXPECT_THROW(simulation.run(), std::out_of_range);
  EXPECT_EQ(simulation.failed_process(), "faulty");
  EXPECT_EQ(simulation.failed_at(), at(2s));
  EXPECT_EQ(simulation.now(), at(2s));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(5s)) << "the others can go on";
}

TEST(Simulation, LetsAProcessCatchWhatItsChildThrew) {
  Simulation simulation;
  std::string caught;
  auto inner = []() -> Task<> {
    co_await delay(1s);
    throw std::runtime_error("inner");
  };
  auto outer = [inner](std::string& out) -> Task<> {
    try {
      co_await within(5s, inner());
    } catch (const std::runtime_error& error) {
      out = error.what();
    }
    try {
      co_await all_of(inner(), tick(1s, 100));
    } catch (const std::runtime_error& error) {
      out += std::string(" and ") + error.what();
    }
  };
  spawn("outer", outer(caught));
  simulation.run();
  EXPECT_EQ(caught, "inner and inner");
  EXPECT_EQ(simulation.now(), at(2s));
}

TEST(Simulation, RethrowsWhatAnEventThrew) {
  struct Bad : engine::DatedEvent {
    Bad() : DatedEvent([](engine::Event&) { throw std::runtime_error("bad event"); }) {}
  };
  Simulation simulation;
  Bad bad;
  engine::calendar().fire_at(1.0, bad);
  EXPECT_THROW(simulation.run(), std::runtime_error);
  EXPECT_EQ(simulation.now(), at(1s));
}

TEST(Hang, NamesWhoWaitsForWhatSinceWhen) {
  Simulation simulation;
  Signal never_given{"a signal that nobody gives"};
  Semaphore semaphore{0, "a permit of an empty pool"};
  auto listener = [](Signal& to) -> Task<> {
    co_await delay(2s);
    co_await to.wait();
  };
  auto taker = [](Semaphore& of) -> Task<> { const Permit permit = co_await of.acquire(); };
  spawn("listener", listener(never_given));
  spawn("taker", taker(semaphore));
  try {
    simulation.run();
    FAIL() << "a run in which nothing can happen any more ends";
  } catch (const Hang& hang) {
    EXPECT_THAT(hang.what(), HasSubstr("listener waits for a signal that nobody gives since 2 s"));
    EXPECT_THAT(hang.what(), HasSubstr("taker waits for a permit of an empty pool since 0 s"));
    ASSERT_EQ(hang.waiting().size(), 2u);
    EXPECT_EQ(hang.waiting()[1].since, at(2s)) << "who waits longest is named first";
  }
}

TEST(Hang, CountsTimesFromWhereItIsTold) {
  Simulation simulation;
  simulation.tell_times_from(at(10s), "the end of the warm-up");
  Signal never_given{"a signal that nobody gives"};
  auto listener = [](Signal& to) -> Task<> {
    co_await delay(12s);
    co_await to.wait();
  };
  spawn("listener", listener(never_given));
  try {
    simulation.run();
    FAIL() << "a run in which nothing can happen any more ends";
  } catch (const Hang& hang) {
    EXPECT_THAT(hang.what(), HasSubstr("nothing is left to happen at 2 s after the end of the warm-up"));
    EXPECT_THAT(hang.what(), HasSubstr("listener waits for a signal that nobody gives since 2 s"));
  }
}

TEST(Hang, IsNotWhenOnlyServicesWait) {
  Simulation simulation;
  Signal requests{"a request"};
  auto service = [](Signal& to) -> Task<> {
    for (;;) co_await to.wait();
  };
  Scope scope;
  scope.spawn_service("service", service(requests));
  spawn("ticks", tick(1s, 2));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(2s));
  EXPECT_FALSE(simulation.stuck());
}

TEST(Hang, OfARunToATimeIsTheCallersChoice) {
  Simulation simulation;
  Signal signal;
  bool heard = false;
  auto listener = [](Signal& to, bool& out) -> Task<> {
    co_await to.wait();
    out = true;
  };
  spawn("listener", listener(signal, heard));
  simulation.run_until(at(1s));
  EXPECT_TRUE(simulation.stuck());
  EXPECT_THROW(simulation.run_until(at(2s), WhenStuck::fail), Hang);
  signal.notify_all();
  simulation.run_until(at(3s), WhenStuck::fail);
  EXPECT_TRUE(heard);
}

TEST(Hang, IsFoundWhenTimeStandsStill) {
  Simulation simulation;
  simulation.set_instant_limit(10'000);
  auto body = []() -> Task<> {
    co_await delay(1s);
    for (;;) co_await delay(0s);
  };
  spawn("spinning", body());
  try {
    simulation.run();
    FAIL() << "a run whose time stands still ends";
  } catch (const Hang& hang) {
    EXPECT_THAT(hang.what(), HasSubstr("simulated time stands still at 1 s"));
    EXPECT_THAT(hang.what(), HasSubstr("spinning"));
  }
}

TEST(Order, OfOneInstantIsThatOfInsertion) {
  Simulation simulation;
  std::vector<int> order;
  auto body = [](std::vector<int>& out, int id, Duration first, Duration second) -> Task<> {
    co_await delay(first);
    co_await delay(second);
    out.push_back(id);
  };
  // All reach 3 s; what was inserted for it earlier happens earlier.
  spawn("a", body(order, 0, 2s, 1s));
  spawn("b", body(order, 1, 1s, 2s));
  spawn("c", body(order, 2, 3s, 0s));
  spawn("d", body(order, 3, 2s, 1s));
  simulation.run();
  EXPECT_EQ(order, (std::vector<int>{1, 0, 3, 2}));
}

TEST(Calendar, ForgetsCancelledTimersInProportion) {
  Simulation simulation;
  engine::Alarm alarm{[](engine::Event&) { ADD_FAILURE() << "a cancelled timer rang"; }};
  std::size_t entries_max = 0;
  for (int i = 0; i < 200'000; ++i) {
    alarm.set(1e6 + i);
    alarm.cancel();
    entries_max = std::max(entries_max, engine::calendar().entries());
  }
  EXPECT_EQ(entries_max, 0u);
  EXPECT_TRUE(engine::calendar().empty());
  simulation.run();
  EXPECT_EQ(simulation.now(), at(0s)) << "a cancelled timer does not move the clock";
}

TEST(Calendar, LetsATimerOutliveIt) {
  const auto silent = [](engine::Event&) { ADD_FAILURE() << "the run in which it was set is over"; };
  engine::Alarm later{silent}, present{silent};
  {
    Simulation simulation;
    later.set(10);
    present.set(0);
  }
  Simulation another;
  EXPECT_FALSE(later.pending() || present.pending());
  later.cancel();
  another.run();
}

TEST(Calendar, WithdrawsWhatWasSetForThePresentInstant) {
  struct Bell : engine::Alarm {
    Bell(std::vector<int>& out, int id) : Alarm(&rung), order(out), number(id) {}
    static void rung(engine::Event& event) {
      const auto& self = static_cast<Bell&>(static_cast<engine::Alarm&>(event));
      self.order.push_back(self.number);
    }
    std::vector<int>& order;
    int number;
  };
  Simulation simulation;
  std::vector<int> order;
  std::deque<Bell> bells;
  for (int i = 0; i < 200; ++i) bells.emplace_back(order, i).set(in_seconds(now()));
  for (int i = 0; i < 200; ++i) {
    if (i != 7 && i != 150) bells[static_cast<std::size_t>(i)].cancel();
  }
  EXPECT_EQ(engine::calendar().entries(), 2u);
  simulation.run();
  EXPECT_EQ(order, (std::vector<int>{7, 150}));
  EXPECT_EQ(simulation.events(), 2u);
  EXPECT_TRUE(engine::calendar().empty());
}

TEST(Calendar, ForgetsProcessesThatAreCancelledBeforeTheyBegin) {
  Simulation simulation;
  std::vector<int> order;
  const auto note = [](std::vector<int>& out, int id) -> Task<> {
    out.push_back(id);
    co_return;
  };
  Scope scope;
  std::vector<Process> processes;
  for (int i = 0; i < 200; ++i) processes.push_back(scope.spawn_after(i % 2 * 1s, "noting", note(order, i)));
  for (int i = 0; i < 200; ++i) {
    if (i != 7 && i != 150) processes[static_cast<std::size_t>(i)].cancel();
  }
  simulation.run();
  EXPECT_EQ(order, (std::vector<int>{150, 7}));
  EXPECT_EQ(simulation.events(), 2u);
  EXPECT_TRUE(engine::calendar().empty());
}

TEST(Calendar, ForgetsCancelledProcessesInProportion) {
  Simulation simulation;
  auto sleeper = []() -> Task<> { co_await delay(1000s); };
  std::size_t entries_max = 0;
  for (int i = 0; i < 50'000; ++i) {
    Process process = spawn("sleeper", sleeper());
    simulation.step();
    process.cancel();
    entries_max = std::max(entries_max, engine::calendar().entries());
  }
  EXPECT_LT(entries_max, 5'000u);
  EXPECT_TRUE(engine::calendar().empty());
}

}  // namespace
}  // namespace streamtwin
