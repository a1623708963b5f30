#include "models/titus/fenzo/autoscaler.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::fenzo {
namespace {

/// Netflix/Fenzo AutoScaler.getInitialCoolDown: the first action waits no longer than this.
constexpr std::int64_t first_cool_down_max = 120'000;
/// What a Java virtual machine's clock showed when it started: a need that was never seen is older than any delay.
constexpr std::int64_t epoch = 1'600'000'000'000;

std::int64_t milliseconds(Duration d) { return to_nanoseconds(d) / 1'000'000; }

enum class Now { act, wait };

/// A need that was seen longer ago than twice the delay is seen for the first time.
Now seen(std::int64_t& asked_at, std::int64_t now, Duration delay) {
  const std::int64_t age = (now - asked_at) / 1000, seconds = milliseconds(delay) / 1000;
  if (seconds > 0 && age > 2 * seconds) {
    asked_at = now;
    return Now::wait;
  }
  return seconds == 0 || age > seconds ? Now::act : Now::wait;
}

}  // namespace

Autoscaler::Autoscaler(AutoscalerProperties properties) : properties_(std::move(properties)) {
  for (const ScaleRule& rule : properties_.rules) rules_[rule.name] = rule;
}

std::vector<std::string> Autoscaler::rule_names() const {
  std::vector<std::string> names;
  for (const auto& [name, rule] : rules_) names.push_back(name);
  return names;
}

int Autoscaler::hosts_for(const std::string& name, int tasks) const {
  const ScaleRule& rule = rules_.at(name);
  return rule.hosts_for ? rule.hosts_for(tasks) : tasks;
}

Autoscaler::Activity& Autoscaler::activity(const ScaleRule& rule, Milliseconds now) {
  const Milliseconds cool_down = milliseconds(rule.cool_down), start = now - cool_down + std::min(cool_down, first_cool_down_max);
  return activities_.try_emplace(rule.name, Activity{.up_at = start, .down_at = start}).first->second;
}

std::vector<ScaleAction> Autoscaler::decide(Instant at, const Input& input, Fleet& fleet) {
  const Milliseconds now = epoch + whole_milliseconds(at);
  std::map<std::string, Group> groups;
  for (const auto& [name, rule] : rules_) {
    const auto found = input.shortfall.find(name);
    groups[name].shortfall = found == input.shortfall.end() ? 0 : found->second;
    activity(rule, now);
  }
  for (const Host* const host : input.idle) {
    const auto rule = rules_.find(host->group());
    if (rule == rules_.end() || (rule->second.too_small && rule->second.too_small(*host))) continue;
    groups[rule->first].idle.push_back(host);
  }
  for (const Host* const host : input.idle_inactive) {
    const auto group = groups.find(host->group());
    if (group != groups.end()) group->second.idle_inactive.push_back(host);
  }
  std::vector<ScaleAction> actions;
  for (const auto& [name, group] : groups) {
    ScaleAction action = decide_for(rules_.at(name), group, now, fleet);
    // Fenzo tells of both, one after the other.
    if (action.add > 0) actions.push_back({name, action.add, {}});
    if (!action.remove.empty()) actions.push_back({name, 0, std::move(action.remove)});
  }
  return actions;
}

ScaleAction Autoscaler::decide_for(const ScaleRule& rule, const Group& group, Milliseconds now, Fleet& fleet) {
  ScaleAction action{rule.name, 0, {}};
  Activity& past = activity(rule, now);
  const Milliseconds groups_set = fleet.groups_set_at() ? epoch + whole_milliseconds(*fleet.groups_set_at()) : 0;
  const auto cooled = [&](Milliseconds since) { return now > std::max(groups_set, since) + milliseconds(rule.cool_down); };

  if (!group.idle_inactive.empty() && cooled(past.inactive_down_at) &&
      seen(past.inactive_down_asked_at, now, properties_.down_delay) == Now::act) {
    past.inactive_down_asked_at = 0;
    past.inactive_down_at = now;
    if (properties_.down_order) {
      for (const Host* const host : properties_.down_order->order(group.idle_inactive)) action.remove.push_back(host->name());
    }
  }
  const int excess = group.shortfall > 0 ? 0 : static_cast<int>(group.idle.size()) - rule.max_idle;
  const bool cooled_up = cooled(past.up_at);
  if (excess > 0 && cooled(std::max(past.down_at, past.up_at))) {
    if (seen(past.down_asked_at, now, properties_.down_delay) == Now::act) scale_down(rule, group, excess, now, fleet, action);
  } else if (group.shortfall > 0 || (excess <= 0 && cooled_up && rule.min_idle > static_cast<int>(group.idle.size()))) {
    if (seen(past.up_asked_at, now, properties_.up_delay) == Now::act) {
      scale_up(rule, group, excess <= 0 && cooled_up, now, fleet, action);
    }
  }
  return action;
}

void Autoscaler::scale_down(const ScaleRule& rule, const Group& group, int excess, Milliseconds now, Fleet& fleet, ScaleAction& action) {
  const int size = static_cast<int>(fleet.size(rule.name));
  if (rule.min_size > size - excess) excess = std::max(0, size - rule.min_size);
  if (excess <= 0) return;
  Activity& past = activity(rule, now);
  past.down_asked_at = 0;
  past.down_at = now;
  const auto given_up = properties_.down_order ? properties_.down_order->first(group.idle, excess)
                                               : balanced_choice(group.idle, excess, properties_.balanced_by);
  const Milliseconds disabled = std::max(milliseconds(properties_.disabled_for), milliseconds(rule.cool_down));
  const Instant until = instant_of_nanoseconds((now - epoch + disabled) * 1'000'000);
  for (const Host* const host : given_up) {
    fleet.disable(host->name(), until);
    action.remove.push_back(host->name());
  }
}

// Up to the most idle hosts, not the fewest.
void Autoscaler::scale_up(const ScaleRule& rule, const Group& group, bool cooled_down, Milliseconds now, const Fleet& fleet,
                          ScaleAction& action) {
  const int idle = static_cast<int>(group.idle.size());
  int shortage = std::max(cooled_down ? rule.max_idle - idle : 0, group.shortfall);
  const int size = static_cast<int>(fleet.size(rule.name));
  if (shortage > rule.max_size - size) shortage = std::max(0, rule.max_size - size);
  if (shortage <= 0) return;
  Activity& past = activity(rule, now);
  past.up_asked_at = 0;
  past.up_at = now;
  action.add = shortage;
}

}  // namespace streamtwin::fenzo
