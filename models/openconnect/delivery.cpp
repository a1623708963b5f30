#include "models/openconnect/delivery.hpp"

#include <algorithm>

#include "models/places/globe.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::openconnect {
namespace {

// Appliances, the origin and members move bytes; nothing is computed on them.
constexpr Speed speed_of_idle_core{1e9};
constexpr int idle_cores = 1;

}  // namespace

Delivery::Delivery(const DeliverySpec& spec, const Market& market, std::vector<PlacedContent> catalogue, Platform& platform,
                   Recorder& recorder, Seed seed, std::unique_ptr<PluggedSteering> steering)
    : spec_(spec),
      catalogue_(std::move(catalogue)),
      topology_(build_topology(market.country, spec.topology)),
      capacities_(spec, topology_, market.members),
      control_(spec.cache_control, topology_),
      steering_(spec.steering, control_, std::move(steering)),
      random_(seed.value, "open connect", "steering"),
      downloads_(spec.allocator_tolerance),
      link_faults_(downloads_, [this](flows::LinkId link) { cut_or_joined(link); }),
      sharing_(downloads_, {spec.bulk_step, spec.bulk_share}),
      routes_(announced_routes(spec.routing, topology_)),
      peak_(topology_.sites.size(), 0.0),
      filled_(recorder.counter("fill.bytes", "B")),
      fills_(recorder.counter("fill.titles")),
      failed_fills_(recorder.counter("fill.failed")),
      reports_(recorder.counter("cache_control.reports")),
      measures_(recorder) {
  recorder.rate_series("fill.bytes", "B/s", filled_);
  recorder.last_series("delivery.saturated_links", measures_.saturated_links);
  build_sites(platform);
  build_groups(platform, market);
  build_links();
}

void Delivery::build_sites(Platform& platform) {
  const OriginSpec& origin = spec_.origin;
  Zone& cloud_origin = platform.add_zone("origin", platform.world(), origin.network, origin.latency);
  origin_ = &platform.add_host("origin/s3", cloud_origin, speed_of_idle_core, idle_cores, origin.network);
  for (const Site& site : topology_.sites) {
    zones_.push_back(&platform.add_zone(site.name, platform.world(), site.network, spec_.bulk_latency));
    for (const Appliance& appliance : topology_.appliances_of(site.id)) {
      Box& box = boxes_.emplace_back();
      box.machine = &platform.add_host(appliance.name, *zones_.back(), speed_of_idle_core, idle_cores, appliance.fill_max);
      box.machine->on_change([this, id = appliance.id](Host&) { machine_or_uplink_changed(id); });
      box.seats = static_cast<std::uint32_t>(appliance.network * spec_.sample.value() / spec_.seat);
    }
    zones_.back()->uplink()->on_change([this, id = site.id](Link&) {
      for (const Appliance& appliance : topology_.appliances_of(id)) machine_or_uplink_changed(appliance.id);
    });
  }
}

// The members of a group are a host behind the access network of their provider; what they download crosses that network
// as flows.
void Delivery::build_groups(Platform& platform, const Market& market) {
  for (const ClientGroup& group : topology_.groups) {
    const BitRate capacity = capacities_.access(group);
    const flows::LinkId access = access_.emplace_back(downloads_.add_link(capacity));
    Zone& network = platform.add_zone("access/" + group.name, platform.world(), capacity, spec_.bulk_latency);
    Host& members = platform.add_host("members/" + group.name, network, speed_of_idle_core, idle_cores, capacity);
    const auto changed = [this, access, &members, &network] {
      downloads_.set_on(access, members.is_on() && network.uplink()->is_on() && !link_faults_.cuts(access));
    };
    settle_access_.emplace_back(changed);
    members.on_change([changed](Host&) { changed(); });
    network.uplink()->on_change([changed](Link&) { changed(); });
    for (const Site& site : topology_.sites) {
      const Duration inside = site.kind == SiteKind::isp ? spec_.embedded_round_trip : spec_.exchange_round_trip;
      round_trips_.push_back(places::round_trip(group.place, site.place, market.fibre) + inside);
    }
  }
}

