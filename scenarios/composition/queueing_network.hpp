// The backend as an open queueing network in closed form, beside the simulated one: each tier in each region is a
// station. By Jackson's theorem a station by itself behaves as M/M/c at the rate that the traffic equations give it; the
// equations over the call graph say how often a play request visits each tier.
#pragma once

#include <vector>

#include "models/cloud/geography.hpp"
#include "scenarios/language/scenario.hpp"
#include "scenarios/results/result.hpp"

namespace streamtwin {

/// What comes in from outside.
struct OfferedLoad {
  Rate play_requests;                 ///< at the gateways of all regions together
  std::vector<Fraction> region_share; ///< of them, by region
  Fraction cache_misses{0};           ///< share of cache reads that go on to the store
};

/// Retries, fallbacks and faults are left out: what theory says here is the best case.
std::vector<StationResult> solve_network(const Scenario& scenario, const cloud::Geography& geography, const OfferedLoad& load);

}  // namespace streamtwin
