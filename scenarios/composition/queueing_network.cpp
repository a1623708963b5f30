#include "scenarios/composition/queueing_network.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "models/services/call_graph.hpp"
#include "sim-core/math.hpp"
#include "sim-core/queueing/queueing.hpp"

namespace streamtwin {
namespace {

using Visits = std::map<std::string, double>;

Duration mean_cost(const services::Cost& cost) { return cost.median * math::exp(cost.sigma * cost.sigma / 2); }

// What the call graph does not count: a cache that misses reads other zones' copies, and what is read from the store or
// written to it is put into every copy; a store's coordinator asks half of the other replicas.
void add_data_traffic(const services::ServiceSpec& owner, double requests, int zones, Fraction cache_misses,
                      const std::map<std::string, services::ServiceSpec>& services, Visits& visits) {
  const services::DataSpec& data = *owner.data;
  const double writes = data.writes.value();
  const double misses = data.cache.empty() ? 1 : cache_misses.value();
  if (!data.cache.empty()) {
    const services::CacheReads& reads = services.at(data.cache).cache;
    const int other_copies = reads.zone_fallback ? std::min(reads.fallbacks_most, zones - 1) : 0;
    visits[data.cache] += requests * (misses * other_copies + (misses + writes) * zones);
  }
  const int others_asked = std::min(services.at(data.store).quorum.replicas, zones) / 2;
  visits[data.store] += requests * (misses + (misses + writes) * others_asked);
}

/// Mean requests at each tier for one play request, in a region of so many zones.
Visits visits_in(const Scenario& scenario, int zones, Fraction cache_misses) {
  const Visits calls = services::CallGraph(scenario.services).visits(scenario.edge.gateway);
  Visits visits = calls;
  for (const auto& [name, spec] : scenario.services) {
    if (spec.data) add_data_traffic(spec, calls.at(name), zones, cache_misses, scenario.services, visits);
  }
  return visits;
}

StationResult station_of(const services::ServiceSpec& spec, double visits, int zones, Rate play_requests, Fraction share) {
  StationResult station;
  station.servers = spec.instances_per_zone * zones * spec.cores;
  station.load_share = share.value();
  station.visits = visits;
  station.mean_cost = mean_cost(spec.cost);
  const Rate arrivals = play_requests * (share.value() * visits);
  const queueing::Station solved = queueing::mmc(arrivals, station.mean_cost, station.servers);
  station.offered_rps = arrivals.value();
  station.predicted_utilisation = solved.utilisation;
  station.predicted_wait = solved.wait;
  const double work = in_seconds(station.mean_cost) * visits * share.value();
  station.bound_plays = work > 0 ? station.servers / work : unknown;
  return station;
}

}  // namespace

std::vector<StationResult> solve_network(const Scenario& scenario, const cloud::Geography& geography, const OfferedLoad& load) {
  std::vector<StationResult> stations;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<cloud::RegionIndex>(r);
    const int zones = geography.zones_of(region);
    const Visits visits = visits_in(scenario, zones, load.cache_misses);
    for (const auto& [name, spec] : scenario.services) {
      StationResult station = station_of(spec, visits.at(name), zones, load.play_requests, load.region_share[r]);
      station.tier = name;
      station.region = geography.region_name(region);
      stations.push_back(std::move(station));
    }
  }
  return stations;
}

}  // namespace streamtwin
