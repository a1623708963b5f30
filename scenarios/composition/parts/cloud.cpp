// Machines in zones in regions; they can be turned off one by one, or all of a zone or region.
#include "scenarios/composition/parts/cloud.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/composition/parts/calls.hpp"
#include "scenarios/composition/parts/client_groups.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

CloudPart::CloudPart(Twin::Parts& parts) : parts_(parts) {
  const places::CloudNetworkSpec& network = parts.scenario.network;
  const places::Geography& geography = parts.geography;
  Platform& platform = parts.platform;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    Zone& in_region =
        platform.add_zone(geography.region_name(region), platform.world(), network.inter_region_bandwidth, network.bulk_latency);
    gateways_.push_back(&platform.add_host(fmt::format("gateway/{}", geography.region_name(region)), in_region,
                                           parts.scenario.fleet.machine_speed, idle_cores, network.inter_region_bandwidth));
    for (int z = 0; z < geography.zones_of(region); ++z) {
      const auto zone = static_cast<ZoneIndex>(geography.first_zone(region) + z);
      zones_.push_back(
          &platform.add_zone(geography.zone_name(zone), in_region, network.inter_region_bandwidth, network.cross_zone_rtt / 4));
    }
  }
}

Host& CloudPart::add_machine(const std::string& name, ZoneIndex zone, int cores) {
  return parts_.platform.add_host(fmt::format("{}/{}", name, parts_.geography.zone_name(zone)), *zones_[zone],
                                  parts_.scenario.fleet.machine_speed, cores, parts_.scenario.network.machine_bandwidth);
}

// Without an edge a region lives as long as any instance in it.
bool CloudPart::is_alive(RegionIndex region) const {
  if (const auto* edge = parts_.find<EdgePart>()) return edge->edge.alive(region);
  for (const services::Service& service : parts_.mesh.services()) {
    for (const services::Instance& instance : service.instances()) {
      if (parts_.geography.region_of(instance.zone) == region && instance.alive()) return true;
    }
  }
  return false;
}

void CloudPart::add_results(RunResult& result) {
  for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    SiteResult site;
    site.name = parts_.geography.region_name(region);
    site.kind = "region";
    site.latitude = parts_.geography.place(region).latitude;
    site.longitude = parts_.geography.place(region).longitude;
    site.alive = is_alive(region);
    result.sites.push_back(site);
  }
}

