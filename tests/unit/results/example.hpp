// A small result with something in every part of it.
#pragma once

#include "scenarios/results/result.hpp"

namespace streamtwin {

inline RunResult example_result(std::uint64_t seed = 7) {
  RunResult result;
  result.scenario = "friday \"night\" <b>";
  result.scenario_digest = "abc";
  result.version = "0.1.0";
  result.seed = seed;
  result.simulated = 3720s;
  result.warm_up = 120s;
  result.wall = 12.5s;
  result.events = 123456789012;
  result.digest = "00ff";
  result.kpis = {
      {.name = "plays.started", .value = 1000, .unit = "plays", .doc = "Plays that showed a first frame"},
      {.name = "plays.start_delay.p99", .value = 3.25, .unit = "s", .doc = "Delay"},
      {.name = "plays.nothing", .value = unknown, .unit = ""}};
  result.verdicts = {
      {.name = "availability",
       .kind = VerdictKind::slo,
       .description = "Plays start",
       .observed = 0.999,
       .expected = ">= 0.99",
       .held = true,
       .begins = at(120s),
       .ends = at(3720s)},
      {.name = "delay", .observed = unknown, .expected = "<= 8", .unit = "s", .held = std::nullopt}};
  result.series = {{"edge.rps", "/s", {at(10s), at(20s), at(30s)}, {1, unknown, 3}}};
  result.histograms = {{"delay", "s", {{0, 0, 1}, {1, 1.015625, 5}}}};
  result.timeline = {{at(900s), "kill_site", "ixp-FRA", "every appliance of the site is turned off"}};
  result.sites = {{"ixp-FRA", "exchange", "Frankfurt", 50.1, 8.7, 12, Bytes{1e15}, 0.9, false}};
  result.tiers = {{"edge.zuul", 1000, 0.7, 2ms, 20ms, 0.001, unknown}};
  result.audit = {{"request", {.created = 5, .finished = 3, .failed = 1, .alive = 1}}};
  result.audit_errors = {"session: 1 disappeared without an end"};
  result.slowest_request = 41;
  return result;
}

}  // namespace streamtwin
