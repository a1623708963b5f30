// The workloads, what the method does to their load, and how clients find a region.
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
  for (const chaos::FaultSpec& step : scenario.method) {
    if (step.action != chaos::Action::set_load) continue;
    const Instant from = begin_of_measurement() + step.at;
    for (const auto& [name, spec] : scenario.load) {
      if (step.target.empty() || step.target == name)
        steps[name].push_back({from, step.lasts ? from + *step.lasts : never, step.load.value_or(1)});
    }
  }
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
