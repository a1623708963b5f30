// Machines in zones in regions, the services that run on them, and the registry they find each other by.
#include <fmt/format.h>

#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

// Gateways, load balancers, registry servers and spare machines compute nothing that takes long.
constexpr int idle_cores = 1;

}  // namespace

void Twin::Parts::build_cloud() {
  const places::CloudNetworkSpec& network = scenario.network;
  const Speed speed = scenario.fleet.machine_speed;
  mesh.add(scenario.services);

  if (scenario.eureka.deltas) registry_measures.full_fetches = recorder.counter("eureka.full_fetches");

  std::vector<Zone*> zones;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    Zone& in_region =
        platform.add_zone(geography.region_name(region), platform.world(), network.inter_region_bandwidth, network.bulk_latency);
    gateways.push_back(&platform.add_host(fmt::format("gateway/{}", geography.region_name(region)), in_region, speed, idle_cores,
                                          network.inter_region_bandwidth));
    for (int z = 0; z < geography.zones_of(region); ++z) {
      const auto zone = static_cast<ZoneIndex>(geography.first_zone(region) + z);
      zones.push_back(&platform.add_zone(geography.zone_name(zone), in_region, network.inter_region_bandwidth, network.cross_zone_rtt / 4));
    }
    eureka.emplace_back(
        scenario.eureka, [this](ZoneIndex a, ZoneIndex b) { return geography.one_way(a, b); }, registry_measures,
        geography.region_name(region));
    if (scenario.registry.kind == registry::RegistryKind::static_lists) static_lists.emplace_back(scenario.registry.static_lists);
  }

  fleet.emplace(mesh, scenario.fleet, gateways, recorder);
  fleet->on_start([this](services::Instance& instance, bool registered) { join_registry(instance, registered); });
  const auto machine = [&](const std::string& name, ZoneIndex zone, int cores) -> Host& {
    return platform.add_host(fmt::format("{}/{}", name, geography.zone_name(zone)), *zones[zone], speed, cores, network.machine_bandwidth);
  };
  if (scenario.mesh.semantics == services::Semantics::misim) {
    cluster.emplace(mesh, scenario.mesh.misim);
    // MiSim has no machines. Instances that come later share one that nothing turns off.
    cluster->set_launcher([this, &host = machine("later", 0, idle_cores)](services::Service& service) {
      fleet->launch(service, 0, static_cast<int>(service.instances().size()), host, false);
    });
  }
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    eureka[geography.region_of(zone)].add_server(machine("eureka", zone, idle_cores), zone);
  }
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    for (services::Service& service : mesh.services()) {
      for (int number = 0; number < service.spec.instances_per_zone; ++number) {
        Host& host = machine(fmt::format("{}-{}", service.name, number), zone, service.spec.cores);
        fleet->launch(service, zone, number, host, true);
      }
    }
    for (int spare = 0; spare < scenario.fleet.spare_machines; ++spare) {
      fleet->add_spare(zone, machine(fmt::format("spare-{}", spare), zone, idle_cores));
    }
  }

  if (scenario.has_edge()) {
    edge.emplace(mesh, scenario.edge, measures.edge);
    mesh.set_process(services::Role::gateway, *edge);
    for (std::size_t z = 0; z < geography.zones(); ++z) {
      edge->add_node(machine("elb", static_cast<ZoneIndex>(z), idle_cores), static_cast<ZoneIndex>(z));
    }
  }
  replication.emplace(
      scenario.replication, gateways, [this](RegionIndex region) { return mesh.take_written(region); }, recorder);
}

void Twin::Parts::join_registry(services::Instance& instance, bool registered) {
  if (cluster) {
    mesh.note(instance);
    return cluster->launched(instance);
  }
  registry::Member member;
  member.id = static_cast<InstanceId>(instance.serial);
  member.app = instance.service.index;
  member.zone = instance.zone;
  member.identity = hash_text(fmt::format("{} {}", instance.name, instance.generation));
  member.scope = &instance.scope;
  member.refresh_balancers = [this, &instance](const registry::RegistryView& view) { mesh.refresh_balancers(instance, view); };
  mesh.note(instance);
  if (load) load->launched(instance);
  const RegionIndex region = geography.region_of(instance.zone);
  if (static_lists.empty()) return eureka[region].join(std::move(member), registered);
  std::optional<InstanceId> replaced;
  for (const services::Instance& other : instance.service.instances()) {
    if (other.zone == instance.zone && other.number == instance.number && other.generation + 1 == instance.generation)
      replaced = static_cast<InstanceId>(other.serial);
  }
  static_lists[region].join(std::move(member), replaced, registered);
}

}  // namespace streamtwin
