// Two cells of a federation as a whole: what goes where when one is full or lost, and what comes back.
#include <gtest/gtest.h>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

const std::string two_cells = R"(
streamtwin: 1
name: two-cells
clock: {weekday: wednesday, starts: 17 h, lasts: 40 min, warm_up: 1 min, window: 30 s}
regions:
  - {name: east, latitude: 38.9, longitude: -77.4, zones: 2}
  - {name: west, latitude: 45.9, longitude: -119.3, zones: 2}
fleet: {status_check: 10 s, launch: {api: 100 ms, pending: 5 s}}
titus:
  east:
    region: east
    agents:
      critical: {tier: critical, type: m4.4xlarge, min: 2, desired: 2, max: 2, boot: 10 s, registration: 2 s}
      flex: {tier: flex, type: m4.4xlarge, min: 4, desired: 4, max: 4, boot: 10 s, registration: 2 s}
    capacity: {groups: {api: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 4}}}
    images: {api: {size: 150 MB}, encode: {size: 600 MB}}
  west:
    region: west
    agents:
      critical: {tier: critical, type: m4.4xlarge, min: 3, desired: 3, max: 3, boot: 10 s, registration: 2 s}
      flex: {tier: flex, type: m4.4xlarge, min: 4, desired: 4, max: 4, boot: 10 s, registration: 2 s}
    capacity: {groups: {api: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 4}}}
    images: {api: {size: 150 MB}, encode: {size: 600 MB}}
federation:
  cells: [east, west]
  overflow: {after: 30 s, interval: 5 s, back_after: 2 min}
  services: {api: {capacity_group: api, desired: 6, container: {cpus: 4, memory: 4 GB, disk: 20 GB, image: api}}}
  batch:
    encodes:
      rate: 2 /min
      tasks: 3
      run_time: 90 s
      run_time_sigma: 0.3
      fails: 0 %
      container: {cpus: 4, memory: 8 GB, disk: 20 GB, image: encode}
)";

const std::string grows = "method=[{at: 5 min, action: set_containers, target: federation/api, instances: 14}]";
const std::string is_lost = "method=[{at: 5 min, action: kill_region, target: east, lasts: 10 min}]";
const std::string by_routes = "federation.overflow.enabled=false";

RunResult run_cells(std::vector<std::string> sets = {}) { return run(scenario_of(two_cells, std::move(sets))); }
double cells_kpi(const RunResult& result, const std::string& name) { return kpi(result, "federation." + name); }
double last(const RunResult& result, const std::string& series) { return find_series(result, series).values.back(); }

TEST(TitusFederation, IsAsOneStackWhileItsCellHasRoom) {
  const RunResult result = run_cells({"federation.batch.encodes.rate=1 /min"});
  EXPECT_EQ(cells_kpi(result, "services.lacking_max"), 0);
  EXPECT_EQ(cells_kpi(result, "services.overflowed") + cells_kpi(result, "jobs_elsewhere") + cells_kpi(result, "jobs_moved"), 0);
  EXPECT_GT(cells_kpi(result, "jobs"), 20);
  EXPECT_EQ(last(result, "titus.east.critical.running"), 6);
  EXPECT_EQ(kpi(result, "titus.west.containers.started"), 0);
  EXPECT_LT(cells_kpi(result, "batch.launch_latency.p50"), 10);
}

// Two machines of 16 processors hold 8.
TEST(TitusFederation, WhatItsCellHasNoRoomForGoesToTheOther) {
  const RunResult full = run_cells({grows}), waiting = run_cells({grows, by_routes});
  EXPECT_EQ(last(full, "titus.east.critical.running"), 8);
  EXPECT_EQ(last(full, "titus.west.critical.running"), 6);
  EXPECT_EQ(cells_kpi(full, "services.elsewhere_max"), 6);
  EXPECT_GT(cells_kpi(full, "services.launch_latency.p99"), 30) << "they have waited first";
  EXPECT_LT(cells_kpi(full, "services.launch_latency.p99"), 60);
  EXPECT_EQ(last(waiting, "titus.west.critical.running"), 0);
  EXPECT_EQ(last(waiting, "federation.services.lacking"), 6) << "as many as that wait all the time";
}

