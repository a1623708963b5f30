#include "models/openconnect/steering.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>

#include "sim-core/check.hpp"

namespace streamtwin::openconnect {

namespace {
/// Of a large site's replicas a list considers this many, from a random one on.
constexpr std::size_t replicas_max = 16;
}  // namespace

/// What one call has gathered so far.
struct Steering::Collection {
  std::array<Eligible, replicas_max> good;
  std::size_t good_count = 0;
  std::array<OcaId, SteeringList::length_max> hot;
  std::size_t hot_count = 0;
  bool held = false;      ///< somebody at the site holds the title
  bool deaf = false;      ///< somebody who holds it does not hear the prefix
  bool impaired = false;  ///< somebody who holds it is hot, saturated, sick or silent
};

Steering::Steering(const SteeringSpec& config, const CacheControl& state, std::unique_ptr<PluggedSteering> plugged)
    : config_(config), state_(state), plugged_(std::move(plugged)), index_(state.topology().sites.size()) {
  if (config.list_length < 1 || config.list_length > static_cast<int>(SteeringList::length_max) || config.from_next_site < 0 ||
      config.from_next_site >= config.list_length)
    throw std::invalid_argument("a steering list has 1 to 10 places, fewer of them kept for the next sites");
  for (const Appliance& appliance : state.topology().appliances) network_bps_.push_back(appliance.network.value());
}

void Steering::refresh_routes() {
  const Topology& topology = state_.topology();
  std::vector<std::map<SiteId, Route>> best(topology.groups.size());
  hears_alike_.assign(topology.sites.size(), true);
  for (const Site& site : topology.sites) {
    for (const Appliance& appliance : topology.appliances_of(site.id)) {
      const auto routes = state_.routes(appliance.id), first = state_.routes(site.first_appliance);
      if (appliance.id != site.first_appliance) {
        if (std::equal(routes.begin(), routes.end(), first.begin(), first.end())) continue;
        hears_alike_[site.id] = false;
      }
      for (const GroupRoute& heard : routes) {
        const auto [found, fresh] = best[heard.group].emplace(site.id, heard.route);
        if (!fresh && compare(heard.route, found->second) < 0) found->second = heard.route;
      }
    }
  }
  sites_by_group_.assign(topology.groups.size(), {});
  for (GroupId group = 0; group < best.size(); ++group) {
    std::vector<std::pair<SiteId, Route>> ranked(best[group].begin(), best[group].end());
    // The map is in the order of sites: the sort is stable, so that it stays total where routes are alike.
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return compare(a.second, b.second) < 0; });
    for (const auto& [site, route] : ranked) sites_by_group_[group].push_back(site);
  }
  routes_version_ = state_.routes_version();
}

std::span<const SiteId> Steering::sites_for(GroupId group) {
  if (routes_version_ != state_.routes_version()) refresh_routes();
  return sites_by_group_.at(group);
}

std::span<const OcaId> Steering::holders(SiteId site, ContentId content) {
  SiteIndex& index = index_[site];
  if (index.version != state_.contents_version(site)) {
    std::fill(index.by_content.begin(), index.by_content.end(), Holders{});
    index.ocas.clear();
    index.version = state_.contents_version(site);
  }
  if (content >= index.by_content.size()) index.by_content.resize(std::bit_ceil(content + 1));
  Holders& entry = index.by_content[content];
  if (entry.count == Holders::unknown) {
    entry = {.begin = static_cast<std::uint32_t>(index.ocas.size()), .count = 0};
    for (const Appliance& appliance : state_.topology().appliances_of(site))
      if (state_.holds(appliance.id, content)) {
        index.ocas.push_back(appliance.id);
        ++entry.count;
      }
  }
  return std::span(index.ocas).subspan(entry.begin, entry.count);
}

Steering::Holding Steering::holding(SiteId site, GroupId group, ContentId content, Instant now) {
  // A site of one appliance needs no index.
  const Site& place = state_.topology().sites[site];
  const std::span<const OcaId> ocas =
      place.appliances > 1 ? holders(site, content) : std::span(&place.first_appliance, state_.holds(place.first_appliance, content));
  // A large site's replicas are visited from a place that the title and the minute choose, not all of them.
  if (ocas.size() <= replicas_max) return {ocas};
  return {ocas, mix(content * 0x9e3779b97f4a7c15ULL + group + static_cast<std::uint64_t>(in_seconds(now) * 1e3)) % ocas.size()};
}

