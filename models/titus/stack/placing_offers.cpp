// What agents offer to the scheduler, when, and under which number it knows them.
#include <string>
#include <utility>

#include "models/titus/network/instance_limits.hpp"
#include "models/titus/stack/placing.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

bool nothing(const fenzo::Resources& resources) {
  return resources.cpus.value() <= 0 && resources.memory.value() <= 0 && resources.network.value() <= 0 && resources.disk.value() <= 0;
}

}  // namespace

// Fenzo forgets hosts with nothing on them and nothing on offer, whose number another gets then.
void Placing::number_host(AgentId agent) {
  Offers& offers = offers_[agent];
  const HostNumber number = scheduler_.fleet().find_or_add(offers.host).number();
  if (offers.number == number && agent_of_host_[number] == agent) return;
  if (number >= agent_of_host_.size()) agent_of_host_.resize(number + 1);
  if (const auto before = agent_of_host_[number]) {
    tally_.remove_agent(number);
    if (*before != agent && offers_[*before].number == number) offers_[*before].number.reset();
  }
  agent_of_host_[number] = agent;
  offers.number = number;
  tally_.set_agent(number, facts_of(agents_.agent(agent)));
}

void Placing::offer_again(AgentId agent, const fenzo::Resources& resources, bool rejected) {
  Offers& offers = offers_[agent];
  offers.free += resources;
  if (offers.under_way || nothing(offers.free)) return;
  offers.under_way = true;
  const std::uint32_t generation = agents_.agent(agent).generation;
  const Duration wait = rejected ? orchestration_.rejected_again(now(), random_) : orchestration_.offered_again(now(), random_);
  scope_.spawn_after(wait, "an offer", offer(agent, generation));
}

Task<> Placing::offer(AgentId agent, std::uint32_t generation) {
  if (agents_.agent(agent).generation == generation) send_offer(agent);
  co_return;
}

void Placing::send_offer(AgentId agent) {
  Offers& offers = offers_[agent];
  offers.under_way = false;
  if (nothing(offers.free) || agents_.agent(agent).state != AgentState::started) return;
  number_host(agent);
  if (spec_.placement == PlacementBy::ecs) {
    changed_ = true;
    return;
  }
  fenzo::Lease lease;
  lease.id = std::to_string(++lease_number_);
  lease.host = offers.host;
  lease.amounts = offers.free;
  lease.attributes[FenzoScaling::group_attribute] = agents_.group(agents_.agent(agent).group).name;
  if (scaling_.scales()) lease.attributes[FenzoScaling::zone_attribute] = std::to_string(agents_.agent(agent).zone);
  lease.offered = now();
  const AgentType& type = agents_.type_of(agent);
  const InterfaceLimits limits = limits_for_containers(type.interfaces, type.addresses_each, branch_interfaces(type.name));
  lease.sets.push_back({interfaces, limits.interfaces, limits.addresses, spec_.fenzo_interfaces ? nullptr : &interface_fitness_});
  leases_[lease.id] = {agent, offers.free};
  offers.free = {};
  new_leases_.push_back(std::move(lease));
  changed_ = true;
}

void Placing::send_offers() {
  for (AgentId agent = 0; agent < offers_.size(); ++agent) {
    if (!offers_[agent].host.empty()) send_offer(agent);
  }
}

}  // namespace streamtwin::titus
