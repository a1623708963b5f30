// Downloads as processes see them: an await that ends exactly once, whatever happens on the way.
#include "sim-core/flows/downloads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::flows {
namespace {

using namespace literals;
using testing::ElementsAre;

class DownloadsTest : public testing::Test {
 public:
  Task<> fetch(PathId path, BitRate cap, Bytes size) {
    const Outcome outcome = co_await downloads.download(path, cap, size);
    log.push_back(std::string(name_of(outcome)) + " at " + std::to_string(in_seconds(now())).substr(0, 5));
  }
  void at_time(Duration time, std::function<void()> action) {
    spawn("at a time", [](Duration when, std::function<void()> act) -> Task<> {
      co_await delay(when);
      act();
    }(time, std::move(action)));
  }

  Simulation simulation;
  Downloads downloads;
  LinkId link = downloads.add_link(8_Mbps);
  PathId path = downloads.path({link});
  std::vector<std::string> log;
};

TEST_F(DownloadsTest, ShareALinkAndEndInOrder) {
  spawn("first", fetch(path, 8_Mbps, 1_MB));
  spawn("second", fetch(path, 8_Mbps, 2_MB));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 2.000", "finished at 3.000"));
}

TEST_F(DownloadsTest, OfNothingEndAtOnce) {
  spawn("empty", fetch(path, 8_Mbps, 0_B));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 0.000"));
  EXPECT_EQ(downloads.totals().started, 0u);
}

TEST_F(DownloadsTest, OverALinkThatIsOffFailAtOnce) {
  downloads.set_on(link, false);
  spawn("refused", fetch(path, 8_Mbps, 1_MB));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 0.000"));
}

TEST_F(DownloadsTest, InFlightFailWhenTheirLinkGoesOffAndOthersSpeedUp) {
  const LinkId spur = downloads.add_link(100_Mbps);
  spawn("cut off", fetch(downloads.path({spur, link}), 8_Mbps, 4_MB));
  spawn("survivor", fetch(path, 8_Mbps, 1_MB));
  at_time(1s, [&] { downloads.set_on(spur, false); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1.000", "finished at 1.500"));
  EXPECT_EQ(downloads.totals().lost, Bytes{5e5});
  EXPECT_EQ(downloads.in_flight(), 0u);
}

TEST_F(DownloadsTest, ThatNobodyWaitsForAnyMoreAreAborted) {
  Process viewer = spawn("viewer", fetch(path, 8_Mbps, 4_MB));
  spawn("other", fetch(path, 8_Mbps, 1_MB));
  at_time(1s, [&] { viewer.cancel(); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 1.500"));
  const FlowTotals totals = downloads.totals();
  EXPECT_EQ(totals.aborted, 1u);
  EXPECT_EQ(totals.finished, 1u);
}

TEST_F(DownloadsTest, MayBeWaitedForInSlicesWhileTheAccessRateChanges) {
  spawn("viewer", [](DownloadsTest& test) -> Task<> {
    Download chunk = test.downloads.download(test.path, 1_Mbps, 1_MB);
    EXPECT_FALSE(co_await chunk.within(4s));
    EXPECT_EQ(chunk.delivered(), Bytes{5e5});
    chunk.set_cap(4_Mbps);
    EXPECT_EQ(co_await chunk.within(10s), Outcome::finished);
    EXPECT_EQ(now(), at(5s));
  }(*this));
  simulation.run();
}

TEST_F(DownloadsTest, ThatAreCalledOffEndAsCancelled) {
  spawn("viewer", [](DownloadsTest& test) -> Task<> {
    Download chunk = test.downloads.download(test.path, 8_Mbps, 4_MB);
    test.at_time(1s, [&chunk] { chunk.cancel(); });
    EXPECT_EQ(co_await chunk, Outcome::cancelled);
    EXPECT_EQ(chunk.delivered(), 1_MB);
    EXPECT_EQ(now(), at(1s));
  }(*this));
  simulation.run();
}

TEST_F(DownloadsTest, OneAfterAnotherKeepALinkBusy) {
  spawn("viewer", [](DownloadsTest& test) -> Task<> {
    for (int chunk = 0; chunk < 100; ++chunk) {
      EXPECT_EQ(co_await test.downloads.download(test.path, 100_Mbps, 1_MB), Outcome::finished);
    }
  }(*this));
  simulation.run();
  EXPECT_NEAR(in_seconds(simulation.now()), 100, 1e-9);
  EXPECT_NEAR(downloads.carried_so_far(link).value(), 1e8, 1e-3);
}

TEST_F(DownloadsTest, UnderWayAtTheEndOfARunDoNoHarm) {
  spawn("viewer", fetch(path, 8_Mbps, 1_GB));
  simulation.run_until(at(3s));
  EXPECT_EQ(downloads.totals().in_flight, 3_MB);
}

}  // namespace
}  // namespace streamtwin::flows
