// The parts of the platform. Their order is that of building and of starting; the reverse is that of dying, so that what
// uses something stands below it.
#include "scenarios/composition/twin/part.hpp"

namespace streamtwin {

extern const PartKind cache_replication_part, caches_part, chap_part, cloud_part, deliveries_part, delivery_part, edge_part, failover_part,
    federation_part, flags_part, fleet_part, keystone_part, load_part, members_part, method_part, misim_part, monkeys_part, pipeline_part,
    registry_part, replication_part, reservations_part, scaling_part, services_part, titus_part, work_part;

const std::vector<const PartKind*>& part_list() {
  static const std::vector<const PartKind*> list{
      &cloud_part,         // zones and machines
      &pipeline_part,      // events on their way to whoever analyses them
      &registry_part,      // how services find each other
      &reservations_part,  // what all of it costs
      &fleet_part,         // instances, and what replaces them
      &titus_part,         // stacks of containers
      &federation_part,    // what goes to one stack or another
      &work_part,          // what runs on them, or on machines of its own
      &scaling_part,       // how many instances there are, of those that the parts above carry
      &deliveries_part,    // how they come to their next builds
      &flags_part,         // what is open of their code, and for whom
      &misim_part,         // services that follow MiSim, in place of those
      &services_part,      // how busy the tiers are
      &delivery_part,      // sites, appliances, steering
      &edge_part,          // load balancers, gateways, how clients find a region
      &keystone_part,      // what services publish, and where it goes
      &replication_part,   // copies between the regions
      &cache_replication_part,
      &caches_part,    // what is in the caches when a run begins
      &members_part,   // players, sessions, demand
      &load_part,      // workloads
      &failover_part,  // how a region is left
      &chap_part,      // experiments on some of the members
      &monkeys_part,   // what is done to some of it every work day
      &method_part,    // what the scenario does to all of them
  };
  return list;
}

std::string parts_text(const Scenario& scenario) {
  std::string text;
  for (const PartKind* part : part_list()) {
    if (part->describe != nullptr) text += part->describe(scenario);
  }
  return text;
}

}  // namespace streamtwin
