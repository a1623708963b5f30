// What a job asks of the agents that its containers go to, as a scenario describes it.
#pragma once

#include <string>

#include "sim-core/description.hpp"

namespace streamtwin::titus {

/// Names are those of Netflix/titus-control-plane V3ConstraintEvaluatorTransformer. Its others ask for what a scenario has no name for:
/// one agent, taints, and what came with Kubernetes.
struct ConstraintSpec {
  bool unique_host = false;
  bool exclusive_host = false;
  bool zone_balance = false;
  bool active_host = false;
  std::string availability_zone;
  std::string machine_group;
  std::string machine_type;

  /// Whether the tasks of its job have to be counted by agent and by zone.
  bool counts() const { return unique_host || zone_balance; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view none = "Netflix/titus-control-plane Container: a job has no constraints that it does not ask for";
    visit(self.unique_host, {.name = "unique_host", .doc = "No two containers of the job on an agent", .source = none});
    visit(self.exclusive_host, {.name = "exclusive_host", .doc = "An agent for each container, with nothing else on it", .source = none});
    visit(self.zone_balance, {.name = "zone_balance",
                              .doc = "As many of the job's containers in each zone, of the zones that the scheduler's `balanced_zones` "
                                     "expects",
                              .source = none});
    visit(self.active_host, {.name = "active_host", .doc = "No agents of instance groups that are phased out", .source = none});
    visit(self.availability_zone, {.name = "availability_zone", .doc = "Agents of this zone; of any if absent"});
    visit(self.machine_group, {.name = "machine_group", .doc = "Agents of this instance group; of any if absent"});
    visit(self.machine_type, {.name = "machine_type", .doc = "Agents of this instance type; of any if absent"});
  }
};

struct ConstraintsSpec {
  ConstraintSpec hard, soft;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.hard, {.name = "hard", .doc = "What must hold: a container waits for an agent where it does"});
    visit(self.soft, {.name = "soft", .doc = "What agents are preferred for; ECS's own placement does without"});
  }
};

}  // namespace streamtwin::titus
