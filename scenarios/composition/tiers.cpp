// What a result says of tiers and sites: each service beside the load at which the queueing network saturates it, each
// Open Connect site beside its place on the map.
#include <algorithm>
#include <cmath>

#include "scenarios/composition/misim_traffic.hpp"
#include "scenarios/composition/parts.hpp"
#include "scenarios/composition/queueing_network.hpp"

namespace streamtwin {

std::vector<Fraction> Twin::Parts::member_regions() const {
  std::vector<Fraction> shares(geography.regions());
  const Fraction elsewhere = geography.regions() > 1 ? scenario.members->mis_steered : Fraction{0};
  for (const openconnect::ClientGroup& group : delivery->topology().groups) {
    const std::vector<RegionIndex> near = geography.by_distance(group.place);
    shares[near.front()] += group.weight * (1 - elsewhere.value());
    if (near.size() > 1) shares[near[1]] += group.weight * elsewhere.value();
  }
  return shares;
}

// At the rates at which requests came during the measurement.
OfferedLoad Twin::Parts::offered_load() const {
  const double measured = std::max(1e-9, in_seconds(::streamtwin::now() - begin_of_measurement()));
  const double hits = mesh.measures.cache_hits.measured(), misses = mesh.measures.cache_misses.measured();
  OfferedLoad offered;
  offered.cache_misses = Fraction{hits + misses > 0 ? misses / (hits + misses) : 0};
  if (members) {
    const std::string& api = scenario.services.at(scenario.edge.gateway).calls.front().service;
    offered.sources.push_back({api, true, Rate{measures.plays.attempts.measured() / measured}, member_regions()});
  }
  for (const workload::Workload& workload : load->all()) {
    LoadSource source{workload.spec().target,
                      workload.spec().entry == workload::Entry::edge,
                      Rate{workload.measures().attempts.measured() / measured},
                      {}};
    for (std::size_t r = 0; r < geography.regions(); ++r) source.region_share.push_back(workload.share_of(static_cast<RegionIndex>(r)));
    source.operation = workload.spec().operation;
    offered.sources.push_back(std::move(source));
  }
  return offered;
}

std::vector<StationResult> Twin::Parts::stations() {
  std::vector<StationResult> stations = solve_network(scenario, geography, offered_load());
  for (StationResult& station : stations) {
    for (std::size_t r = 0; r < geography.regions(); ++r) {
      const auto region = static_cast<RegionIndex>(r);
      if (station.region == geography.region_name(region))
        station.utilisation = tier_watch->utilisation(mesh.service(station.tier).index, region);
    }
  }
  return stations;
}

std::vector<TierResult> Twin::Parts::tiers(const std::vector<StationResult>& stations) {
  const double measured = std::max(1e-9, in_seconds(::streamtwin::now() - begin_of_measurement()));
  std::vector<TierResult> tiers;
  for (services::Service& service : mesh.services()) {
    const services::ServiceMeasures& m = service.measures;
    TierResult tier;
    tier.name = service.name;
    tier.rps = m.requests.measured() / measured;
    const LogHistogram latency = m.latency.measured();
    tier.p50 = Duration{latency.quantile(0.5)};
    tier.p99 = Duration{latency.quantile(0.99)};
    const auto ended = static_cast<double>(latency.count());  // each request that ends has one; failures are of those
    tier.errors = ended > 0 ? m.failures.measured() / ended : unknown;
    for (const StationResult& station : stations) {
      if (station.tier != tier.name) continue;
      tier.utilisation = std::fmax(tier.utilisation, station.utilisation);
      tier.bound_rps = std::fmin(tier.bound_rps, station.bound_plays * station.visits);
    }
    tiers.push_back(tier);
  }
  return tiers;
}

std::vector<CallResult> Twin::Parts::calls() const {
  std::vector<CallResult> calls;
  if (cluster) {
    MisimTraffic traffic;
    for (const workload::Workload& workload : load->all()) {
      traffic.add(scenario, workload.spec().target, workload.spec().operation, workload.measures().attempts.measured());
    }
    for (const auto& [ends, times] : traffic.calls) {
      const double requests = traffic.services.at(ends.first).requests;
      if (requests > 0) calls.push_back({ends.first, ends.second, times / requests});
    }
    return calls;
  }
  const double cache_misses = offered_load().cache_misses.value();
  for (const auto& [name, service] : scenario.services) {
    std::map<std::string, double> times;
    for (const services::CallSpec& call : service.calls) times[call.service] += call.probability.value();
    if (service.data) {  // each request reads its item, some write it; what the cache misses goes on to the store
      const double writes = service.data->writes.value();
      const bool cached = !service.data->cache.empty();
      if (cached) times[service.data->cache] += 1 + writes;
      times[service.data->store] += (cached ? cache_misses : 1) + writes;
    }
    for (const auto& [callee, mean] : times) calls.push_back({name, callee, mean});
  }
  return calls;
}

// Without an edge a region lives as long as any instance in it.
bool Twin::Parts::has_life(RegionIndex region) const {
  for (const services::Service& service : mesh.services()) {
    for (const services::Instance& instance : service.instances()) {
      if (geography.region_of(instance.zone) == region && instance.alive()) return true;
    }
  }
  return false;
}

std::vector<SiteResult> Twin::Parts::sites() {
  std::vector<SiteResult> sites;
  const std::vector<openconnect::Site> none;
  for (const openconnect::Site& site : delivery ? delivery->topology().sites : none) {
    SiteResult result;
    result.name = site.name;
    result.kind = site.kind == openconnect::SiteKind::isp ? "isp" : "exchange";
    result.metro = site.metro;
    result.latitude = site.place.latitude;
    result.longitude = site.place.longitude;
    result.appliances = static_cast<int>(site.appliances);
    result.served = delivery->served(site.id);
    result.peak_utilisation = delivery->peak_utilisation(site.id);
    result.alive = false;
    for (const Host* machine : delivery->machines_of(site.id)) result.alive |= machine->is_on();
    sites.push_back(result);
  }
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    SiteResult result;
    result.name = geography.region_name(region);
    result.kind = "region";
    result.latitude = geography.place(region).latitude;
    result.longitude = geography.place(region).longitude;
    result.alive = edge ? edge->alive(region) : has_life(region);
    sites.push_back(result);
  }
  return sites;
}

}  // namespace streamtwin
