// The sharing of links by flows, on cases small enough to be worked out by hand.
#include "sim-core/flows/flow_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "sim-core/check.hpp"

namespace streamtwin::flows {
namespace {

using namespace literals;
using testing::ElementsAre;

/// Runs until nothing finishes any more; (tag, seconds) in order.
std::vector<std::pair<std::uint64_t, double>> finish_all(FlowNetwork& network) {
  std::vector<std::pair<std::uint64_t, double>> finished;
  while (network.next_completion() < never) {
    network.complete_until(network.next_completion(),
                           [&](const Completion& completion) { finished.emplace_back(completion.tag, in_seconds(completion.when)); });
  }
  return finished;
}

TEST(FlowNetwork, AFlowAloneRunsAtItsCap) {
  FlowNetwork network;
  const LinkId link = network.add_link(100_Mbps);
  const FlowId flow = network.start(network.path({link}), 10_Mbps, 5_MB, at(2s), 7);
  EXPECT_EQ(network.rate(flow), 10_Mbps);
  EXPECT_EQ(network.next_completion(), at(6s));
  EXPECT_FALSE(network.saturated(link));
  EXPECT_THAT(finish_all(network), ElementsAre(std::pair{7u, 6.0}));
  EXPECT_FALSE(network.alive(flow));
}

TEST(FlowNetwork, FlowsShareWhatThoseBelowTheFairShareLeave) {
  FlowNetwork network;
  const LinkId link = network.add_link(30_Mbps);
  const PathId path = network.path({link});
  const FlowId slow = network.start(path, 4_Mbps, 1_MB, at(0s));
  const FlowId fast = network.start(path, 50_Mbps, 1_MB, at(0s));
  const FlowId faster = network.start(path, 90_Mbps, 1_MB, at(0s));
  EXPECT_EQ(network.rate(slow), 4_Mbps);
  EXPECT_DOUBLE_EQ(network.rate(fast).value(), 13e6);
  EXPECT_DOUBLE_EQ(network.rate(faster).value(), 13e6);
  EXPECT_DOUBLE_EQ(network.carried(link).value(), 30e6);
  EXPECT_TRUE(network.saturated(link));
}

TEST(FlowNetwork, AFlowThatLeavesSpeedsUpTheOthers) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(8_Mbps)});
  network.start(path, 8_Mbps, 1_MB, at(0s), 1);
  network.start(path, 8_Mbps, 2_MB, at(0s), 2);
  // 4 Mbps each until 2 s, then the second has 1 MB left at 8 Mbps
  EXPECT_THAT(finish_all(network), ElementsAre(std::pair{1u, 2.0}, std::pair{2u, 3.0}));
}

TEST(FlowNetwork, TheTightestLinkOfAPathDecidesAndLeavesRoomOnTheOthers) {
  FlowNetwork network;
  const LinkId narrow = network.add_link(10_Mbps), wide = network.add_link(50_Mbps);
  const FlowId through = network.start(network.path({narrow, wide}), 1000_Mbps, 1_MB, at(0s));
  const FlowId through_too = network.start(network.path({narrow, wide}), 1000_Mbps, 1_MB, at(0s));
  const FlowId only_wide = network.start(network.path({wide}), 1000_Mbps, 1_MB, at(0s));
  EXPECT_DOUBLE_EQ(network.rate(through).value(), 5e6);
  EXPECT_DOUBLE_EQ(network.rate(through_too).value(), 5e6);
  EXPECT_DOUBLE_EQ(network.rate(only_wide).value(), 40e6);
}

TEST(FlowNetwork, AChangedCapTakesEffectAtOnce) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(100_Mbps)});
  const FlowId flow = network.start(path, 8_Mbps, 3_MB, at(0s), 1);
  network.set_cap(flow, 16_Mbps, at(1s));
  EXPECT_EQ(network.next_completion(), at(2s));
}

TEST(FlowNetwork, ACapOfZeroStallsAFlowUntilItIsRaised) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(100_Mbps)});
  const FlowId flow = network.start(path, 8_Mbps, 2_MB, at(0s), 1);
  network.set_cap(flow, 0_bps, at(1s));
  EXPECT_EQ(network.next_completion(), never);
  EXPECT_EQ(network.delivered(flow, at(10s)), 1_MB);
  network.set_cap(flow, 8_Mbps, at(10s));
  EXPECT_EQ(network.next_completion(), at(11s));
}

