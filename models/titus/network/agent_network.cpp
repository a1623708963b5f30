#include "models/titus/network/agent_network.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::titus {

int Interface::idle(Instant now) {
  while (idle_first_ < idle_until_.size() && idle_until_[idle_first_] <= now) ++idle_first_;
  if (idle_first_ == idle_until_.size()) {
    idle_until_.clear();
    idle_first_ = 0;
  } else if (idle_first_ > 32 && idle_first_ * 2 > idle_until_.size()) {
    idle_until_.erase(idle_until_.begin(), idle_until_.begin() + static_cast<std::ptrdiff_t>(idle_first_));
    idle_first_ = 0;
  }
  return static_cast<int>(idle_until_.size() - idle_first_);
}

AgentNetwork::AgentNetwork(InterfaceLimits limits, const NetworkSpec& spec)
    : limits_(limits), idle_(spec.idle), unused_(spec.unused), batch_(spec.batch) {}

AddressDecision AgentNetwork::assign(InterfaceKey key, Instant now) {
  if (Interface* const shared = find(key, now)) return take(*shared, AddressWay::ready, now);
  if (Interface* const unused = find_unused(key.subnet, now)) {
    unused->key = key;
    return take(*unused, AddressWay::change_groups, now);
  }
  if (attaching_ > 0) return {AddressWay::back_off, {}};
  return take_place();
}

// The fullest, of these the one that came first.
Interface* AgentNetwork::find(InterfaceKey key, Instant now) {
  Interface* best = nullptr;
  for (Interface& interface : interfaces_) {
    if (interface.state != Interface::State::attached || interface.key != key || !interface.has_room(limits_.addresses, now)) continue;
    if (best == nullptr || interface.used > best->used || (interface.used == best->used && interface.attached_at < best->attached_at))
      best = &interface;
  }
  return best;
}

Interface* AgentNetwork::find_unused(SubnetId subnet, Instant now) {
  Interface* best = nullptr;
  for (Interface& interface : interfaces_) {
    if (interface.state != Interface::State::attached || interface.used > 0 || interface.key.subnet != subnet) continue;
    if (!interface.has_room(limits_.addresses, now)) continue;
    if (best == nullptr || interface.attached_at < best->attached_at) best = &interface;
  }
  return best;
}

AddressDecision AgentNetwork::take(Interface& interface, AddressWay way, Instant now) {
  ++interface.used;
  ++used_;
  const auto place = static_cast<std::uint16_t>(&interface - interfaces_.data());
  return {way, {place}, interface.used + interface.idle(now) > interface.provisioned};
}

AddressDecision AgentNetwork::take_place() {
  if (attached_ + attaching_ >= limits_.interfaces || limits_.addresses == 0) return {AddressWay::full, {}};
  auto place =
      std::find_if(interfaces_.begin(), interfaces_.end(), [](const Interface& i) { return i.state == Interface::State::detached; });
  if (place == interfaces_.end()) place = interfaces_.insert(place, Interface{});
  place->state = Interface::State::attaching;
  ++attaching_;
  return {AddressWay::attach, {static_cast<std::uint16_t>(place - interfaces_.begin())}};
}

void AgentNetwork::provisioned(AddressPlace place) {
  Interface& interface = interfaces_[place.interface];
  interface.provisioned = std::min(limits_.addresses, interface.provisioned + batch_);
}

void AgentNetwork::attached(AddressPlace place, InterfaceKey key, Instant now) {
  Interface& interface = interfaces_[place.interface];
  check(interface.state == Interface::State::attaching, "an interface comes to a place that was taken for it");
  interface = Interface{};
  interface.state = Interface::State::attached;
  interface.key = key;
  interface.attached_at = interface.last_used = now;
  --attaching_;
  ++attached_;
}

void AgentNetwork::attach_failed(AddressPlace place) {
  Interface& interface = interfaces_[place.interface];
  check(interface.state == Interface::State::attaching, "an interface that is being attached can fail to come");
  interface.state = Interface::State::detached;
  --attaching_;
}

bool AgentNetwork::release(AddressPlace place, Instant now) {
  Interface& interface = interfaces_[place.interface];
  check(interface.used > 0, "an address that is given back was taken");
  interface.idle(now);  // forgets those that are free again
  interface.idle_until_.push_back(now + idle_);
  --interface.used;
  --used_;
  interface.last_used = now;
  return interface.used == 0;
}

bool AgentNetwork::detach(AddressPlace place, Instant now) {
  Interface& interface = interfaces_[place.interface];
  if (interface.state != Interface::State::attached || interface.used > 0 || interface.last_used + unused_ > now) return false;
  interface.state = Interface::State::detached;
  --attached_;
  return true;
}

int AgentNetwork::free_for(InterfaceKey key, Instant now) {
  int free = (limits_.interfaces - attached_ - attaching_) * limits_.addresses;
  for (Interface& interface : interfaces_) {
    if (interface.state != Interface::State::attached) continue;
    const bool usable = interface.key == key || (interface.used == 0 && interface.key.subnet == key.subnet);
    if (usable) free += std::max(0, limits_.addresses - interface.used - interface.idle(now));
  }
  return free;
}

}  // namespace streamtwin::titus
