// One iteration after another: leases and tasks go in, assignments, failures and wishes for hosts come out. Pure: the time is the
// caller's, and nothing happens between iterations but what the caller tells. Replays Netflix/Fenzo TaskScheduler.scheduleOnce.
//
// What is assigned runs only when `run` says so, as in Fenzo; all leases of a host that gets a task are used up, and what is left
// of it must be offered again.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/titus/fenzo/autoscaler.hpp"
#include "models/titus/fenzo/fleet.hpp"
#include "models/titus/fenzo/search.hpp"
#include "models/titus/fenzo/task_source.hpp"

namespace streamtwin::fenzo {

struct SchedulerProperties {
  Calculator fitness = BuiltIn::none;
  std::optional<double> good_enough;                            ///< see Search
  std::size_t batch = std::numeric_limits<std::size_t>::max();  ///< assignments of an iteration at most; failures do not count
  FleetProperties fleet;
  std::map<std::string, Resources> group_limits;
  /// Goes by `fleet.group_attribute`.
  std::optional<AutoscalerProperties> autoscaler;
  RulesOfTask rules_of_task;
  FailureDetail failures = FailureDetail::hosts;
  bool optimising_shortfall = false;  ///< try the failed tasks on copies of hosts
};

struct Assignment {
  Task task;
  std::string host;
  double fitness = 0;
  std::vector<int> ports;
  std::vector<SetUse> sets;
};

struct IterationResult {
  std::vector<Assignment> assigned;  ///< one after another
  std::vector<TaskFailure> failures;
  std::vector<std::string> leases_used, leases_rejected;  ///< ids
  std::vector<ScaleAction> actions;
  std::size_t hosts = 0, idle_hosts = 0;
  std::uint64_t trials = 0;  ///< of a task on a host
  /// A constraint or calculator threw: nothing was assigned.
  std::optional<std::string> exception;
};

class Scheduler {
 public:
  /// Throws std::invalid_argument for an autoscaler without attribute, and for rules that contradict themselves.
  explicit Scheduler(SchedulerProperties properties, Random random = Random{1, "fenzo", "expiry"});
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// O(hosts that have changed, tasks placed * hosts) at worst, with an autoscaler O(hosts). `now` must not go back.
  IterationResult schedule(Instant now, TaskSource& tasks, std::vector<Lease> leases);
  IterationResult schedule(Instant now, std::vector<Task> tasks, std::vector<Lease> leases);

  /// A task has begun to run, assigned here or found running. `held`: its places in sets, when it was not assigned here.
  void run(const Task& task, const std::string& host, const std::vector<SetUse>& held = {});
  /// It leaves at the next iteration.
  void end(const std::string& task, const std::string& host);
  /// Who is told of use, a tiered queue; null: nobody.
  void tell_usage(UsageListener* listener) { tasks_.listen(listener); }

  Fleet& fleet() { return fleet_; }
  const Fleet& fleet() const { return fleet_; }
  GroupLimits& group_limits() { return limits_; }
  const TaskTracker& tasks() const { return tasks_; }
  /// Null without one.
  Autoscaler* autoscaler() { return autoscaler_ ? &*autoscaler_ : nullptr; }

 private:
  struct Round;

  void assign_all(TaskSource& source, Round& round);
  void tell_autoscaler(const Task& task, Round& round);
  bool refused_before_search(const Task& task, Round& round);
  void assign(const Task& task, const Choice& choice, Round& round);
  void finish(Round& round, Instant now);
  void autoscale(Round& round, Instant now, std::vector<const Host*> idle);
  struct Copies;
  Copies copies_of_largest(const Shortfall& wanted) const;
  Shortfall try_on_copies(const std::vector<Task>& tasks, const Shortfall& copies);

  SchedulerProperties properties_;
  Fleet fleet_;
  TaskTracker tasks_;
  Search search_;
  GroupLimits limits_;
  std::optional<Autoscaler> autoscaler_;
  ShortfallAnalyser shortfall_;
};

}  // namespace streamtwin::fenzo