TEST(FlowNetwork, ALinkWithoutCapacityStallsItsFlowsAndTheyGoOnAfterwards) {
  FlowNetwork network;
  const LinkId link = network.add_link(8_Mbps), other = network.add_link(100_Mbps);
  network.start(network.path({link, other}), 8_Mbps, 2_MB, at(0s), 1);
  network.start(network.path({other}), 8_Mbps, 1_MB, at(0s), 2);
  network.set_capacity(link, 0_bps, at(1s) - 0.5s);
  network.complete_until(at(1s), [](const Completion& c) { EXPECT_EQ(c.tag, 2u); });
  EXPECT_EQ(network.next_completion(), never);
  network.start(network.path({link}), 8_Mbps, 1_MB, at(5s), 3);
  EXPECT_EQ(network.next_completion(), never);
  network.set_capacity(link, 8_Mbps, at(6s));
  EXPECT_THAT(finish_all(network), ElementsAre(std::pair{3u, 8.0}, std::pair{1u, 8.5}));
}

TEST(FlowNetwork, AnAbortedFlowReturnsWhatItDelivered) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(10_Mbps)});
  const FlowId flow = network.start(path, 8_Mbps, 4_MB, at(0s));
  EXPECT_EQ(network.abort(flow, at(3s)), 3_MB);
  EXPECT_FALSE(network.alive(flow));
  EXPECT_EQ(network.size(), 0u);
  const FlowTotals totals = network.totals(at(3s));
  EXPECT_EQ(totals.lost, 3_MB);
  EXPECT_EQ(totals.sent, 3_MB);
}

TEST(FlowNetwork, CountsTheTimeBelowTheCap) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(10_Mbps)});
  network.start(path, 2_Mbps, 10_MB, at(0s));
  network.start(path, 10_Mbps, 10_MB, at(0s));
  const FlowTotals totals = network.totals(at(4s));
  EXPECT_EQ(totals.flow_time, 8s);
  EXPECT_EQ(totals.time_below_cap, 4s);
}

TEST(FlowNetwork, AFlowAtExactlyTheFairShareIsNotBelowItsCap) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(10_Mbps)});
  network.start(path, 5_Mbps, 10_MB, at(0s));
  network.start(path, 5_Mbps, 10_MB, at(0s));
  EXPECT_EQ(network.totals(at(1s)).time_below_cap, 0s);
}

TEST(FlowNetwork, FlowsMayBeStartedWhileOthersComplete) {
  FlowNetwork network;
  const PathId path = network.path({network.add_link(8_Mbps)});
  network.start(path, 8_Mbps, 1_MB, at(0s), 3);
  std::vector<double> times;
  while (network.next_completion() < never) {
    network.complete_until(network.next_completion(), [&](const Completion& done) {
      times.push_back(in_seconds(done.when));
      if (done.tag > 0) network.start(path, 8_Mbps, 1_MB, done.when, done.tag - 1);
    });
  }
  EXPECT_THAT(times, ElementsAre(1.0, 2.0, 3.0, 4.0));
}

TEST(FlowNetwork, FlowsOnALinkCanBeListedToCutThemOff) {
  FlowNetwork network;
  const LinkId dead = network.add_link(8_Mbps), alive = network.add_link(8_Mbps);
  const FlowId first = network.start(network.path({dead}), 8_Mbps, 1_MB, at(0s));
  const FlowId second = network.start(network.path({alive, dead}), 0_bps, 1_MB, at(0s));
  network.start(network.path({alive}), 8_Mbps, 1_MB, at(0s));
  std::vector<FlowId> found;
  network.for_each_on(dead, [&](FlowId flow) { found.push_back(flow); });
  EXPECT_THAT(found, ElementsAre(first, second));
}

TEST(FlowNetwork, TheSameLinksAreTheSamePath) {
  FlowNetwork network;
  const LinkId a = network.add_link(1_Mbps), b = network.add_link(1_Mbps);
  EXPECT_EQ(network.path({a, b}), network.path({a, b}));
  EXPECT_NE(network.path({a, b}), network.path({a}));
  EXPECT_EQ(network.paths(), 2u);
}

TEST(FlowNetwork, RefusesWhatMakesNoSense) {
  FlowNetwork network;
  const LinkId link = network.add_link(1_Mbps);
  const PathId path = network.path({link});
  EXPECT_THROW(network.path({}), ProgrammingError);
  EXPECT_THROW(network.path({link, link}), ProgrammingError);
  EXPECT_THROW(network.path({LinkId{9}}), ProgrammingError);
  EXPECT_THROW(network.start(path, 1_Mbps, 0_B, at(0s)), ProgrammingError);
  EXPECT_THROW(network.start(path, -1_Mbps, 1_B, at(0s)), ProgrammingError);
  const FlowId flow = network.start(path, 1_Mbps, 1_MB, at(1s));
  EXPECT_THROW(network.set_cap(flow, 2_Mbps, at(0s)), ProgrammingError) << "time goes forward";
  EXPECT_THROW(network.set_cap(flow, 2_Mbps, at(100s)), ProgrammingError) << "it was due before";
  network.abort(flow, at(2s));
  EXPECT_THROW(network.abort(flow, at(2s)), ProgrammingError) << "a stale id";
}

}  // namespace
}  // namespace streamtwin::flows
