// What a result says of tiers and sites: each service beside the load at which the queueing network saturates it, each
// Open Connect site beside its place on the map.
#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

std::vector<TierResult> Twin::Parts::tiers() {
  const double measured = std::max(1e-9, in_seconds(::streamtwin::now() - begin_of_measurement()));
  std::vector<TierResult> tiers;
  for (services::Service& service : mesh.services()) {
    const services::ServiceMeasures& m = service.measures;
    TierResult tier;
    tier.name = service.name;
    tier.rps = m.requests.measured() / measured;
    // Members of one country are at home in one region: that region's instances are the capacity that counts.
    const double servers = static_cast<double>(service.spec.instances_per_zone * service.spec.cores * geography.zones_of(home_region()));
    tier.utilisation = m.busy.measured() / measured / servers;
    const LogHistogram latency = m.latency.measured();
    tier.p50 = Duration{latency.quantile(0.5)};
    tier.p99 = Duration{latency.quantile(0.99)};
    tier.errors = m.requests.measured() > 0 ? (m.failures.measured()) / m.requests.measured() : unknown;
    tier.bound_rps = servers / in_seconds(service.mean_cost());
    tiers.push_back(tier);
  }
  return tiers;
}

cloud::RegionIndex Twin::Parts::home_region() const {
  return geography.by_distance(delivery->topology().groups.front().place).front();
}

std::vector<SiteResult> Twin::Parts::sites() {
  std::vector<SiteResult> sites;
  for (const openconnect::Site& site : delivery->topology().sites) {
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
    const auto region = static_cast<cloud::RegionIndex>(r);
    SiteResult result;
    result.name = geography.region_name(region);
    result.kind = "region";
    result.latitude = geography.place(region).latitude;
    result.longitude = geography.place(region).longitude;
    result.alive = edge->alive(region);
    sites.push_back(result);
  }
  return sites;
}

}  // namespace streamtwin
