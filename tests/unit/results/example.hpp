// A small result with something in every part of it.
#pragma once

#include "scenarios/results/result.hpp"

namespace streamtwin {

inline RunResult example_result(std::uint64_t seed = 7) {
  RunResult result;
  result.scenario = "friday \"night\" <b>";
  result.description = "What happens on a Friday?";
  result.scenario_digest = "abc";
  result.version = "0.1.0";
  result.seed = seed;
  result.policies = {{"abr", "mine.Rule", 12, 0.5s}};
  result.clock_starts = 20.5h;
  result.simulated = 3720s;
  result.warm_up = 120s;
  result.wall = 12.5s;
  result.setup = 0.75s;
  result.events = 123456789012;
  result.digest = "00ff";
  result.kpis = {{.name = "plays.started", .value = 1000, .doc = "Plays that showed a first frame"},
                 {.name = "plays.start_delay.p99", .value = 3.25, .kind = KpiKind::duration, .doc = "Delay"},
                 {.name = "plays.nothing", .value = unknown}};
  result.verdicts = {{.name = "availability",
                      .kind = VerdictKind::slo,
                      .description = "Plays start",
                      .observed = 0.999,
                      .at_least = 0.99,
                      .kpi_kind = KpiKind::share,
                      .held = true,
                      .begins = at(120s),
                      .ends = at(3720s)},
                     {.name = "delay", .observed = unknown, .at_most = 8, .kpi_kind = KpiKind::duration, .held = std::nullopt}};
  result.series = {{"edge.rps", "/s", {at(10s), at(20s), at(30s)}, {1, unknown, 3}}};
  result.histograms = {{"delay", "s", {{0, 0, 1}, {1, 1.015625, 5}}}};
  result.timeline = {{at(900s), "kill_site", "ixp-FRA", "every appliance of the site is turned off"}};
  result.sites = {{"ixp-FRA", "exchange", "Frankfurt", 50.1, 8.7, 12, Bytes{1e15}, 0.9, false}};
  result.tiers = {{"edge.zuul", 1000, 0.7, 2ms, 20ms, 0.001, unknown}};
  result.stations = {{"edge.zuul", "eu-west-1", 48, 0.97, 1, 2ms, 970, 0.7, 0.04, 1us, 24742.3},
                     {"edge.zuul", "us-east-1", 48, 0, 1, 2ms, 0, unknown, 0, 0s, unknown}};
  result.calls = {{"edge.zuul", "play-api", 1}, {"play-api", "plan", 0.5}};
  result.agents = {{"main", "main-flex-0/home", "flex", "home", "flex", 3, 64, 12, Bytes{512e9}, Bytes{48e9}}};
  result.commands = {{"play-api", "plan", "", 900, 0.01, 2, 5ms, 9ms, 20ms, Duration{unknown}}};
  result.steering_manifest_log = {{at(130s), 41, "isp-1.fra", 7, "fra001.isp-1.isp", "health", "c001.fra001.ix c002.fra001.ix"}};
  result.server_log = {{at(131s), 41, "c001.fra001.ix", "fra001.ix", Bytes{2e6}, "health_miss"}};
  result.audit = {{"request", {.created = 5, .finished = 3, .failed = 1, .alive = 1}}};
  result.audit_errors = {"session: 1 disappeared without an end"};
  result.slowest_request = 41;
  return result;
}

}  // namespace streamtwin
