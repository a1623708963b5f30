#include "scenarios/composition/parts/titus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/places/zone_name.hpp"
#include "models/titus/agents/sizes.hpp"
#include "models/titus/stack/service_job_carrier.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/federation.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

TitusPart::TitusPart(Twin::Parts& parts) : parts_(parts) {
  const ClockSpec& clock = parts.scenario.clock;
  for (const auto& [name, spec] : parts.scenario.titus) {
    const std::string long_name = "titus." + name;
    titus::AllStackMeasures& measures = parts.measures.titus[name] =
        titus::AllStackMeasures(parts.recorder, long_name, spec.may_lack_processors());
    ec2::LaunchLimit& limit = *(launch_limits_[name] = std::make_unique<ec2::LaunchLimit>(parts.scenario.fleet.launch));
    const titus::StackInputs inputs{.name = long_name,
                                    .zones = zones_of(spec),
                                    .clock = clock.starts,
                                    .since_monday = static_cast<int>(clock.weekday) * Duration{24h} + clock.starts - spec.utc_offset,
                                    .launch = parts.scenario.fleet.launch,
                                    .launch_limit = limit,
                                    .status_check = parts.scenario.fleet.status_check};
    titus::Stack& stack = *(stacks_[name] = std::make_unique<titus::Stack>(inputs, spec, measures));
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
    stack.host(job->first, hosted.program, service.spec.instances_per_zone * parts_.geography.zones_of(region_of(spec)));
  }
}

std::unique_ptr<auto_scaling::Carrier> TitusPart::carrier_of(services::Service& service, RegionIndex region) {
  for (Hosted& hosted : hosted_) {
    if (hosted.region == region && hosted.program.name() == service.name)
      return std::make_unique<titus::ServiceJobCarrier>(hosted.stack, hosted.program);
  }
  return nullptr;
}

