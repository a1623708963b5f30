#include "models/titus/network/vpc.hpp"

#include "sim-core/check.hpp"

namespace streamtwin::titus {

NetworkSlot Vpc::add_agent(InterfaceLimits limits, SubnetId subnet) {
  std::uint32_t index = static_cast<std::uint32_t>(slots_.size());
  if (vacant_.empty()) {
    slots_.emplace_back();
  } else {
    index = vacant_.back();
    vacant_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.network.emplace(limits, spec_);
  slot.subnet = subnet;
  return {index, slot.generation};
}

void Vpc::remove_agent(NetworkSlot agent) {
  const AgentNetwork* const network = this->agent(agent);
  check(network != nullptr, "an agent leaves the VPC once");
  for (const Interface& interface : network->interfaces()) {
    if (interface.state == Interface::State::attached) give_free(interface.key);
  }
  Slot& slot = slots_[agent.index];
  slot.network.reset();
  ++slot.generation;
  vacant_.push_back(agent.index);
}

AgentNetwork* Vpc::agent(NetworkSlot slot) {
  Slot& known = slots_[slot.index];
  return known.generation == slot.generation ? &*known.network : nullptr;
}

Vpc::Subnet& Vpc::subnet_of(SubnetId subnet) {
  while (subnets_.size() <= subnet) {
    Subnet& added = subnets_.emplace_back();
    if (spec_.warm_interfaces > 0) added.free[nobodys_groups] = added.free_total = spec_.warm_interfaces;
  }
  return subnets_[subnet];
}

std::optional<InterfaceKey> Vpc::take_free(InterfaceKey key) {
  Subnet& subnet = subnet_of(key.subnet);
  if (subnet.free.empty()) return std::nullopt;
  auto found = subnet.free.find(key.groups);
  if (found == subnet.free.end()) found = subnet.free.begin();
  const InterfaceKey taken{key.subnet, found->first};
  if (--found->second == 0) subnet.free.erase(found);
  --subnet.free_total;
  return taken;
}

void Vpc::give_free(InterfaceKey key) {
  Subnet& subnet = subnet_of(key.subnet);
  ++subnet.free[key.groups];
  ++subnet.free_total;
}

int Vpc::free_interfaces(SubnetId subnet) { return subnet_of(subnet).free_total; }

void Vpc::attached(Address place, InterfaceKey key, Instant now) {
  agent(place.agent)->attached(place.place, key, now);
  subnet_of(key.subnet).unused.push_back({place, now});
}

bool Vpc::release(Address address, Instant now) {
  AgentNetwork* const network = agent(address.agent);
  if (network == nullptr) return false;
  if (network->release(address.place, now)) subnet_of(subnet(address.agent)).unused.push_back({address, now});
  return true;
}

Instant Vpc::detach_one(SubnetId subnet_id, Instant now) {
  std::deque<Unused>& unused = subnet_of(subnet_id).unused;
  while (!unused.empty() && unused.front().since + spec_.unused <= now) {
    const Address place = unused.front().interface;
    unused.pop_front();
    AgentNetwork* const network = agent(place.agent);
    if (network == nullptr) continue;
    const InterfaceKey key = network->interfaces()[place.place.interface].key;
    if (!network->detach(place.place, now)) continue;  // used since, or gone
    give_free(key);
    ++detached_;
    return now + spec_.between_detaches;
  }
  return now + spec_.between_looks;
}

}  // namespace streamtwin::titus
