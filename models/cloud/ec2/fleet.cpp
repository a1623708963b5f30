#include "models/cloud/ec2/fleet.hpp"

#include <algorithm>
#include <utility>

#include "models/rpc/crash.hpp"
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
      held_(geography.zones()),
      launch_limits_(geography.regions(), LaunchLimit(spec.launch)),
      start_limits_(launch_limits_),
      notices_(recorder.notices),
      replaced_(recorder.counter("fleet.replaced")),
      died_(recorder.counter("fleet.died")) {}

void Fleet::launch(rpc::Service& service, const Image& image, ZoneIndex zone, int number, Host& machine, rpc::ServerGroup* group) {
  Slot& slot = slots_.emplace_back(Slot{&service, image, zone, number, &machine});
  slot.group = group;
  held_[zone].take(image.type);
  lives_.start(begin(slot), false);
}

Fleet::Slot& Fleet::free_slot(rpc::Service& service, const Image& image, ZoneIndex zone) {
  std::vector<bool> taken;
  for (const Slot& slot : slots_) {
    if (slot.service != &service || slot.zone != zone) continue;
    const auto number = static_cast<std::size_t>(slot.number);
    if (taken.size() <= number) taken.resize(number + 1);
    taken[number] = true;
  }
  const int number = static_cast<int>(std::find(taken.begin(), taken.end(), false) - taken.begin());
  return slots_.emplace_back(Slot{&service, image, zone, number, nullptr});
}

void Fleet::grow(rpc::Service& service, const Image& image, ZoneIndex zone, rpc::ServerGroup* group) {
  Slot& slot = free_slot(service, image, zone);
  slot.group = group;
  replace_if_dead(slot);
}

void Fleet::adopt(const rpc::Service& service, ZoneIndex zone, rpc::ServerGroup& group) {
  for (Slot& slot : slots_) {
    if (slot.service != &service || slot.zone != zone || slot.group != nullptr) continue;
    slot.group = &group;
    if (slot.instance != nullptr) slot.instance->join(group);
  }
}

bool Fleet::regroup(const Instance& instance, rpc::ServerGroup& group) {
  if (!terminate(instance, false)) return false;
  slot_of(instance)->group = &group;
  return true;
}

int Fleet::size(const rpc::ServerGroup& group, ZoneIndex zone) const {
  return static_cast<int>(std::count_if(slots_.begin(), slots_.end(),
                                        [&](const Slot& slot) { return slot.group == &group && slot.zone == zone && !slot.given_up; }));
}

bool Fleet::give_up_one(const rpc::ServerGroup& group, ZoneIndex zone) {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) {
    return s.group == &group && s.zone == zone && !s.given_up && (s.instance == nullptr || s.instance->stage() == LifeStage::starting);
  });
  if (slot == slots_.end()) return false;
  slot->given_up = true;
  if (!slot->busy) end_of_work(*slot);
  return true;
}

void Fleet::grow(rpc::Service& service, const Image& image, ZoneIndex zone, const Prepared& prepared, rpc::ServerGroup* group) {
  Slot& slot = free_slot(service, image, zone);
  slot.group = group;
  slot.busy = true;
  scope_.spawn_service("start of a prepared instance", resume(slot, prepared));
}

int Fleet::size(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group) const {
  return static_cast<int>(
      std::count_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return belongs(slot, service, zone, group) && !slot.given_up; }));
}

bool Fleet::is_starting(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return belongs(slot, service, zone, group) && slot.instance != nullptr && slot.instance->stage() == LifeStage::starting;
  });
}

bool Fleet::has_capacity(ZoneIndex zone, const InstanceType* type) const {
  if (!api_answers(zone)) return false;
  if (!held_[zone].empty()) return free_machines(zone, type) > 0;
  return std::any_of(spares_[zone].begin(), spares_[zone].end(), [](const Host* machine) { return machine->is_on(); });
}

int Fleet::free_machines(ZoneIndex zone, const InstanceType* type) const {
  const std::vector<Host*>& spares = spares_[zone];
  const auto on = std::count_if(spares.begin(), spares.end(), [](const Host* machine) { return machine->is_on(); });
  return held_[zone].open_to(type, static_cast<int>(on));
}

void Fleet::ask_back(const Image& image, const std::vector<ZoneIndex>& zones, int instances) {
  if (lender_ != nullptr && image.type != nullptr && instances > 0) lender_->ask_back(*image.type, zones, instances);
}

Fleet::Slot* Fleet::slot_of(const Instance& instance) {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.instance == &instance; });
  return slot != slots_.end() ? &*slot : nullptr;
}

Instance& Fleet::begin(Slot& slot, std::optional<InstanceId> address) {
  Instance& instance = lives_.begin(*slot.service, *slot.machine, slot.zone, slot.number, address);
  if (slot.group != nullptr) instance.join(*slot.group);
  watch_over(slot, instance);
  return instance;
}

void Fleet::watch_over(Slot& slot, Instance& instance) {
  slot.instance = &instance;
  slot.machine_subscription = slot.machine->while_held([this, &slot](Host& host) { machine_changed(slot, host); });
}

void Fleet::machine_changed(Slot& slot, const Host& machine) {
  if (machine.is_on() || slot.instance == nullptr) return;
  if (slot.instance->stage() != LifeStage::starting) ++died_;
  slot.lost = slot.instance->id;
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
  if (slot.busy || slot.instance != nullptr || !api_answers(slot.zone)) return;
  if (const auto lost = std::exchange(slot.lost, {}))
    notices_.add(now(), NoticeKind::found_dead, lives_.name_of(*lost), "status check of EC2");
  if (Host* const machine = machine_for(slot)) {
    slot.busy = true;
    scope_.spawn_service("replacement of an instance", replace(slot, *machine));
  } else {
    ask_back(slot.image, {slot.zone}, 1);
  }
}

