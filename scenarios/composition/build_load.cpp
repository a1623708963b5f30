// The workloads, and what the method does to their load.
#include "scenarios/composition/parts.hpp"

namespace streamtwin {

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
  load.emplace(mesh, edge ? &*edge : nullptr, scenario.load, steps, run);
  for (const workload::Workload& workload : load->all()) measures.load.emplace(workload.name(), workload.measures());
}

}  // namespace streamtwin
