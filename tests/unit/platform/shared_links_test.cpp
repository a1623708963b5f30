// One link, two owners in turn: what viewers leave is what bulk transfers get.
#include "sim-core/platform/shared_links.hpp"

#include <gtest/gtest.h>

#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

using namespace literals;

TEST(SplitCapacity, GivesBulkWhatViewersLeaveAndAtLeastItsShare) {
  const LinkSplit idle = split_capacity(10_Gbps, 4_Gbps, false, 5_pct);
  EXPECT_EQ(idle.viewers, 10_Gbps);
  EXPECT_EQ(idle.bulk, 6_Gbps);
  const LinkSplit full = split_capacity(10_Gbps, 10_Gbps, true, 5_pct);
  EXPECT_EQ(full.viewers, BitRate{9.5e9});
  EXPECT_EQ(full.bulk, BitRate{0.5e9});
}

class SharedLinksTest : public testing::Test {
 public:
  SharedLinksTest() {
    platform.seal();
    shared.start();
  }
  Task<> watch(Bytes size) { outcome = co_await downloads.download(path, 100_Mbps, size); }
  Task<> copy(Bytes size) {
    EXPECT_EQ(co_await transfer(origin, appliance, size), Outcome::finished);
    copied = now();
  }

  Simulation simulation;
  Platform platform;
  Zone& cloud = platform.add_zone("cloud", platform.world(), 10_Gbps, 0s);
  Zone& site = platform.add_zone("site", platform.world(), 8_Mbps, 0s);
  Host& origin = platform.add_host("origin", cloud, Speed{1e9}, 1, 10_Gbps);
  Host& appliance = platform.add_host("appliance", site, Speed{1e9}, 1, 10_Gbps);
  Zone& other = platform.add_zone("other", platform.world(), 8_Mbps, 0s);
  Host& box = platform.add_host("box", other, Speed{1e9}, 1, 10_Gbps);
  flows::Downloads downloads;
  SharedLinks shared{downloads, {.step = 1s, .bulk_share = 25_pct}};
  flows::LinkId viewers = shared.share(*site.uplink());
  flows::PathId path = downloads.path({viewers});
  std::optional<Outcome> outcome;
  Instant copied = never;
};

TEST_F(SharedLinksTest, BulkAloneHasTheWholeLink) {
  spawn("copy", copy(4_MB));
  simulation.run_until(at(10s));
  EXPECT_NEAR(in_seconds(copied), 4, 1e-9);
}

TEST_F(SharedLinksTest, CompetingBulkIsHeldToItsShareAndViewersToTheRest) {
  spawn("viewer", watch(1_GB));
  spawn("copy", copy(4_MB));
  simulation.run_until(at(100s));
  // 1 s at 8 Mbps, before the first step, then 2 Mbps: 1 MB + 0.25 MB/s * 12 s
  EXPECT_NEAR(in_seconds(copied), 13, 1e-6);
  EXPECT_EQ(downloads.capacity(viewers), 8_Mbps) << "the link is the viewers' again";
  EXPECT_NEAR(downloads.carried_so_far(viewers).value(), (8e6 * 100 - 2e6 * 12) / 8, 3e5);
}

TEST_F(SharedLinksTest, ViewersOfASampleCountAsAllOfThemOnTheLinkBehindTheirOwn) {
  const flows::LinkId ports[] = {downloads.add_link(1_Mbps), downloads.add_link(1_Mbps)};
  shared.share(*other.uplink(), {ports[0], ports[1]}, 25_pct);
  spawn("viewer", [](SharedLinksTest& test, flows::LinkId port) -> Task<> {
    const flows::PathId alone = test.downloads.path({port});
    co_await test.downloads.download(alone, 500_kbps, 1_GB);
  }(*this, ports[1]));
  spawn("copy", [](SharedLinksTest& test, Host& to) -> Task<> {
    co_await delay(1500ms);
    EXPECT_EQ(co_await transfer(test.origin, to, 3_MB), Outcome::finished);
    test.copied = now();
  }(*this, box));
  simulation.run_until(at(20s));
  EXPECT_NEAR(in_seconds(copied), 1.5 + 3 * 8 / 6.0, 1e-6) << "500 kbps of a quarter of the viewers are 2 of 8 Mbps";
}

TEST_F(SharedLinksTest, ALinkThatGoesOffFailsViewersAndBulkAlike) {
  spawn("viewer", watch(1_GB));
  spawn("switch", [](Link& link) -> Task<> {
    co_await delay(2s);
    turn_off(link);
  }(*site.uplink()));
  simulation.run_until(at(10s));
  EXPECT_EQ(outcome, Outcome::failed);
  EXPECT_FALSE(downloads.is_on(path));
}

}  // namespace
}  // namespace streamtwin
