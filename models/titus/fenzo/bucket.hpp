// The tasks of one capacity group in a tier, first come, first out, and what they use. Replays Netflix/Fenzo queues/tiered
// QueueBucket and UsageTrackedQueue.ResUsage.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "models/titus/fenzo/task.hpp"

namespace streamtwin::fenzo {

/// The largest share that the usage has of any resource; where the total has none, the bare amount.
double dominant_share(const Resources& usage, const Resources& total);

class Bucket {
 public:
  explicit Bucket(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  void set_guarantee(const Resources& guarantee) { guarantee_ = guarantee; }
  const Resources& usage() const { return usage_; }
  /// What counts against the tier: the guarantee, also where it is not used.
  Resources effective_usage() const { return larger_of_each(usage_, guarantee_); }
  bool guarantees(const TaskRequest& task) const { return within(usage_ + task.needs, guarantee_) && within(usage_, guarantee_); }
  /// What the shares are of, as of the last change of all resources; nothing: what the tier uses.
  const std::optional<Resources>& capacity() const { return capacity_; }
  void set_capacity(const std::optional<Resources>& capacity) { capacity_ = capacity; }

  /// Throws std::invalid_argument for a task that is there.
  void queue(const Task& task);
  /// The next that is ready, each once in an iteration; null: none.
  Task next(Instant now);
  void begin_iteration() { passed_.reset(); }
  void assign(const Task& task);
  /// True: it had not been assigned, so that its use is new.
  bool launch(const Task& task);
  /// Assigned ones are queued again.
  Resources abandon();
  /// False: it was not there.
  bool remove(const Task& task);
  bool empty() const { return queued_.empty() && launched_.empty(); }

 private:
  using Queue = std::list<Task>;

  void unqueue(const std::string& id);

  std::string name_;
  Resources usage_, guarantee_;
  std::optional<Resources> capacity_;
  Queue queued_;
  std::unordered_map<std::string, Queue::iterator> place_;
  std::unordered_map<std::string, Task> assigned_, launched_;
  std::optional<Queue::iterator> passed_;  ///< the next to look at
};

}  // namespace streamtwin::fenzo
