// Tasks' files in an object store, and what becomes of them while it fails.
#include "models/work/object_store.hpp"

#include <gtest/gtest.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::work {
namespace {

/// A hundred megabytes cross the network in a second.
class ObjectStoreTest : public testing::Test {
 protected:
  ObjectStoreTest() { platform.seal(); }
  Task<> read(Bytes size) {
    const Outcome outcome = co_await store.read(machine, size);
    ends.emplace_back(outcome == Outcome::finished, in_seconds(now()));
  }
  void fail_between(double from, double to) {
    simulation.run_until(at(seconds(from)));
    store.fail();
    simulation.run_until(at(seconds(to)));
    store.restore();
  }

  Simulation simulation;
  Platform platform;
  Host& edge = platform.add_host("edge", platform.world(), Speed{1e9}, 1, BitRate{800e6});
  Host& machine = platform.add_host("machine", platform.world(), Speed{1e9}, 1, BitRate{800e6});
  ObjectStore store{edge};
  std::vector<std::pair<bool, double>> ends;
};

TEST_F(ObjectStoreTest, IsReadOverTheNetwork) {
  spawn("a task", read(Bytes{1e9}));
  simulation.run();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_TRUE(ends[0].first);
  EXPECT_NEAR(ends[0].second, 10, 0.5);
}

TEST_F(ObjectStoreTest, BreaksOffWhatIsUnderWayAndIsAskedInVainForAWhile) {
  spawn("a task", read(Bytes{1e9}));
  fail_between(5, 20);
  simulation.run();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_FALSE(ends[0].first);
  EXPECT_NEAR(ends[0].second, 5 + 40, 0.1) << "four attempts of 10 s";
}

TEST_F(ObjectStoreTest, RefusesNobodyWhoHasNothingToReadAndServesWhenItIsBack) {
  simulation.run_until(at(1s));
  store.fail();
  store.fail();
  spawn("a task without files", read(Bytes{0}));
  spawn("a task", read(Bytes{1e9}));
  simulation.run_until(at(2s));
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_TRUE(ends[0].first);
  store.restore();
  EXPECT_FALSE(store.answers()) << "two have failed it";
  store.restore();
  spawn("another task", read(Bytes{1e9}));
  simulation.run();
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_TRUE(ends[1].first);
  EXPECT_FALSE(ends[2].first);
}

}  // namespace
}  // namespace streamtwin::work
