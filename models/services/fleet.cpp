#include "models/services/fleet.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Fleet::Fleet(Mesh& mesh, const FleetSpec& spec, std::vector<Host*> image_stores, Recorder& recorder)
    : mesh_(mesh),
      spec_(spec),
      image_stores_(std::move(image_stores)),
      spares_(mesh.geography.zones()),
      replaced_(recorder.counter("fleet.replaced")),
      died_(recorder.counter("fleet.died")) {}

Instance& Fleet::launch(Service& service, ZoneIndex zone, int number, Host& machine, bool registered) {
  Slot& slot = slots_.emplace_back(Slot{&service, zone, number, &machine, nullptr});
  bring_up(slot, registered);
  return *slot.instance;
}

void Fleet::bring_up(Slot& slot, bool registered) {
  Instance& instance = slot.service->launch(*slot.machine, slot.zone, slot.number, launched_++, now());
  slot.instance = &instance;
  if (!registered) instance.run_cold(now());
  slot.machine->on_change([this, &instance](Host& host) {
    if (host.is_on() || instance.dead()) return;
    ++died_;
    instance.die();
  });
  started_(instance, registered);
}

void Fleet::start() { scope_.spawn_service("auto scaling groups", watch()); }

Task<> Fleet::watch() {
  for (;;) {
    co_await delay(spec_.status_check);
    for (Slot& slot : slots_) {
      if (slot.replacing || slot.instance->alive()) continue;
      if (Host* machine = machine_for(slot)) {
        slot.replacing = true;
        scope_.spawn_service("replacement of an instance", replace(slot, *machine));
      }
    }
  }
}

// A spare machine of the zone, or the old one when it is back.
Host* Fleet::machine_for(Slot& slot) {
  std::vector<Host*>& spares = spares_[slot.zone];
  for (auto spare = spares.begin(); spare != spares.end(); ++spare) {
    if (!(*spare)->is_on()) continue;
    Host* machine = *spare;
    spares.erase(spare);
    spares.push_back(slot.machine);  // the dead machine is a spare once it is repaired
    return machine;
  }
  return slot.machine->is_on() ? slot.machine : nullptr;
}

Task<> Fleet::replace(Slot& slot, Host& machine) {
  const Service& service = *slot.service;
  Host& images = *image_stores_[mesh_.geography.region_of(slot.zone)];
  slot.machine = &machine;
  Outcome outcome = co_await transfer(images, machine, service.spec.image);
  if (outcome == Outcome::finished) {
    outcome = co_await execute(machine, Flops{service.spec.boot_time / 1s * spec_.machine_speed.value()});
  }
  if (outcome == Outcome::finished) {
    bring_up(slot, false);
    ++replaced_;
  }
  slot.replacing = false;  // a boot that failed is tried again at the next check
}

}  // namespace streamtwin::services
