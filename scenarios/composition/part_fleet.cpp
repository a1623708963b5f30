#include "scenarios/composition/part_fleet.hpp"

#include <fmt/format.h>

#include "scenarios/composition/part_cloud.hpp"
#include "scenarios/composition/part_load.hpp"
#include "scenarios/composition/part_registry.hpp"

namespace streamtwin {

FleetPart::FleetPart(Twin::Parts& parts)
    : fleet(parts.mesh, parts.scenario.fleet, parts.get<CloudPart>().gateways(), parts.recorder), parts_(parts) {
  parts.mesh.add(parts.scenario.services);
  fleet.on_start([this](services::Instance& instance, bool registered) { launched(instance, registered); });
  CloudPart& cloud = parts.get<CloudPart>();
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    for (services::Service& service : parts.mesh.services()) {
      for (int number = 0; number < service.spec.instances_per_zone; ++number) {
        Host& host = cloud.add_machine(fmt::format("{}-{}", service.name, number), zone, service.spec.cores);
        fleet.launch(service, zone, number, host, true);
      }
    }
    for (int spare = 0; spare < parts.scenario.fleet.spare_machines; ++spare) {
      fleet.add_spare(zone, cloud.add_machine(fmt::format("spare-{}", spare), zone, idle_cores));
    }
  }
}

void FleetPart::start() {
  if (!parts_.scenario.services.empty()) fleet.start();
}

void FleetPart::launched(services::Instance& instance, bool registered) {
  parts_.mesh.note(instance);
  if (auto* load = parts_.find<LoadPart>()) load->load.launched(instance);
  parts_.get<RegistryPart>().join(instance, registered);
}

extern const PartKind fleet_part;
const PartKind fleet_part{.build = build_part<FleetPart>};

}  // namespace streamtwin
