#include "models/titus/stack/stack_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/titus/agents/sizes.hpp"

namespace streamtwin::titus {
namespace {

ContainerNeeds needs_of(const ContainerSpec& container) {
  return {.cpus = container.cpus, .gpus = 0, .memory = container.memory, .disk = container.disk, .network = container.network};
}

}  // namespace

fenzo::Resources resources_of(const ContainerSpec& container) {
  return counted(container.cpus, container.memory, container.disk, container.network);
}

fenzo::Resources StackSpec::placed_by(const ContainerSpec& container) const {
  fenzo::Resources needs = resources_of(container);
  if (!executor.overhead.counted) return needs;
  needs.cpus += executor.overhead.each().cpus;
  needs.memory += executor.overhead.each().memory;
  return needs;
}

bool StackSpec::may_lack_processors() const {
  return executor.overhead.cpus > 0 || executor.overhead.memory > Bytes{0} ||
         std::any_of(agents.begin(), agents.end(), [](const auto& group) { return group.second.cpu_overcommit > 1; });
}

Tier StackSpec::tier_of(const std::string& capacity_group) const {
  const auto group = capacity.groups.find(capacity_group.empty() ? default_capacity_group : capacity_group);
  return group == capacity.groups.end() ? Tier::flex : group->second.tier;
}

void StackSpec::check(Checker& checker) const {
  checker.require(!agents.empty(), "agents", "a stack without agents runs nothing; name one instance group at least");
  const std::vector<std::string> image_names = names_in(images);
  std::vector<std::string> group_names = names_in(capacity.groups);
  group_names.emplace_back(default_capacity_group);
  const auto check_work = [&](const std::string& at, const auto& work, int size) {
    const ContainerSpec& container = work.container;
    const std::string& group = work.capacity_group;
    checker.one_of(at + ".container.image", container.image, "image of this stack", image_names);
    if (!group.empty()) checker.one_of(at + ".capacity_group", group, "capacity group of this stack", group_names);
    check_container(at + ".container", container, group, checker);
    check_constraints(at + ".constraints", container, tier_of(group), work.constraints, size, checker);
  };
  for (const auto& [name, spec] : batch) {
    check_work("batch." + name, spec, static_cast<int>(spec.tasks));
    checker.require(spec.tasks_max <= limits.batch_size_max, fmt::format("batch.{}.tasks_max", name),
                    fmt::format("a batch job has {} tasks at most (`limits.batch_size_max`)", limits.batch_size_max));
    checker.require(spec.run_time_limit >= limits.runtime_limit_min && spec.run_time_limit <= limits.runtime_limit_max,
                    fmt::format("batch.{}.run_time_limit", name),
                    "is not within `limits.runtime_limit_min` and `limits.runtime_limit_max`");
  }
  for (const auto& [name, spec] : services) {
    check_work("services." + name, spec, spec.desired.value_or(0));
    checker.require(spec.desired.value_or(0) <= limits.service_size_max, fmt::format("services.{}.desired", name),
                    fmt::format("a service has {} tasks at most (`limits.service_size_max`)", limits.service_size_max));
  }
  for (const auto& [name, spec] : images) {
    if (!spec.base.empty()) checker.one_of(fmt::format("images.{}.base", name), spec.base, "image of this stack", image_names);
  }
  if (const auto circle = image_built_from_itself(images)) {
    checker.error(fmt::format("images.{}.base", *circle), "this image is built from itself, over others");
  }
  check_reservations(checker);
  check_scaling(checker);
}

void StackSpec::check_container(const std::string& at, const ContainerSpec& container, const std::string& capacity_group,
                                Checker& checker) const {
  if (const auto why = why_refused(needs_of(container), limits)) {
    checker.error(at, fmt::format("Titus refuses such a container: {} (`limits` of the stack)", *why));
  }
  check_fits(at, container, tier_of(capacity_group), checker);
}

// Groups of another type are left alone, as in Titus.
void StackSpec::check_scaling(Checker& checker) const {
  checker.require(!scaling.enabled || scaling.by != ScalingBy::fenzo || scheduler.placement == PlacementBy::fenzo, "scaling.by",
                  "Fenzo scales with the iterations of its scheduler, and here it is ECS that places containers (`scheduler.placement`)");
  for (const Tier tier : {Tier::critical, Tier::flex}) {
    const std::string& primary = scaling.tier(tier).primary_type;
    const auto could_scale = [&](const auto& group) { return group.second.tier == tier && group.second.min < group.second.max; };
    const auto is_primary = [&](const auto& group) { return could_scale(group) && group.second.type == primary; };
    if (!scaling.enabled || scaling.by != ScalingBy::titus || std::none_of(agents.begin(), agents.end(), could_scale) ||
        std::any_of(agents.begin(), agents.end(), is_primary)) {
      continue;
    }
    const char* const name = tier == Tier::critical ? "critical" : "flex";
    checker.warning(fmt::format("scaling.{}.primary_type", name),
                    fmt::format("no group of the tier {} has agents of the type {}: none of them is ever scaled", name, primary));
  }
}

// Some agent of its tier, empty, must have room for it.
void StackSpec::check_fits(const std::string& at, const ContainerSpec& container, Tier tier, Checker& checker) const {
  const char* const name = tier == Tier::critical ? "critical" : "flex";
  bool any = false;
  for (const auto& [group, spec] : agents) {
    const AgentType* const type = agent_type(spec.type);
    if (spec.tier != tier || type == nullptr) continue;
    any = true;
    if (fenzo::within(placed_by(container), spec.offered(*type))) return;
  }
  checker.error(at, any ? fmt::format("no agent of the tier {} is large enough for it, even with nothing else on it", name)
                        : fmt::format("the stack has no agents of the tier {}, in which it waits", name));
}

// What is reserved must be there when all groups of the tier are at their largest.
void StackSpec::check_reservations(Checker& checker) const {
  for (const Tier tier : {Tier::critical, Tier::flex}) {
    fenzo::Resources reserved, there;
    std::string largest;
    for (const auto& [name, group] : capacity.groups) {
      if (group.tier != tier) continue;
      reserved += group.instances * group.each();
      if (largest.empty() || group.instances > capacity.groups.at(largest).instances) largest = name;
    }
    for (const auto& [name, group] : agents) {
      const AgentType* const type = agent_type(group.type);
      if (type != nullptr && group.tier == tier) there += group.max * group.offered(*type);
    }
    if (largest.empty() || fenzo::within(reserved, there)) continue;
    checker.error(fmt::format("capacity.groups.{}.instances", largest),
                  fmt::format("the groups of the tier {} reserve {:g} processors and {:g} GB, and its agents have {:g} and {:g} at most",
                              tier == Tier::critical ? "critical" : "flex", reserved.cpus.value(), reserved.memory.value() / 1024,
                              there.cpus.value(), there.memory.value() / 1024));
  }
}

}  // namespace streamtwin::titus
