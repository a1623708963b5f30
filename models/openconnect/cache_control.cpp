#include "models/openconnect/cache_control.hpp"

#include <algorithm>

namespace streamtwin::openconnect {

CacheControl::CacheControl(const CacheControlSpec& config, const Topology& topology)
    : topology_(topology),
      health_period_(config.health_period),
      stale_after_(config.health_period * config.stale_after_missed),
      health_(topology.appliances.size()),
      routes_(topology.appliances.size()),
      contents_(topology.appliances.size()),
      contents_version_(topology.sites.size(), 1) {}

void CacheControl::report_health(OcaId oca, Instant now, HealthReport report) { health_.at(oca) = {now, report}; }

void CacheControl::report_routes(OcaId oca, std::span<const GroupRoute> routes) {
  if (std::equal(routes.begin(), routes.end(), routes_.at(oca).begin(), routes_[oca].end())) return;
  routes_[oca].assign(routes.begin(), routes.end());
  ++routes_version_;
}

void CacheControl::report_contents(OcaId oca, const ContentSet& contents) {
  if (contents == contents_.at(oca)) return;
  contents_[oca] = contents;
  ++contents_version_[topology_.appliances[oca].site];
}

bool CacheControl::hears(OcaId oca, GroupId group) const {
  const auto& routes = routes_[oca];
  const auto found =
      std::lower_bound(routes.begin(), routes.end(), group, [](const GroupRoute& route, GroupId id) { return route.group < id; });
  return found != routes.end() && found->group == group;
}

}  // namespace streamtwin::openconnect
