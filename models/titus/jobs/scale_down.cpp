#include "models/titus/jobs/scale_down.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <tuple>

namespace streamtwin::titus {

namespace {

/// Tasks of a job on one agent, the oldest last.
struct AgentTasks {
  std::vector<const ScaleDownCandidate*> tasks;
};

/// A zone's agents, the largest group first, the first of equals.
class ZoneTasks {
 public:
  void add(const ScaleDownCandidate& task) {
    const auto [known, fresh] = place_of_.try_emplace(task.agent, agents_.size());
    if (fresh) agents_.emplace_back();
    agents_[known->second].tasks.push_back(&task);
    ++count_;
  }
  void sort() {
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      std::vector<const ScaleDownCandidate*>& tasks = agents_[i].tasks;
      std::stable_sort(tasks.begin(), tasks.end(), [](const auto* a, const auto* b) { return a->since < b->since; });
      std::reverse(tasks.begin(), tasks.end());
      by_size_.emplace(tasks.size(), i);
    }
  }
  std::size_t count() const { return count_; }
  std::size_t largest() const { return by_size_.empty() ? 0 : by_size_.top().first; }
  Slot take_oldest_of_largest() {
    const std::size_t agent = by_size_.top().second;
    by_size_.pop();
    std::vector<const ScaleDownCandidate*>& tasks = agents_[agent].tasks;
    const Slot slot = tasks.back()->slot;
    tasks.pop_back();
    --count_;
    if (!tasks.empty()) by_size_.emplace(tasks.size(), agent);
    return slot;
  }

 private:
  struct Smaller {
    bool operator()(const std::pair<std::size_t, std::size_t>& a, const std::pair<std::size_t, std::size_t>& b) const {
      return std::tie(a.first, b.second) < std::tie(b.first, a.second);
    }
  };
  std::vector<AgentTasks> agents_;
  std::map<AgentId, std::size_t> place_of_;
  std::priority_queue<std::pair<std::size_t, std::size_t>, std::vector<std::pair<std::size_t, std::size_t>>, Smaller> by_size_;
  std::size_t count_ = 0;
};

void give_up_evenly(const std::vector<const ScaleDownCandidate*>& group, std::size_t count, std::vector<Slot>& chosen) {
  std::vector<ZoneTasks> zones;
  std::map<std::uint32_t, std::size_t> place_of;
  for (const ScaleDownCandidate* task : group) {
    const auto [known, fresh] = place_of.try_emplace(task->zone, zones.size());
    if (fresh) zones.emplace_back();
    zones[known->second].add(*task);
  }
  for (ZoneTasks& zone : zones) zone.sort();
  const auto comes_after = [](const ZoneTasks& a, const ZoneTasks& b) {
    return std::pair{a.largest(), a.count()} < std::pair{b.largest(), b.count()};
  };
  for (std::size_t left = std::min(count, group.size()); left > 0; --left)
    chosen.push_back(std::max_element(zones.begin(), zones.end(), comes_after)->take_oldest_of_largest());
}

}  // namespace

std::vector<Slot> tasks_to_give_up(std::span<const ScaleDownCandidate> tasks, std::size_t size) {
  std::vector<Slot> chosen;
  if (tasks.size() <= size) return chosen;
  const std::size_t count = tasks.size() - size;
  std::vector<const ScaleDownCandidate*> not_started, started;
  std::vector<Slot> accepted;
  for (const ScaleDownCandidate& task : tasks) {
    if (task.state == TaskState::kill_initiated) {
      if (chosen.size() < count) chosen.push_back(task.slot);
    } else if (task.state == TaskState::accepted) {
      accepted.push_back(task.slot);
    } else {
      (task.state == TaskState::started ? started : not_started).push_back(&task);
    }
  }
  const std::size_t of_accepted = std::min(accepted.size(), count - chosen.size());
  chosen.insert(chosen.end(), accepted.begin(), accepted.begin() + static_cast<std::ptrdiff_t>(of_accepted));
  give_up_evenly(not_started, count - chosen.size(), chosen);
  give_up_evenly(started, count - chosen.size(), chosen);
  return chosen;
}

}  // namespace streamtwin::titus
