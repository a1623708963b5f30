// Promises that are kept late, once or never, and futures awaited again.
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

TEST(Future, MayBeAwaitedAgainAfterADeadline) {
  Simulation simulation;
  int got = 0;
  auto setter = [](Promise<int> promise) -> Task<> {
    co_await delay(5s);
    promise.set(7);
  };
  auto caller = [](Future<int> future, int& out) -> Task<> {
    const std::optional<int> early = co_await future.within(1s);
    EXPECT_FALSE(early);
    const auto winner = co_await any_of(future.wait(), delay(1s));
    EXPECT_EQ(winner.index(), 1u);
    out = co_await future;
  };
  auto [promise, future] = make_promise<int>();
  spawn("setter", setter(std::move(promise)));
  spawn("caller", caller(std::move(future), got));
  simulation.run();
  EXPECT_EQ(got, 7);
}

TEST(Future, OfADroppedPromiseNeverComes) {
  Simulation simulation;
  bool timed_out = false;
  auto caller = [](Future<void> future, bool& out) -> Task<> { out = !co_await future.within(2s); };
  auto [promise, future] = make_promise<void>();
  spawn("caller", caller(std::move(future), timed_out));
  { Promise<void> dropped = std::move(promise); }
  simulation.run();
  EXPECT_TRUE(timed_out);
}

TEST(Promise, WhoseValueIsOnItsWayLeavesNothingOnTheCalendarWhenNobodyWaits) {
  Simulation simulation;
  {
    auto [promise, future] = make_promise<int>();
    std::move(promise).set_after(10s, 7);
    EXPECT_FALSE(engine::calendar().empty());
  }
  EXPECT_TRUE(engine::calendar().empty());
  simulation.run();
  EXPECT_EQ(simulation.events(), 0u);
  EXPECT_EQ(simulation.now(), at(0s));
}

TEST(Promise, WhoseValueIsOnItsWayMayOutliveTheSimulation) {
  Future<int> later;
  {
    Simulation simulation;
    auto [promise, future] = make_promise<int>();
    later = std::move(future);
    std::move(promise).set_after(10s, 7);
    simulation.run_until(at(1s));
  }
  EXPECT_FALSE(later.ready());
}

TEST(Promise, IsSetOnce) {
  Simulation simulation;
  auto [promise, future] = make_promise<int>();
  promise.set(1);
  EXPECT_TRUE(future.ready());
  EXPECT_THROW(promise.set(2), ProgrammingError);
}

}  // namespace
}  // namespace streamtwin