void Delivery::build_links() {
  for (const Appliance& appliance : topology_.appliances) boxes_[appliance.id].nic = downloads_.add_link(capacities_.port(appliance));
  for (const Site& site : topology_.sites) {
    site_link_.push_back(downloads_.add_link(capacities_.embedded(site)));
    std::vector<flows::LinkId> ports;
    for (const Appliance& appliance : topology_.appliances_of(site.id)) ports.push_back(boxes_[appliance.id].nic);
    sharing_.share(*zones_[site.id]->uplink(), std::move(ports), spec_.sample);
  }
  peering_.assign(topology_.groups.size() * topology_.sites.size(), 0);
  paths_.assign(topology_.groups.size() * topology_.appliances.size(), 0);
}

// Embedded sites have one link into their provider's network, exchanges one to each client group.
flows::LinkId Delivery::delivery_link(SiteId site, GroupId group) {
  const Site& from = topology_.sites[site];
  if (from.kind == SiteKind::isp) return site_link_[site];
  std::uint32_t& known = peering_[group * topology_.sites.size() + site];
  if (known == 0) known = downloads_.add_link(capacities_.peering(from, topology_.groups[group])).index + 1;
  return {known - 1};
}

std::vector<flows::LinkId> Delivery::delivery_links(SiteId site) {
  if (topology_.sites[site].kind == SiteKind::isp) return {site_link_[site]};
  std::vector<flows::LinkId> links;
  for (const ClientGroup& group : topology_.groups) links.push_back(delivery_link(site, group.id));
  return links;
}

// A way that nobody has used yet has no link of its own.
bool Delivery::reachable(OcaId oca, GroupId group) const {
  const SiteId site = topology_.appliances[oca].site;
  const std::uint32_t peering = peering_[group * topology_.sites.size() + site];
  const bool embedded = topology_.sites[site].kind == SiteKind::isp;
  const bool delivers = embedded ? downloads_.is_on(site_link_[site]) : peering == 0 || downloads_.is_on(flows::LinkId{peering - 1});
  return delivers && downloads_.is_on(boxes_[oca].nic) && downloads_.is_on(access_[group]);
}

void Delivery::cut_or_joined(flows::LinkId link) {
  for (const Appliance& appliance : topology_.appliances) {
    if (boxes_[appliance.id].nic.index == link.index) return machine_or_uplink_changed(appliance.id);
  }
  for (const ClientGroup& group : topology_.groups) {
    if (access_[group.id].index == link.index) return settle_access_[group.id]();
  }
  downloads_.set_on(link, !link_faults_.cuts(link));
}

flows::PathId Delivery::path(OcaId oca, GroupId group) {
  std::uint32_t& known = paths_[group * topology_.appliances.size() + oca];
  if (known == 0) {
    known = downloads_.path(links(oca, group)).index + 1;
  }
  return {known - 1};
}

void Delivery::start() {
  std::vector<ContentSet> placed = place(spec_.placement, catalogue_, topology_);
  for (OcaId oca = 0; oca < boxes_.size(); ++oca) {
    ContentSet contents = std::move(placed[oca]);
    for (ContentId title : boxes_[oca].held_back.without({})) contents.erase(title);
    boxes_[oca].contents = std::move(contents);
    control_.report_routes(oca, routes_[topology_.appliances[oca].site]);
    control_.report_contents(oca, boxes_[oca].contents);
    control_.report_health(oca, now(), {});
    boxes_[oca].scope.spawn_service("health report", report_health(oca, random_.uniform(Duration{0}, spec_.cache_control.health_period)));
    boxes_[oca].scope.spawn_service("content report",
                                    report_inventory(oca, random_.uniform(Duration{0}, spec_.cache_control.inventory_period)));
  }
  sharing_.start();
}

// An appliance that is cut off serves and reports as little as one that is off.
void Delivery::machine_or_uplink_changed(OcaId oca) {
  Box& box = boxes_[oca];
  const bool is_on = box.machine->is_on() && zones_[topology_.appliances[oca].site]->uplink()->is_on() && !link_faults_.cuts(box.nic);
  box.scope.cancel();
  downloads_.set_on(box.nic, is_on);
  if (!is_on) return;
  box.served_at_report = downloads_.carried_so_far(box.nic);
  box.scope.spawn_service("health report", report_health(oca, Duration{0}));
  box.scope.spawn_service("content report", report_inventory(oca, Duration{0}));
}

