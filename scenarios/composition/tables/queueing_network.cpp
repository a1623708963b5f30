#include "scenarios/composition/tables/queueing_network.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "models/services/call_graph.hpp"
#include "sim-core/queueing/queueing.hpp"

namespace streamtwin {
namespace {

using Visits = std::map<std::string, double>;

// What the call graph does not count: a cache that misses reads other zones' copies, and what is read from the store or
// written to it is put into every copy; a store's coordinator reads from as many replicas as the level needs, of which it is one, and
// writes to all. A transaction that only writes what is unchanged reads it first, whatever the cache has, and asks all three times.
void add_data_traffic(const services::ServiceSpec& owner, double requests, int zones, Fraction cache_misses,
                      const std::map<std::string, services::ServiceSpec>& services, Visits& visits) {
  const services::DataSpec& data = *owner.data;
  const double writes = data.writes.value();
  const double misses = data.cache.empty() ? 1 : cache_misses.value();
  if (!data.cache.empty()) {
    const services::CacheSpec& reads = *services.at(data.cache).cache;
    const int other_copies = reads.zone_fallback ? std::min(reads.fallbacks_max, zones - 1) : 0;
    visits[data.cache] += requests * (misses * other_copies + (misses + writes) * zones);
  }
  if (data.store.empty()) return;
  const stores::StoreSpec& store = *services.at(data.store).store;
  const double transactions = data.transactions.value(), read_again = writes * transactions * (1 - misses);
  visits[data.store] +=
      requests * ((misses + read_again) * store.messages_of_read(zones) +
                  writes * (store.asked_of_each(data.transactions, true) * store.further_messages_of_write(zones, data.item) +
                            transactions * store.read_in_transaction(zones)));
}

/// Mean requests at each tier for one request of a source, in a region of so many zones.
Visits visits_of(const LoadSource& source, const Scenario& scenario, const services::CallGraph& graph, int zones, Fraction cache_misses) {
  const Visits calls = graph.visits(source.service);
  Visits visits = calls;
  if (source.through_gateway) visits[scenario.edge.gateway] += 1;
  for (const auto& [name, spec] : scenario.services) {
    if (spec.data) add_data_traffic(spec, calls.at(name), zones, cache_misses, scenario.services, visits);
  }
  return visits;
}

/// What other regions write, which is put into every copy of this one's stores: for each of so many requests.
void add_other_regions(std::size_t region, int zones, const Scenario& scenario, const services::CallGraph& graph, const OfferedLoad& load,
                       Rate requests, Visits& visits) {
  if (requests <= Rate{0}) return;
  for (const LoadSource& source : load.sources) {
    const double elsewhere = source.requests * (1 - source.region_share[region].value()) / requests;
    const Visits calls = graph.visits(source.service);
    for (const auto& [name, spec] : scenario.services) {
      if (!spec.data || spec.data->store.empty()) continue;
      const stores::StoreSpec& store = *scenario.services.at(spec.data->store).store;
      const double messages = store.messages_of_write_elsewhere(zones) * store.asked_of_each(spec.data->transactions, false);
      visits[spec.data->store] += elsewhere * calls.at(name) * spec.data->writes.value() * messages;
    }
  }
}

/// The requests from outside that come to a region, and how often each of them visits the tiers there, on average. Where none come
/// its stores take in what others write: then visits are those of a request anywhere.
struct RegionLoad {
  Rate requests;
  double share = 0;  ///< of all requests
  Visits visits;
  Rate everywhere;
};

RegionLoad load_in(std::size_t region, int zones, const Scenario& scenario, const services::CallGraph& graph, const OfferedLoad& load) {
  RegionLoad here;
  for (const LoadSource& source : load.sources) {
    here.everywhere += source.requests;
    here.requests += source.requests * source.region_share[region].value();
  }
  here.share = here.everywhere > Rate{0} ? here.requests / here.everywhere : 0;
  for (const LoadSource& source : load.sources) {
    const double part = here.requests > Rate{0} ? source.requests * source.region_share[region].value() / here.requests : 0;
    for (const auto& [name, visits] : visits_of(source, scenario, graph, zones, load.cache_misses)) here.visits[name] += part * visits;
  }
  add_other_regions(region, zones, scenario, graph, load, here.requests > Rate{0} ? here.requests : here.everywhere, here.visits);
  return here;
}

}  // namespace

StationResult station_of(int servers, double visits, Duration mean_cost, Rate requests, double share) {
  StationResult station;
  station.servers = servers;
  station.load_share = share;
  station.visits = visits;
  station.mean_cost = mean_cost;
  const Rate arrivals = requests * visits;
  const queueing::Station solved = queueing::mmc(arrivals, station.mean_cost, station.servers);
  station.offered_rps = arrivals.value();
  station.predicted_utilisation = solved.utilisation;
  station.predicted_wait = solved.wait;
  const double work = in_seconds(station.mean_cost) * visits * share;
  station.bound_plays = work > 0 ? station.servers / work : unknown;
  return station;
}

std::vector<StationResult> solve_network(const Scenario& scenario, const places::Geography& geography, const OfferedLoad& load) {
  std::vector<StationResult> stations;
  const services::CallGraph graph(scenario.services, load.cache_misses);
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    const int zones = geography.zones_of(region);
    const RegionLoad here = load_in(r, zones, scenario, graph, load);
    for (const auto& [name, spec] : scenario.services) {
      const auto visits = here.visits.find(name);
      const int instances = spec.scaling ? spec.scaling->max : spec.instances_in(geography.spec(region));
      const bool none_come = here.requests <= Rate{0};
      StationResult station = station_of(instances * spec.cores, visits == here.visits.end() ? 0 : visits->second, spec.cost.mean(),
                                         none_come ? here.everywhere : here.requests, none_come ? 1 : here.share);
      station.load_share = here.share;
      // Of how many instances there will be the theory knows nothing, nor which of a database's servers is the primary.
      if (spec.scaling || (spec.store && spec.store->kind == stores::StoreKind::mysql)) {
        station.predicted_utilisation = unknown;
        station.predicted_wait = Duration{unknown};
      }
      station.tier = name;
      station.region = geography.region_name(region);
      stations.push_back(std::move(station));
    }
  }
  return stations;
}

}  // namespace streamtwin
