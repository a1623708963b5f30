// The workloads, what the method does to their load, and how clients find a region.
#include "scenarios/composition/load_steps.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

void Twin::Parts::build_names() {
  std::vector<places::Place> places;
  for (std::size_t region = 0; region < geography.regions(); ++region) places.push_back(geography.place(static_cast<RegionIndex>(region)));
  names.emplace(scenario.edge.geo_dns, dns::GeoDns(std::move(places)), Seed{plan.seed}, *edge, scenario.edge.region_failover_after,
                recorder);
}

void Twin::Parts::build_load() {
  std::map<std::string, std::vector<workload::LoadStep>> steps;
  for (const auto& [name, spec] : scenario.load) steps[name] = load_steps(scenario, name);
  workload::Workloads::Plan run{.zero = begin_of_measurement(), .scale = plan.load, .seed = Seed{plan.seed}, .balancer = scenario.edge.elb};
  if (delivery) {
    run.catalogue = {static_cast<std::uint32_t>(scenario.open_connect->titles),
                     static_cast<std::uint16_t>(delivery->topology().groups.size())};
  }
  if (cluster) run.cluster = &*cluster;
  if (edge) run.edge = {&*edge, &*names};
  load.emplace(mesh, scenario.load, steps, run);
  for (const workload::Workload& workload : load->all()) measures.load.emplace(workload.name(), workload.measures());
}

}  // namespace streamtwin
