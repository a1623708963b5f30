// Fenzo's own autoscaler as Titus had it until it had one of its own: a rule for each instance group, which the scheduler follows at
// each iteration. Replays Netflix/titus-control-plane DefaultSchedulingService, FenzoAutoScaleRuleWrapper, DefaultAutoScaleController
// and ZoneBalancedClusterScaleDownConstraintEvaluator as they were in 2018.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/agents/agent_pool.hpp"
#include "models/titus/fenzo/scheduler.hpp"

namespace streamtwin::titus {

class FenzoScaling {
 public:
  static constexpr const char* group_attribute = "group";
  static constexpr const char* zone_attribute = "zone";

  FenzoScaling(const ClusterScalingSpec& spec, const AgentPool& agents) : spec_(spec), agents_(agents) {}

  /// Whether agents are scaled in this way.
  bool scales() const { return spec_.enabled && spec_.by == ScalingBy::fenzo; }
  /// What the scheduler is made with, if it scales.
  void equip(fenzo::SchedulerProperties& properties) const;
  /// Of the groups that there are; they begin to hold.
  void add_rules(fenzo::Autoscaler& autoscaler) const;
  /// What EC2 is asked for. Hosts that stay, since their group must not be smaller, get no tasks all the same until Fenzo enables
  /// them again.
  AgentOrders orders(const std::vector<fenzo::ScaleAction>& actions, const std::function<AgentId(const std::string& host)>& agent_of) const;

 private:
  std::vector<std::string> groups_of(Tier tier) const;

  const ClusterScalingSpec spec_;
  const AgentPool& agents_;
};

}  // namespace streamtwin::titus
