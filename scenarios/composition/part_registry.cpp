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
}

void RegistryPart::start() {
  if (parts_.scenario.services.empty()) return;  // nobody joins
  for (registry::EurekaCluster& registry : eureka_) registry.start();
  for (registry::StaticLists& lists : static_lists_) lists.start();
}

void RegistryPart::join(services::Instance& instance, bool registered) {
  registry::Member member;
  member.id = static_cast<InstanceId>(instance.serial);
  member.app = instance.service.index;
  member.zone = instance.zone;
  member.identity = hash_text(fmt::format("{} {}", instance.name, instance.generation));
  member.scope = &instance.scope;
  member.refresh_balancers = [&mesh = parts_.mesh, &instance](const registry::RegistryView& view) {
    mesh.refresh_balancers(instance, view);
  };
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  if (static_lists_.empty()) return eureka_[region].join(std::move(member), registered);
  std::optional<InstanceId> replaced;
  for (const services::Instance& other : instance.service.instances()) {
    if (other.zone == instance.zone && other.number == instance.number && other.generation + 1 == instance.generation)
      replaced = static_cast<InstanceId>(other.serial);
  }
  static_lists_[region].join(std::move(member), replaced, registered);
}

extern const PartKind registry_part;
const PartKind registry_part{.build = build_part<RegistryPart>};

}  // namespace streamtwin