TEST(TitusFederation, ALostCellIsReplacedByTheOtherAndComesBack) {
  const RunResult lost = run_cells({is_lost}), waiting = run_cells({is_lost, by_routes});
  EXPECT_EQ(cells_kpi(lost, "services.elsewhere_max"), 6);
  EXPECT_LT(cells_kpi(lost, "services.launch_latency.p99"), 60) << "from the notice on";
  EXPECT_LT(cells_kpi(lost, "batch.launch_latency.p99"), 120);
  EXPECT_EQ(last(lost, "titus.east.critical.running"), 6) << "one after the other";
  EXPECT_EQ(last(lost, "titus.west.critical.running"), 0);
  EXPECT_EQ(cells_kpi(lost, "services.returned"), 6);
  EXPECT_GT(cells_kpi(lost, "jobs_elsewhere"), 0);
  EXPECT_GT(cells_kpi(waiting, "services.launch_latency.p99"), 300) << "until the cell is back";
  EXPECT_GT(cells_kpi(waiting, "batch.launch_latency.p99"), 300);
}

TEST(TitusFederation, WhileItComesBackNothingIsLacking) {
  const RunResult lost = run_cells({is_lost});
  const SeriesResult& lacking = find_series(lost, "federation.services.lacking");
  for (std::size_t i = 0; i < lacking.values.size(); ++i) {
    const double since = in_seconds(lacking.times[i].time_since_epoch());
    EXPECT_TRUE(since <= 720 || lacking.values[i] == 0) << since;
  }
}

TEST(TitusFederation, AWholeJobThatFoundNoPlaceMovesOnce) {
  const RunResult full = run_cells({"federation.batch.encodes.rate=4 /min", "clock.lasts=60 min"});
  const RunResult alone = run_cells({"federation.batch.encodes.rate=4 /min", "clock.lasts=60 min", by_routes});
  EXPECT_GT(cells_kpi(full, "jobs_moved") + cells_kpi(full, "jobs_elsewhere"), 5);
  EXPECT_LT(cells_kpi(full, "batch.launch_latency.p99"), cells_kpi(alone, "batch.launch_latency.p99") / 2);
  EXPECT_EQ(cells_kpi(full, "jobs"), cells_kpi(alone, "jobs")) << "the same jobs come";
}

TEST(TitusFederation, ACellThatIsAvoidedGetsNothing) {
  const RunResult pinned = run_cells({grows, "federation.services.api.cell=east"});
  EXPECT_EQ(kpi(pinned, "titus.west.critical.waiting_max"), 0);
  EXPECT_EQ(last(pinned, "federation.services.lacking"), 6);
  const RunResult avoided = run_cells({"federation.batch.encodes.avoid_cells=[east]"});
  EXPECT_GT(kpi(avoided, "titus.west.containers.started"), 100);
  EXPECT_EQ(kpi(avoided, "titus.east.flex.waiting_max"), 0);
}

std::string complaints_about_cells(std::vector<std::string> sets) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(two_cells, "cells.yaml", {.overrides = std::move(sets)}));
  return language::print(loaded.diagnostics);
}

TEST(TitusFederation, WhatCannotBeIsSaid) {
  const auto contains = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  EXPECT_EQ(complaints_about_cells({}), "");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.cells=[east, wset]"}), "wset");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.cells=[east, east]"}), "named twice");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.cells=[]"}), "one stack at least");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.routes=[{jobs: 'reports.*', cell: west}]"}),
               "no job of the federation matches");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.routes=[{jobs: '#)(', cell: west}]"}), "no regular expression");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.services.api.avoid_cells=[east, west]"}), "would run nowhere");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.services.api.avoid_cells=[east]", "federation.services.api.cell=west"}),
               "leave one of the two out");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.batch.encodes.container.image=film"}), "image of the cell east");
  EXPECT_PRED2(contains, complaints_about_cells({"federation.services.api.capacity_group=web"}), "capacity group of the cell east");
  EXPECT_PRED2(contains, complaints_about_cells({"method=[{at: 1 min, action: set_containers, target: federation/web, instances: 3}]"}),
               "service of the federation");
}

}  // namespace
}  // namespace streamtwin
