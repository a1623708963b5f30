// The workloads. The method changes their load, and that of the plays: arrivals follow curves that are known when a run
// begins, so that this has no effect to bind, only something to tell.
#include "scenarios/composition/parts/load.hpp"

#include <fmt/format.h>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/scenario/load_steps.hpp"
#include "scenarios/composition/parts/delivery.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/scenario/checks.hpp"
#include "scenarios/composition/parts/own_services.hpp"
#include "scenarios/composition/parts/registry.hpp"

namespace streamtwin {
namespace {

std::map<std::string, std::vector<workload::LoadStep>> steps_of(const Scenario& scenario, std::uint64_t seed) {
  std::map<std::string, std::vector<workload::LoadStep>> steps;
  for (const auto& [name, spec] : scenario.load) steps[name] = load_steps(scenario, name, seed);
  return steps;
}

workload::Workloads::Plan plan_of(Twin::Parts& parts) {
  workload::Workloads::Plan run{
      .zero = parts.begin_of_measurement(), .scale = parts.plan.load, .seed = Seed{parts.plan.seed}, .balancer = parts.scenario.edge.elb};
  if (const auto* delivery = parts.find<DeliveryPart>()) {
    run.catalogue = {static_cast<std::uint32_t>(parts.scenario.open_connect->titles),
                     static_cast<std::uint16_t>(delivery->delivery.topology().groups.size())};
  }
  if (auto* own = parts.find<OwnServices>()) {
    run.other_door = [own](const workload::WorkloadSpec& workload) { return own->door_to(workload); };
  }
  if (auto* edge = parts.find<EdgePart>()) run.edge = {&edge->edge, &edge->names};
  return run;
}

}  // namespace

LoadPart::LoadPart(Twin::Parts& parts)
    : load(parts.mesh, parts.scenario.load, steps_of(parts.scenario, parts.plan.seed), plan_of(parts)), parts_(parts) {
  for (const workload::Workload& workload : load.all()) parts.measures.load.emplace(workload.name(), workload.measures());
}

void LoadPart::start() {
  parts_.get<RegistryPart>().own_status_changed = [this](InstanceId instance, bool up) { load.status_changed(instance, up); };
  load.start();
}
void LoadPart::branch_taken(const TakenBranch& branch) {
  if (any_sets_load(branch.method)) load.follow(steps_of(parts_.scenario, parts_.plan.seed));
}

namespace {

std::vector<Action> load_actions() {
  return {
      {.name = set_load,
       .doc = "multiply the arrivals of plays and workloads",
       .needs = {"load"},
       .reads = {"target", "lasts"},
       .takes = {TargetKind::workload},
       .check_target = [](const StepCheck& on) { on.target_of("workload"); },
       .bind =
           [](Twin::Parts&, const FaultSpec& step) {
             return chaos::Effect{.text = [load = step.load.value_or(1)] { return fmt::format("{:g} times the load", load); }};
           }},
  };
}

}  // namespace

extern const PartKind load_part;
const PartKind load_part{.check = check_load, .build = build_part<LoadPart>, .actions = load_actions};

}  // namespace streamtwin