void Steering::consider_site(SiteId site, GroupId group, ContentId content, Instant now, Collection& found) {
  const Holding holding = this->holding(site, group, content, now);
  const std::size_t considered = holding.ocas.size();
  found.good_count = 0;
  found.held = considered > 0;
  found.deaf = found.impaired = false;
  for (std::size_t i = 0; i < considered && found.good_count < replicas_max; ++i) {
    const OcaId oca = holding[i];
    if (!hears_alike_[site] && !state_.hears(oca, group)) {
      found.deaf = true;
      continue;
    }
    const double utilisation = state_.utilisation(oca).value();
    if (!state_.healthy(oca) || state_.stale(oca, now) || utilisation >= config_.saturated.value()) {
      found.impaired = true;
    } else if (utilisation >= config_.hot.value()) {
      found.impaired = true;
      if (found.hot_count < found.hot.size()) found.hot[found.hot_count++] = oca;
    } else {
      const double spare = std::max(0.0, 1 - utilisation);
      found.good[found.good_count++] = {oca, network_bps_[oca] * spare * spare + 1};
    }
  }
}

void Steering::draw_by_weight(std::span<Eligible> from, std::size_t count, Random& random) {
  double total = 0;
  for (const Eligible& candidate : from) total += candidate.weight;
  for (std::size_t i = 0; i < count && from.size() - i > 1; ++i) {
    double ticket = random.uniform() * total;
    std::size_t chosen = i;
    while (chosen + 1 < from.size() && ticket >= from[chosen].weight) ticket -= from[chosen++].weight;
    total -= from[chosen].weight;
    std::swap(from[i], from[chosen]);
  }
}

Exclusion Steering::why_excluded(const Collection& found) {
  if (found.good_count > 0) return Exclusion::none;
  if (!found.held) return Exclusion::content;
  return found.impaired ? Exclusion::health : Exclusion::other;
}

SteeringList Steering::rank_as_plugged(std::span<const SiteId> sites, GroupId group, ContentId content, Instant now, Random& random) {
  SteeringList list;
  list.top_site = sites.front();
  Collection of_top_site;
  consider_site(list.top_site, group, content, now, of_top_site);
  list.top_site_excluded = why_excluded(of_top_site);
  std::vector<SteeringCandidate> candidates;
  for (const SiteId site : sites) {
    const Holding there = holding(site, group, content, now);
    for (std::size_t i = 0; i < there.ocas.size(); ++i) {
      const OcaId oca = there[i];
      const bool heard = hears_alike_[site] || state_.hears(oca, group);
      if (heard && state_.healthy(oca) && !state_.stale(oca, now)) candidates.push_back({oca, site, state_.utilisation(oca)});
    }
  }
  if (candidates.empty()) return list;
  const Topology& topology = state_.topology();
  const auto length = static_cast<std::size_t>(config_.list_length);
  for (const std::uint32_t chosen : plugged_->rank({topology.groups[group], content, now, length, candidates}, topology, random)) {
    check(chosen < candidates.size() && list.size < length, "a plugged ranking names candidates, as many as a list has places");
    list.ocas[list.size++] = candidates[chosen].oca;
  }
  return list;
}

SteeringList Steering::rank(GroupId group, ContentId content, Instant now, Random& random) {
  const std::span<const SiteId> sites = sites_for(group);
  SteeringList list;
  if (sites.empty()) {
    list.top_site_excluded = Exclusion::other;
    return list;
  }
  list.top_site = sites.front();
  if (plugged_) return rank_as_plugged(sites, group, content, now, random);
  const std::size_t length = config_.list_length;
  // The best site's surplus waits here, in case no other site has anything to offer.
  std::array<OcaId, SteeringList::length_max> surplus;
  std::size_t surplus_count = 0;
  Collection found;
  for (const SiteId site : sites) {
    if (list.size == length) break;
    consider_site(site, group, content, now, found);
    if (site == list.top_site) list.top_site_excluded = why_excluded(found);
    const bool leads = list.size == 0;
    const std::size_t wanted = std::min(length - list.size, found.good_count);
    draw_by_weight(std::span(found.good).first(found.good_count), wanted, random);
    const std::size_t taken = leads ? std::min<std::size_t>(wanted, length - config_.from_next_site) : wanted;
    for (std::size_t i = 0; i < taken; ++i) list.ocas[list.size++] = found.good[i].oca;
    for (std::size_t i = taken; i < wanted; ++i) surplus[surplus_count++] = found.good[i].oca;
  }
  for (std::size_t i = 0; i < surplus_count && list.size < length; ++i) list.ocas[list.size++] = surplus[i];
  for (std::size_t i = 0; i < found.hot_count && list.size < length; ++i) list.ocas[list.size++] = found.hot[i];
  return list;
}

}  // namespace streamtwin::openconnect
