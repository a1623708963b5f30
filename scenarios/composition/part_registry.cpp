#include "scenarios/composition/part_registry.hpp"

#include <fmt/format.h>

#include "scenarios/composition/part_cloud.hpp"

namespace streamtwin {

RegistryPart::RegistryPart(Twin::Parts& parts) : parts_(parts), measures_(parts.recorder) {
  const Scenario& scenario = parts.scenario;
  const places::Geography& geography = parts.geography;
  if (scenario.eureka.deltas) measures_.full_fetches = parts.recorder.counter("eureka.full_fetches");
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    eureka_.emplace_back(
        scenario.eureka, [&geography](ZoneIndex a, ZoneIndex b) { return geography.one_way(a, b); }, measures_,
        geography.region_name(static_cast<RegionIndex>(r)));
    if (scenario.registry.kind == registry::RegistryKind::static_lists) static_lists_.emplace_back(scenario.registry.static_lists);
  }
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    eureka_[geography.region_of(zone)].add_server(parts.get<CloudPart>().add_machine("eureka", zone, idle_cores), zone);
  }
  if (!scenario.services.empty()) told_of_lives_ = parts.mesh.lives.subscribe(*this);  // MiSim's find each other without
}

void RegistryPart::start() {
  if (parts_.scenario.services.empty()) return;  // nobody joins
  for (registry::EurekaCluster& registry : eureka_) registry.start();
  for (registry::StaticLists& lists : static_lists_) lists.start();
}

registry::Member RegistryPart::member_of(services::Instance& instance) const {
  registry::Member member;
  member.id = instance.id;
  member.app = instance.service.index;
  member.zone = instance.zone;
  member.identity = hash_text(fmt::format("{} {}", instance.name, instance.generation));
  member.scope = &instance.scope;
  member.refresh_balancers = [&mesh = parts_.mesh, &instance](const registry::RegistryView& view) {
    mesh.refresh_balancers(instance, view);
  };
  return member;
}

void RegistryPart::started(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  const bool registered = !instance.launched_cold();
  if (static_lists_.empty()) return eureka_[region].join(member_of(instance), registered);
  static_lists_[region].join(member_of(instance), instance.predecessor, registered);
}

void RegistryPart::draining(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  if (static_lists_.empty()) return eureka_[region].deregister(instance.id);
  static_lists_[region].remove(instance.id);
}

void RegistryPart::stopped(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  if (static_lists_.empty()) return eureka_[region].forget(instance.id);
  static_lists_[region].forget(instance.id);
}

RegistryPart::Sizes RegistryPart::sizes() {
  Sizes sizes{};
  for (registry::EurekaCluster& cluster : eureka_) {
    sizes.clients += cluster.clients();
    sizes.leases += cluster.registered(0);
  }
  return sizes;
}

extern const PartKind registry_part;
const PartKind registry_part{.build = build_part<RegistryPart>};

}  // namespace streamtwin
