// Services that follow MiSim, and what its monkeys and its delay injection do to them.
#include "scenarios/composition/part_misim.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/actions.hpp"
#include "scenarios/composition/part_cloud.hpp"
#include "scenarios/composition/part_fleet.hpp"
#include "scenarios/composition/scenario_misim.hpp"

namespace streamtwin {

MisimPart::MisimPart(Twin::Parts& parts) : cluster(parts.mesh, parts.scenario.mesh.misim) {
  // MiSim has no machines. Instances that come later share one that nothing turns off.
  Host& later = parts.get<CloudPart>().add_machine("later", 0, idle_cores);
  cluster.set_launcher([&parts, &later](services::Service& service) {
    parts.get<FleetPart>().fleet.launch(service, 0, static_cast<int>(service.instances().size()), later, false);
  });
}

void MisimPart::start() { cluster.start(); }

namespace {

void check_microservice(const StepCheck& on) { on.target_of("service"); }

void check_follows_misim(const StepCheck& on) { on.require(follows_misim(on.scenario), "action", only_with_misim); }

void check_delayed_calls(const StepCheck& on) {
  check_follows_misim(on);
  if (!follows_misim(on.scenario)) return;
  if (!on.step.operation.empty()) on.one_of("operation", on.step.operation, "operation", operations_of(on.scenario, on.step.target));
  std::vector<std::string> callees;
  for (const auto& [service, spec] : on.scenario.services) {
    for (const std::string& operation : operations_of(on.scenario, service)) callees.push_back(service + "." + operation);
  }
  if (!on.step.callee.empty()) on.one_of("callee", on.step.callee, "operation", callees);
}

chaos::Effect kill_instances(Twin::Parts& parts, const FaultSpec& step) {
  misim::Cluster& cluster = parts.get<MisimPart>().cluster;
  const int asked = step.instances.value_or(misim::Autoscaler::instances_most);
  return {.text =
              [&cluster, step, asked] {
                const int killed = std::min(asked, cluster.running(step.target));
                return fmt::format("{} instance{} killed{}", killed, killed == 1 ? "" : "s",
                                   step.instances.value_or(killed) > killed ? fmt::format(" of {} asked for", *step.instances) : "");
              },
          .begin = [&cluster, target = step.target, asked] { cluster.kill(target, asked); }};
}

chaos::Effect start_instances(Twin::Parts& parts, const FaultSpec& step) {
  misim::Cluster& cluster = parts.get<MisimPart>().cluster;
  const int instances = step.instances.value_or(0);
  return {.text = [instances] { return fmt::format("{} instance{} started", instances, instances == 1 ? "" : "s"); },
          .begin = [&cluster, target = step.target, instances] { cluster.add(target, instances); }};
}

chaos::Effect delay_calls(Twin::Parts& parts, const FaultSpec& step) {
  misim::Cluster& cluster = parts.get<MisimPart>().cluster;
  const misim::MisimDelaySpec added{step.latency.value_or(Duration{0}), step.deviation.value_or(Duration{0})};
  return {.text = [added] { return fmt::format("+{:g} s on the way of a call", in_seconds(added.mean)); },
          .begin = [&cluster, step, added] { cluster.delay_calls(step.target, step.operation, step.callee, added); },
          .end = [&cluster, step] { cluster.delay_calls(step.target, step.operation, step.callee, std::nullopt); }};
}

}  // namespace

std::vector<Action> misim_actions() {
  return {
      {.name = "kill_instances",
       .doc = "with mesh.semantics: misim: the oldest instances of a service die",
       .needs = {"target"},
       .reads = {"instances"},
       .check_target = check_microservice,
       .bind = kill_instances,
       .check = check_follows_misim},
      {.name = "start_instances",
       .doc = "with mesh.semantics: misim: further instances of a service run at once",
       .needs = {"target", "instances"},
       .check_target = check_microservice,
       .bind = start_instances,
       .check = check_follows_misim},
      {.name = "delay_calls",
       .doc = "with mesh.semantics: misim: the calls of a service take longer on their way",
       .needs = {"target", "latency"},
       .reads = {"deviation", "operation", "callee", "lasts"},
       .check_target = check_microservice,
       .bind = delay_calls,
       .check = check_delayed_calls},
  };
}

extern const PartKind misim_part;
const PartKind misim_part{.check = check_misim, .present = follows_misim, .build = build_part<MisimPart>, .actions = misim_actions};

}  // namespace streamtwin