std::unique_ptr<delivery::GroupCarrier> TitusPart::groups_of(const services::Service& service, RegionIndex region) {
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
      for (int place = 0; place < group_spec.slots_in_zone(zones); ++place) {
        Host& machine = parts_.get<CloudPart>().add_machine(fmt::format("{}-{}-{}", name, group_name, place), zone,
                                                            type == nullptr ? idle_cores : type->vcpus);
        stack.add_machine(group, zone, machine);
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
  return found == regions.end() ? 0 : service.instances_per_zone * found->zones;
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

struct StackTarget {
  std::string stack, part;
};

/// "us-east-1/play-api": a stack and something of it.
StackTarget stack_target(const std::string& target) {
  const std::size_t slash = target.find('/');
  if (slash == std::string::npos) return {target, ""};
  return {target.substr(0, slash), target.substr(slash + 1)};
}

using titus::names_in;

const titus::StackSpec* check_stack(const StepCheck& on, const std::string& name) {
  on.one_of("target", name, "stack of Titus", names_in(on.scenario.titus));
  const auto found = on.scenario.titus.find(name);
  return found == on.scenario.titus.end() ? nullptr : &found->second;
}

/// That the target is a stack and one of what it has of a kind.
template <auto member>
void check_part_of_stack(const StepCheck& on, const std::string& written, std::string_view kind) {
  const StackTarget target = stack_target(written);
  on.require(!target.part.empty(), "target", fmt::format("expected a stack and its {}, written stack/{}", kind, kind));
  if (const titus::StackSpec* const spec = check_stack(on, target.stack); spec != nullptr && !target.part.empty()) {
    on.one_of("target", target.part, fmt::format("{} of the stack", kind), names_in(spec->*member));
  }
}

template <auto member>
void check_part_of_stack(const StepCheck& on, std::string_view kind) {
  check_part_of_stack<member>(on, on.step.target, kind);
}

titus::Stack& stack_of(Twin::Parts& parts, const StackTarget& target) {
  titus::Stack* const stack = parts.find<TitusPart>() == nullptr ? nullptr : parts.get<TitusPart>().find(target.stack);
  if (stack == nullptr) unknown_target("stack of Titus", target.stack, names_in(parts.scenario.titus));
  return *stack;
}

chaos::Effect set_containers_of_federation(Twin::Parts& parts, const std::string& service, int size) {
  titus::Federation& federation = parts.get<FederationPart>().federation();
  return {.text = [size] { return fmt::format("is to have {} containers over all cells", size); },
          .begin = [&federation, service, size] { federation.desire(service, size); },
          .end = nullptr};
}

void check_service_to_size(const StepCheck& on) {
  const StackTarget target = stack_target(on.step.target);
  if (target.stack != federation_name || !on.scenario.federation) return check_part_of_stack<&titus::StackSpec::services>(on, "service");
  on.one_of("target", target.part, "service of the federation", names_in(on.scenario.federation->services));
}

chaos::Effect set_containers(Twin::Parts& parts, const FaultSpec& step) {
  const StackTarget target = stack_target(step.target);
  if (target.stack == federation_name && parts.scenario.federation) {
    if (!parts.scenario.federation->services.contains(target.part))
      unknown_target("service of the federation", target.part, names_in(parts.scenario.federation->services));
    return set_containers_of_federation(parts, target.part, step.instances.value_or(0));
  }
  titus::Stack& stack = stack_of(parts, target);
  if (!parts.scenario.titus.at(target.stack).services.contains(target.part)) {
    unknown_target("service of the stack", target.part, names_in(parts.scenario.titus.at(target.stack).services));
  }
  const int size = step.instances.value_or(0);
  return {.text = [size] { return fmt::format("is to have {} containers", size); },
          .begin = [&stack, service = target.part, size] { stack.desire(service, size); },
          .end = nullptr};
}

chaos::Effect roll_out(Twin::Parts& parts, const FaultSpec& step) {
  const StackTarget target = stack_target(step.target);
  titus::Stack& stack = stack_of(parts, target);
  if (!parts.scenario.titus.at(target.stack).services.contains(target.part)) {
    unknown_target("service of the stack", target.part, names_in(parts.scenario.titus.at(target.stack).services));
  }
  return {.text = [] { return std::string{"its next version is rolled out"}; },
          .begin = [&stack, service = target.part] { stack.roll_out(service); },
          .end = nullptr};
}

titus::AgentGroupId group_of(Twin::Parts& parts, const StackTarget& target) {
  const std::vector<std::string> groups = names_in(parts.scenario.titus.at(target.stack).agents);
  const auto group = std::find(groups.begin(), groups.end(), target.part);
  if (group == groups.end()) unknown_target("instance group of the stack", target.part, groups);
  return static_cast<titus::AgentGroupId>(group - groups.begin());
}

void check_agents(const StepCheck& on) {
  try {
    const chaos::Target target = chaos::parse_target(on.step.target);
    check_part_of_stack<&titus::StackSpec::agents>(on, std::string{target.place}, "instance group");
    on.require(target.selection.kind == chaos::Selection::Kind::all || !on.step.instances || on.step.action.name != "kill_agents",
               "instances", "the target says how many already; leave this out");
  } catch (const std::invalid_argument& error) {
    on.error("target", error.what());
  }
}

void check_group_of_agents(const StepCheck& on) {
  check_agents(on);
  on.require(on.step.target.find(" of ") == std::string::npos, "target",
             "all agents of a group are refreshed; name it without a selection");
}

// Of those that serve at that time the first, or those that the target chooses.
chaos::Effect kill_agents(Twin::Parts& parts, const FaultSpec& step) {
  const chaos::Target written = chaos::parse_target(step.target);
  const StackTarget target = stack_target(std::string{written.place});
  const titus::AgentPool& agents = stack_of(parts, target).agents();
  const auto choose = [&agents, selection = written.selection, random = stream_of(parts, step), group = group_of(parts, target),
                       most = static_cast<std::size_t>(step.instances.value_or(10000))] {
    std::vector<Host*> serving, machines;
    for (const titus::AgentId id : agents.group(group).places) {
      const titus::Agent& agent = agents.agent(id);
      if (agent.state == titus::AgentState::started && serving.size() < most) serving.push_back(agent.machine);
    }
    Random draws = random;
    for (const std::size_t position : selection.choose(serving.size(), draws)) machines.push_back(serving[position]);
    return machines;
  };
  return parts.get<CloudPart>().hold_down.effect(choose);
}

chaos::Effect refresh_agents(Twin::Parts& parts, const FaultSpec& step) {
  const StackTarget target = stack_target(step.target);
  titus::Stack& stack = stack_of(parts, target);
  const titus::AgentGroupId id = group_of(parts, target);
  const int at_once = step.instances.value_or(parts.scenario.titus.at(target.stack).agents.at(target.part).max);
  return {.text = [&stack, id] { return fmt::format("its {} agents are to be emptied and replaced", stack.agents().group(id).current); },
          .begin = [&stack, id, at_once] { stack.relocation().refresh_group(id, at_once); },
          .end = nullptr};
}

chaos::Effect break_image(Twin::Parts& parts, const FaultSpec& step) {
  const StackTarget target = stack_target(step.target);
  titus::Stack& stack = stack_of(parts, target);
  const std::map<std::string, titus::ImageSpec>& images = parts.scenario.titus.at(target.stack).images;
  const auto image = images.find(target.part);
  if (image == images.end()) unknown_target("image of the stack", target.part, names_in(images));
  const Fraction share = step.errors.value_or(Fraction{1});
  return {.text = [share] { return fmt::format("{:g} % of its containers crash as they start", share.value() * 100); },
          .begin = [&stack, name = target.part, share] { stack.set_crashes(name, share); },
          .end = [&stack, name = target.part, before = image->second.crashes] { stack.set_crashes(name, before); }};
}

chaos::Effect slow_registry(Twin::Parts& parts, const FaultSpec& step) {
  titus::Stack& stack = stack_of(parts, {step.target, ""});
  const BitRate whole = parts.scenario.titus.at(step.target).registry.bandwidth;
  const Fraction left = step.speed.value_or(Fraction{1});
  return {.text = [left] { return fmt::format("its registry of images has {:g} % of its bandwidth left", left.value() * 100); },
          .begin = [&stack, whole, left] { stack.registry().set_bandwidth(left.value() * whole); },
          .end = [&stack, whole] { stack.registry().set_bandwidth(whole); }};
}

chaos::Effect fail_credentials(Twin::Parts& parts, const FaultSpec& step) {
  titus::Stack& stack = stack_of(parts, {step.target, ""});
  return {.text = [] { return std::string{"its containers are given no credentials of their roles"}; },
          .begin = [&stack] { stack.executor().give_credentials(false); },
          .end = [&stack] { stack.executor().give_credentials(true); }};
}

std::vector<Action> titus_actions() {
  return {
      {.name = "set_containers",
       .doc = "give a service job of a stack of Titus another desired size; `target` is stack/service, or federation/service for one of "
              "the federation",
       .needs = {"target", "instances"},
       .reads = {},
       .takes = {TargetKind::job},
       .check_target = check_service_to_size,
       .bind = set_containers},
      {.name = "roll_out",
       .doc = "replace the containers of a service job of a stack of Titus by those of a new job, in the steps of its `rolling_update`; "
              "`target` is stack/service",
       .needs = {"target"},
       .reads = {},
       .takes = {TargetKind::job},
       .check_target = [](const StepCheck& on) { check_part_of_stack<&titus::StackSpec::services>(on, "service"); },
       .bind = roll_out},
      {.name = "kill_agents",
       .doc = "turn off the machines of an instance group's agents, or of as many as `instances` says; `target` is stack/group",
       .needs = {"target"},
       .reads = {"instances", "lasts"},
       .takes = {TargetKind::agents},
       .check_target = check_agents,
       .bind = kill_agents},
      {.name = "refresh_agents",
       .doc = "empty and replace all agents of an instance group, as fast as disruption budgets allow; `target` is stack/group",
       .needs = {"target"},
       .reads = {"instances"},
       .takes = {TargetKind::agents},
       .check_target = check_group_of_agents,
       .bind = refresh_agents},
      {.name = "break_image",
       .doc = "let containers of an image crash as they start; `target` is stack/image",
       .needs = {"target", "errors"},
       .reads = {"lasts"},
       .takes = {TargetKind::image},
       .check_target = [](const StepCheck& on) { check_part_of_stack<&titus::StackSpec::images>(on, "image"); },
       .bind = break_image,
       .alone = true},
      {.name = "slow_registry",
       .doc = "leave a stack's registry of images a share of its bandwidth",
       .needs = {"target", "speed"},
       .reads = {"lasts"},
       .takes = {TargetKind::stack},
       .check_target = [](const StepCheck& on) { check_stack(on, on.step.target); },
       .bind = slow_registry,
       .alone = true},
      {.name = "fail_credentials",
       .doc = "let the service fail that gives a stack's containers credentials of their roles (AWS STS)",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::stack},
       .check_target = [](const StepCheck& on) { check_stack(on, on.step.target); },
       .bind = fail_credentials,
       .alone = true},
  };
}

}  // namespace

extern const PartKind titus_part;
const PartKind titus_part{.check = check_stacks, .present = has_stacks, .build = build_part<TitusPart>, .actions = titus_actions};

}  // namespace streamtwin
