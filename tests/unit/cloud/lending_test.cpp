// Idle reserved instances that are lent: when, how many, and how they come back.
#include "models/cloud/ec2/lending.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ToLend, IsWhatOwnersLeaveButWhatIsKept) {
  EXPECT_EQ(to_lend(4, 0, {}), 4);
  EXPECT_EQ(to_lend(4, 3, {}), 1);
  EXPECT_EQ(to_lend(3.5, 0, {}), 3) << "half an instance cannot be lent";
  EXPECT_EQ(to_lend(4, 0, {.keep = 1}), 3);
  EXPECT_EQ(to_lend(1, 3, {.keep = 2}), -3);
  EXPECT_EQ(to_lend(0.9999999999, 0, {}), 1);
}

/// Three machines in a zone, all reserved. They are lent when no owner has asked for more for ten minutes, with two minutes' notice.
class LendingTest : public testing::Test, private Borrower {
 protected:
  LendingTest() {
    recorder.begin_measurement(at(0s));
    for (int number = 0; number < 3; ++number) {
      fleet.add_spare(0, platform.add_host(fmt::format("m{}", number), platform.world(), Speed{1e9}, 2, BitRate{1e9}));
    }
    fleet.hold(0, type, 3);
    const Purchase purchase{&type, {0}, true, 3};
    lending.offer(ledger.reserve(purchase, Fraction{0.5}, measures), purchase, {.keep = 0, .idle_for = 10min, .notice = 2min}, measures);
    lending.add(*this, type, {0}, cost);
    owner = ledger.meter(type, 0, {owners_cost});
    platform.seal();
    lending.start();
  }
  int wants() const override { return wanted - static_cast<int>(has.size()); }
  void borrow(Host& machine) override {
    has.push_back(&machine);
    note("has", machine);
  }
  void notice(Host& machine) override { note("is to give up", machine); }
  bool leaves_idle(const Host&) const override { return idle; }
  void take_away(Host& machine) override {
    std::erase(has, &machine);
    note("loses", machine);
  }
  void note(const char* what, const Host& machine) { log.push_back(fmt::format("{:g} s: {} {}", in_seconds(now()), what, machine.name())); }
  std::vector<std::string> until(Duration time) {
    simulation.run_until(at(time));
    return std::exchange(log, {});
  }
  /// As when a group has launched one.
  void owner_takes_one() {
    fleet.take_spare(0, &type);
    owner.run(1);
  }

  Recorder recorder;
  Simulation simulation{Seed{1}};
  Platform platform;
  const InstanceType& type = *instance_type("m5.large");
  const places::Geography geography{{{"region", 0, 0, 1}}, {}};
  rpc::Lives lives;
  Fleet fleet{lives, geography, {}, {}, recorder};
  AccountMeasures account{recorder};
  Ledger ledger{geography, account};
  ReservationMeasures measures{recorder, "m5"};
  Cost cost{recorder, "work", true}, owners_cost{recorder, "service", true};
  Lending lending{fleet, ledger, 60s};
  Ledger::Meter owner;
  std::vector<Host*> has;
  int wanted = 2;
  bool idle = false;
  std::vector<std::string> log;
};

TEST_F(LendingTest, LendsAsManyAsThereIsWorkFor) {
  EXPECT_THAT(until(10min), ElementsAre("60 s: has m0", "60 s: has m1"));
  EXPECT_EQ(fleet.free_machines(0, &type), 1);
  EXPECT_NEAR(cost.on_demand.value(), 0, 1e-12);
  wanted = 9;
  EXPECT_THAT(until(12min), ElementsAre("660 s: has m2"));
  EXPECT_EQ(measures.loans.total(), 3);
}

TEST_F(LendingTest, WhatIsNotUsedComesBackAtTheNextLook) {
  until(90s);
  idle = true;
  wanted = 0;
  EXPECT_THAT(until(3min), ElementsAre("120 s: loses m0", "120 s: loses m1"));
  EXPECT_EQ(fleet.free_machines(0, &type), 3);
  EXPECT_EQ(measures.called_back.total(), 0);
}

// An owner launches on the machine that is left, and then on one more: the younger loan is given notice, and lost when that ends.
TEST_F(LendingTest, OwnersComeFirst) {
  until(90s);
  owner_takes_one();
  EXPECT_THAT(until(100s), IsEmpty()) << "one was idle";
  lending.ask_back(type, {0}, 1);
  lending.ask_back(type, {0}, 1);
  EXPECT_THAT(until(110s), ElementsAre("100 s: is to give up m1")) << "it is on its way, however often they ask";
  EXPECT_THAT(until(5min), ElementsAre("220 s: loses m1"));
  EXPECT_TRUE(fleet.has_capacity(0, &type));
  owner_takes_one();
  EXPECT_THAT(until(10min), IsEmpty());
  EXPECT_THAT(has, ElementsAre(platform.find_host("m0")));
}

TEST_F(LendingTest, WhatIsDoneBeforeTheNoticeEndsIsNotLost) {
  until(90s);
  lending.ask_back(type, {0}, 2);
  until(100s);
  idle = true;
  EXPECT_THAT(until(2min), ElementsAre("101 s: loses m1", "101 s: loses m0"));
}

TEST_F(LendingTest, LendsAgainWhenNobodyHasAskedForLong) {
  until(90s);
  lending.ask_back(type, {0}, 2);
  until(5min);
  EXPECT_THAT(has, IsEmpty());
  EXPECT_THAT(until(11min), IsEmpty());
  EXPECT_THAT(until(13min), ElementsAre("720 s: has m2", "720 s: has m1"));
}

// The owner has launched elsewhere what the reservation covers: until the notice ends the borrower pays on demand.
TEST_F(LendingTest, BorrowersPayForTheirNotice) {
  wanted = 3;
  until(90s);
  owner.run(1);
  EXPECT_THAT(until(2min), ElementsAre("90 s: is to give up m2"));
  EXPECT_NEAR(cost.on_demand.value(), type.usd_per_hour, 1e-12);
  until(5min);
  EXPECT_NEAR(cost.on_demand.value(), 0, 1e-12);
}

}  // namespace
}  // namespace streamtwin::ec2