namespace {

void check_zones(const Scenario& scenario, Checker& checker) {
  checker.require(!scenario.regions.empty(), "regions", "at least one region is needed");
  int zones = 0;
  for (const places::RegionSpec& region : scenario.regions) zones += region.zones;
  checker.require(zones <= 200, "regions", "at most 200 zones in all regions together");
}

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "play-api-0/eu-west-1a"
bool is_instance_machine(const StepCheck& on, const std::string& zone, std::size_t slash, const std::vector<std::string>& zones) {
  if (slash == std::string::npos || !is_one_of(zone, zones)) return false;
  const std::string machine = on.step.target.substr(0, slash);
  const std::size_t dash = machine.rfind('-');
  if (dash == std::string::npos) return false;
  const std::string service = machine.substr(0, dash);
  const auto spec = on.scenario.services.find(service);
  if (spec != on.scenario.services.end() && spec->second.runs_on != services::RunsOn::ec2) return false;  // no machine of its own
  const std::optional<int> instances = instances_in(on.scenario, service, zone);
  const std::optional<int> number = whole_number(std::string_view{machine}.substr(dash + 1));
  return instances && number && *number >= 0 && *number < *instances;
}

bool means(const StepCheck& on, TargetKind kind) {
  const std::vector<TargetKind> kinds = kinds_of(on.scenario, on.delivery, on.step.target);
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// "play-api-0/eu-west-1a" or "eureka/eu-west-1a", or instances
void check_machine(const StepCheck& on) {
  const std::vector<std::string> zones = zone_names(on.scenario);
  const std::string& target = on.step.target;
  const std::size_t last = target.rfind('/');
  const std::string end = last == std::string::npos ? "" : target.substr(last + 1);
  const std::vector<std::string> others = machine_names(on.scenario);
  if (is_one_of(target, others) || is_instance_machine(on, end, last, zones)) return;
  if (means(on, TargetKind::machine) && !means(on, TargetKind::instances)) return check_things(on, TargetKind::machine);
  if (!names_instances(on.scenario, target))
    return on.one_of("target", target, "machine (an instance is called service/zone/number)", others);
  check_instances(on);
  on.require(!on.scenario.misim || std::count(target.begin(), target.end(), '/') >= 2, "target",
             "a scenario with `misim` has no fleet; `kill_instances` strikes several");
}

void check_zone(const StepCheck& on) {
  const std::string& target = on.step.target;
  if (is_one_of(target, region_names(on.scenario))) {
    return on.error(
        "target", fmt::format("`{}` is a region and no zone; did you mean `kill_region`? One of its zones is `one of {}`", target, target));
  }
  check_things(on, TargetKind::zone);
}

/// Of a zone, or of a region: its zones' and its own.
std::vector<Host*> hosts_in(Platform& platform, const std::string& place, bool whole_region) {
  std::vector<Host*> hosts;
  for (Host& host : platform.hosts()) {
    const Zone& zone = host.zone();
    const bool inside = zone.name() == place || (whole_region && zone.parent() != nullptr && zone.parent()->name() == place);
    if (inside) hosts.push_back(&host);
  }
  return hosts;
}

/// All that a step means, with their names where it chooses some.
chaos::Effect turn_off(Twin::Parts& parts, const FaultSpec& step, TargetKind kind) {
  const std::vector<std::string> places = chosen_things(parts, step, kind);
  std::vector<Host*> hosts;
  for (const std::string& place : places) {
    const std::vector<Host*> there = kind == TargetKind::machine ? std::vector{parts.platform.find_host(place)}
                                                                 : hosts_in(parts.platform, place, kind == TargetKind::region);
    hosts.insert(hosts.end(), there.begin(), there.end());
  }
  std::erase(hosts, nullptr);
  chaos::Effect effect = parts.get<CloudPart>().hold_down.effect(std::move(hosts));
  effect.text = [text = std::move(effect.text), names = chosen_names(step, places)] { return text() + names; };
  return effect;
}

// A machine that is named stays held down, whoever runs on it by then.
chaos::Effect kill_instance(Twin::Parts& parts, const FaultSpec& step) {
  chaos::HoldDown& hold_down = parts.get<CloudPart>().hold_down;
  for (services::Service& service : parts.mesh.services()) {
    for (services::Instance& instance : service.instances()) {
      if (instance.name == step.target) return hold_down.effect({&instance.machine});
    }
  }
  if (Host* machine = parts.platform.find_host(step.target)) return hold_down.effect({machine});
  if (!things_at(parts.scenario, nullptr, TargetKind::machine, chaos::parse_target(step.target).place).empty())
    return turn_off(parts, step, TargetKind::machine);
  return hold_down.effect(machines_of(instances_of(parts, step)));
}

chaos::Effect kill_zone(Twin::Parts& parts, const FaultSpec& step) { return turn_off(parts, step, TargetKind::zone); }
chaos::Effect kill_region(Twin::Parts& parts, const FaultSpec& step) { return turn_off(parts, step, TargetKind::region); }

std::vector<ZoneIndex> zones_at(Twin::Parts& parts, const std::string& place) {
  std::vector<ZoneIndex> zones;
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    if (parts.geography.zone_name(zone) == place || parts.geography.region_name(parts.geography.region_of(zone)) == place)
      zones.push_back(zone);
  }
  return zones;
}

/// Zones of the places that a step means.
std::vector<ZoneIndex> zones_meant(Twin::Parts& parts, const FaultSpec& step) {
  const std::string_view place = chaos::parse_target(step.target).place;
  const bool regions = is_one_of(std::string{place}, region_names(parts.scenario)) || place == "regions";
  const bool selects = chaos::parse_target(step.target).selection.kind != chaos::Selection::Kind::all;
  const bool of_zones = !regions || (selects && place != "regions");
  std::vector<ZoneIndex> zones;
  for (const std::string& name : chosen_things(parts, step, of_zones ? TargetKind::zone : TargetKind::region)) {
    const std::vector<ZoneIndex> there = zones_at(parts, name);
    zones.insert(zones.end(), there.begin(), there.end());
  }
  return zones;
}

// To another place, or to all others.
rpc::Disturbance disturbance_between(Twin::Parts& parts, const FaultSpec& step) {
  rpc::Disturbance disturbance{.from = zones_meant(parts, step), .to = {}, .both_ways = !step.one_way.value_or(false), .road = {}};
  disturbance.to = zones_at(parts, step.to);
  for (std::size_t z = 0; step.to.empty() && z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    if (std::find(disturbance.from.begin(), disturbance.from.end(), zone) == disturbance.from.end()) disturbance.to.push_back(zone);
  }
  return disturbance;
}

void check_road_of_call(const StepCheck& on) {
  check_instances_or_call(on);
  on.require(on.step.to.empty(), "to", "a call has its other end in its target");
  on.require(!on.step.one_way || on.step.action.name != "cut_network", "one_way",
             "a connection needs both ways: a call is cut as a whole; leave this out");
}

void check_roads(const StepCheck& on) {
  on.require(!on.scenario.misim, "action", "MiSim knows no places and no network between them");
  if (means(on, TargetKind::call)) return check_road_of_call(on);
  if (means(on, TargetKind::client_group)) return check_group_network(on);
  std::vector<std::string> places = region_names(on.scenario);
  for (const std::string& zone : zone_names(on.scenario)) places.push_back(zone);
  const bool known = means(on, TargetKind::zone) || means(on, TargetKind::region);
  if (!known) return on.one_of("target", on.step.target, "zone or region", places);
  if (!is_one_of(on.step.target, places)) {
    check_things(on, means(on, TargetKind::zone) ? TargetKind::zone : TargetKind::region);
    on.require(on.step.to.empty(), "to", "those that are drawn are cut off from all others; name a zone or region to say from which");
  }
  if (!on.step.to.empty()) on.one_of("to", on.step.to, "zone or region", places);
  const std::string whole = fmt::format("{} and {} have no network between them: one is in the other", on.step.target, on.step.to);
  on.require(on.step.to.empty() || (!on.step.target.starts_with(on.step.to) && !on.step.to.starts_with(on.step.target)), "to", whole);
  on.require(!on.step.to.empty() || places.size() > 2, "target", "there is no other zone from which it could be cut off");
}

void check_disturbance(const StepCheck& on) {
  on.require(on.step.latency || on.step.deviation || on.step.loss, "", "disturb_network needs `latency`, `deviation` or `loss`");
}

chaos::Effect on_roads(Twin::Parts& parts, rpc::Disturbance disturbance, std::string text) {
  rpc::Roads& roads = parts.mesh.network.roads;
  const auto number = roads.add(std::move(disturbance));
  return {.text = [text = std::move(text)] { return text; },
          .begin = [&roads, number] { roads.begin(number); },
          .end = [&roads, number] { roads.end(number); }};
}

std::string between(const FaultSpec& step) {
  return (step.one_way.value_or(false) ? "to " : "to and from ") + (step.to.empty() ? "everywhere else" : step.to);
}

chaos::Effect cut_network(Twin::Parts& parts, const FaultSpec& step) {
  if (auto calls = call_of(parts, step)) return on_calls(parts, step, std::move(*calls), {.road = {.cut = true}}, "nothing gets through");
  if (means_client_groups(parts, step)) return cut_group_network(parts, step);
  rpc::Disturbance disturbance = disturbance_between(parts, step);
  disturbance.road.cut = true;
  return on_roads(parts, std::move(disturbance), "nothing gets through " + between(step));
}

std::string text_of(const rpc::Road& road) {
  std::string text = fmt::format("+{:g} s", in_seconds(road.latency));
  if (road.deviation > Duration{0}) text += fmt::format(" ± {:g} s", in_seconds(road.deviation));
  if (road.loss.value() > 0) text += fmt::format(", {:g} % lost", road.loss.value() * 100);
  return text;
}

chaos::Effect disturb_network(Twin::Parts& parts, const FaultSpec& step) {
  const rpc::Road road{.latency = step.latency.value_or(Duration{0}),
                       .deviation = step.deviation.value_or(Duration{0}),
                       .loss = step.loss.value_or(Fraction{0})};
  if (auto calls = call_of(parts, step)) {
    const bool one_way = step.one_way.value_or(false);
    const rpc::CallTrouble trouble{.road = road, .both_ways = !one_way};
    return on_calls(parts, step, std::move(*calls), trouble, text_of(road) + (one_way ? " on the way there" : " each way"));
  }
  if (means_client_groups(parts, step)) return disturb_group_network(parts, step, road, text_of(road));
  rpc::Disturbance disturbance = disturbance_between(parts, step);
  disturbance.road = road;
  return on_roads(parts, std::move(disturbance), fmt::format("{} {}", text_of(road), between(step)));
}

std::vector<Action> cloud_actions() {
  return {
      {.name = "cut_network",
       .doc = "let no message between services, gateways, caches, stores and registries get from one zone or region to another, or to any: "
              "a partition, in which both sides go on; load balancers' health checks are those of a target's own zone. Of client groups "
              "what goes between their members and a region of the cloud, a site of appliances, or all of both",
       .needs = {"target"},
       .reads = {"to", "one_way", "lasts"},
       .takes = {TargetKind::zone, TargetKind::region, TargetKind::client_group, TargetKind::call},
       .check_target = check_roads,
       .bind = cut_network},
      {.name = "disturb_network",
       .doc = "let such messages come late, or be lost: TCP sends them again after 200 ms, 400 ms and so on, and what members download "
              "comes as slowly as their connections get by such losses",
       .needs = {"target"},
       .reads = {"to", "one_way", "latency", "deviation", "loss", "lasts"},
       .takes = {TargetKind::zone, TargetKind::region, TargetKind::client_group, TargetKind::call},
       .check_target = check_roads,
       .bind = disturb_network,
       .check = check_disturbance},
      {.name = "kill_instance",
       .doc = "turn off the machines of instances, or another machine of the cloud: they are silent",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances, TargetKind::machine},
       .check_target = check_machine,
       .bind = kill_instance},
      {.name = "kill_zone",
       .doc = "turn off every machine of a zone",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::zone},
       .check_target = check_zone,
       .bind = kill_zone},
      {.name = "kill_region",
       .doc = "turn off every machine of a region",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::region},
       .check_target = [](const StepCheck& on) { check_things(on, TargetKind::region); },
       .bind = kill_region},
  };
}

}  // namespace

extern const PartKind cloud_part;
const PartKind cloud_part{.check = check_zones, .build = build_part<CloudPart>, .actions = cloud_actions};

}  // namespace streamtwin
