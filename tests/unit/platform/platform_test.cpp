// SimGrid as something to wait for. Every way in which a transfer or an execution can end badly ends the await exactly
// once, at the right time, as an outcome: never as an abort, a hang or a crash.
#include "sim-core/platform/platform.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/check.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two zones of 1 Gbps and 8 Mbps, a host in each, no latency: 1 MB takes 1 s.
class PlatformTest : public testing::Test {
 public:
  PlatformTest() { platform.seal(); }

  Task<> record(Task<Outcome> work) {
    const Outcome outcome = co_await std::move(work);
    log.push_back(fmt::format("{} at {:.6g}", name_of(outcome), in_seconds(now())));
  }
  void begin(Task<Outcome> work) { spawn("work", record(std::move(work))); }
  void at_time(Duration time, std::function<void()> action) {
    spawn("at a time", [](Duration when, std::function<void()> act) -> Task<> {
      co_await delay(when);
      act();
    }(time, std::move(action)));
  }
  void at_fence(Duration time, std::function<void()> action) {
    spawn("at a fence", [](Duration when, std::function<void()> act) -> Task<> {
      co_await delay(when);
      co_await fence();
      act();
    }(time, std::move(action)));
  }

  Simulation simulation;
  Platform platform;
  Zone& east = platform.add_zone("east", platform.world(), 1_Gbps, 0s);
  Zone& west = platform.add_zone("west", platform.world(), 8_Mbps, 0s);
  Host& source = platform.add_host("source", east, Speed{1e9}, 2, 1_Gbps);
  Host& sink = platform.add_host("sink", west, Speed{1e9}, 2, 1_Gbps);
  Link& bottleneck = *west.uplink();
  std::vector<std::string> log;
};

TEST_F(PlatformTest, ATransferTakesTheTimeOfItsNarrowestLink) {
  begin(transfer(source, sink, 2_MB));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 2"));
}

TEST_F(PlatformTest, TransfersShareALink) {
  begin(transfer(source, sink, 1_MB));
  begin(transfer(source, sink, 2_MB));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 2", "finished at 3"));
}

TEST_F(PlatformTest, ATransferStartsWhenItIsAskedForWhateverSimgridIsDoing) {
  at_time(5s, [&] { begin(transfer(source, sink, 1_MB)); });
  begin(execute(source, Flops{7e9}));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 6", "finished at 7"));
}

TEST_F(PlatformTest, AnExecutionTakesOneCoreAndSharesWhenThereAreMoreThanCores) {
  for (int i = 0; i < 4; ++i) begin(execute(source, Flops{1e9}));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 2", "finished at 2", "finished at 2", "finished at 2"));
}

TEST_F(PlatformTest, NothingToMoveAndNothingToComputeFinishAtOnce) {
  begin(transfer(source, sink, 0_B));
  begin(transfer(source, source, 1_MB));
  begin(execute(source, Flops{0}));
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 0", "finished at 0", "finished at 0"));
}

TEST_F(PlatformTest, ToOrFromAHostThatIsOffATransferFailsAtOnce) {
  turn_off(sink);
  at_time(1s, [&] {
    begin(transfer(source, sink, 1_MB));
    begin(transfer(sink, source, 1_MB));
  });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1", "failed at 1"));
}

