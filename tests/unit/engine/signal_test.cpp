#include "sim-core/signal.hpp"

#include <gtest/gtest.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

TEST(Signal, ReachesThoseWhoWait) {
  Simulation simulation;
  Signal signal;
  int heard = 0;
  auto listener = [](Signal& to, int& count) -> Task<> {
    co_await to.wait();
    ++count;
  };
  spawn("one", listener(signal, heard));
  spawn("two", listener(signal, heard));
  simulation.run_until(at(1s));
  EXPECT_EQ(signal.waiting(), 2u);
  signal.notify_all();
  simulation.run();
  EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace streamtwin
