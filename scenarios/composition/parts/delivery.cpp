// What is delivered and from where: the catalogue, the appliances that hold it, and the services that decide on a play.
#include "scenarios/composition/parts/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/scenario/files.hpp"

namespace streamtwin {
namespace {

std::vector<openconnect::PlacedContent> catalogue_of(const openconnect::DeliverySpec& spec) {
  const auto popularity = title_popularity_of(spec);
  std::vector<openconnect::PlacedContent> catalogue;
  for (std::size_t title = 0; title < popularity.titles(); ++title) {
    // Differences of cumulative shares are noisy in their last bits; the order is the table's.
    const Fraction share = catalogue.empty() ? popularity.share(title) : std::min(popularity.share(title), catalogue.back().share);
    catalogue.push_back({share, spec.title_size});
  }
  return catalogue;
}

template <class Enum>
std::string text_of(Enum value) {
  for (const auto& entry : enum_names<Enum>) {
    if (entry.value == value) return std::string(entry.name);
  }
  return {};
}

}  // namespace

DeliveryPart::DeliveryPart(Twin::Parts& parts)
    : logs(parts.scenario.outputs),
      delivery(*parts.scenario.open_connect,
               {parts.scenario.members->country, parts.scenario.members->accounts, parts.scenario.network.fibre},
               catalogue_of(*parts.scenario.open_connect), parts.platform, parts.recorder, Seed{parts.plan.seed},
               plugged(parts.policies.steering.get())),
      parts_(parts),
      playback_checks_(parts.mesh.orchestrator, parts.plan.seed, parts.scenario.members->no_plan, parts.scenario.members->no_licence),
      steering_(parts.mesh.orchestrator, delivery) {
  parts.mesh.bind(services::Role::playback_apps, playback_checks_);
  parts.mesh.bind(services::Role::steering, steering_);
}

void DeliveryPart::start() { delivery.start(); }

void DeliveryPart::window_ends(Instant) {
  count_chunk_time();
  delivery.sample_links();
}

// The allocator knows how long flows ran and for how much of it below their lines' rates.
void DeliveryPart::count_chunk_time() {
  const flows::FlowTotals totals = delivery.downloads().totals();
  clients::ViewingMeasures& viewing = parts_.measures.viewing;
  viewing.chunk_time.add(totals.flow_time - counted_flow_time_);
  viewing.chunk_time_below_access.add(totals.time_below_cap - counted_time_below_);
  counted_flow_time_ = totals.flow_time;
  counted_time_below_ = totals.time_below_cap;
}

void DeliveryPart::add_results(RunResult& result) {
  // Once, at the end: to add up what passed since the last window whenever somebody looks would change the sum by a rounding.
  if (::streamtwin::now() >= parts_.end()) count_chunk_time();
  std::vector<SiteResult> sites;
  for (const openconnect::Site& site : delivery.topology().sites) {
    SiteResult row;
    row.name = site.name;
    row.kind = site.kind == openconnect::SiteKind::isp ? "isp" : "exchange";
    row.metro = site.metro;
    row.latitude = site.place.latitude;
    row.longitude = site.place.longitude;
    row.appliances = static_cast<int>(site.appliances);
    row.served = delivery.served(site.id);
    row.peak_utilisation = delivery.peak_utilisation(site.id);
    row.alive = false;
    for (const Host* machine : delivery.machines_of(site.id)) row.alive |= machine->is_on();
    sites.push_back(row);
  }
  result.sites.insert(result.sites.begin(), sites.begin(), sites.end());  // before the regions
  write_logs(result);
}

// With names in place of numbers.
void DeliveryPart::write_logs(RunResult& result) const {
  const openconnect::Topology& topology = delivery.topology();
  const auto site_of = [&](openconnect::OcaId oca) { return topology.sites[topology.appliances[oca].site].name; };
  for (const openconnect::ManifestRow& row : logs.manifests()) {
    ManifestLogRow named{row.time, row.session, topology.groups[row.group].name, row.content};
    if (row.list.top_site != openconnect::SteeringList::no_site) named.top_site = topology.sites[row.list.top_site].name;
    named.excluded = text_of(row.list.top_site_excluded);
    for (const openconnect::OcaId oca : row.list.ranked()) {
      named.appliances += (named.appliances.empty() ? "" : " ") + topology.appliances[oca].name;
    }
    result.steering_manifest_log.push_back(std::move(named));
  }
  for (const auto& [row, kind] : logs.served()) {
    result.server_log.push_back({row.time, row.session, topology.appliances[row.oca].name, site_of(row.oca), row.bytes, text_of(kind)});
  }
}

// What viewers' downloads cross: an appliance's port, then its site's way to a client group, then the group's access network.
std::string DeliveryPart::describe_platform() const {
  const openconnect::Topology& topology = delivery.topology();
  const openconnect::LinkCapacities& capacities = delivery.capacities();
  std::string text = "links that viewers' downloads share\n";
  const auto link = [&](const std::string& name, BitRate capacity) {
    text += fmt::format("  link {}: {:g} Gbps\n", name, capacity.value() / 1e9);
  };
  for (const openconnect::Site& site : topology.sites) {
    for (const openconnect::Appliance& appliance : topology.appliances_of(site.id))
      link("port " + appliance.name, capacities.port(appliance));
    if (site.kind == openconnect::SiteKind::isp) {
      link("delivery " + site.name, capacities.embedded(site));
      continue;
    }
    for (const openconnect::ClientGroup& group : topology.groups) {
      link(fmt::format("peering {} to {}", site.name, group.name), capacities.peering(site, group));
    }
  }
  for (const openconnect::ClientGroup& group : topology.groups) link("access " + group.name, capacities.access(group));
  return text;
}

namespace {

bool has_delivery(const StepCheck& on) {
  if (!on.scenario.open_connect) on.error("action", "the scenario has no `open_connect` that this could happen to");
  return on.scenario.open_connect.has_value();
}

void check_delivering(const StepCheck& on, TargetKind kind) {
  if (has_delivery(on) && on.delivery != nullptr) check_things(on, kind);
}

/// Nothing if it is none of the catalogue.
std::optional<openconnect::ContentId> title_of(const std::string& target, int titles) {
  const std::optional<int> rank = whole_number(target);
  if (!rank || *rank < 0 || *rank >= titles) return std::nullopt;
  return static_cast<openconnect::ContentId>(*rank);
}

void check_title(const StepCheck& on) {
  if (!has_delivery(on)) return;
  const int titles = on.scenario.open_connect->titles;
  on.require(title_of(on.step.target, titles).has_value(), "target",
             fmt::format("found `{}`; expected a title's rank, 0 to {}", on.step.target, titles - 1));
}

/// Turns appliances off, with their names where some are chosen.
chaos::Effect turn_appliances_off(Twin::Parts& parts, const FaultSpec& step, std::vector<Host*> machines,
                                  const std::vector<std::string>& chosen) {
  chaos::Effect effect = parts.get<CloudPart>().hold_down.effect(std::move(machines));
  effect.text = [text = std::move(effect.text), names = chosen_names(step, chosen)] { return text() + names; };
  return effect;
}

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

chaos::Effect kill_appliance(Twin::Parts& parts, const FaultSpec& step) {
  openconnect::Delivery& delivery = parts.get<DeliveryPart>().delivery;
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::appliance, &delivery.topology());
  std::vector<Host*> machines;
  for (const openconnect::Appliance& appliance : delivery.topology().appliances) {
    if (is_among(appliance.name, chosen)) machines.push_back(&delivery.machine(appliance.id));
  }
  return turn_appliances_off(parts, step, std::move(machines), chosen);
}

chaos::Effect kill_site(Twin::Parts& parts, const FaultSpec& step) {
  openconnect::Delivery& delivery = parts.get<DeliveryPart>().delivery;
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::site, &delivery.topology());
  std::vector<Host*> machines;
  for (const openconnect::Site& site : delivery.topology().sites) {
    const std::vector<Host*> there = is_among(site.name, chosen) ? delivery.machines_of(site.id) : std::vector<Host*>{};
    machines.insert(machines.end(), there.begin(), there.end());
  }
  return turn_appliances_off(parts, step, std::move(machines), chosen);
}

