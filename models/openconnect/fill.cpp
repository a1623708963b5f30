#include "models/openconnect/fill.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/random.hpp"

namespace streamtwin::openconnect {

namespace {
constexpr double day_s = 86400;

/// Time since the window last opened.
double since_opening(const FillSpec& config, Duration local_time) {
  const double since = std::fmod((local_time - config.window_begin).count(), day_s);
  return since < 0 ? since + day_s : since;
}

// Of the appliances of a site each that asks prefers another: the least loaded one would be the same for all who ask at a
// time, and would serve them one fill rate between them.
std::uint64_t lot(OcaId asks, OcaId candidate) { return mix(mix(asks + 1) ^ candidate); }

}  // namespace

bool window_open(const FillSpec& config, Duration local_time) { return since_opening(config, local_time) < config.window_length.count(); }

Duration until_window(const FillSpec& config, Duration local_time) {
  return window_open(config, local_time) ? Duration{0} : Duration{day_s - since_opening(config, local_time)};
}

bool is_fill_master(const FillSpec& config, const Topology& topology, OcaId oca) {
  const Site& site = topology.sites[topology.appliances[oca].site];
  return site.kind == SiteKind::ixp && oca < site.first_appliance + static_cast<std::uint32_t>(config.masters_per_site);
}

std::vector<FillSource> rank_sources(const FillSpec& config, const CacheControl& state, OcaId oca, ContentId content, Duration waited,
                                     Instant now) {
  const Topology& topology = state.topology();
  const Site& home = topology.sites[topology.appliances[oca].site];
  std::vector<FillSource> sources;
  for (const Site& site : topology.sites) {
    const bool peer = site.id == home.id;
    if (!peer && waited < config.tier_wait) continue;
    const Distance away = places::distance(home.place, site.place);
    if (!peer && waited < config.network_wait && away > config.tier_reach) continue;
    for (const Appliance& candidate : topology.appliances_of(site.id)) {
      if (candidate.id == oca || !state.holds(candidate.id, content)) continue;
      if (!state.healthy(candidate.id) || state.stale(candidate.id, now)) continue;
      if (state.utilisation(candidate.id) >= Fraction{1}) continue;
      sources.push_back({peer ? FillTier::peer : FillTier::tier, candidate.id, away});
    }
  }
  std::stable_sort(sources.begin(), sources.end(), [&](const FillSource& a, const FillSource& b) {
    if (a.tier != b.tier) return a.tier < b.tier;
    if (a.distance != b.distance) return a.distance < b.distance;
    return lot(oca, a.oca) < lot(oca, b.oca);
  });
  if (waited >= config.origin_wait || is_fill_master(config, topology, oca)) sources.push_back({.tier = FillTier::origin});
  return sources;
}

bool is_live(const CacheControl& state, ContentId content, std::size_t sites_needed) {
  std::size_t sites = 0;
  for (const Site& site : state.topology().sites) {
    const auto cluster = state.topology().appliances_of(site.id);
    sites += std::any_of(cluster.begin(), cluster.end(), [&](const Appliance& appliance) { return state.holds(appliance.id, content); });
  }
  return sites >= sites_needed;
}

}  // namespace streamtwin::openconnect
