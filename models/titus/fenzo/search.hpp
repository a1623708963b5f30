// The best host for a task among all: the highest total, of equals the first by name. Fenzo tries them all in threads, whose
// answers do not depend on their order; here blocks of hosts without room, hosts that a required value rules out, and for tasks that
// look at amounts only all but the first of hosts that are alike, are passed over. Replays Netflix/Fenzo
// TaskScheduler.evalAssignments and AssignableVirtualMachine.tryRequest.
#pragma once

#include <optional>

#include "models/titus/fenzo/constraints.hpp"
#include "models/titus/fenzo/failure.hpp"
#include "models/titus/fenzo/recent_failures.hpp"

namespace streamtwin::fenzo {

/// Of 100. Netflix/Fenzo AssignableVirtualMachine: a host without resource sets cannot reach more than 0.85.
inline constexpr double set_weight = 15.0, soft_weight = 50.0;

/// Hosts that a thread of Fenzo takes at once.
inline constexpr unsigned enough_of = 10;

struct Choice {
  Slot slot = 0;
  double fitness = 0;
};

class Search {
 public:
  /// `good_enough`: a host above it is taken with the best of its ten, in order of names, without looking further. Fenzo's threads
  /// would take whichever they meet first.
  Search(HostTable& hosts, const TaskTracker& tasks, const Calculator& fitness, std::optional<double> good_enough)
      : hosts_(hosts), tasks_(tasks), fitness_(fitness), good_enough_(good_enough), failures_(fitness) {}

  std::optional<Choice> best(const TaskRequest& task);
  void begin_iteration() { failures_.begin_iteration(); }
  /// Why a task like this has just found no host, hosts being as they are; null: it has to be searched for.
  const Causes* known_failure(const TaskRequest& task) { return failures_.find(task, hosts_.version()); }
  /// Of a task that has no host.
  Causes explain(const Task& task, FailureDetail detail);
  /// Hosts that were looked at.
  std::uint64_t trials() const { return trials_; }

 private:
  struct Ready;
  class Best;
  struct SetFitness {
    bool room;
    double fitness;
  };

  SetFitness set_fitness(const Ready& ready, Slot slot) const;
  template <class Score>
  std::optional<double> evaluate(const Ready& ready, Slot slot, Score score) const;
  template <class Score>
  void offer_block(const Ready& ready, Slot first, Slot end, Score score, Best& best) const;
  template <class Score>
  std::optional<Choice> best_of_few(const Ready& ready, const std::vector<Slot>& few, Score score);
  template <class Score>
  std::optional<Choice> best_of_all(const Ready& ready, Score score);
  template <class Score>
  std::optional<Choice> best_of(const Ready& ready, Score score);
  /// The first hard constraint that says no; null: none, or a task that has the host for itself is asked before them.
  const ReadyConstraint* refusing_at(const Ready& ready, Slot slot) const;
  std::vector<Cause> causes(const TaskRequest& task, FailureDetail detail) const;
  Cause cause_at(const Ready& ready, Slot slot) const;

  HostTable& hosts_;
  const TaskTracker& tasks_;
  const Calculator& fitness_;
  std::optional<double> good_enough_;
  std::uint64_t trials_ = 0;
  RecentFailures failures_;
};

}  // namespace streamtwin::fenzo