chaos::Effect release_title(Twin::Parts& parts, const FaultSpec& step) {
  const int titles = parts.scenario.open_connect->titles;
  const auto title = title_of(step.target, titles);
  if (!title) {
    throw std::invalid_argument(fmt::format("method: release_title takes a title's rank from 0 to {}, not {}", titles - 1, step.target));
  }
  openconnect::Delivery& delivery = parts.get<DeliveryPart>().delivery;
  delivery.hold_back(*title);
  return {.text = [] { return "a new title is filled into every site"; },
          .begin = [&delivery, title = *title] { delivery.release(title); }};
}

constexpr std::array ends_of_links{TargetKind::link, TargetKind::client_group, TargetKind::appliance, TargetKind::site};

/// What a target is that the checks have let through.
TargetKind kind_of_link(Twin::Parts& parts, const openconnect::Topology& topology, const FaultSpec& step) {
  const std::vector<TargetKind> kinds = kinds_of(parts.scenario, &topology, step.target);
  for (const TargetKind kind : ends_of_links) {
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return kind;
  }
  unknown_target("link", step.target, {});
}

void check_link(const StepCheck& on) {
  if (!has_delivery(on) || on.delivery == nullptr) return;
  const std::vector<TargetKind> kinds = kinds_of(on.scenario, on.delivery, on.step.target);
  const auto* const kind = std::find_first_of(ends_of_links.begin(), ends_of_links.end(), kinds.begin(), kinds.end());
  check_things(on, kind == ends_of_links.end() ? TargetKind::link : *kind);
}

