// A pipeline as a scenario describes it: units of one kind of work, and who does it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/stack/workload_spec.hpp"
#include "models/work/kinds/builds.hpp"
#include "models/work/kinds/reports.hpp"
#include "models/work/kinds/transcoding.hpp"
#include "models/work/kinds/watermarking.hpp"

namespace streamtwin::work {

/// What a task of a stage needs, wherever it runs.
struct StageSpec {
  double cpus = 1;
  Bytes memory{2e9};
  Bytes disk{20e9};
  BitRate network{250e6};

  /// Threads of a task: each has a core.
  int cores() const { return cpus < 1.5 ? 1 : static_cast<int>(cpus + 0.5); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cpus, {.name = "cpus",
                      .doc = "Processors that a task computes on; less than one and a half: on one",
                      .source = assumption,
                      .min = 0.01,
                      .max = 1000});
    visit(self.memory, {.name = "memory", .doc = "Memory of its container", .source = assumption});
    visit(self.disk, {.name = "disk", .doc = "Disk space of its container", .source = assumption});
    visit(self.network, {.name = "network", .doc = "Bandwidth that its container is given", .source = assumption});
  }
};

struct MachineGroupSpec {
  int machines = 0;
  int borrows = 0;
  std::vector<std::string> stages;

  bool takes(const std::string& stage) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.machines, {.name = "machines", .doc = "How many there are, all the time", .min = 0, .max = 10000, .required = true});
    visit(self.borrows, {.name = "borrows",
                         .doc = "How many more it takes at most of those that `reservations` of this type and region lend while their "
                                "owners leave them idle",
                         .source = assumption,
                         .min = 0,
                         .max = 10000});
    visit(self.stages, {.name = "stages", .doc = "Whose tasks they take; if absent those of all stages"});
  }
};

/// Virtual machines as they were before containers: each for one kind of job, one job at a time, set up anew.
struct MachinesSpec {
  std::string region;
  std::string type = "m4.4xlarge";
  std::map<std::string, MachineGroupSpec> groups;
  int at_once = 1;
  bool fresh = true;
  Duration boot = 5min;

  bool borrows() const;
  /// The group that takes tasks of a stage, by its place among the names.
  std::size_t group_of(const std::string& stage) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.region, {.name = "region", .doc = "Where they are; the first of the scenario's if absent", .names = "region"});
    visit(self.type, {.name = "type", .doc = "Instance type", .source = assumption, .min = 1});
    visit(self.groups, {.name = "groups", .doc = "How the machines are divided, by name"});
    visit(self.at_once, {.name = "at_once",
                         .doc = "Tasks that a machine runs at once; what these do not use of it is idle",
                         .source = "one job on a machine: assumption",
                         .min = 1,
                         .max = 1000});
    visit(self.fresh, {.name = "fresh",
                       .doc = "Whether a machine is set up anew for each task, from an image of its own: nothing else keeps jobs apart",
                       .source = assumption});
    visit(self.boot, {.name = "boot",
                      .doc = "How long a machine needs to be set up, its launch included",
                      .source = "minutes, where a container needs seconds: assumption",
                      .min = 0,
                      .max = 7200});
  }
};

struct PipelineSpec {
  std::string stack;
  std::optional<MachinesSpec> machines;
  std::string image;
  std::string capacity_group;
  titus::RetrySpec retry{.policy = titus::RetryPolicy::delayed, .retries = 3, .delay = 5s, .delay_max = 30s};
  std::map<std::string, StageSpec> stages;
  std::optional<TranscodingSpec> transcoding;
  std::optional<WatermarkingSpec> watermarking;
  std::optional<ReportsSpec> reports;
  std::optional<BuildsSpec> builds;

  /// Of its kind of work.
  const std::vector<std::string>& stage_names() const;
  StageSpec stage(const std::string& name) const;
  titus::ContainerSpec container(const std::string& stage) const;
  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.stack, {.name = "stack", .doc = "The stack of Titus on which its tasks run as containers of batch jobs"});
    visit(self.machines, {.name = "machines", .doc = "Virtual machines of its own in place of a stack"});
    visit(self.image, {.name = "image", .doc = "What its containers run, one of the stack's `images`"});
    visit(self.capacity_group,
          {.name = "capacity_group", .doc = "Whose capacity of the stack it uses; if absent that of the group DEFAULT, which is in Flex"});
    visit(self.retry, {.name = "retry",
                       .doc = "How often and when a task is tried again that did not end as it should, in a container or on a machine"});
    visit(self.stages,
          {.name = "stages",
           .doc = "What a task of each stage needs, by the stage's name: inspect, encode, assemble, check of `transcoding`; mark "
                  "of `watermarking`; map, reduce of `reports`; build, test of `builds`"});
    visit(self.transcoding, {.name = "transcoding", .doc = "Titles are encoded"});
    visit(self.watermarking, {.name = "watermarking", .doc = "Copies of screeners are marked, each for its recipient"});
    visit(self.reports, {.name = "reports", .doc = "Reports are made of what the CDN has served, each night"});
    visit(self.builds, {.name = "builds", .doc = "Changes to packages that depend on each other are built and tested"});
  }
};

}  // namespace streamtwin::work
