#include "models/openconnect/routing.hpp"

#include <algorithm>

namespace streamtwin::openconnect {

std::weak_ordering compare(const Route& a, const Route& b) {
  const auto by = [](const auto& x, const auto& y) -> std::weak_ordering {
    return x < y ? std::weak_ordering::less : y < x ? std::weak_ordering::greater : std::weak_ordering::equivalent;
  };
  if (auto order = by(b.prefix_length, a.prefix_length); order != 0) return order;
  if (auto order = by(a.location, b.location); order != 0) return order;
  if (auto order = by(a.as_path_length, b.as_path_length); order != 0) return order;
  if (auto order = by(a.origin, b.origin); order != 0) return order;
  if (auto order = by(a.med, b.med); order != 0) return order;
  if (auto order = by(b.external, a.external); order != 0) return order;
  if (auto order = by(a.router_id, b.router_id); order != 0) return order;
  if (auto order = by(a.learned, b.learned); order != 0) return order;
  return by(a.distance, b.distance);
}

namespace {

constexpr std::uint8_t metro_prefix = 24, isp_prefix = 20, default_prefix = 0;

/// The country's exchanges, nearest to a group first.
std::vector<SiteId> exchanges_near(const Topology& topology, const ClientGroup& group) {
  std::vector<SiteId> found;
  for (const Site& site : topology.sites)
    if (site.kind == SiteKind::ixp && site.country == group.country) found.push_back(site.id);
  std::stable_sort(found.begin(), found.end(), [&](SiteId a, SiteId b) {
    return places::distance(group.place, topology.sites[a].place) < places::distance(group.place, topology.sites[b].place);
  });
  return found;
}

}  // namespace

std::vector<std::vector<GroupRoute>> announced_routes(const RoutingSpec& config, const Topology& topology) {
  std::vector<std::vector<GroupRoute>> heard(topology.sites.size());
  for (const ClientGroup& group : topology.groups) {
    std::vector<SiteId> peering = exchanges_near(topology, group);
    peering.resize(std::min<std::size_t>(peering.size(), config.peering_exchanges));
    for (const Site& site : topology.sites) {
      Route route{.distance = places::distance(group.place, site.place)};
      if (site.kind == SiteKind::isp) {
        const bool own = group.embedded == site.id;
        const bool sister = config.announce_to_sister_sites && group.embedded && site.isp == group.isp && site.country == group.country;
        if (!own && !sister) continue;
        route.prefix_length = own ? metro_prefix : isp_prefix;
        route.location = Location::embedded;
        route.as_path_length = 1;
      } else if (std::find(peering.begin(), peering.end(), site.id) != peering.end()) {
        const bool is_private = group.embedded && static_cast<int>(group.isp) < config.private_peering_isps;
        route.prefix_length = isp_prefix;
        route.location = is_private ? Location::private_peering : Location::public_peering;
        route.as_path_length = 1;
      } else {
        route.prefix_length = default_prefix;
        route.location = Location::transit;
        route.as_path_length = 3;
      }
      heard[site.id].push_back({group.id, route});
    }
  }
  return heard;
}

}  // namespace streamtwin::openconnect
