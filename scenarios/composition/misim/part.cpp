// Services that follow MiSim: their instances, the way to them, how busy theory has them, and what MiSim's monkeys and its
// delay injection do to them.
#include "scenarios/composition/misim/part.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/misim/traffic.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/misim/checks.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin {

namespace {

/// Straight at an operation.
class OperationDoor final : public workload::Door {
 public:
  OperationDoor(misim::Cluster& cluster, misim::Operation& operation) : cluster_(cluster), operation_(operation) {}

  Task<rpc::Reply> ask(workload::Way way, rpc::Envelope request, Random&) override {
    if (way.one_way > Duration{0}) co_await delay(way.one_way);
    rpc::Reply reply = co_await cluster_.ask(operation_, request);
    if (way.one_way > Duration{0}) co_await delay(way.one_way);
    co_return reply;
  }

 private:
  misim::Cluster& cluster_;
  misim::Operation& operation_;
};

misim::Traffic traffic_of(const misim::MisimSpec& spec, const OfferedLoad& load) {
  misim::Traffic traffic;
  for (const LoadSource& source : load.sources) traffic.add(spec, source.service, source.operation, source.requests.value());
  return traffic;
}

}  // namespace

MisimPart::MisimPart(Twin::Parts& parts)
    : cluster(parts.mesh, *parts.scenario.misim, parts.get<CloudPart>().add_machine("later", 0, idle_cores)), parts_(parts) {
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    for (services::Service& service : parts.mesh.services()) {
      for (int number = 0; number < service.spec.instances_per_zone; ++number) {
        Host& host = parts.get<CloudPart>().add_machine(fmt::format("{}-{}", service.name, number), zone, service.spec.cores);
        cluster.launch(service, host, zone, number);
      }
    }
  }
}

void MisimPart::start() { cluster.start(); }

std::unique_ptr<workload::Door> MisimPart::door_to(const workload::WorkloadSpec& workload) {
  return std::make_unique<OperationDoor>(cluster, cluster.operation(workload.target, workload.operation));
}

// What requests come to, and what they cost, follows from the operations that they ask for. MiSim knows one region only.
std::vector<StationResult> MisimPart::solve(const OfferedLoad& load) const {
  const misim::MisimSpec& spec = *parts_.scenario.misim;
  Rate requests;
  for (const LoadSource& source : load.sources) requests += source.requests;
  misim::Traffic traffic = traffic_of(spec, load);
  std::vector<StationResult> stations;
  for (const auto& [name, service] : spec.services) {
    const misim::Traffic::AtService& at = traffic.services[name];
    const double visits = requests > Rate{0} ? at.requests / requests.value() : 0;
    const int servers = service.instances_per_zone * parts_.geography.zones_of(0) * service.cores;
    StationResult station = station_of(servers, visits, at.requests > 0 ? at.work / at.requests : Duration{0}, requests, 1);
    station.tier = name;
    station.region = parts_.geography.region_name(0);
    stations.push_back(std::move(station));
  }
  return stations;
}

std::vector<CallResult> MisimPart::calls(const OfferedLoad& load) const {
  std::vector<CallResult> calls;
  const misim::Traffic traffic = traffic_of(*parts_.scenario.misim, load);
  for (const auto& [ends, times] : traffic.calls) {
    const double requests = traffic.services.at(ends.first).requests;
    if (requests > 0) calls.push_back({ends.first, ends.second, times / requests});
  }
  return calls;
}

namespace {

void check_microservice(const StepCheck& on) { on.target_of("service"); }

void check_follows_misim(const StepCheck& on) { on.require(follows_misim(on.scenario), "action", only_with_misim); }

void check_delayed_calls(const StepCheck& on) {
  check_follows_misim(on);
  if (!follows_misim(on.scenario)) return;
  if (!on.step.operation.empty()) on.one_of("operation", on.step.operation, "operation", operations_of(on.scenario, on.step.target));
  std::vector<std::string> callees;
  for (const auto& [service, spec] : on.scenario.misim->services) {
    for (const std::string& operation : operations_of(on.scenario, service)) callees.push_back(service + "." + operation);
  }
  if (!on.step.callee.empty()) on.one_of("callee", on.step.callee, "operation", callees);
}

chaos::Effect kill_instances(Twin::Parts& parts, const FaultSpec& step) {
  misim::Cluster& cluster = parts.get<MisimPart>().cluster;
  const int asked = step.instances.value_or(misim::Autoscaler::instances_max);
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
       .doc = "of `misim`: the oldest instances of a service die",
       .needs = {"target"},
       .reads = {"instances"},
       .takes = {TargetKind::service},
       .check_target = check_microservice,
       .bind = kill_instances,
       .check = check_follows_misim},
      {.name = "start_instances",
       .doc = "of `misim`: further instances of a service run at once",
       .needs = {"target", "instances"},
       .takes = {TargetKind::service},
       .check_target = check_microservice,
       .bind = start_instances,
       .check = check_follows_misim},
      {.name = "delay_calls",
       .doc = "of `misim`: the calls of a service take longer on their way",
       .needs = {"target", "latency"},
       .reads = {"deviation", "operation", "callee", "lasts"},
       .takes = {TargetKind::service},
       .check_target = check_microservice,
       .bind = delay_calls,
       .check = check_delayed_calls},
  };
}

namespace {

// Operations, not services, call each other.
std::string operations_text(const Scenario& scenario) {
  if (!scenario.misim) return "";
  std::string text = fmt::format("Operations: {} services that follow MiSim\n", scenario.misim->services.size());
  for (const auto& [name, workload] : scenario.load) {
    misim::Traffic traffic;
    traffic.add(*scenario.misim, workload.target, workload.operation, 1);
    text += fmt::format("\n  a request of {}, {}.{}, is on average\n", name, workload.target, workload.operation);
    for (const auto& [service, at] : traffic.services) {
      text += fmt::format("    {:.3g} requests and {:.3g} ms of work at {}\n", at.requests, in_milliseconds(at.work), service);
    }
  }
  return text;
}

}  // namespace

extern const PartKind misim_part;
const PartKind misim_part{
    .check = check_misim, .describe = operations_text, .present = follows_misim, .build = build_part<MisimPart>, .actions = misim_actions};

}  // namespace streamtwin
