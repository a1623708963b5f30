#include "scenarios/composition/parts/titus_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/disk_actions.hpp"
#include "scenarios/composition/parts/federation.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

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

void check_group_of_agents(const StepCheck& on) {
  check_agents(on);
  on.require(on.step.target.find(" of ") == std::string::npos, "target",
             "all agents of a group are refreshed; name it without a selection");
}

// The first of them, or those that the target chooses.
chaos::Effect kill_agents(Twin::Parts& parts, const FaultSpec& step) {
  const ChosenAgents agents = agents_of(parts, step);
  const auto machines = [agents] {
    std::vector<Host*> chosen;
    for (const titus::AgentId id : agents.choose()) chosen.push_back(agents.stack->agents().agent(id).machine);
    return chosen;
  };
  return parts.get<CloudPart>().hold_down.effect(machines);
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

void check_ecs(const StepCheck& on) {
  const titus::StackSpec* const stack = check_stack(on, on.step.target);
  on.require(stack == nullptr || stack->orchestration.era == titus::Era::ecs, "target",
             fmt::format("{} has no ECS that could fail: Mesos starts its containers (`titus.{}.orchestration.era`)", on.step.target,
                         on.step.target));
}

chaos::Effect fail_ecs(Twin::Parts& parts, const FaultSpec& step) {
  titus::Stack& stack = stack_of(parts, {step.target, ""});
  return {.text = [] { return std::string{"ECS refuses every call and tells of nothing"}; },
          .begin = [&stack] { stack.fail_ecs(); },
          .end = [&stack] { stack.restore_ecs(); }};
}

}  // namespace

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

ChosenAgents agents_of(Twin::Parts& parts, const FaultSpec& step) {
  const chaos::Target written = chaos::parse_target(step.target);
  const StackTarget target = stack_target(std::string{written.place});
  titus::Stack& stack = stack_of(parts, target);
  const auto choose = [&agents = stack.agents(), selection = written.selection, random = stream_of(parts, step),
                       group = group_of(parts, target), most = static_cast<std::size_t>(step.instances.value_or(10000))] {
    std::vector<titus::AgentId> serving, chosen;
    for (const titus::AgentId id : agents.group(group).places) {
      if (agents.agent(id).state == titus::AgentState::started && serving.size() < most) serving.push_back(id);
    }
    Random draws = random;
    for (const std::size_t position : selection.choose(serving.size(), draws)) chosen.push_back(serving[position]);
    return chosen;
  };
  return {&stack, choose};
}

std::vector<Action> titus_actions() {
  std::vector<Action> rows{
      {.name = "set_containers",
       .doc = "give a service job of a stack of Titus another desired size; `target` is stack/service, or federation/service for one of "
              "the federation",
       .needs = {"target", "instances"},
       .reads = {},
       .takes = {TargetKind::job},
       .check_target = check_service_to_size,
       .bind = set_containers,
       .harms = false},
      {.name = "roll_out",
       .doc = "replace the containers of a service job of a stack of Titus by those of a new job, in the steps of its `rolling_update`; "
              "`target` is stack/service",
       .needs = {"target"},
       .reads = {},
       .takes = {TargetKind::job},
       .check_target = [](const StepCheck& on) { check_part_of_stack<&titus::StackSpec::services>(on, "service"); },
       .bind = roll_out,
       .harms = false},
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
       .bind = refresh_agents,
       .harms = false},
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
      {.name = "fail_ecs",
       .doc = "let the API of ECS fail by which a stack of Titus starts and stops containers: it starts none, those that it stops end when "
              "ECS is back, and states come as late; what runs goes on",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::stack},
       .check_target = check_ecs,
       .bind = fail_ecs},
  };
  for (Action& row : disk_actions()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace streamtwin
