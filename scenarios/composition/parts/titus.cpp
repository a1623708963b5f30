#include "scenarios/composition/parts/titus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/places/zone_name.hpp"
#include "models/titus/agents/sizes.hpp"
#include "models/titus/stack/service_job_carrier.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/federation.hpp"
#include "scenarios/composition/parts/reservations.hpp"
#include "scenarios/composition/parts/titus_actions.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

TitusPart::TitusPart(Twin::Parts& parts) : parts_(parts) {
  const ClockSpec& clock = parts.scenario.clock;
  for (const auto& [name, spec] : parts.scenario.titus) {
    const std::string long_name = "titus." + name;
    titus::AllStackMeasures& measures = parts.measures.titus[name] =
        titus::AllStackMeasures(parts.recorder, long_name, spec.may_lack_processors(), !parts.scenario.reservations.empty());
    ec2::LaunchLimit& limit = *(launch_limits_[name] = std::make_unique<ec2::LaunchLimit>(parts.scenario.fleet.launch));
    const titus::StackInputs inputs{.name = long_name,
                                    .zones = zones_of(spec),
                                    .clock = clock.starts,
                                    .since_monday = static_cast<int>(clock.weekday) * Duration{24h} + clock.starts - spec.utc_offset,
                                    .launch = parts.scenario.fleet.launch,
                                    .launch_limit = limit,
                                    .status_check = parts.scenario.fleet.status_check};
    titus::Stack& stack =
        *(stacks_[name] = std::make_unique<titus::Stack>(inputs, spec, measures, plugged(parts.policies.fitness.get(), name)));
    add_machines(name, spec, stack);
    host_services(stack, spec);
    stack.settle();
  }
}

// Instances in containers are as old as those on machines of their own: there before anybody looks for them.
void TitusPart::host_services(titus::Stack& stack, const titus::StackSpec& spec) {
  const ec2::FleetSpec& fleet = parts_.scenario.fleet;
  for (services::Service& service : parts_.mesh.services()) {
    const auto job = spec.services.find(service.name);
    if (service.spec.runs_on != services::RunsOn::titus || job == spec.services.end()) continue;
    const Flops boot{service.spec.boot_time / 1s * fleet.machine_speed.value()};
    Hosted& hosted = hosted_.emplace_back(stack, region_of(spec), parts_.mesh.lives, service, boot, job->second.drain);
    stack.host(job->first, hosted.program, service.spec.instances_in(parts_.geography.spec(region_of(spec))));
  }
}

std::unique_ptr<auto_scaling::Carrier> TitusPart::carrier_of(services::Service& service, RegionIndex region) {
  for (Hosted& hosted : hosted_) {
    if (hosted.region == region && hosted.program.name() == service.name)
      return std::make_unique<titus::ServiceJobCarrier>(hosted.stack, hosted.program);
  }
  return nullptr;
}

std::unique_ptr<delivery::TitusGroups> TitusPart::groups_of(const services::Service& service, RegionIndex region) {
  for (Hosted& hosted : hosted_) {
    if (hosted.region == region && hosted.program.name() == service.name)
      return std::make_unique<delivery::TitusGroups>(hosted.stack, hosted.program);
  }
  return nullptr;
}

bool TitusPart::kill_container_of(const rpc::Instance& instance) {
  for (Hosted& hosted : hosted_) {
    if (const auto container = hosted.program.container_of(instance)) return hosted.stack.kill(*container);
  }
  return false;
}

bool TitusPart::crash(rpc::Instance& instance) {
  return std::any_of(hosted_.begin(), hosted_.end(), [&](Hosted& hosted) { return hosted.program.crash(instance); });
}

std::vector<ec2::LaunchLimit*> TitusPart::launch_limits_in(RegionIndex region) {
  std::vector<ec2::LaunchLimit*> limits;
  for (auto& [name, limit] : launch_limits_) {
    if (region_of(parts_.scenario.titus.at(name)) == region) limits.push_back(limit.get());
  }
  return limits;
}

RegionIndex TitusPart::region_of(const titus::StackSpec& spec) const {
  for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
    if (parts_.geography.region_name(static_cast<RegionIndex>(r)) == spec.region) return static_cast<RegionIndex>(r);
  }
  return RegionIndex{0};
}

std::map<std::string, ZoneIndex> TitusPart::zones_of(const titus::StackSpec& spec) const {
  const RegionIndex region = region_of(spec);
  std::map<std::string, ZoneIndex> zones;
  for (int z = 0; z < parts_.geography.zones_of(region); ++z) {
    const auto zone = static_cast<ZoneIndex>(parts_.geography.first_zone(region) + z);
    zones[parts_.geography.zone_name(zone)] = zone;
  }
  return zones;
}

// EC2 has as many machines for a group in each zone as it could have there.
void TitusPart::add_machines(const std::string& name, const titus::StackSpec& spec, titus::Stack& stack) {
  const RegionIndex region = region_of(spec);
  titus::AgentGroupId group = 0;
  for (const auto& [group_name, group_spec] : spec.agents) {
    const int all = parts_.geography.zones_of(region);
    const int zones = group_spec.zones == 0 ? all : std::min(group_spec.zones, all);
    const ec2::InstanceType* const type = ec2::instance_type(group_spec.type);
    for (int z = 0; z < zones; ++z) {
      const auto zone = static_cast<ZoneIndex>(parts_.geography.first_zone(region) + z);
      ec2::Ledger::Meter meter;
      if (type != nullptr) {
        titus::AllStackMeasures& measures = parts_.measures.titus.at(name);
        const ec2::Cost& of_tier = measures.stack.of(group_spec.tier).cost;
        meter = parts_.get<ReservationsPart>().ledger.meter(*type, zone, {measures.agents.cost, of_tier});
      }
      for (int place = 0; place < group_spec.slots_in_zone(zones); ++place) {
        Host& machine = parts_.get<CloudPart>().add_machine(fmt::format("{}-{}-{}", name, group_name, place), zone,
                                                            type == nullptr ? idle_cores : type->vcpus);
        stack.add_machine(group, zone, machine, meter);
      }
    }
    ++group;
  }
}

