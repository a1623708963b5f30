#include "models/cloud/ec2/fleet.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {

using rpc::Instance;
using rpc::LifeStage;

Fleet::Fleet(rpc::Lives& lives, const places::Geography& geography, const FleetSpec& spec, std::vector<Host*> image_stores,
             Recorder& recorder)
    : lives_(lives),
      geography_(geography),
      spec_(spec),
      image_stores_(std::move(image_stores)),
      spares_(geography.zones()),
      launch_limits_(geography.regions(), LaunchLimit(spec.launch)),
      replaced_(recorder.counter("fleet.replaced")),
      died_(recorder.counter("fleet.died")) {}

void Fleet::launch(rpc::Service& service, const Image& image, ZoneIndex zone, int number, Host& machine) {
  Slot& slot = slots_.emplace_back(Slot{&service, image, zone, number, &machine});
  watch_over(slot, lives_.launch(service, machine, zone, number));
}

void Fleet::grow(rpc::Service& service, const Image& image, ZoneIndex zone) {
  std::vector<bool> taken;
  for (const Slot& slot : slots_) {
    if (slot.service != &service || slot.zone != zone) continue;
    const auto number = static_cast<std::size_t>(slot.number);
    if (taken.size() <= number) taken.resize(number + 1);
    taken[number] = true;
  }
  const int number = static_cast<int>(std::find(taken.begin(), taken.end(), false) - taken.begin());
  replace_if_dead(slots_.emplace_back(Slot{&service, image, zone, number, nullptr}));
}

int Fleet::size(const rpc::Service& service, ZoneIndex zone) const {
  return static_cast<int>(std::count_if(slots_.begin(), slots_.end(),
                                        [&](const Slot& slot) { return slot.service == &service && slot.zone == zone && !slot.given_up; }));
}

bool Fleet::is_starting(const rpc::Service& service, ZoneIndex zone) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.service == &service && slot.zone == zone && slot.instance != nullptr && slot.instance->stage() == LifeStage::starting;
  });
}

bool Fleet::has_capacity(ZoneIndex zone) const {
  const std::vector<Host*>& spares = spares_[zone];
  return std::any_of(spares.begin(), spares.end(), [](const Host* machine) { return machine->is_on(); });
}

Fleet::Slot* Fleet::slot_of(const Instance& instance) {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.instance == &instance; });
  return slot != slots_.end() ? &*slot : nullptr;
}

void Fleet::watch_over(Slot& slot, Instance& instance) {
  slot.instance = &instance;
  slot.machine_subscription = slot.machine->while_held([this, &slot](Host& host) { machine_changed(slot, host); });
}

void Fleet::machine_changed(Slot& slot, const Host& machine) {
  if (machine.is_on() || slot.instance == nullptr) return;
  if (slot.instance->stage() != LifeStage::starting) ++died_;
  stop(slot);
}

void Fleet::stop(Slot& slot) {
  Instance& instance = *slot.instance;
  slot.instance = nullptr;
  slot.machine_subscription = {};
  lives_.stop(instance);
}

void Fleet::start() { scope_.spawn_service("auto scaling groups", watch()); }

Task<> Fleet::watch() {
  for (;;) {
    co_await delay(spec_.status_check);
    for (Slot& slot : slots_) replace_if_dead(slot);
  }
}

void Fleet::replace_if_dead(Slot& slot) {
  if (slot.busy || slot.instance != nullptr) return;
  if (Host* const machine = machine_for(slot)) {
    slot.busy = true;
    scope_.spawn_service("replacement of an instance", replace(slot, *machine));
  }
}

// A spare machine of the zone, or the old one when it is back.
Host* Fleet::machine_for(Slot& slot) {
  std::vector<Host*>& spares = spares_[slot.zone];
  for (auto spare = spares.begin(); spare != spares.end(); ++spare) {
    if (!(*spare)->is_on()) continue;
    Host* machine = *spare;
    spares.erase(spare);
    if (slot.machine != nullptr) spares.push_back(slot.machine);  // the dead machine is a spare once it is repaired
    return machine;
  }
  return slot.machine != nullptr && slot.machine->is_on() ? slot.machine : nullptr;
}

// Until EC2 says that the instance runs.
Duration Fleet::time_to_run(const Instance& instance) {
  const LaunchSpec& launch = spec_.launch;
  Random random = instance.stream("launch");
  const Duration pending = random.lognormal(launch.pending, launch.pending_sigma);
  const double factor = random.chance(launch.slow.value()) ? launch.slow_factor : 1;
  return launch_limits_[geography_.region_of(instance.zone)].wait(now()) + launch.api + factor * pending;
}

Task<> Fleet::replace(Slot& slot, Host& machine) {
  Host& images = *image_stores_[geography_.region_of(slot.zone)];
  slot.machine = &machine;
  Instance& instance = lives_.begin(*slot.service, machine, slot.zone, slot.number);
  watch_over(slot, instance);
  co_await delay(time_to_run(instance));
  Outcome outcome = co_await transfer(images, machine, slot.image.size);
  if (outcome == Outcome::finished) outcome = co_await execute(machine, Flops{slot.image.boot_time / 1s * spec_.machine_speed.value()});
  if (slot.instance == &instance) {
    if (outcome == Outcome::finished) {
      lives_.start(instance, true);
      ++replaced_;
    } else {
      stop(slot);
    }
  }
  end_of_work(slot);  // a boot that failed is tried again at the next check
}

bool Fleet::terminate(const Instance& instance, bool decrement_desired_capacity) {
  Slot* const slot = slot_of(instance);
  if (slot == nullptr || slot->busy || !instance.alive()) return false;
  slot->busy = true;
  slot->given_up = decrement_desired_capacity;
  scope_.spawn_service("termination of an instance", drain_and_stop(*slot));
  return true;
}

// Those who call it have heard of it by lists that come to them bit by bit: it serves them until it closes, and what it has by
// then is given a while to end.
Task<> Fleet::drain_and_stop(Slot& slot) {
  Instance* const instance = slot.instance;
  if (instance == nullptr) co_return end_of_work(slot);
  const auto is_there = [&slot, instance] { return slot.instance == instance; };  // it has not died meanwhile
  lives_.drain(*instance);
  co_await delay(spec_.drain);
  if (is_there()) {
    instance->close();
    const Instant patient_until = now() + spec_.stop_timeout;
    while (is_there() && instance->scope.working() > 0 && now() < patient_until) co_await delay(std::min(spec_.stop_timeout, Duration{1s}));
    if (is_there()) stop(slot);
  }
  end_of_work(slot);
}

bool Fleet::restart(const Instance& instance, Duration takes) {
  Slot* const slot = slot_of(instance);
  if (slot == nullptr || slot->busy || !instance.alive()) return false;
  slot->busy = true;
  const InstanceId address = instance.id;
  stop(*slot);
  scope_.spawn_service("restart of an instance", come_back(*slot, address, takes));
  return true;
}

Task<> Fleet::come_back(Slot& slot, InstanceId address, Duration takes) {
  co_await delay(takes);
  if (slot.machine->is_on()) {
    Instance& instance = lives_.begin(*slot.service, *slot.machine, slot.zone, slot.number, address);
    watch_over(slot, instance);
    lives_.start(instance, true);
  }
  end_of_work(slot);
}

void Fleet::end_of_work(Slot& slot) {
  slot.busy = false;
  if (!slot.given_up) return;
  spares_[slot.zone].push_back(slot.machine);
  slots_.remove_if([&slot](const Slot& other) { return &other == &slot; });
}

}  // namespace streamtwin::ec2
