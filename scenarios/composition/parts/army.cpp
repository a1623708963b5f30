#include "scenarios/composition/parts/army.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "scenarios/composition/parts/calls.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/disk_actions.hpp"
#include "scenarios/composition/parts/registry.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/composition/parts/titus_actions.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "sim-core/math.hpp"

namespace streamtwin {
namespace {

using chaos::Blow;
using chaos::ChaosType;
using chaos::Cluster;
using chaos::Jungle;
using services::ServiceSpec;

constexpr auto loops_of_burn_cpu = 32;                     ///< scripts/burncpu.sh: as many `openssl speed`
constexpr Bytes file_of_fill_disk{65536.0 * 1024 * 1024};  ///< scripts/filldisk.sh: so many blocks of 1 MiB
constexpr Fraction loss_of_network_loss{0.07};             ///< scripts/networkloss.sh: loss 7% 25%; whatever the correlation
constexpr Fraction loss_of_network_corruption{0.05};       ///< scripts/networkcorruption.sh: their checksums are wrong
constexpr Duration latency_of_network_latency = 1s;        ///< scripts/networklatency.sh: delay 1000ms 500ms
constexpr Duration half_width_of_network_latency = 500ms;  ///< of netem's uniform distribution
/// scripts/burnio.sh: one dd beside it. That a disk serves both alike is an assumption.
constexpr Fraction left_by_burn_io{0.5};

/// Who cannot be reached any more is, to everybody else, as good as gone.
bool is_cut_off(ChaosType type) {
  return type == ChaosType::shutdown_instance || type == ChaosType::block_all_network_traffic || type == ChaosType::null_route;
}

bool is_called(const Scenario& scenario, const std::string& service) {
  return std::any_of(scenario.services.begin(), scenario.services.end(), [&](const auto& entry) {
    const ServiceSpec& spec = entry.second;
    const std::vector<services::CallSpec> calls = services::calls_of(spec);
    const bool of_data = spec.data && (spec.data->cache == service || spec.data->store == service);
    return of_data || std::any_of(calls.begin(), calls.end(), [&](const services::CallSpec& call) { return call.service == service; });
  });
}

bool calls_somebody(const ServiceSpec& spec) { return spec.data || spec.store || !services::calls_of(spec).empty(); }

bool service_feels(const Scenario& scenario, const std::string& service, ChaosType type) {
  const ServiceSpec& spec = scenario.services.at(service);
  switch (type) {
    case ChaosType::burn_cpu:
    case ChaosType::kill_processes:
    case ChaosType::network_latency: return true;
    case ChaosType::network_loss:
    case ChaosType::network_corruption: return calls_somebody(spec) || is_called(scenario, service);
    case ChaosType::fail_dns: return calls_somebody(spec);
    case ChaosType::burn_io:
    case ChaosType::fill_disk:
    case ChaosType::detach_volumes: return spec.store.has_value();
    default: return is_cut_off(type);
  }
}

bool agent_feels(ChaosType type) {
  return is_cut_off(type) || type == ChaosType::burn_io || type == ChaosType::fill_disk || type == ChaosType::fail_s3;
}

/// Of an instance: itself, or everybody else.
rpc::Group only(rpc::Instance& instance) {
  return {.present = [one = &instance] { return std::vector<rpc::Instance*>{one}; }, .takes_in = nullptr};
}
rpc::Group everybody() {
  return {.present = [] { return std::vector<rpc::Instance*>{}; }, .takes_in = [](const rpc::Instance&) { return true; }};
}

rpc::Instance& find_instance(Twin::Parts& parts, const Jungle::Instance& wanted) {
  for (services::Instance& instance : parts.mesh.service(wanted.cluster.name).instances()) {
    if (instance.alive() && instance.name == wanted.name) return instance;
  }
  throw std::logic_error("an instance that was there at this instant is not: " + wanted.name);
}

struct FoundAgent {
  titus::Stack& stack;
  titus::AgentId id;
};

FoundAgent find_agent(Twin::Parts& parts, const Jungle::Instance& wanted) {
  const FaultSpec group{.action = "kill_agents", .target = wanted.cluster.name};
  const ChosenAgents agents = agents_of(parts, group);
  for (const titus::AgentId id : agents.choose()) {
    if (agents.stack->agents().agent(id).machine->name() == wanted.name) return {*agents.stack, id};
  }
  throw std::logic_error("an agent that was there at this instant is not: " + wanted.name);
}

FaultSpec hurt_by(Twin::Parts& parts, const Jungle::Instance& instance, const char* action) {
  FaultSpec step;
  step.action = action;
  step.target = instance.name;
  step.lasts = parts.scenario.chaos_monkey->effect_lasts;
  step.at = now() - Instant{};
  return step;
}

/// What it sends comes late, or is lost: its own calls, and its answers. An answer that comes late is a request that does.
chaos::Effect on_what_it_sends(Twin::Parts& parts, const FaultSpec& step, rpc::Instance& instance, const rpc::Road& road,
                               std::string text) {
  const rpc::CallTrouble trouble{.road = road, .both_ways = false};
  return together(on_calls(parts, step, {only(instance), everybody()}, trouble, std::move(text)),
                  on_calls(parts, step, {everybody(), only(instance)}, trouble, ""));
}

Blow packets_lost(Twin::Parts& parts, const Jungle::Instance& instance, Fraction loss) {
  const FaultSpec step = hurt_by(parts, instance, "disturb_network");
  return {"disturb_network", instance.name,
          on_what_it_sends(parts, step, find_instance(parts, instance), {.loss = loss}, fmt::format("{:g} % lost", loss.value() * 100)),
          *step.lasts};
}

// Its answers, whoever asks, and the requests that it sends.
Blow packets_late(Twin::Parts& parts, const Jungle::Instance& instance) {
  FaultSpec step = hurt_by(parts, instance, "add_latency");
  step.latency = latency_of_network_latency;
  step.deviation = half_width_of_network_latency / math::sqrt(3);
  const rpc::Road road{.latency = *step.latency, .deviation = *step.deviation};
  Blow blow = struck(parts, step);
  const CallGroups calls{only(find_instance(parts, instance)), everybody()};
  blow.effect = together(std::move(blow.effect), on_calls(parts, step, calls, {.road = road, .both_ways = false}, ""));
  return blow;
}

// Port 53 is dropped, so that a look-up waits for an answer. Where services find each other by DNS it goes on with the addresses that
// it has; elsewhere its lists hold names of hosts (Netflix/ribbon useIPAddrForServer: false), and its calls find nobody. That none of
// its connections outlasts that, and that its lease is renewed over one that does, are assumptions.
Blow without_names(Twin::Parts& parts, const Jungle::Instance& instance) {
  const FaultSpec step = hurt_by(parts, instance, "fail_dns");
  rpc::Instance& struck = find_instance(parts, instance);
  const auto names = parts.get<RegistryPart>().dns_in(parts.geography.region_of(struck.zone));
  if (names == nullptr) {
    const CallGroups calls{only(struck), everybody()};
    return {"fail_dns", instance.name, on_calls(parts, step, calls, {.road = {.cut = true}}, "its calls find no address"), *step.lasts};
  }
  chaos::Effect effect{.text = [] { return std::string{"it resolves no name"}; },
                       .begin = [names, id = struck.id] { names->deafen(id); },
                       .end = [names, id = struck.id] { names->let_hear(id); }};
  return {"fail_dns", instance.name, std::move(effect), *step.lasts};
}

Blow harm_service(Twin::Parts& parts, const Jungle::Instance& instance, ChaosType type) {
  FaultSpec step;
  switch (type) {
    case ChaosType::burn_cpu:
      step = hurt_by(parts, instance, "burn_cpu");
      step.loops = loops_of_burn_cpu;
      return struck(parts, step);
    case ChaosType::burn_io:
      step = hurt_by(parts, instance, "slow_disk");
      step.speed = left_by_burn_io;
      return struck(parts, step);
    case ChaosType::fill_disk: return struck(parts, hurt_by(parts, instance, "fill_disk"));
    case ChaosType::detach_volumes: {
      Blow blow = struck(parts, hurt_by(parts, instance, "crash_instance"));
      blow.effect.text = [] { return std::string{"its volumes are detached: it stops until they are back"}; };
      return blow;
    }
    case ChaosType::kill_processes: return struck(parts, hurt_by(parts, instance, "crash_instance"));
    case ChaosType::network_latency: return packets_late(parts, instance);
    case ChaosType::network_loss: return packets_lost(parts, instance, loss_of_network_loss);
    case ChaosType::network_corruption: return packets_lost(parts, instance, loss_of_network_corruption);
    case ChaosType::fail_dns: return without_names(parts, instance);
    default: return terminated(parts, instance);
  }
}

Blow harm_agent(Twin::Parts& parts, const Jungle::Instance& instance, ChaosType type) {
  const FoundAgent agent = find_agent(parts, instance);
  const chaos::MonkeySpec& spec = *parts.scenario.chaos_monkey;
  if (is_cut_off(type)) {
    Host* const machine = agent.stack.agents().agent(agent.id).machine;
    return {"chaos_monkey", instance.name, parts.get<CloudPart>().hold_down.effect({machine}), spec.machine_back};
  }
  const auto blow = [&](const char* action, const titus::DiskTrouble& trouble, std::string text) {
    return Blow{action, instance.name, trouble_disk(agent.stack.disk_of(agent.id), trouble, std::move(text)), spec.effect_lasts};
  };
  if (type == ChaosType::burn_io) return blow("slow_disk", {.speed = left_by_burn_io}, "something else keeps its disk busy");
  if (type == ChaosType::fill_disk) return blow("fill_disk", {.filled = file_of_fill_disk}, "a file of 64 GiB on its disk");
  return blow("fail_s3", {.nothing_comes = true}, "it pulls no layer of an image");
}

}  // namespace

chaos::Effect together(chaos::Effect a, chaos::Effect b) {
  return {.text =
              [a = a.text, b = b.text] {
                const std::string more = b();
                return more.empty() ? a() : fmt::format("{}, {}", a(), more);
              },
          .begin =
              [a = a.begin, b = b.begin] {
                a();
                b();
              },
          .end =
              [a = a.end, b = b.end] {
                a();
                b();
              }};
}

bool is_agent_group(const Scenario& scenario, const std::string& cluster) { return !scenario.services.contains(cluster); }

bool army_applies(const Scenario& scenario, const std::string& cluster, ChaosType type) {
  return is_agent_group(scenario, cluster) ? agent_feels(type) : service_feels(scenario, cluster, type);
}

std::string why_nobody_feels(ChaosType type) {
  switch (type) {
    case ChaosType::burn_io:
    case ChaosType::fill_disk:
      return "what has a disk are nodes of stores on machines of their own and agents of Titus (`army.agents`), and none has opted in";
    case ChaosType::detach_volumes: return "what has volumes are nodes of stores on machines of their own, and none has opted in";
    case ChaosType::fail_s3:
      return "what reads from S3 are agents of Titus, layers of images, and none has opted in (`army.agents`); of a region `fail_s3` in "
             "the `method`";
    case ChaosType::fail_ec2:
      return "nobody whom it strikes asks EC2 for anything: auto scaling and the VPC service of Titus do; of a region `fail_ec2` in the "
             "`method`";
    case ChaosType::fail_dynamo_db:
      return "no scenario has a DynamoDB that could fail: services keep their data in the stores of `services`";
    case ChaosType::fail_dns: return "nobody looks up a name: of the services that have opted in none calls another";
    case ChaosType::network_loss:
    case ChaosType::network_corruption: return "of the services that have opted in none calls another, or is called";
    default: return "nobody has opted in";
  }
}

std::vector<Cluster> army_agents(Twin::Parts& parts) {
  std::vector<Cluster> groups;
  for (const std::string& name : parts.scenario.chaos_monkey->army.agents) {
    const titus::StackSpec& stack = parts.scenario.titus.at(name.substr(0, name.find('/')));
    groups.push_back({monkeys_account, stack.region.empty() ? parts.scenario.regions.front().name : stack.region, name});
  }
  return groups;
}

std::vector<Jungle::Instance> agents_in(Twin::Parts& parts, const Cluster& group) {
  const ChosenAgents agents = agents_of(parts, FaultSpec{.action = "kill_agents", .target = group.name});
  std::vector<Jungle::Instance> found;
  for (const titus::AgentId id : agents.choose()) found.push_back({group, agents.stack->agents().agent(id).machine->name()});
  return found;
}

Blow harm_by_army(Twin::Parts& parts, const Jungle::Instance& instance, ChaosType type) {
  return is_agent_group(parts.scenario, instance.cluster.name) ? harm_agent(parts, instance, type) : harm_service(parts, instance, type);
}

Blow struck(Twin::Parts& parts, FaultSpec step) {
  const Duration lasts = step.lasts.value_or(Duration{0});
  return {std::string{step.action.name}, step.target, action_of(step).bind(parts, step), lasts};
}

// EC2's TerminateInstances asks nobody: the machine is gone. The task of a container is killed as Titus kills one.
Blow terminated(Twin::Parts& parts, const Jungle::Instance& wanted) {
  rpc::Instance& instance = find_instance(parts, wanted);
  const chaos::MonkeySpec& spec = *parts.scenario.chaos_monkey;
  if (parts.mesh.service(wanted.cluster.name).spec.runs_on == services::RunsOn::ec2) {
    return {"chaos_monkey", wanted.name, parts.get<CloudPart>().hold_down.effect({&instance.machine}), spec.machine_back};
  }
  auto& titus = parts.get<TitusPart>();
  chaos::Effect effect{.text = [] { return std::string{"its container is killed"}; },
                       .begin = [&titus, &instance] { titus.kill_container_of(instance); },
                       .end = nullptr};
  return {"chaos_monkey", wanted.name, std::move(effect)};
}

}  // namespace streamtwin
