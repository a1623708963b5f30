// What is charged to whom where some instances are reserved.
#include "models/cloud/ec2/ledger.hpp"

#include <gtest/gtest.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

constexpr double price = 0.096;

/// Two zones; four m5.large are reserved in the first at half of their price, and one in the region at a quarter.
class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    recorder.begin_measurement(at(0s));
    zonal = ledger.reserve({&type, {0}, true, 4}, Fraction{0.5}, of_zone);
    ledger.reserve({&type, {0, 1}, false, 1}, Fraction{0.25}, of_region);
    ledger.on_change([this] { ++changes; });
    own = ledger.meter(type, 0, {pages});
    elsewhere = ledger.meter(type, 1, {pages});
    borrowed = ledger.meter(type, 0, {work}, true);
  }
  void pass(Duration time) {
    simulation.run_until(now() + time);
    ledger.count_up_to_now();
  }

  Recorder recorder;
  Simulation simulation{Seed{1}};
  const InstanceType& type = *instance_type("m5.large");
  const places::Geography geography{{{"region", 0, 0, 2}}, {}};
  AccountMeasures account{recorder};
  Ledger ledger{geography, account};
  ReservationMeasures of_zone{recorder, "zone"}, of_region{recorder, "region"};
  Cost pages{recorder, "service.pages", true}, work{recorder, "work.encodes", true};
  ReservationIndex zonal = 0;
  Ledger::Meter own, elsewhere, borrowed;
  int changes = 0;
};

double figure(const ReservationMeasures& measures, std::string_view name) {
  for (const auto& row : reservation_kpis) {
    if (row.name == name) return row.value(measures);
  }
  return unknown;
}

TEST_F(LedgerTest, WhatIsReservedIsPaidForUsedOrNot) {
  pass(2h);
  EXPECT_NEAR(account_kpis[0].value(account), 2 * (4 * 0.5 + 0.25) * price, 1e-12);
  EXPECT_NEAR(figure(of_zone, "cost_unused"), 2 * 4 * 0.5 * price, 1e-12);
  EXPECT_EQ(figure(of_zone, "utilisation"), 0);
  EXPECT_TRUE(std::isnan(figure(of_zone, "coverage"))) << "nothing runs that it could cover";
}

// Three hours of instances in the zone of which one is for half the time; then two more than are reserved, one of them in the region.
TEST_F(LedgerTest, InstancesAboveWhatIsReservedAreOnDemand) {
  own.run(3);
  pass(1h);
  EXPECT_NEAR(pages.per_hour.value(), 3 * 0.5 * price, 1e-12);
  EXPECT_NEAR(figure(of_zone, "utilisation"), 0.75, 1e-12);
  own.run(3);
  pass(1h);
  EXPECT_NEAR(pages.reserved.value(), (4 * 0.5 + 0.25) * price, 1e-12);
  EXPECT_NEAR(pages.on_demand.value(), price, 1e-12);
  EXPECT_NEAR(figure(of_zone, "utilisation"), (3.0 + 4) / 8, 1e-12);
  EXPECT_NEAR(figure(of_zone, "coverage"), (3.0 + 4) / (3 + 6), 1e-12);
  EXPECT_NEAR(account.unused.value(), 0, 1e-12);
  EXPECT_EQ(changes, 2);
}

TEST_F(LedgerTest, ARegionalOneCoversTheOtherZone) {
  elsewhere.run(2);
  pass(1h);
  EXPECT_NEAR(pages.per_hour.value(), (0.25 + 1) * price, 1e-12);
  EXPECT_NEAR(figure(of_region, "utilisation"), 1, 1e-12);
  EXPECT_NEAR(figure(of_region, "coverage"), 0.5, 1e-12);
}

// Borrowers have what owners leave; what they run beyond it is on demand.
TEST_F(LedgerTest, BorrowersPayOnDemandAsSoonAsOwnersUseWhatTheyHave) {
  own.run(1);
  borrowed.run(3);
  EXPECT_NEAR(ledger.idle(zonal), 3, 1e-12) << "lent or not";
  pass(1h);
  EXPECT_NEAR(work.on_demand.value(), 0, 1e-12);
  EXPECT_NEAR(figure(of_zone, "lent_hours"), 3, 1e-12);
  EXPECT_NEAR(figure(of_zone, "saved"), 3 * price, 1e-12);
  own.run(3);
  EXPECT_NEAR(ledger.idle(zonal), 0, 1e-12);
  EXPECT_NEAR(work.on_demand.value(), 2 * price, 1e-12) << "one of them is covered in the region";
  EXPECT_NEAR(pages.on_demand.value(), 0, 1e-12);
  EXPECT_EQ(changes, 2) << "of owners alone";
}

TEST_F(LedgerTest, AllAddsUp) {
  own.run(5);
  elsewhere.run(2);
  borrowed.run(2);
  own.run(-3);
  const double bought = (4 * 0.5 + 0.25) * price;
  EXPECT_NEAR(account.reserved.value() + account.unused.value(), bought, 1e-12);
  EXPECT_NEAR(pages.per_hour.value() + work.per_hour.value(), account.reserved.value() + account.on_demand.value(), 1e-12);
  ledger.pay(work, 0.01);
  EXPECT_NEAR(pages.per_hour.value() + work.per_hour.value(), account.reserved.value() + account.on_demand.value(), 1e-12);
}

}  // namespace
}  // namespace streamtwin::ec2
