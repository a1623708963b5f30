#include "models/rpc/life.hpp"

#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

Subscription Lives::subscribe(LifeObserver& observer) {
  for (const Entry& entry : entries_) {
    if (entry.instance == nullptr || entry.instance->stage() == LifeStage::starting) continue;
    observer.started(*entry.instance);
    if (entry.instance->stage() == LifeStage::draining) observer.draining(*entry.instance);
  }
  return observers_.add(&observer);
}

Instance& Lives::begin(Service& service, Host& machine, ZoneIndex zone, int number, std::optional<InstanceId> address) {
  bury();
  const InstanceId id = address ? reclaim(*address) : take_entry();
  Instance& instance = service.launch(machine, zone, number, id);
  entries_[id & entry_mask] = {id, &instance};
  whereabouts_[id & entry_mask] = {&machine};
  ++present_;
  observers_.tell([&](LifeObserver* observer) { observer->starting(instance); });
  return instance;
}

void Lives::start(Instance& instance, bool cold) {
  check(instance.stage() == LifeStage::starting, "an instance starts once");
  instance.service.start(instance);
  if (cold) instance.run_cold(now());
  observers_.tell([&](LifeObserver* observer) { observer->started(instance); });
}

Instance& Lives::launch(Service& service, Host& machine, ZoneIndex zone, int number) {
  Instance& instance = begin(service, machine, zone, number);
  start(instance, false);
  return instance;
}

void Lives::attach(Instance& instance) {
  check(instance.stage() == LifeStage::started && instance.dark(), "an instance is attached that serves and is dark");
  instance.attach(now());
  observers_.tell([&](LifeObserver* observer) { observer->attached(instance); });
}

void Lives::drain(Instance& instance) {
  check(instance.stage() == LifeStage::started, "an instance drains that serves");
  instance.drain();
  observers_.tell([&](LifeObserver* observer) { observer->draining(instance); });
}

void Lives::stop(Instance& instance) {
  bury();
  instance.die();
  entries_[instance.id & entry_mask].instance = nullptr;
  Whereabouts& left = whereabouts_[instance.id & entry_mask];
  left.gone = now();
  left.name = instance.name;
  --present_;
  resting_.push_back({instance.id & entry_mask, now()});
  observers_.tell([&](LifeObserver* observer) { observer->stopped(instance); });
  instance.service.take_leave(instance, gone_);
  gone_at_ = now();
}

bool Lives::refuses(InstanceId id) const {
  const std::size_t at = id & entry_mask;
  if (at >= entries_.size() || entries_[at].id != id) return false;
  const Instance* const there = entries_[at].instance;
  return whereabouts_[at].machine->is_on() && (there == nullptr || !there->alive());
}

std::string Lives::name_of(InstanceId id) const {
  const std::size_t at = id & entry_mask;
  if (at >= entries_.size() || entries_[at].id != id) return {};
  return entries_[at].instance != nullptr ? entries_[at].instance->name : whereabouts_[at].name;
}

std::optional<Instant> Lives::gone_since(InstanceId id) const {
  const std::size_t at = id & entry_mask;
  if (at >= entries_.size() || entries_[at].id != id || entries_[at].instance != nullptr) return std::nullopt;
  return whereabouts_[at].gone;
}

InstanceId Lives::take_entry() {
  // One whose count has come to its end is not used again: that costs an entry in 4,096 lives.
  while (!resting_.empty() && resting_.front().since + rest <= now()) {
    const Resting rested = resting_.front();
    resting_.pop_front();
    const Entry& entry = entries_[rested.entry];
    const bool reclaimed = entry.instance != nullptr || whereabouts_[rested.entry].gone != rested.since;
    const InstanceId next = entry.id + one_life;
    if (!reclaimed && next > entry.id) return next;
  }
  check(entries_.size() < one_life, "at most 1,048,576 instances are there at once, with those that have stopped within the hour");
  entries_.push_back({});
  whereabouts_.push_back({});
  return static_cast<InstanceId>(entries_.size() - 1);
}

InstanceId Lives::reclaim(InstanceId address) const {
  check(gone_since(address).has_value(), "an address is taken over from an instance that has stopped");
  return address;
}

void Lives::bury() {
  if (gone_at_ < now()) gone_.clear();
}

}  // namespace streamtwin::rpc
