// How many hosts the tasks without a place would take. Each task is counted once in ten minutes, so that hosts under way are not
// asked for again. Replays Netflix/Fenzo BaseShortfallEvaluator, NaiveShortfallEvaluator and OptimizingShortfallEvaluator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/fenzo/task.hpp"

namespace streamtwin::fenzo {

/// Hosts, by rule.
using Shortfall = std::map<std::string, int>;

/// The rules whose hosts a task may run on; absent or none named: all.
using RulesOfTask = std::function<std::vector<std::string>(const TaskRequest&)>;

/// Tries tasks on so many copies of each rule's hosts: how many of them get any.
using TrialOnCopies = std::function<Shortfall(const std::vector<Task>&, const Shortfall& copies)>;

/// Hosts for so many tasks, by rule; below 1: as many as tasks.
using HostsFor = std::function<int(const std::string& rule, int tasks)>;

class ShortfallAnalyser {
 public:
  /// With `trial`, which Fenzo has only with its scheduling service, hosts that several tasks share count once.
  explicit ShortfallAnalyser(RulesOfTask rules_of_task = {}, TrialOnCopies trial = {})
      : rules_of_task_(std::move(rules_of_task)), trial_(std::move(trial)) {}

  Shortfall shortfall(Instant now, const std::vector<std::string>& rules, const std::vector<Task>& failed, const HostsFor& hosts_for);

 private:
  std::vector<Task> not_yet_counted(Instant now, const std::vector<Task>& failed);
  Shortfall tasks_by_rule(const std::vector<std::string>& rules, const std::vector<Task>& tasks) const;

  RulesOfTask rules_of_task_;
  TrialOnCopies trial_;
  std::unordered_map<std::string, std::int64_t> counted_at_;  ///< milliseconds
};

}  // namespace streamtwin::fenzo
