// Tasks that wait, in tiers: one is asked only when the one above has no more to give in an iteration. Replays Netflix/Fenzo
// queues/tiered TieredQueue. Queued tasks, guarantees and tasks that are taken out count from the next iteration on.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "models/titus/fenzo/task_source.hpp"
#include "models/titus/fenzo/tier.hpp"
#include "models/titus/fenzo/tracker.hpp"

namespace streamtwin::fenzo {

class TieredQueue : public TaskSource, public UsageListener {
 public:
  explicit TieredQueue(int tiers) : tiers_(static_cast<std::size_t>(tiers)) {}

  /// Throws std::invalid_argument for a tier that there is not.
  void queue(const Task& task);
  /// By tier; one without any has no capacity from then on.
  void set_guarantees(std::map<int, TierGuarantees> guarantees) { new_guarantees_ = std::move(guarantees); }
  /// Waiting, or running.
  void remove(const Task& task) { at(task).remove(task); }
  /// Before an iteration: what has been told is taken in.
  void begin_iteration();
  /// After it: tasks may be told to run, or be taken out.
  void end_iteration();
  const Tier& tier(int number) const { return tiers_.at(static_cast<std::size_t>(number)); }

  void begin(const Host::Size& total, Instant now) override;
  std::optional<NextTask> next() override;
  void abandon() override;
  void assigned(const Task& task) override { at(task).assign(task); }
  void launched(const Task& task) override { at(task).launch(task); }
  void removed(const Task& task) override { at(task).remove(task); }

 private:
  Tier& at(const Task& task) { return tiers_.at(static_cast<std::size_t>(task->tier)); }

  std::vector<Tier> tiers_;
  std::vector<Task> new_;
  std::optional<std::map<int, TierGuarantees>> new_guarantees_;
  Instant now_{};
  std::size_t current_ = 0;
};

}  // namespace streamtwin::fenzo
