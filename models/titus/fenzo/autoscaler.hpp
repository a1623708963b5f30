// How many hosts more, or which ones less: by rule, one for each value of an attribute. Replays Netflix/Fenzo AutoScaler and
// AutoScaleRule.
#pragma once

#include <climits>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/titus/fenzo/fleet.hpp"
#include "models/titus/fenzo/scale_down.hpp"
#include "models/titus/fenzo/shortfall.hpp"

namespace streamtwin::fenzo {

struct ScaleRule {
  std::string name;  ///< the value of the attribute
  int min_idle = 1;  ///< fewer idle hosts: scale up, to `max_idle`
  int max_idle = 1;  ///< more: scale down
  Duration cool_down = 0s;
  int min_size = 0, max_size = INT_MAX;
  /// An idle host that does not count; absent: all do.
  std::function<bool(const Host&)> too_small;
  /// Hosts for so many tasks without a place; absent: one each. Below 1: one each, too.
  std::function<int(int)> hosts_for;
};

struct ScaleAction {
  std::string rule;
  int add = 0;                      ///< hosts to start
  std::vector<std::string> remove;  ///< hosts to stop; they are disabled already
};

struct AutoscalerProperties {
  std::vector<ScaleRule> rules;
  std::string balanced_by;     ///< attribute over whose values hosts are given up evenly
  Duration up_delay = 0s;      ///< a need counts when it is seen again so long after, and within twice that
  Duration down_delay = 0s;    ///< as much for hosts to spare
  Duration disabled_for = 0s;  ///< how long a host that is given up gets no tasks, at least; the cool-down if that is longer
  bool shortfall = true;       ///< ask for hosts for tasks without a place, too
  std::shared_ptr<const ScaleDownOrder> down_order;
};

class Autoscaler {
 public:
  explicit Autoscaler(AutoscalerProperties properties);

  void set_rule(ScaleRule rule) { rules_[rule.name] = std::move(rule); }
  void remove_rule(const std::string& name) { rules_.erase(name); }
  const AutoscalerProperties& properties() const { return properties_; }
  const std::map<std::string, ScaleRule>& rules() const { return rules_; }
  std::vector<std::string> rule_names() const;
  /// That so many tasks without a place take, as the rule has it.
  int hosts_for(const std::string& rule, int tasks) const;

  struct Input {
    std::vector<const Host*> idle, idle_inactive;
    Shortfall shortfall;  ///< hosts, by rule
  };
  std::vector<ScaleAction> decide(Instant now, const Input& input, Fleet& fleet);

 private:
  using Milliseconds = std::int64_t;
  struct Activity {
    Milliseconds up_at, down_at, inactive_down_at = 0;
    Milliseconds up_asked_at = 0, down_asked_at = 0, inactive_down_asked_at = 0;
  };
  struct Group {
    std::vector<const Host*> idle, idle_inactive;
    int shortfall = 0;
  };

  Activity& activity(const ScaleRule& rule, Milliseconds now);
  ScaleAction decide_for(const ScaleRule& rule, const Group& group, Milliseconds now, Fleet& fleet);
  void scale_up(const ScaleRule& rule, const Group& group, bool cooled_down, Milliseconds now, const Fleet& fleet, ScaleAction& action);
  void scale_down(const ScaleRule& rule, const Group& group, int excess, Milliseconds now, Fleet& fleet, ScaleAction& action);

  AutoscalerProperties properties_;
  std::map<std::string, ScaleRule> rules_;
  std::map<std::string, Activity> activities_;
};

}  // namespace streamtwin::fenzo
