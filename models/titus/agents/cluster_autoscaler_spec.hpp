// How the agents of a stack follow its load, as a scenario describes it.
#pragma once

#include <array>
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

enum class ScalingBy : std::uint8_t { titus, fenzo };

/// Which idle hosts Fenzo gives up.
enum class GivenUp : std::uint8_t { largest_zone, zone_scores };

/// Fenzo's own autoscaler: the same rule for each instance group.
struct FenzoScalingSpec {
  int min_idle = 2;
  int max_idle = 5;
  Duration cool_down = 600s;
  int tasks_per_agent = 8;
  bool tries = false;
  Duration up_delay = 0s;
  Duration down_delay = 0s;
  GivenUp given_up = GivenUp::largest_zone;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view titus = "Netflix/titus-control-plane AgentManagementConfiguration of 2018";
    constexpr std::string_view fenzo = "Netflix/Fenzo TaskScheduler.Builder";
    visit(self.min_idle,
          {.name = "min_idle", .doc = "Idle agents of a group below which it scales up", .source = titus, .min = 1, .max = 100000});
    visit(self.max_idle, {.name = "max_idle",
                          .doc = "Idle agents of a group above which it scales down; it scales up to as many",
                          .source = titus,
                          .min = 1,
                          .max = 100000});
    visit(self.cool_down,
          {.name = "cool_down",
           .doc = "After it has scaled a group for its idle agents it does so no sooner than this; tasks without a place do "
                  "not have to wait for it",
           .source = titus});
    visit(self.tasks_per_agent, {.name = "tasks_per_agent",
                                 .doc = "For so many tasks without a place one agent is asked for",
                                 .source = "Netflix/titus-control-plane, shortfallAdjustingFactor of an instance group: 8",
                                 .min = 1,
                                 .max = 10000});
    visit(self.tries, {.name = "tries",
                       .doc = "Whether tasks without a place are tried on copies of agents, of which those are asked for that get any, "
                              "rather than counted",
                       .source = "Netflix/Fenzo OptimizingShortfallEvaluator; Titus counted"});
    visit(self.up_delay, {.name = "up_delay",
                          .doc = "It scales up when the need is seen again so long after it was first, and within twice that",
                          .source = fenzo});
    visit(self.down_delay, {.name = "down_delay", .doc = "The same of scaling down", .source = fenzo});
    visit(self.given_up, {.name = "given_up",
                          .doc = "Which idle agents of a group are given up",
                          .source = "Netflix/Fenzo AutoScaler, of a builder that is told no order"});
  }
  void check(Checker& checker) const {
    checker.require(min_idle <= max_idle, "min_idle", "is above `max_idle`: it would launch agents and give them up in turn");
  }
};

struct ClusterScalingSpec {
  bool enabled = true;
  ScalingBy by = ScalingBy::titus;
  bool removes = true;
  Duration first = 300s;
  Duration interval = 30s;
  TierScalingSpec critical{.primary_type = "m4.16xlarge", .min_idle = 0, .max_idle = 5};
  TierScalingSpec flex;
  Duration removable_grace = 360s;
  Duration removable_timeout = 600s;
  FenzoScalingSpec fenzo;

  const TierScalingSpec& tier(Tier of) const { return of == Tier::critical ? critical : flex; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane ClusterOperationsConfiguration";
    constexpr std::string_view scaler = "Netflix/titus-control-plane ClusterAgentAutoScaler";
    visit(self.enabled, {.name = "enabled", .doc = "Whether agents follow the load", .source = source});
    visit(self.by, {.name = "by",
                    .doc = "Whose autoscaler says how many agents there are",
                    .source = "Netflix/titus-control-plane ClusterAgentAutoScaler, in the place of Fenzo's since 2018"});
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
    visit(self.fenzo, {.name = "fenzo", .doc = "Fenzo's own autoscaler, where it is `by` that"});
  }
  void check(Checker& checker) const {
    checker.require(removable_grace < removable_timeout, "removable_grace",
                    "is not shorter than `removable_timeout`: agents would never be terminated");
  }
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::ScalingBy> = std::to_array<EnumName<titus::ScalingBy>>({
    {titus::ScalingBy::titus, "titus", "Titus: by tier and primary type, every half minute; knows why tasks have no place"},
    {titus::ScalingBy::fenzo, "fenzo", "Fenzo: by rules of instance groups, with each iteration of the scheduler"},
});
template <>
inline constexpr auto enum_names<titus::GivenUp> = std::to_array<EnumName<titus::GivenUp>>({
    {titus::GivenUp::largest_zone, "largest_zone", "One after another of the zone that has most idle ones"},
    {titus::GivenUp::zone_scores, "zone_scores", "By the scores of a scale-down constraint: the further ones of each zone first"},
});

}  // namespace streamtwin
