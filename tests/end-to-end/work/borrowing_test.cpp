// Encoding on reserved machines that a service leaves idle: what it gets, what it loses, and what all of it costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// Two zones of four machines each, all reserved, of which the service wants two, from one o'clock on six, and from two on two again.
const std::string borrowing = R"(
streamtwin: 1
name: borrowing
clock: {weekday: wednesday, starts: 0 h, lasts: 4 h, warm_up: 0 s, window: 1 min}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
fleet: {spare_machines: 0, scaling_machines: 3, launch: {slow: 0 %}}
services:
  pages:
    instance_type: m5.4xlarge
    instances_per_zone: 1
    cost: {median: 100 ms}
    scaling: {min: 2, max: 8, scheduled: [{at: 1 h, desired: 6}, {at: 2 h, desired: 2}]}
load:
  pages: {target: pages, rate: 2 /s}
reservations:
  zone-a: {type: m5.4xlarge, instances: 4, zone: homea, lends: {}}
  zone-b: {type: m5.4xlarge, instances: 4, zone: homeb, lends: {}}
work:
  encodes:
    stages: {encode: {cpus: 8}}
    machines: {type: m5.4xlarge, at_once: 2, boot: 1 min, fresh: false, groups: {all: {machines: 0, borrows: 8}}}
    transcoding:
      arrivals: {rate: 0 /h}
      backlog: 40
      film: {length: 30 min}
      codecs:
        avc: {cost: 20, ladder: [{bit_rate: 4 Mbps, width: 1280, height: 720}, {bit_rate: 6 Mbps, width: 1920, height: 1080}]}
)";

double of_machines(const RunResult& result, const std::string& name) { return kpi(result, "work.encodes.machines." + name); }
double of_both(const RunResult& result, const std::string& name) {
  return kpi(result, "reservations.zone-a." + name) + kpi(result, "reservations.zone-b." + name);
}
double at_minute(const RunResult& result, const std::string& series, std::size_t minute) {
  return find_series(result, series).values.at(minute);
}
double serving_at(const RunResult& result, std::size_t minute) { return at_minute(result, "service.pages.instances", minute); }
double borrowed_at(const RunResult& result, std::size_t minute) { return at_minute(result, "work.encodes.machines.borrowed", minute); }
std::vector<std::string> with(const std::string& key, const std::string& value) {
  return {"reservations.zone-a.lends." + key + "=" + value, "reservations.zone-b.lends." + key + "=" + value};
}

TEST(Borrowing, TakesWhatOwnersLeaveAndGivesItBack) {
  const RunResult result = run(scenario_of(borrowing));
  EXPECT_EQ(borrowed_at(result, 30), 6);
  EXPECT_LT(serving_at(result, 62), 6) << "a minute until they ask, two minutes' notice, a boot";
  EXPECT_EQ(serving_at(result, 70), 6);
  EXPECT_EQ(borrowed_at(result, 70), 2);
  EXPECT_EQ(borrowed_at(result, 119), 2);
  EXPECT_EQ(borrowed_at(result, 150), 6);
  EXPECT_EQ(of_both(result, "called_back"), 4);
  EXPECT_EQ(of_both(result, "loans"), 10);
  EXPECT_GT(of_machines(result, "reclaimed"), 0);
}

TEST(Borrowing, CostsNoMoreThanWhatIsReserved) {
  const RunResult lent = run(scenario_of(borrowing));
  const RunResult idle = run(scenario_of(borrowing, {"work.encodes.transcoding.backlog=0"}));
  EXPECT_NEAR(kpi(lent, "ec2.cost"), kpi(idle, "ec2.cost"), 0.01) << "what was reserved, and nothing on demand";
  EXPECT_GT(of_both(lent, "utilisation"), of_both(idle, "utilisation") + 0.8);
  EXPECT_NEAR(kpi(lent, "ec2.cost_reserved") + kpi(lent, "ec2.cost_unused"), 8 * 4 * 0.768 * 0.63, 1e-6);
  EXPECT_NEAR(of_both(lent, "lent_hours"), of_machines(lent, "borrowed_hours"), 0.01) << "no borrowed hour was paid on demand";
  EXPECT_NEAR(of_both(lent, "saved"), of_both(lent, "lent_hours") * 0.768, 1e-6);
  EXPECT_NEAR(kpi(lent, "services.pages.cost") + of_machines(lent, "cost"), kpi(lent, "ec2.cost") - kpi(lent, "ec2.cost_unused"), 1e-6);
}

// What is kept for owners is there as soon as they ask; a notice that is longer than any task loses nothing, and lets them wait.
TEST(Borrowing, WhatIsKeptIsThereAtOnceAndALongNoticeLosesNothing) {
  const RunResult kept = run(scenario_of(borrowing, with("keep", "2")));
  EXPECT_EQ(borrowed_at(kept, 30), 2);
  EXPECT_EQ(serving_at(kept, 63), 6);
  EXPECT_EQ(kpi(kept, "scaling.refused"), 0);
  const RunResult patient = run(scenario_of(borrowing, with("notice", "2 h")));
  EXPECT_EQ(of_machines(patient, "reclaimed"), 0);
  EXPECT_LT(serving_at(patient, 66), 6);
}

TEST(Borrowing, WhatIsLostWithAZoneIsBegunAgain) {
  const std::string dies = "method=[{at: 20 min, action: kill_zone, target: homea, lasts: 10 min}]";
  const RunResult result = run(scenario_of(borrowing, {dies}));
  EXPECT_EQ(borrowed_at(result, 25), 2) << "of three in the other zone one is the service's, which has lost an instance";
  EXPECT_GT(of_machines(result, "lost"), 0);
  EXPECT_EQ(borrowed_at(result, 50), 6);
}

// Three machines in each zone stay for the type that is reserved, whoever else asks.
TEST(Borrowing, AZonalReservationHoldsMachinesForItsType) {
  const RunResult refused = run(scenario_of(borrowing, {"services.pages.instance_type=c5.4xlarge", "reservations.zone-a.instances=3",
                                                        "reservations.zone-b.instances=3", "work.encodes.transcoding.backlog=0"}));
  EXPECT_GT(kpi(refused, "scaling.refused"), 50);
  EXPECT_EQ(serving_at(refused, 100), 2);
  const RunResult has =
      run(scenario_of(borrowing, {"services.pages.instance_type=c5.4xlarge", "reservations.zone-a.zone=", "reservations.zone-a.region=home",
                                  "reservations.zone-b.zone=", "reservations.zone-b.region=home", "work.encodes.transcoding.backlog=0"}));
  EXPECT_EQ(serving_at(has, 100), 6) << "one in a region holds nothing";
}

}  // namespace
}  // namespace streamtwin