int Fleet::give_up_lost(const rpc::Service& service, ZoneIndex zone, const rpc::ServerGroup* group) {
  if (!api_answers(zone)) return 0;
  int lost = 0;
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const auto here = slot++;
    const bool waits =
        belongs(*here, service, zone, group) && !here->busy && here->instance == nullptr && !has_capacity(zone, here->image.type);
    if (!waits || (here->machine != nullptr && here->machine->is_on())) continue;
    if (here->machine != nullptr) give_back(zone, *here->machine, here->image.type);
    slots_.erase(here);
    ++lost;
  }
  return lost;
}

Host* Fleet::take_spare(ZoneIndex zone, const InstanceType* type) {
  if (!held_[zone].empty() && free_machines(zone, type) == 0) return nullptr;
  std::vector<Host*>& spares = spares_[zone];
  const auto spare = std::find_if(spares.begin(), spares.end(), [](const Host* machine) { return machine->is_on(); });
  if (spare == spares.end()) return nullptr;
  Host* const machine = *spare;
  spares.erase(spare);
  held_[zone].take(type);
  return machine;
}

void Fleet::give_back(ZoneIndex zone, Host& machine, const InstanceType* type) {
  held_[zone].give_back(type);
  add_spare(zone, machine);
}

// A spare machine of the zone, or the old one when it is back.
Host* Fleet::machine_for(Slot& slot) {
  if (Host* const machine = take_spare(slot.zone, slot.image.type)) {
    if (slot.machine != nullptr) give_back(slot.zone, *slot.machine, slot.image.type);  // it is a spare once it is repaired
    return machine;
  }
  return slot.machine != nullptr && slot.machine->is_on() ? slot.machine : nullptr;
}

// Until EC2 says that the instance runs.
Duration Fleet::time_to_run(LaunchLimit& limit, Random random) const {
  const LaunchSpec& launch = spec_.launch;
  const Duration pending = random.lognormal(launch.pending, launch.pending_sigma);
  const double factor = random.chance(launch.slow.value()) ? launch.slow_factor : 1;
  return limit.wait(now()) + launch.api + factor * pending;
}

Task<Outcome> Fleet::compute(Host& machine, Duration boot_time) const {
  co_return co_await execute(machine, Flops{boot_time / 1s * spec_.machine_speed.value()});
}

Task<Outcome> Fleet::boot(Image image, ZoneIndex zone, Host& machine, Random random) {
  const RegionIndex region = geography_.region_of(zone);
  co_await delay(time_to_run(launch_limits_[region], std::move(random)));
  const Outcome outcome = co_await transfer(*image_stores_[region], machine, image.size);
  if (outcome != Outcome::finished) co_return outcome;
  co_return co_await compute(machine, image.boot_time);
}

Task<> Fleet::replace(Slot& slot, Host& machine) {
  slot.machine = &machine;
  Instance& instance = begin(slot);
  const Outcome outcome = co_await boot(slot.image, slot.zone, machine, instance.stream("launch"));
  booted(slot, instance, outcome);
}

// The image is on its disk; one that ran all the time need not even be started.
Task<> Fleet::resume(Slot& slot, Prepared prepared) {
  slot.machine = &prepared.machine;
  Instance& instance = begin(slot);
  LaunchLimit& limit = start_limits_[geography_.region_of(slot.zone)];
  if (!prepared.runs) co_await delay(time_to_run(limit, instance.stream("launch")));
  const Outcome outcome = co_await compute(prepared.machine, prepared.boot_left.value() * slot.image.boot_time);
  booted(slot, instance, outcome);
}

// A boot that failed is tried again at the next check, as is a build that crashes.
void Fleet::booted(Slot& slot, Instance& instance, Outcome outcome) {
  if (slot.instance == &instance) {
    if (outcome == Outcome::finished && !slot.given_up && !rpc::crashes(instance)) {
      lives_.start(instance, true);
      ++replaced_;
    } else {
      stop(slot);
    }
  }
  end_of_work(slot);
}

bool Fleet::terminate(const Instance& instance, bool decrement_desired_capacity, MachineKeeper* keeper) {
  Slot* const slot = slot_of(instance);
  if (slot == nullptr || slot->busy || !instance.alive() || !api_answers(slot->zone)) return false;
  slot->busy = true;
  slot->given_up = decrement_desired_capacity;
  slot->keeper = keeper;
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

bool Fleet::crash(Instance& instance, Duration back_after) {
  const Slot* const slot = slot_of(instance);
  if (slot == nullptr || slot->busy || !instance.alive()) return false;
  instance.be_killed();
  return restart(instance, back_after);
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
  if (slot.machine->is_on() && !slot.given_up) {
    lives_.start(begin(slot, address), true);
  }
  end_of_work(slot);
}

void Fleet::end_of_work(Slot& slot) {
  slot.busy = false;
  if (!slot.given_up) return;
  const bool kept = slot.machine == nullptr || (slot.keeper != nullptr && slot.keeper->keep(slot.zone, *slot.machine));
  if (!kept) give_back(slot.zone, *slot.machine, slot.image.type);
  slots_.remove_if([&slot](const Slot& other) { return &other == &slot; });
}

}  // namespace streamtwin::ec2
