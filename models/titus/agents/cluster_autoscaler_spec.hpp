// How the agents of a stack follow its load, as a scenario describes it.
#pragma once

#include <string>

#include "models/titus/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// Netflix/titus-control-plane TierAutoScalingConfiguration
struct TierScalingSpec {
  std::string primary_type = "r4.16xlarge";
  int min_idle = 5;
  int max_idle = 10;
  Duration scale_up_cool_down = 600s;
  Duration scale_down_cool_down = 600s;
  Duration task_slo = 300s;
  Duration idle_grace = 900s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane ClusterOperationsConfiguration";
    visit(self.primary_type, {.name = "primary_type", .doc = "Instance type of the groups that scale", .source = source});
    visit(self.min_idle, {.name = "min_idle", .doc = "Idle agents below which it scales up", .source = source, .min = 0, .max = 100000});
    visit(self.max_idle, {.name = "max_idle", .doc = "Idle agents above which it scales down", .source = source, .min = 0, .max = 100000});
    visit(self.scale_up_cool_down,
          {.name = "scale_up_cool_down",
           .doc = "After it has scaled up for idle agents or failed placements it does so no sooner than this; tasks that wait longer than "
                  "`task_slo` do not have to wait for it",
           .source = source});
    visit(self.scale_down_cool_down,
          {.name = "scale_down_cool_down", .doc = "After it has scaled down it does so no sooner than this", .source = source});
    visit(self.task_slo, {.name = "task_slo", .doc = "Tasks that wait longer have agents launched at once", .source = source});
    visit(self.idle_grace,
          {.name = "idle_grace", .doc = "How long ago an agent must have been launched to count as idle", .source = source});
  }
  void check(Checker& checker) const {
    checker.require(min_idle <= max_idle, "min_idle", "is above `max_idle`: it would launch agents and give them up in turn");
  }
};

struct ClusterScalingSpec {
  bool enabled = true;
  bool removes = true;
  Duration first = 300s;
  Duration interval = 30s;
  TierScalingSpec critical{.primary_type = "m4.16xlarge", .min_idle = 0, .max_idle = 5};
  TierScalingSpec flex;
  Duration removable_grace = 360s;
  Duration removable_timeout = 600s;

  const TierScalingSpec& tier(Tier of) const { return of == Tier::critical ? critical : flex; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane ClusterOperationsConfiguration";
    constexpr std::string_view scaler = "Netflix/titus-control-plane ClusterAgentAutoScaler";
    visit(self.enabled, {.name = "enabled", .doc = "Whether it adds agents and marks idle ones", .source = source});
    visit(self.removes, {.name = "removes", .doc = "Whether agents that are marked are terminated", .source = source});
    visit(self.first, {.name = "first", .doc = "After the master has begun", .source = scaler});
    visit(self.interval, {.name = "interval", .doc = "Time between looks", .source = scaler, .min = 1, .max = 86400});
    visit(self.critical, {.name = "critical", .doc = "Of the tier critical"});
    visit(self.flex, {.name = "flex", .doc = "Of the tier flex"});
    visit(
        self.removable_grace,
        {.name = "removable_grace", .doc = "How long a marked agent stays before it is terminated, if it is idle then", .source = source});
    visit(self.removable_timeout,
          {.name = "removable_timeout", .doc = "After this an agent that is marked and still there takes tasks again", .source = source});
  }
  void check(Checker& checker) const {
    checker.require(removable_grace < removable_timeout, "removable_grace",
                    "is not shorter than `removable_timeout`: agents would never be terminated");
  }
};

}  // namespace streamtwin::titus