TEST_F(PlatformTest, OverALinkThatIsOffATransferFailsAtOnce) {
  turn_off(bottleneck);
  at_time(1s, [&] { begin(transfer(source, sink, 1_MB)); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1"));
}

TEST_F(PlatformTest, OnAHostThatIsOffAnExecutionFailsAtOnce) {
  turn_off(source);
  at_time(1s, [&] { begin(execute(source, Flops{1e9})); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1"));
}

TEST_F(PlatformTest, ALinkThatGoesOffCutsOffWhatCrossesIt) {
  begin(transfer(source, sink, 2_MB));
  at_time(1500ms, [&] { turn_off(bottleneck); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1.5"));
}

TEST_F(PlatformTest, EitherEndThatGoesOffCutsOffATransfer) {
  begin(transfer(source, sink, 2_MB));
  at_time(500ms, [&] { turn_off(source); });
  at_time(1s, [&] { turn_on(source); });
  at_time(2s, [&] { begin(transfer(source, sink, 2_MB)); });
  at_time(3s, [&] { turn_off(sink); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 0.5", "failed at 3"));
}

TEST_F(PlatformTest, AHostThatGoesOffCutsOffItsExecutionsOnly) {
  begin(execute(source, Flops{2e9}));
  begin(execute(sink, Flops{2e9}));
  at_time(1s, [&] { turn_off(source); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1", "finished at 2"));
}

TEST_F(PlatformTest, WhatIsCalledOffEndsOnceAsCancelled) {
  Cancellation transfer_off, execution_off;
  begin(transfer(source, sink, 2_MB, &transfer_off));
  begin(execute(source, Flops{2e9}, &execution_off));
  at_time(1s, [&] {
    transfer_off.cancel();
    execution_off.cancel();
    transfer_off.cancel();
  });
  at_time(2s, [&] { transfer_off.cancel(); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("cancelled at 1", "cancelled at 1"));
  EXPECT_EQ(platform.activities(), 0u);
}

TEST_F(PlatformTest, OthersMayStartAtTheInstantOfACancellation) {
  Cancellation transfer_off, execution_off;
  begin(transfer(source, sink, 2_MB, &transfer_off));
  begin(execute(source, Flops{2e9}, &execution_off));
  at_fence(1s, [&] {
    transfer_off.cancel();
    execution_off.cancel();
    for (int i = 0; i < 3; ++i) begin(execute(source, Flops{1e9}));
    begin(transfer(source, sink, 1_MB));
  });
  simulation.run();
  EXPECT_THAT(log,
              ElementsAre("cancelled at 1", "cancelled at 1", "finished at 2", "finished at 2.5", "finished at 2.5", "finished at 2.5"));
}

TEST_F(PlatformTest, AnAbandonedTransferGoesOnAndKeepsItsShare) {
  Process impatient = spawn("impatient", record(transfer(source, sink, 1_MB)));
  begin(transfer(source, sink, 2_MB));
  at_time(1s, [&] {
    impatient.cancel();
    EXPECT_EQ(platform.activities(), 2u);
  });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 3"));
}

TEST_F(PlatformTest, AWaiterThatGivesUpJustBeforeTheEndIsNotResumed) {
  Process impatient = spawn("impatient", record(transfer(source, sink, 1_MB)));
  at_time(1s, [&] { impatient.cancel(); });
  simulation.run();
  EXPECT_THAT(log, IsEmpty());
  EXPECT_EQ(platform.activities(), 0u);
}

TEST_F(PlatformTest, WhatIsUnderWayWhenARunIsLeftIsCleanedUp) {
  begin(transfer(source, sink, 1_GB));
  begin(execute(source, Flops{1e15}));
  simulation.run_until(at(1s));
  EXPECT_EQ(platform.activities(), 2u);
}

TEST_F(PlatformTest, ANewTransferMayFollowAtTheInstantOfAFailure) {
  spawn("persistent", [](PlatformTest& test) -> Task<> {
    EXPECT_EQ(co_await transfer(test.source, test.sink, 2_MB), Outcome::failed);
    EXPECT_EQ(co_await transfer(test.source, test.sink, 2_MB), Outcome::failed);
    EXPECT_EQ(now(), at(1s));
    co_await delay(1s);
    EXPECT_EQ(co_await transfer(test.source, test.sink, 1_MB), Outcome::finished);
    EXPECT_EQ(now(), at(3s));
  }(*this));
  at_time(1s, [&] { turn_off(bottleneck); });
  at_time(1500ms, [&] { turn_on(bottleneck); });
  simulation.run();
}

TEST_F(PlatformTest, AChangedBandwidthTakesEffectAtOnce) {
  begin(transfer(source, sink, 2_MB));
  at_time(1s, [&] { set_bandwidth(bottleneck, 16_Mbps); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("finished at 1.5"));
  EXPECT_EQ(bottleneck.bandwidth(), 16_Mbps);
  EXPECT_EQ(bottleneck.capacity(), 8_Mbps);
}

TEST_F(PlatformTest, AHostTellsThatItHasChanged) {
  sink.on_change(
      [&](Host& host) { log.push_back(fmt::format("{} {} at {:g}", host.name(), host.is_on() ? "on" : "off", in_seconds(now()))); });
  spawn("watcher", [](Host& host, std::vector<std::string>& log) -> Task<> {
    co_await host.change();
    log.push_back(fmt::format("noticed at {:g}", in_seconds(now())));
  }(sink, log));
  at_time(1s, [&] { turn_off(sink); });
  at_time(2s, [&] { turn_on(sink); });
  at_time(3s, [&] { turn_on(sink); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("sink off at 1", "noticed at 1", "sink on at 2"));
}

TEST_F(PlatformTest, AStateChangedByHandInSimgridIsNoticedJustSo) {
  Scope processes_of_the_host;
  processes_of_the_host.spawn("server", [](std::vector<std::string>& log) -> Task<> {
    co_await delay(10s);
    log.push_back("still alive");
  }(log));
  sink.on_change([&](Host& host) {
    if (!host.is_on()) processes_of_the_host.cancel();
  });
  begin(transfer(source, sink, 2_MB));
  at_fence(1s, [] { simgrid::s4u::Host::by_name("sink")->turn_off(); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("failed at 1"));
  EXPECT_FALSE(sink.is_on());
}

TEST_F(PlatformTest, ALinkTellsThatItHasChanged) {
  bottleneck.on_change([&](Link& link) { log.push_back(link.name() + (link.is_on() ? " on" : " off")); });
  at_time(1s, [&] { turn_off(bottleneck); });
  at_fence(2s, [] { simgrid::s4u::Link::by_name("west uplink")->turn_on(); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("west uplink off", "west uplink on"));
}

TEST_F(PlatformTest, AHostTellsForAsLongAsTheSubscriptionIsHeld) {
  Subscription of_first, of_second;
  of_first = sink.while_held([&](Host&) { log.push_back("first"); });
  of_second = sink.while_held([&](Host&) {
    log.push_back("second");
    of_first = {};
    of_second = {};  // itself, while it is told
  });
  sink.on_change([&](Host&) { log.push_back("for ever"); });
  at_time(1s, [&] { turn_off(sink); });
  at_time(2s, [&] { turn_on(sink); });
  simulation.run();
  EXPECT_THAT(log, ElementsAre("first", "second", "for ever", "for ever"));
}

TEST(Subscribers, UseTheRoomOfThoseWhoHaveEndedAgain) {
  Subscribers<int> all;
  const Subscription stays = all.add(-1);
  for (int i = 0; i < 1000; ++i) const Subscription short_lived = all.add(i);
  EXPECT_LT(all.entries(), 10u);
  std::vector<int> told;
  all.tell([&](int subscriber) { told.push_back(subscriber); });
  EXPECT_THAT(told, ElementsAre(-1));
}

TEST_F(PlatformTest, AnExceptionInACallbackEndsTheRunWithThatException) {
  sink.on_change([](Host&) { throw std::runtime_error("no such instance"); });
  at_time(1s, [&] { turn_off(sink); });
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

TEST_F(PlatformTest, TurningOffManyTimesAmongExecutionsEndsEachOnceAndLeavesNothingBehind) {
  const int callbacks_before = simgrid::s4u::Host::on_state_change.get_slot_count();
  for (int i = 0; i < 200; ++i) {
    at_time(seconds(i), [&] { begin(execute(sink, Flops{5e8})); });
    at_time(seconds(i + 0.25), [&] { turn_off(sink); });
    at_time(seconds(i + 0.75), [&] { turn_on(sink); });
  }
  simulation.run();
  EXPECT_EQ(log.size(), 200u);
  EXPECT_EQ(log.back(), "failed at 199.25");
  // Each execution hangs a callback into this signal; that of the last one goes with the next start.
  EXPECT_LE(simgrid::s4u::Host::on_state_change.get_slot_count(), callbacks_before + 1);
}

TEST_F(PlatformTest, NamesAreFoundAndPrinted) {
  EXPECT_EQ(platform.find_host("sink"), &sink);
  EXPECT_EQ(platform.find_zone("west"), &west);
  EXPECT_EQ(platform.find_link("west uplink"), &bottleneck);
  EXPECT_EQ(platform.find_host("nobody"), nullptr);
  std::ostringstream printed;
  platform.print(printed);
  EXPECT_EQ(printed.str(),
            "world\n"
            "  east: uplink 1 Gbps, 0 ms\n"
            "    source: 2 x 1 Gflop/s, NIC 1 Gbps\n"
            "  west: uplink 8 Mbps, 0 ms\n"
            "    sink: 2 x 1 Gflop/s, NIC 1 Gbps\n");
}

TEST(Platform, RefusesNamesThatExistAlready) {
  Simulation simulation;
  Platform platform;
  Zone& zone = platform.add_zone("a", platform.world(), 1_Gbps, 1ms);
  platform.add_host("h", zone, Speed{1e9}, 1, 1_Gbps);
  EXPECT_THROW(platform.add_zone("a", platform.world(), 1_Gbps, 1ms), ProgrammingError);
  EXPECT_THROW(platform.add_host("h", zone, Speed{1e9}, 1, 1_Gbps), ProgrammingError);
  platform.seal();
}

// SimGrid takes its models with the first engine of a process: ctest gives each test a process of its own.
TEST(Platform, MayFollowARunThatHadNone) {
  {
    Simulation bare;
    spawn("waits", []() -> Task<> { co_await delay(1s); }());
    bare.run();
  }
  Simulation simulation;
  Platform platform;
  Zone& zone = platform.add_zone("site", platform.world(), 8_Mbps, 10ms);
  Host& from = platform.add_host("from", platform.world(), Speed{1e9}, 1, 1_Gbps);
  Host& to = platform.add_host("to", zone, Speed{1e9}, 1, 1_Gbps);
  platform.seal();
  spawn("copy", [](Host& a, Host& b) -> Task<> { EXPECT_EQ(co_await transfer(a, b, 1_MB), Outcome::finished); }(from, to));
  simulation.run();
  EXPECT_DOUBLE_EQ(in_seconds(simulation.now()), 1.01) << "8 Mbps and 10 ms, without what TCP would add";
}

TEST(Platform, NestedZonesAddTheirLatenciesAndRunsFollowEachOtherFromZero) {
  for (int run = 0; run < 3; ++run) {
    Simulation simulation;
    Platform platform;
    Zone& region = platform.add_zone("region", platform.world(), 1_Gbps, 30ms);
    Zone& zone = platform.add_zone("region/zone", region, 1_Gbps, 1ms);
    Zone& site = platform.add_zone("site", platform.world(), 8_Mbps, 9ms);
    Host& machine = platform.add_host("machine", zone, Speed{1e9}, 4, 10_Gbps);
    Host& appliance = platform.add_host("appliance", site, Speed{1e9}, 4, 100_Gbps);
    platform.seal();
    double finished = -1;
    spawn("copy", [](Host& from, Host& to, double& when) -> Task<> {
      EXPECT_EQ(co_await transfer(from, to, 1_MB), Outcome::finished);
      when = in_seconds(now());
    }(machine, appliance, finished));
    simulation.run();
    EXPECT_DOUBLE_EQ(finished, 1.04);
  }
}

}  // namespace
}  // namespace streamtwin
