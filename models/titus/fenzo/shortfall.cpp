#include "models/titus/fenzo/shortfall.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::fenzo {
namespace {

/// Netflix/Fenzo BaseShortfallEvaluator.TOO_OLD_THRESHOLD_MILLIS
constexpr std::int64_t remembered = 10 * 60'000;

}  // namespace

std::vector<Task> ShortfallAnalyser::not_yet_counted(Instant now, const std::vector<Task>& failed) {
  const std::int64_t at = whole_milliseconds(now);
  // The analyser that tries on copies never forgets: Fenzo's has no reset.
  if (!trial_) std::erase_if(counted_at_, [&](const auto& counted) { return counted.second < at - remembered; });
  std::vector<Task> fresh;
  for (const Task& task : failed) {
    if (counted_at_.try_emplace(task->id, at).second) fresh.push_back(task);
  }
  return fresh;
}

Shortfall ShortfallAnalyser::tasks_by_rule(const std::vector<std::string>& rules, const std::vector<Task>& tasks) const {
  Shortfall counts;
  for (const Task& task : tasks) {
    const std::vector<std::string> only = rules_of_task_ ? rules_of_task_(*task) : std::vector<std::string>{};
    for (const std::string& rule : rules) {
      if (only.empty() || std::find(only.begin(), only.end(), rule) != only.end()) ++counts[rule];
    }
  }
  return counts;
}

Shortfall ShortfallAnalyser::shortfall(Instant now, const std::vector<std::string>& rules, const std::vector<Task>& failed,
                                       const HostsFor& hosts_for) {
  if (failed.empty()) return {};
  const std::vector<Task> fresh = not_yet_counted(now, failed);
  Shortfall counts = tasks_by_rule(rules, fresh);
  if (counts.empty()) return {};
  if (trial_) return trial_(fresh, counts);
  for (auto& [rule, count] : counts) {
    const int hosts = hosts_for(rule, count);
    if (hosts > 0) count = hosts;
  }
  return counts;
}

}  // namespace streamtwin::fenzo