/// "port c001.fra001.ix", "delivery fra001.isp-2.isp", "peering fra001.ix to isp-2.ams", "access isp-2.ams"
bool is_link(std::string_view name, std::string_view kind, std::string_view of) {
  return name.size() == kind.size() + 1 + of.size() && name.starts_with(kind) && name.ends_with(of);
}

void add_links_of_sites(openconnect::Delivery& delivery, const std::vector<std::string>& chosen, std::vector<flows::LinkId>& links) {
  const openconnect::Topology& topology = delivery.topology();
  for (const openconnect::Site& site : topology.sites) {
    for (const std::string& name : chosen) {
      if (name == site.name || is_link(name, "delivery", site.name)) {
        const std::vector<flows::LinkId> all = delivery.delivery_links(site.id);
        links.insert(links.end(), all.begin(), all.end());
      }
      for (const openconnect::ClientGroup& group : topology.groups) {
        if (name == fmt::format("peering {} to {}", site.name, group.name)) links.push_back(delivery.delivery_link(site.id, group.id));
      }
    }
  }
}

/// Of an appliance its port, of a site its ways to client groups, of a client group its access network.
std::vector<flows::LinkId> links_called(openconnect::Delivery& delivery, const std::vector<std::string>& chosen) {
  std::vector<flows::LinkId> links;
  for (const std::string& name : chosen) {
    for (const openconnect::Appliance& appliance : delivery.topology().appliances) {
      if (name == appliance.name || is_link(name, "port", appliance.name)) links.push_back(delivery.port_link(appliance.id));
    }
    for (const openconnect::ClientGroup& group : delivery.topology().groups) {
      if (name == group.name || is_link(name, "access", group.name)) links.push_back(delivery.access_link(group.id));
    }
  }
  add_links_of_sites(delivery, chosen, links);
  return links;
}

chaos::Effect on_links(Twin::Parts& parts, const FaultSpec& step, Fraction left, std::string text) {
  openconnect::Delivery& delivery = parts.get<DeliveryPart>().delivery;
  const TargetKind kind = kind_of_link(parts, delivery.topology(), step);
  const std::vector<std::string> chosen = chosen_things(parts, step, kind, &delivery.topology());
  openconnect::LinkFaults& faults = delivery.link_faults();
  const auto number = faults.add(links_called(delivery, chosen), left);
  return {.text = [text = std::move(text) + chosen_names(step, chosen)] { return text; },
          .begin = [&faults, number] { faults.begin(number); },
          .end = [&faults, number] { faults.end(number); }};
}

chaos::Effect cut_link(Twin::Parts& parts, const FaultSpec& step) { return on_links(parts, step, Fraction{0}, "nothing gets through"); }

chaos::Effect slow_link(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction left = step.speed.value_or(Fraction{1});
  return on_links(parts, step, left, fmt::format("{:g} % of the bandwidth", left.value() * 100));
}

std::vector<Action> delivery_actions() {
  return {
      {.name = "kill_appliance",
       .doc = "turn off one Open Connect appliance",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::appliance},
       .check_target = [](const StepCheck& on) { check_delivering(on, TargetKind::appliance); },
       .bind = kill_appliance},
      {.name = "kill_site",
       .doc = "turn off every appliance of an Open Connect site",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::site},
       .check_target = [](const StepCheck& on) { check_delivering(on, TargetKind::site); },
       .bind = kill_site},
      {.name = "cut_link",
       .doc =
           "let nothing through links of Open Connect: an appliance's port, a site's ways to client groups, the access network of a client "
           "group",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {ends_of_links.begin(), ends_of_links.end()},
       .check_target = check_link,
       .bind = cut_link},
      {.name = "slow_link",
       .doc = "leave links of Open Connect a share of their bandwidth",
       .needs = {"target", "speed"},
       .reads = {"lasts"},
       .takes = {ends_of_links.begin(), ends_of_links.end()},
       .check_target = check_link,
       .bind = slow_link},
      {.name = "release_title",
       .doc = "a new title is filled into every site",
       .needs = {"target"},
       .takes = {TargetKind::title},
       .check_target = check_title,
       .bind = release_title,
       .prepares = true},
  };
}

}  // namespace

extern const PartKind delivery_part;
const PartKind delivery_part{.present = [](const Scenario& scenario) { return scenario.members.has_value(); },
                             .build = build_part<DeliveryPart>,
                             .actions = delivery_actions};

}  // namespace streamtwin
