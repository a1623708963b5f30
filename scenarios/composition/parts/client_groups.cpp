#include "scenarios/composition/parts/client_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "scenarios/composition/parts/delivery.hpp"
#include "scenarios/composition/parts/members.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using openconnect::Topology;

const openconnect::Site* site_called(const Topology& topology, const std::string& name) {
  const auto found = std::find_if(topology.sites.begin(), topology.sites.end(), [&](const auto& site) { return site.name == name; });
  return found == topology.sites.end() ? nullptr : &*found;
}

const Topology& topology_of(Twin::Parts& parts) { return parts.get<DeliveryPart>().delivery.topology(); }

std::string far_end(const FaultSpec& step) { return step.to.empty() ? "all the platform" : step.to; }

chaos::Effect cut_links_of(Twin::Parts& parts, const GroupsMeant& meant, const FaultSpec& step) {
  openconnect::Delivery& delivery = parts.get<DeliveryPart>().delivery;
  const openconnect::Site* const site = site_called(delivery.topology(), step.to);
  std::vector<flows::LinkId> links;
  for (const std::uint16_t group : meant.groups)
    links.push_back(site == nullptr ? delivery.access_link(group) : delivery.delivery_link(site->id, group));
  openconnect::LinkFaults& faults = delivery.link_faults();
  const auto number = faults.add(std::move(links), Fraction{0});
  return {.text = [text = fmt::format("nothing gets through to and from {}{}", far_end(step), meant.names)] { return text; },
          .begin = [&faults, number] { faults.begin(number); },
          .end = [&faults, number] { faults.end(number); }};
}

chaos::Effect on_group_roads(Twin::Parts& parts, const GroupsMeant& meant, const FaultSpec& step, const rpc::Road& road,
                             const std::string& what) {
  const Topology& topology = topology_of(parts);
  clients::GroupRoads::Disturbance disturbance{
      .groups = meant.groups, .regions = {}, .sites = {}, .both_ways = !step.one_way.value_or(false), .road = road};
  for (std::size_t region = 0; region < parts.geography.regions(); ++region) {
    const auto index = static_cast<RegionIndex>(region);
    if (step.to.empty() || step.to == parts.geography.region_name(index)) disturbance.regions.push_back(index);
  }
  for (const openconnect::Site& site : topology.sites) {
    if (step.to.empty() || step.to == site.name) disturbance.sites.push_back(site.id);
  }
  clients::GroupRoads& roads = parts.get<MembersPart>().roads;
  const auto number = roads.add(std::move(disturbance));
  const std::string_view ways = step.one_way.value_or(false) ? "to" : "to and from";
  return {.text = [text = fmt::format("{} {} {}{}", what, ways, far_end(step), meant.names)] { return text; },
          .begin = [&roads, number] { roads.begin(number); },
          .end = [&roads, number] { roads.end(number); }};
}

}  // namespace

void check_client_group(const StepCheck& on) {
  if (on.step.client_group.empty()) return;
  if (on.delivery == nullptr) return on.error("client_group", "only members are in client groups, and this scenario has none");
  std::vector<std::string> groups;
  for (const openconnect::ClientGroup& group : on.delivery->groups) groups.push_back(group.name);
  on.one_of("client_group", on.step.client_group, "client group", groups);
}

std::optional<std::uint16_t> client_group_of(Twin::Parts& parts, const FaultSpec& step) {
  if (step.client_group.empty()) return std::nullopt;
  for (const openconnect::ClientGroup& group : topology_of(parts).groups) {
    if (group.name == step.client_group) return static_cast<std::uint16_t>(group.id);
  }
  return std::nullopt;
}

bool means_client_groups(Twin::Parts& parts, const FaultSpec& step) {
  const auto* const delivery = parts.find<DeliveryPart>();
  if (delivery == nullptr) return false;
  const std::vector<TargetKind> kinds = kinds_of(parts.scenario, &delivery->delivery.topology(), step.target);
  return std::find(kinds.begin(), kinds.end(), TargetKind::client_group) != kinds.end();
}

GroupsMeant groups_meant(Twin::Parts& parts, const FaultSpec& step) {
  const Topology& topology = topology_of(parts);
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::client_group, &topology);
  GroupsMeant meant{.groups = {}, .names = chosen_names(step, chosen)};
  for (const openconnect::ClientGroup& group : topology.groups) {
    if (std::find(chosen.begin(), chosen.end(), group.name) != chosen.end()) meant.groups.push_back(static_cast<std::uint16_t>(group.id));
  }
  return meant;
}

void check_group_network(const StepCheck& on) {
  check_things(on, TargetKind::client_group);
  const bool cuts = on.step.action.name == "cut_network";
  on.require(!cuts || !on.step.one_way, "one_way", "a connection needs both ways: a client group is cut off as a whole; leave this out");
  if (on.step.to.empty()) return;
  std::vector<std::string> ends = region_names(on.scenario);
  for (const openconnect::Site& site : on.delivery->sites) ends.push_back(site.name);
  on.one_of("to", on.step.to, "region or site", ends);
  const openconnect::Site* const site = site_called(*on.delivery, on.step.to);
  on.require(
      !cuts || site == nullptr || site->kind != openconnect::SiteKind::isp, "to",
      fmt::format("{} stands in its provider's network and has one way to all of its client groups: cut_link cuts that", on.step.to));
}

chaos::Effect cut_group_network(Twin::Parts& parts, const FaultSpec& step) {
  const GroupsMeant meant = groups_meant(parts, step);
  const std::vector<std::string> regions = region_names(parts.scenario);
  const bool from_region = std::find(regions.begin(), regions.end(), step.to) != regions.end();
  if (!from_region) return cut_links_of(parts, meant, step);
  return on_group_roads(parts, meant, step, {.cut = true}, "nothing gets through");
}

chaos::Effect disturb_group_network(Twin::Parts& parts, const FaultSpec& step, const rpc::Road& road, const std::string& text) {
  return on_group_roads(parts, groups_meant(parts, step), step, road, text);
}

}  // namespace streamtwin