Fraction Delivery::measure_utilisation(OcaId oca, Duration over) {
  Box& box = boxes_[oca];
  const Bytes served = downloads_.carried_so_far(box.nic);
  const Bytes since = served - std::exchange(box.served_at_report, served);
  return Fraction{over > Duration{0} ? since / over / downloads_.capacity(box.nic) : 0};
}

Task<> Delivery::report_health(OcaId oca, Duration phase) {
  co_await delay(phase);
  Instant last = now() - phase;
  for (;;) {
    const Fraction utilisation = measure_utilisation(oca, now() - last);
    last = now();
    control_.report_health(oca, now(), {true, utilisation});
    double& peak = peak_[topology_.appliances[oca].site];
    peak = std::max(peak, utilisation.value());
    ++reports_;
    co_await delay(spec_.cache_control.health_period);
  }
}

Task<> Delivery::report_inventory(OcaId oca, Duration phase) {
  co_await delay(phase);
  for (;;) {
    control_.report_routes(oca, routes_[topology_.appliances[oca].site]);
    control_.report_contents(oca, boxes_[oca].contents);
    ++reports_;
    co_await delay(spec_.cache_control.inventory_period);
  }
}

void Delivery::hold_back(ContentId title) {
  for (const Site& site : topology_.sites) {
    if (site.kind != SiteKind::isp) continue;
    for (const Appliance& appliance : topology_.appliances_of(site.id)) boxes_[appliance.id].held_back.insert(title);
  }
}

void Delivery::release(ContentId title) {
  for (const Site& site : topology_.sites) {
    if (site.kind != SiteKind::isp) continue;
    for (const Appliance& appliance : topology_.appliances_of(site.id)) {
      if (boxes_[appliance.id].held_back.contains(title)) {
        boxes_[appliance.id].scope.spawn_service("fill", fill(appliance.id, title));
      }
    }
  }
}

// Takes a title from the best source that is open to this appliance; where there is none yet, or where it fails, it
// looks again a while later.
Task<> Delivery::fill(OcaId oca, ContentId title) {
  const Instant asked = now();
  for (;;) {
    const std::vector<FillSource> sources = rank_sources(spec_.fill, control_, oca, title, now() - asked, now());
    if (!sources.empty()) {
      const FillSource& source = sources.front();
      Host& from = source.tier == FillTier::origin ? *origin_ : *boxes_[source.oca].machine;
      const Outcome outcome = co_await transfer(from, *boxes_[oca].machine, spec_.title_size);
      if (outcome == Outcome::finished) {
        boxes_[oca].contents.insert(title);
        control_.report_contents(oca, boxes_[oca].contents);
        filled_.add(spec_.title_size);
        ++fills_;
        co_return;
      }
      ++failed_fills_;
    }
    co_await delay(spec_.fill.retry_after);
  }
}

// A link without a flow is not in use.
void Delivery::sample_links() {
  std::size_t in_use = 0, full = 0;
  for (std::uint32_t index = 0; index < downloads_.links(); ++index) {
    if (downloads_.flows_on({index}) == 0) continue;
    ++in_use;
    if (downloads_.saturated({index})) ++full;
  }
  measures_.saturated_links.set(now(), in_use > 0 ? static_cast<double>(full) / static_cast<double>(in_use) : 0);
}

std::vector<Host*> Delivery::machines_of(SiteId site) {
  std::vector<Host*> machines;
  for (const Appliance& appliance : topology_.appliances_of(site)) machines.push_back(boxes_[appliance.id].machine);
  return machines;
}

Bytes Delivery::served(SiteId site) {
  Bytes total{0};
  for (const Appliance& appliance : topology_.appliances_of(site)) total += downloads_.carried_so_far(boxes_[appliance.id].nic);
  return total;
}

}  // namespace streamtwin::openconnect