titus::Stack* TitusPart::find(const std::string& name) {
  const auto found = stacks_.find(name);
  return found == stacks_.end() ? nullptr : found->second.get();
}

void TitusPart::start() {
  for (auto& [name, stack] : stacks_) stack->start();
}

void TitusPart::window_ends(Instant) {
  for (auto& [name, stack] : stacks_) stack->measure_stranded();
}

void TitusPart::measurement_begins(Instant) {
  for (auto& [name, stack] : stacks_) stack->count_commands();
}

void TitusPart::add_results(RunResult& result) {
  for (auto& [name, stack] : stacks_) {
    stack->count_up_to_now();
    add_agents(name, *stack, result);
  }
}

void TitusPart::add_agents(const std::string& name, const titus::Stack& stack, RunResult& result) const {
  for (const titus::Agent& agent : stack.agents().agents()) {
    if (agent.state != titus::AgentState::started) continue;
    const titus::AgentPool::Group& group = stack.agents().group(agent.group);
    const titus::Given given = stack.given(agent.id);
    result.agents.push_back({.stack = name,
                             .name = agent.machine->name(),
                             .group = group.name,
                             .zone = parts_.geography.zone_name(agent.zone),
                             .tier = group.spec.tier == titus::Tier::critical ? "critical" : "flex",
                             .containers = given.containers,
                             .cpus = group.type->resources.cpus.value(),
                             .cpus_given = given.resources.cpus.value(),
                             .memory = titus::bytes_of(group.type->resources.memory),
                             .memory_given = titus::bytes_of(given.resources.memory)});
  }
}

namespace {

bool has_stacks(const Scenario& scenario) { return !scenario.titus.empty(); }

const std::string& region_of(const Scenario& scenario, const titus::StackSpec& stack) {
  return stack.region.empty() ? scenario.regions.front().name : stack.region;
}

/// How many stacks in a region have a service job of this name.
int stacks_with(const Scenario& scenario, const std::string& service, const std::string& region) {
  return static_cast<int>(std::count_if(scenario.titus.begin(), scenario.titus.end(), [&](const auto& stack) {
    return region_of(scenario, stack.second) == region && stack.second.services.contains(service);
  }));
}

// A service's instances run in the containers of one service job in each region.
void check_services_in_containers(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, service] : scenario.services) {
    if (service.runs_on != services::RunsOn::titus) continue;
    for (const places::RegionSpec& region : scenario.regions) {
      const int stacks = stacks_with(scenario, name, region.name);
      if (stacks == 1) continue;
      checker.error(
          fmt::format("services.{}.runs_on", name),
          fmt::format("{} in {} {} a service job `{}`; expected one: titus.<stack>.services.{}",
                      stacks == 0 ? "no stack" : fmt::format("{} stacks", stacks), region.name, stacks > 1 ? "have" : "has", name, name));
      break;
    }
  }
}

/// Of a service in a region, which its scaling may make larger.
int instances_at_most(const services::ServiceSpec& service, const std::vector<places::RegionSpec>& regions, const std::string& region) {
  if (service.scaling) return service.scaling->max;
  const auto found = std::find_if(regions.begin(), regions.end(), [&](const places::RegionSpec& listed) { return listed.name == region; });
  return found == regions.end() ? 0 : service.instances_in(*found);
}

void check_service_job(const Scenario& scenario, const titus::StackSpec& spec, const std::string& at, const std::string& name,
                       const titus::ServiceJobSpec& job, Checker& checker) {
  const auto service = scenario.services.find(name);
  const bool hosts = service != scenario.services.end() && service->second.runs_on == services::RunsOn::titus;
  if (!hosts) return checker.require(job.desired.has_value(), at, "expected `desired`: the containers that it is to have");
  checker.require(!job.desired, at + ".desired",
                  fmt::format("its containers are the instances of {}, of which `services.{}.instances_per_zone` says how many there are: "
                              "leave this out",
                              name, name));
  spec.check_unique_hosts(at + ".constraints", job, instances_at_most(service->second, scenario.regions, region_of(scenario, spec)),
                          checker);
  checker.require(job.container.cpus == service->second.cores, at + ".container.cpus",
                  fmt::format("an instance of {} has {} cores (`services.{}.cores`), and its container would have {:g}", name,
                              service->second.cores, name, job.container.cpus));
}

std::vector<std::string> zone_names_of(const Scenario& scenario, const std::string& region) {
  std::vector<std::string> zones;
  for (const places::RegionSpec& listed : scenario.regions) {
    for (int z = 0; listed.name == region && z < listed.zones; ++z) zones.push_back(places::name_of_zone(region, z));
  }
  return zones;
}

void check_stacks(const Scenario& scenario, Checker& checker) {
  check_services_in_containers(scenario, checker);
  for (const auto& [stack, spec] : scenario.titus) {
    spec.check_zones(zone_names_of(scenario, region_of(scenario, spec)), "titus." + stack, checker);
    for (const auto& [name, job] : spec.services)
      check_service_job(scenario, spec, fmt::format("titus.{}.services.{}", stack, name), name, job, checker);
  }
}

}  // namespace

extern const PartKind titus_part;
const PartKind titus_part{.check = check_stacks, .present = has_stacks, .build = build_part<TitusPart>, .actions = titus_actions};

}  // namespace streamtwin
