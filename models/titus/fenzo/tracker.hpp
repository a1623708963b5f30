// Which task is where, running or assigned in this iteration, and what groups of tasks use against their limits. Replays
// Netflix/Fenzo TaskTracker and ResAllocsEvaluater.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "models/titus/fenzo/task.hpp"

namespace streamtwin::fenzo {

class Host;

/// Who is told what a task takes and gives back: a queue that shares by use.
class UsageListener {
 public:
  virtual ~UsageListener() = default;
  virtual void assigned(const Task& task) = 0;
  virtual void launched(const Task& task) = 0;
  virtual void removed(const Task& task) = 0;
};

class TaskTracker {
 public:
  /// Where the task runs, or else where this iteration has put it; null: nowhere.
  const Host* host_of(const std::string& task) const;
  bool runs(const std::string& task) const { return running_.contains(task); }

  void assigned(const Task& task, Host& host);
  /// False: it runs already.
  bool launched(const Task& task, Host& host);
  void ended(const std::string& task);
  void clear_assigned();
  void listen(UsageListener* listener) { listener_ = listener; }

  /// What a group uses; null: never anything.
  const Resources* usage(const std::string& group) const;

 private:
  struct Active {
    Task task;
    Host* host;
  };
  std::unordered_map<std::string, Active> running_, assigned_;
  std::map<std::string, Resources> usage_;
  UsageListener* listener_ = nullptr;
};

/// Reservations of task groups. Without any, all may have what there is; with some, a group that has none may have nothing.
class GroupLimits {
 public:
  static constexpr Resources unlimited{Cores{std::numeric_limits<double>::max()}, Megabytes{std::numeric_limits<double>::max()},
                                       Megabits{std::numeric_limits<double>::max()}, Megabytes{std::numeric_limits<double>::max()}};

  void set(const std::string& group, const Resources& limit) { limits_[group] = limit; }
  void remove(const std::string& group) { limits_.erase(group); }
  bool empty() const { return limits_.empty(); }
  /// An iteration begins.
  void reset() { refused_.clear(); }
  /// Has been refused in this iteration, for good: the next of the group are passed over in silence.
  bool passed_over(const std::string& group) const { return refused_.contains(group); }

  struct Excess {
    double asked = 1, used = 0, limit = 0;
  };
  /// Nothing if the task may run. The first task ever of a group may go beyond its limit, if that is not nothing.
  std::optional<Excess> exceeded(const TaskRequest& task, const TaskTracker& tasks);

 private:
  std::map<std::string, Resources> limits_;
  std::set<std::string> refused_;
};

}  // namespace streamtwin::fenzo
