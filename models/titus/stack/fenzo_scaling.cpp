#include "models/titus/stack/fenzo_scaling.hpp"

#include <algorithm>
#include <memory>

#include "models/titus/placement/container_request.hpp"

namespace streamtwin::titus {
namespace {

/// Netflix/titus-control-plane ZoneBalancedClusterScaleDownConstraintEvaluator INITIAL_SCORE, INITIAL_STEP
constexpr double first_of_zone = 0.7, step_of_zone = 0.1;

std::string zone_of(const fenzo::Host& host) {
  const std::string* const zone = host.attribute(FenzoScaling::zone_attribute);
  return zone == nullptr ? "unknownZone" : *zone;
}

std::shared_ptr<const fenzo::ScaleDownOrder> by_zone_scores() {
  const auto all = [](const fenzo::Hosts& hosts) { return std::vector<fenzo::Hosts>{hosts}; };
  const auto balanced = std::make_shared<const fenzo::BalancedScaleDown>(zone_of, first_of_zone, step_of_zone);
  return std::make_shared<const fenzo::ScaleDownOrder>(
      all, std::vector<std::pair<std::shared_ptr<const fenzo::ScaleDownScore>, double>>{{balanced, 1.0}});
}

bool takes_tasks(const AgentPool::Group& group) { return group.state == GroupState::active || group.state == GroupState::phased_out; }

fenzo::ScaleRule rule_of(const AgentPool::Group& group, const FenzoScalingSpec& spec) {
  return {.name = group.name,
          .min_idle = spec.min_idle,
          .max_idle = spec.max_idle,
          .cool_down = spec.cool_down,
          .min_size = group.min,
          .max_size = group.max,
          .too_small = {},
          .hosts_for = [each = spec.tasks_per_agent](int tasks) { return (tasks + each - 1) / each; }};
}

}  // namespace

std::vector<std::string> FenzoScaling::groups_of(Tier tier) const {
  std::vector<std::string> names;
  for (const AgentPool::Group& group : agents_.groups()) {
    if (group.spec.tier == tier && takes_tasks(group)) names.push_back(group.name);
  }
  return names;
}

void FenzoScaling::equip(fenzo::SchedulerProperties& properties) const {
  if (!scales()) return;
  fenzo::AutoscalerProperties autoscaler;
  autoscaler.balanced_by = zone_attribute;
  autoscaler.up_delay = spec_.fenzo.up_delay;
  autoscaler.down_delay = spec_.fenzo.down_delay;
  if (spec_.fenzo.given_up == GivenUp::zone_scores) autoscaler.down_order = by_zone_scores();
  properties.autoscaler = std::move(autoscaler);
  properties.optimising_shortfall = spec_.fenzo.tries;
  properties.rules_of_task = [this](const fenzo::TaskRequest& task) { return groups_of(container(task).job_tier); };
}

void FenzoScaling::add_rules(fenzo::Autoscaler& autoscaler) const {
  for (const AgentPool::Group& group : agents_.groups()) {
    if (takes_tasks(group)) autoscaler.set_rule(rule_of(group, spec_.fenzo));
  }
}

AgentOrders FenzoScaling::orders(const std::vector<fenzo::ScaleAction>& actions,
                                 const std::function<AgentId(const std::string& host)>& agent_of) const {
  AgentOrders orders;
  for (const fenzo::ScaleAction& action : actions) {
    const auto& groups = agents_.groups();
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) { return known.name == action.rule; });
    if (action.add > 0) orders.scale_up.emplace_back(static_cast<AgentGroupId>(group - groups.begin()), action.add);
    int room = group->current - group->min;
    for (const std::string& host : action.remove) {
      const AgentId agent = agent_of(host);
      if (room <= 0 || agents_.agent(agent).state != AgentState::started) continue;
      orders.terminate.push_back(agent);
      --room;
    }
  }
  return orders;
}

}  // namespace streamtwin::titus
