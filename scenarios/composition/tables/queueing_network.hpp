// The backend as an open queueing network in closed form, beside the simulated one: each tier in each region is a
// station. By Jackson's theorem a station by itself behaves as M/M/c at the rate that the traffic equations give it; the
// equations over the call graph say how often a request from outside (of a member for a play, or of a workload) visits
// each tier.
#pragma once

#include <vector>

#include "models/places/geography.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// Requests from outside that come in at one place.
struct LoadSource {
  std::string service;  ///< that answers
  bool through_gateway = false;
  Rate requests;                       ///< in all regions together
  std::vector<Fraction> region_share;  ///< of them, by region
  std::string operation = {};          ///< of a service that has operations
};

struct OfferedLoad {
  std::vector<LoadSource> sources;
  Fraction cache_misses{0};  ///< share of cache reads that go on to the store
};

/// A tier at which each of `requests` arrives `visits` times, with `share` of all requests from outside.
StationResult station_of(int servers, double visits, Duration mean_cost, Rate requests, double share);

/// Retries, fallbacks and faults are left out: what theory says here is the best case.
std::vector<StationResult> solve_network(const Scenario& scenario, const places::Geography& geography, const OfferedLoad& load);

}  // namespace streamtwin
