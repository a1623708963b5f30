#include "models/work/pipeline_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::work {
namespace {

void check_machines(const MachinesSpec& machines, const std::vector<std::string>& stages, Checker& checker) {
  for (const auto& [name, group] : machines.groups) {
    for (std::size_t i = 0; i < group.stages.size(); ++i) {
      checker.one_of(fmt::format("machines.groups.{}.stages[{}]", name, i), group.stages[i], "stage of this kind of work", stages);
    }
    checker.require(group.machines + group.borrows > 0, fmt::format("machines.groups.{}.machines", name),
                    "a group has a machine at least, or `borrows` some");
  }
  for (const std::string& stage : stages) {
    const auto takes =
        std::count_if(machines.groups.begin(), machines.groups.end(), [&stage](const auto& group) { return group.second.takes(stage); });
    checker.require(
        takes == 1, "machines.groups",
        fmt::format("{} takes tasks of the stage {}; exactly one must", takes == 0 ? "no group" : "more than one group", stage));
  }
}

}  // namespace

bool MachineGroupSpec::takes(const std::string& stage) const {
  return stages.empty() || std::find(stages.begin(), stages.end(), stage) != stages.end();
}

bool MachinesSpec::borrows() const {
  return std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.second.borrows > 0; });
}

std::size_t MachinesSpec::group_of(const std::string& stage) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [&stage](const auto& group) { return group.second.takes(stage); });
  return static_cast<std::size_t>(std::distance(groups.begin(), found));
}

const std::vector<std::string>& PipelineSpec::stage_names() const {
  if (watermarking) return Watermarking::stage_names();
  if (reports) return Reports::stage_names();
  if (builds) return Builds::stage_names();
  return Transcoding::stage_names();
}

StageSpec PipelineSpec::stage(const std::string& name) const {
  const auto found = stages.find(name);
  return found == stages.end() ? StageSpec{} : found->second;
}

titus::ContainerSpec PipelineSpec::container(const std::string& name) const {
  const StageSpec needs = stage(name);
  return {.cpus = needs.cpus,
          .memory = needs.memory,
          .disk = needs.disk,
          .network = needs.network,
          .image = image,
          .security_groups = {},
          .busy = Fraction{1}};
}

void PipelineSpec::check(Checker& checker) const {
  const int kinds = transcoding.has_value() + watermarking.has_value() + reports.has_value() + builds.has_value();
  checker.require(kinds == 1, "", "expected one kind of work: `transcoding`, `watermarking`, `reports` or `builds`");
  if (kinds != 1) return;
  checker.require(stack.empty() == machines.has_value(), "", "expected who does it: the name of a `stack`, or `machines`");
  for (const auto& [name, spec] : stages) {
    checker.one_of(fmt::format("stages.{}", name), name, "stage of this kind of work", stage_names());
  }
  if (machines) check_machines(*machines, stage_names(), checker);
}

}  // namespace streamtwin::work
